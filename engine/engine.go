// Package engine runs networks and matrix products with ONNX Runtime.
//
// An Engine is a loaded library; a Session is a graph made ready to run; Run
// hands it Tensors and gives back Tensors.
//
//	e, err := engine.Open(path)
//	s, err := e.NewSession(model, engine.Options{})
//	results, err := s.Run(ctx, []engine.Tensor{{Shape: []int{1, 3, 224, 224}, Data: pixels}})
//	defer results.Close()
//	logits := results.Tensors[0].Data.([]float32)
//
// The library's C functions are called without cgo, by their place in the table
// that it hands out. Everything here is safe for concurrent use.
//
// # Same bits
//
// A session runs on one thread unless told otherwise. Sums inside the library
// depend on its number of threads, so work that must give the same bits on any
// machine is cut into shards of fixed size, and each shard runs on one thread;
// [MatMul] does so for products.
//
// # Memory
//
// Tensors given to Run stay Go memory and are not copied. Results view memory of
// the library until they are closed. Large weights are never part of the
// graph's bytes: the library maps the files that hold them.
package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/isocortex/isocortex/gemm"
)

// An Engine is an ONNX Runtime library in use.
type Engine struct {
	api     *api
	path    string // of the library
	version string
	env     handle // the library's logger and thread settings
	memory  handle // says that tensors lie in plain memory

	users    atomic.Int64 // the engine itself, open sessions, open results: the last one out releases env
	mutex    sync.Mutex   // of closed
	closed   bool
	products products
}

// Open loads the library at libraryPath.
//
// A process can load one library: opening the same path again is cheap and
// shares it.
//
//	errors   *LibraryError, which wraps ErrMissing, ErrNotLibrary, ErrArchitecture or ErrTooOld
//	cost     about 30 ms for the first load of a library of 46 MB
func Open(libraryPath string) (*Engine, error) {
	if err := checkMachine(libraryPath); err != nil {
		return nil, err
	}
	table, version, err := loadTable(libraryPath)
	if err != nil {
		return nil, err
	}
	e := &Engine{api: table, path: libraryPath, version: version}
	e.products.engine = e
	e.users.Add(1)
	name := cString("isocortex")
	if err := e.api.call(createEnv, logFatal, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&e.env))); err != nil {
		return nil, err
	}
	err = e.api.call(createCPUMemoryInfo, arenaMemory, defaultMemory, uintptr(unsafe.Pointer(&e.memory)))
	if err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// loadTable loads the library and asks for its table of functions.
func loadTable(path string) (*api, string, error) {
	library, err := load(path)
	if err != nil {
		return nil, "", refuse(path, ErrNotLibrary, "%w", err)
	}
	entry, err := symbol(library, "OrtGetApiBase")
	if err != nil {
		return nil, "", refuse(path, ErrNotLibrary, "%w", err)
	}
	address, _, _ := purego.SyscallN(entry)
	entries := (*[2]uintptr)(pointer(address)) // struct OrtApiBase: GetApi, GetVersionString
	text, _, _ := purego.SyscallN(entries[1])
	version := goString(pointer(text))
	if err := checkVersion(path, version); err != nil {
		return nil, "", err // asking an old library for the table would make it print
	}
	table, _, _ := purego.SyscallN(entries[0], apiVersion)
	if table == 0 {
		return nil, "", refuse(path, ErrTooOld, "version %s does not serve interface %d", version, apiVersion)
	}
	return (*api)(pointer(table)), version, nil
}

// checkVersion refuses releases that lack functions of the table.
func checkVersion(path, version string) error {
	if minor(version) < apiVersion {
		return refuse(path, ErrTooOld, "version %s, needed is %s or later", version, firstVersion)
	}
	return nil
}

// minor returns the second number of a version such as 1.30.0, which is the
// version of the table; versions from 2 on would count as new enough.
func minor(version string) int {
	major, rest, _ := strings.Cut(version, ".")
	text, _, _ := strings.Cut(rest, ".")
	number, err := strconv.Atoi(text)
	switch {
	case err != nil || major == "0":
		return 0
	case major != "1":
		return apiVersion
	}
	return number
}

// Version returns the release of the library, such as "1.30.0".
func (e *Engine) Version() string { return e.version }

// Identity names what computes here, as far as bits depend on it besides the model
// of the processor: the release of the library, and +gemm where package gemm does
// part of the work.
func (e *Engine) Identity() string { return e.version + Own() }

// Own is what is behind the release in Identity, whichever engine is opened.
func Own() string {
	if gemm.Fast() {
		return "+gemm"
	}
	return ""
}

// Close gives the engine back. Sessions that are still open go on working;
// further calls of Close do nothing.
func (e *Engine) Close() error {
	e.mutex.Lock()
	if e.closed {
		e.mutex.Unlock()
		return nil
	}
	e.closed = true
	e.mutex.Unlock()
	e.products.close()
	e.leave()
	return nil
}

// enter counts one more session; leave must follow.
func (e *Engine) enter() error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.closed {
		return ErrClosed
	}
	e.users.Add(1)
	return nil
}

// leave counts one user less.
func (e *Engine) leave() {
	if e.users.Add(-1) == 0 {
		e.api.release(releaseMemoryInfo, e.memory)
		e.api.release(releaseEnv, e.env)
	}
}

// checkMachine says why the file at path cannot be a library for this machine:
// the loader's own words for it help nobody.
func checkMachine(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return refuse(path, ErrMissing, "build the program with \"make build\", or set ISOCORTEX_ONNXRUNTIME to the path of a library")
	}
	if err != nil {
		return &LibraryError{path, fmt.Errorf("%w: %w", ErrMissing, err)}
	}
	defer f.Close()
	return checkHeader(path, f)
}
