package engine

import (
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// apiVersion is the version of the table that this package asks for: the
// lowest that has every function below. Later libraries serve it too, as the
// table only ever grows at its end.
const apiVersion = 20

// firstVersion is the release that brought apiVersion, for people.
const firstVersion = "1.20"

// A function is the place of a C function in the table of function pointers
// that the library hands out (struct OrtApi in onnxruntime_c_api.h).
type function int

const (
	createStatus                   function = 0
	getErrorCode                   function = 1
	getErrorMessage                function = 2
	createEnv                      function = 3
	createSessionFromArray         function = 8
	runSession                     function = 9
	createSessionOptions           function = 10
	disableMemPattern              function = 17
	setIntraOpNumThreads           function = 24
	setInterOpNumThreads           function = 25
	createCustomOpDomain           function = 26
	customOpDomainAdd              function = 27
	addCustomOpDomain              function = 28
	sessionGetInputCount           function = 30
	sessionGetOutputCount          function = 31
	sessionGetInputTypeInfo        function = 33
	sessionGetOutputTypeInfo       function = 34
	sessionGetInputName            function = 36
	sessionGetOutputName           function = 37
	createRunOptions               function = 39
	runOptionsSetTerminate         function = 46
	createTensorWithDataAsOrtValue function = 49
	getTensorMutableData           function = 51
	castTypeInfoToTensorInfo       function = 55
	createTensorInfo               function = 57
	setTensorElementType           function = 58
	setDimensions                  function = 59
	getTensorElementType           function = 60
	getDimensionsCount             function = 61
	getDimensions                  function = 62
	getSymbolicDimensions          function = 63
	getTensorTypeAndShape          function = 65
	createCPUMemoryInfo            function = 69
	allocatorFree                  function = 76
	getDefaultAllocator            function = 78
	kernelInfoGetInt64             function = 86
	kernelContextGetInput          function = 90
	kernelContextGetOutput         function = 91
	releaseEnv                     function = 92
	releaseStatus                  function = 93
	releaseMemoryInfo              function = 94
	releaseSession                 function = 95
	releaseValue                   function = 96
	releaseRunOptions              function = 97
	releaseTypeInfo                function = 98
	releaseTensorInfo              function = 99
	releaseSessionOptions          function = 100
	releaseCustomOpDomain          function = 101
	getAvailableProviders          function = 125
	releaseAvailableProviders      function = 126
	addSessionConfigEntry          function = 130
	appendCUDA                     function = 204
	createCUDAOptions              function = 205
	updateCUDAOptions              function = 206
	releaseCUDAOptions             function = 208
	addExternalInitializers        function = 210
	appendExecutionProvider        function = 216
	inferenceGetInput              function = 268
	inferenceGetAttribute          function = 269
	inferenceSetOutput             function = 270
	setSymbolicDimensions          function = 271
	readOpAttribute                function = 272

	functions = 273 // length of the part of the table in use
)

// Values of C enumerations that are passed to the functions.
const (
	logFatal      = 4 // ORT_LOGGING_LEVEL_FATAL: lesser failures come back as a status, and are not for printing
	arenaMemory   = 1 // OrtArenaAllocator
	defaultMemory = 0 // OrtMemTypeDefault
)

// A handle is an object that lives in the library's memory.
type handle = unsafe.Pointer

// api is the table of functions of a loaded library.
type api [functions]uintptr

// call calls a function that returns a status, and turns a status that is not
// nil into an error. Go memory among the arguments must be given as
// uintptr(unsafe.Pointer(...)) in the call itself: that keeps it alive and in
// place until call returns.
//
//go:uintptrescapes
func (a *api) call(f function, arguments ...uintptr) error {
	status, _, _ := purego.SyscallN(a[f], arguments...)
	if status == 0 {
		return nil
	}
	defer a.release(releaseStatus, pointer(status))
	code, _, _ := purego.SyscallN(a[getErrorCode], status)
	text, _, _ := purego.SyscallN(a[getErrorMessage], status)
	return &RunError{Code: Code(int32(code)), Message: goString(pointer(text))}
}

// release gives h back to the library by the function f; nil is let pass.
func (a *api) release(f function, h handle) {
	if h != nil {
		purego.SyscallN(a[f], uintptr(h))
	}
}

// pointer is the address that C returned as a pointer. It points outside the
// memory of Go, which is why it may be made from a number.
func pointer(address uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}

// goString copies a string of C that ends in a zero byte.
func goString(text unsafe.Pointer) string {
	if text == nil {
		return ""
	}
	length := 0
	for *(*byte)(unsafe.Add(text, length)) != 0 {
		length++
	}
	return string(unsafe.Slice((*byte)(text), length))
}

// cString returns the first byte of a copy of s that ends in a zero byte.
func cString(s string) *byte { return &append([]byte(s), 0)[0] }

// names is a list of strings of C.
type names []*byte

// first returns the address of the first element of s, or nil.
func first[T any](s []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s)) }

// pin keeps the memory behind s in place until the pinner lets go.
func pin[T any](p *runtime.Pinner, s []T) {
	if len(s) > 0 {
		p.Pin(&s[0])
	}
}
