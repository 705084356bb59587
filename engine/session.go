package engine

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"unsafe"

	"github.com/isocortex/isocortex/onnx"
)

// Options say how a session runs.
type Options struct {
	Threads int    // inside one Run; 0 means 1, which is what gives the same bits on every machine
	Device  Device // that computes; the zero value is the processor

	Convolutions Convolutions // of 3 × 3; the zero value is Fastest

	// Shapes are those of the inputs, in the order of the graph, where every Run
	// gives the same: the library fuses more operators of a graph whose lengths it
	// knows. nil leaves free what the graph does.
	Shapes [][]int
}

// A Session is a graph made ready to run. It may be run by several goroutines
// at a time.
type Session struct {
	engine          *Engine
	handle          handle
	inputs, outputs []Port
	inputNames      names
	outputNames     names
	memory          runtime.Pinner // of the weights that are not in a file, and of what is next
	operator        *operator      // for nodes that are computed in Go; nil when there are none
	domain          handle         // that it stands in

	mutex  sync.RWMutex // read-locked by a Run, locked by Close
	closed bool
}

// settings are what a session is made with, besides its graph.
type settings struct {
	threads int
	device  Device
	folder  string         // external weights are relative to it; "" when there are none in files
	inline  []*onnx.Tensor // weights in memory, which the graph only names
	layers  []*layer       // that are computed in Go
	pattern bool           // plan memory per input shape; every new shape then costs memory that is kept
}

// NewSession makes the graph of m ready to run.
//
// Weights in files are mapped by the library, weights in memory are used where
// they are: m must not be closed or changed before the session is closed.
//
//	errors   *RunError with the library's text when the graph cannot be built;
//	         *DeviceError for a device that is not there; *TensorError for a shape
//	         that does not fit an input; ErrClosed
//	cost     a copy of weights that the library rearranges for speed, and four times
//	         those of Convolutions in Go, at most a gigabyte
func (e *Engine) NewSession(m *onnx.Model, o Options) (*Session, error) {
	fixed, err := shaped(m, o.Shapes)
	if err != nil {
		return nil, err
	}
	changed, layers, err := convolved(fixed, o)
	if err != nil {
		return nil, err
	}
	graph, weights, err := detach(changed)
	if err != nil {
		return nil, err
	}
	weights.threads, weights.pattern, weights.device, weights.layers = max(o.Threads, 1), true, o.Device, layers
	var prepared sync.WaitGroup // while the library makes the rest ready
	defer prepared.Wait()
	prepared.Go(func() {
		for _, l := range layers {
			l.prepare()
		}
	})
	return e.newSession(graph, weights)
}

// newSession makes the encoded graph ready to run.
func (e *Engine) newSession(graph []byte, with settings) (*Session, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	s := &Session{engine: e}
	if err := s.open(graph, with); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) open(graph []byte, with settings) error {
	var options handle
	if err := s.call(createSessionOptions, uintptr(unsafe.Pointer(&options))); err != nil {
		return err
	}
	defer s.engine.api.release(releaseSessionOptions, options)
	if err := errors.Join(s.configure(options, with), s.serve(options, with)); err != nil {
		return err
	}
	values, err := s.lend(options, with.inline)
	defer s.releaseValues(values)
	if err != nil {
		return err
	}
	err = s.call(createSessionFromArray, uintptr(s.engine.env), uintptr(first(graph)), uintptr(len(graph)),
		uintptr(options), uintptr(unsafe.Pointer(&s.handle)))
	if err != nil {
		return err
	}
	return s.readPorts()
}

// configure fills the library's options.
//
// Threads that spin while they wait would take the processor from goroutines,
// at a cost of up to three times the run time.
func (s *Session) configure(options handle, with settings) error {
	failed := errors.Join(
		s.call(setIntraOpNumThreads, uintptr(options), uintptr(with.threads)),
		s.call(setInterOpNumThreads, uintptr(options), 1),
		s.entry(options, "session.intra_op.allow_spinning", "0"),
	)
	if failed == nil {
		failed = s.on(with.device, options)
	}
	if !with.pattern {
		failed = errors.Join(failed, s.call(disableMemPattern, uintptr(options)))
	}
	if with.folder != "" {
		failed = errors.Join(failed, s.entry(options, "session.model_external_initializers_file_folder_path", with.folder))
	}
	return failed
}

func (s *Session) entry(options handle, key, value string) error {
	k, v := cString(key), cString(value)
	return s.call(addSessionConfigEntry, uintptr(options), uintptr(unsafe.Pointer(k)), uintptr(unsafe.Pointer(v)))
}

//go:uintptrescapes
func (s *Session) call(f function, arguments ...uintptr) error {
	return s.engine.api.call(f, arguments...)
}

// lend hands weights in memory to the session under their names. They stay
// pinned until the session is closed.
func (s *Session) lend(options handle, weights []*onnx.Tensor) ([]handle, error) {
	if len(weights) == 0 {
		return nil, nil
	}
	values, list := make([]handle, len(weights)), make(names, len(weights))
	for i, w := range weights {
		shape := make([]int, len(w.Shape))
		for axis, length := range w.Shape {
			shape[axis] = int(length)
		}
		m := slice(&s.memory, w.Data, w.Type)
		var err error
		if values[i], err = s.engine.value(shape, m); err != nil {
			return values, fmt.Errorf("weights %s: %w", w.Name, err)
		}
		list[i] = cString(w.Name)
	}
	err := s.call(addExternalInitializers, uintptr(options), uintptr(first(list)), uintptr(first(values)), uintptr(len(values)))
	runtime.KeepAlive(list)
	return values, err
}

func (s *Session) releaseValues(values []handle) {
	for _, v := range values {
		s.engine.api.release(releaseValue, v)
	}
}

// Inputs returns the inputs in the order that Run takes them. Weights that the
// graph holds are not among them.
func (s *Session) Inputs() []Port { return s.inputs }

// Outputs returns the outputs in the order that Run gives them.
func (s *Session) Outputs() []Port { return s.outputs }

// readPorts asks the session for its inputs and outputs.
func (s *Session) readPorts() (err error) {
	s.inputs, s.inputNames, err = s.ports(sessionGetInputCount, sessionGetInputName, sessionGetInputTypeInfo)
	if err != nil {
		return err
	}
	s.outputs, s.outputNames, err = s.ports(sessionGetOutputCount, sessionGetOutputName, sessionGetOutputTypeInfo)
	return err
}

func (s *Session) ports(count, name, info function) ([]Port, names, error) {
	var n uintptr
	if err := s.call(count, uintptr(s.handle), uintptr(unsafe.Pointer(&n))); err != nil {
		return nil, nil, err
	}
	ports, list := make([]Port, n), make(names, n)
	for i := range ports {
		var err error
		if ports[i], err = s.port(name, info, i); err != nil {
			return nil, nil, err
		}
		list[i] = cString(ports[i].Name)
	}
	return ports, list, nil
}

func (s *Session) port(name, info function, i int) (Port, error) {
	text, err := s.name(name, i)
	if err != nil {
		return Port{}, err
	}
	var kind, tensor handle
	if err := s.call(info, uintptr(s.handle), uintptr(i), uintptr(unsafe.Pointer(&kind))); err != nil {
		return Port{}, err
	}
	defer s.engine.api.release(releaseTypeInfo, kind)
	if err := s.call(castTypeInfoToTensorInfo, uintptr(kind), uintptr(unsafe.Pointer(&tensor))); err != nil {
		return Port{}, err
	}
	if tensor == nil {
		return Port{}, fmt.Errorf("engine: %s is not a tensor: sequences and maps are not supported", strconv.Quote(text))
	}
	element, shape, err := s.engine.readInfo(tensor) // part of kind, released with it
	return Port{text, element, shape}, err
}

// name reads the name of a port, which the library allocates.
func (s *Session) name(f function, i int) (string, error) {
	var allocator, text handle
	if err := s.call(getDefaultAllocator, uintptr(unsafe.Pointer(&allocator))); err != nil {
		return "", err
	}
	if err := s.call(f, uintptr(s.handle), uintptr(i), uintptr(allocator), uintptr(unsafe.Pointer(&text))); err != nil {
		return "", err
	}
	copied := goString(text)
	return copied, s.call(allocatorFree, uintptr(allocator), uintptr(text))
}

// Close gives the session back, after every Run under way has ended. Results
// stay valid; further calls do nothing.
func (s *Session) Close() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.engine.api.release(releaseSession, s.handle)
	s.dismiss()
	s.memory.Unpin()
	s.engine.leave()
	return nil
}
