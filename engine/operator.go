package engine

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/winograd"
)

// A graph can have nodes that are computed in Go: the library calls back for
// them. In the graph each is a node of the operator goOperator in the domain
// goDomain, which is ours; its attribute goLayer says which of the layers of the
// session computes it.
const (
	goDomain   = "isocortex"
	goVersion  = 1
	goOperator = "Convolution3x3"
	goLayer    = "layer"
)

// A layer computes nodes of a session in Go, from images × channels × height ×
// width in float32 to the same with other lengths.
type layer struct {
	in, out int    // channels
	grow    [2]int // what is added to the height and width
	// prepare is called once, before any run.
	prepare func()
	// run sets dst from src, which are the pictures. It is called by several
	// goroutines at a time, and must not keep either.
	run func(dst, src []float32, p winograd.Pictures)
}

// compute runs the layer; the pictures are divided among threads, and the bits of
// one do not depend on the others.
func (l *layer) compute(dst, src Tensor, threads int) {
	to, from := dst.Data.([]float32), src.Data.([]float32)
	size := winograd.Pictures{Count: src.Shape[0], Height: src.Shape[2], Width: src.Shape[3]}
	if threads < 2 || size.Count < 2 {
		l.run(to, from, size)
		return
	}
	var group sync.WaitGroup
	parts := min(threads, size.Count)
	failed := make([]any, parts)
	for i := range parts {
		first, end := i*size.Count/parts, (i+1)*size.Count/parts
		group.Go(func() {
			defer func() { failed[i] = recover() }()
			part := size
			part.Count = end - first
			l.run(to[first*len(to)/size.Count:end*len(to)/size.Count], from[first*len(from)/size.Count:end*len(from)/size.Count], part)
		})
	}
	group.Wait()
	for _, cause := range failed {
		if cause != nil {
			panic(cause)
		}
	}
}

// node returns the node of a graph that layer number n computes.
func node(n int, input, output string) *onnx.Node {
	return &onnx.Node{
		Op: goOperator, Domain: goDomain, Inputs: []string{input}, Outputs: []string{output},
		Attributes: []*onnx.Attribute{onnx.NewAttribute(goLayer, n)},
	}
}

// shape is that of the output for an input; -1 is a length that is not known.
func (l *layer) shape(input []int) ([]int, error) {
	if len(input) != 4 || input[1] != l.in && input[1] >= 0 {
		return nil, fmt.Errorf("a convolution of %d channels is given numbers of shape %v", l.in, input)
	}
	output := []int{input[0], l.out, input[2], input[3]}
	for axis, grow := range l.grow {
		length := &output[axis+2]
		if *length < 0 {
			continue
		}
		if *length += grow; *length < 1 {
			return nil, fmt.Errorf("pictures of %d × %d are smaller than the kernels of a convolution", input[2], input[3])
		}
	}
	return output, nil
}

// operator is struct OrtCustomOp of the library as of apiVersion, followed by what
// is a session's own: the layers numbered from first on in served are its layers.
//
// The library keeps the address for as long as the session lives.
type operator struct {
	version                                     uint32
	createKernel, name, provider                uintptr
	inputType, inputCount                       uintptr
	outputType, outputCount                     uintptr
	compute, destroyKernel                      uintptr
	inputCharacteristic, outputCharacteristic   uintptr
	inputMemory                                 uintptr
	variadicInputs, variadicInputsAlike         uintptr
	variadicOutputs, variadicOutputsAlike       uintptr
	createKernelV2, computeV2, inferOutputShape uintptr
	startVersion, endVersion                    uintptr
	inPlace, releaseInPlace                     uintptr
	aliases, releaseAliases                     uintptr

	first, layers uintptr
}

// served holds the layers of all sessions: the library knows them by number, so
// that it never holds an address in the memory of Go.
var served struct {
	sync.RWMutex
	last   uintptr
	layers map[uintptr]servedLayer
}

// A servedLayer is a layer of a session of an engine.
type servedLayer struct {
	engine *Engine
	*layer
	threads int
}

// serve makes the layers known to the session that options will make.
func (s *Session) serve(options handle, with settings) error {
	layers := with.layers
	if len(layers) == 0 {
		return nil
	}
	served.Lock()
	first := served.last + 1
	served.last += uintptr(len(layers))
	if served.layers == nil {
		served.layers = map[uintptr]servedLayer{}
	}
	for i, l := range layers {
		served.layers[first+uintptr(i)] = servedLayer{s.engine, l, with.threads}
	}
	served.Unlock()
	s.operator = new(operator)
	*s.operator = callbacks()
	s.operator.first, s.operator.layers = first, uintptr(len(layers))
	s.memory.Pin(s.operator)
	domain := cString(goDomain)
	if err := s.call(createCustomOpDomain, uintptr(unsafe.Pointer(domain)), uintptr(unsafe.Pointer(&s.domain))); err != nil {
		return err
	}
	if err := s.call(customOpDomainAdd, uintptr(s.domain), uintptr(unsafe.Pointer(s.operator))); err != nil {
		return err
	}
	return s.call(addCustomOpDomain, uintptr(options), uintptr(s.domain))
}

// dismiss forgets the layers of the session.
func (s *Session) dismiss() {
	s.engine.api.release(releaseCustomOpDomain, s.domain)
	if s.operator == nil {
		return
	}
	served.Lock()
	defer served.Unlock()
	for i := range s.operator.layers {
		delete(served.layers, s.operator.first+i)
	}
}

// serving returns the layer with a number.
func serving(number uintptr) (servedLayer, error) {
	served.RLock()
	defer served.RUnlock()
	l, there := served.layers[number]
	if !there {
		return l, fmt.Errorf("there is no layer %d", number)
	}
	return l, nil
}

// operatorName is goOperator as C has it, at an address that stays.
var operatorName = cString(goOperator)

// callbacks returns the operator with the functions that the library calls. There
// is one set for the process: a process can make some 2000, and never gives one
// back. None may let a panic pass into the library.
var callbacks = sync.OnceValue(func() operator {
	zero := purego.NewCallback(func(_, _ uintptr) uintptr { return 0 })
	one := purego.NewCallback(func(_, _ uintptr) uintptr { return 1 })
	return operator{
		version:   apiVersion,
		name:      purego.NewCallback(func(uintptr) uintptr { return uintptr(unsafe.Pointer(operatorName)) }),
		provider:  zero,                 // the processor
		inputType: one, inputCount: one, // one tensor of float32, which has number 1
		outputType: one, outputCount: one,
		destroyKernel:       zero,                             // does nothing
		inputCharacteristic: zero, outputCharacteristic: zero, // is required
		inputMemory:      zero, // of the processor
		variadicInputs:   zero,
		variadicOutputs:  zero,
		createKernelV2:   purego.NewCallback(createGoKernel),
		computeV2:        purego.NewCallback(computeGoKernel),
		inferOutputShape: purego.NewCallback(inferGoShape),
	}
})

// createGoKernel is told of a node that a session has: its kernel is the number of
// its layer.
func createGoKernel(op, _, info, kernel uintptr) uintptr {
	o := (*operator)(pointer(op))
	return guarded(o.first, func(l servedLayer) error {
		var number int64
		name := cString(goLayer)
		err := l.engine.api.call(kernelInfoGetInt64, info, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&number)))
		if err == nil {
			err = o.check(number)
		}
		*(*uintptr)(pointer(kernel)) = o.first + uintptr(number)
		return err
	})
}

// check says that there is no layer of a number.
func (o *operator) check(number int64) error {
	if number < 0 || uint64(number) >= uint64(o.layers) {
		return fmt.Errorf("there is no layer %d of %d", number, o.layers)
	}
	return nil
}

// computeGoKernel computes the node of a kernel.
func computeGoKernel(kernel, context uintptr) uintptr {
	return guarded(kernel, func(l servedLayer) error {
		var value handle
		if err := l.engine.api.call(kernelContextGetInput, context, 0, uintptr(unsafe.Pointer(&value))); err != nil {
			return err
		}
		input, err := l.engine.tensor(value)
		if err != nil {
			return err
		}
		shape, err := l.shape(input.Shape)
		if err != nil {
			return err
		}
		wide := longs(shape)
		err = l.engine.api.call(kernelContextGetOutput, context, 0, uintptr(first(wide)), uintptr(len(wide)), uintptr(unsafe.Pointer(&value)))
		if err != nil {
			return err
		}
		output, err := l.engine.tensor(value)
		if err == nil {
			l.compute(output, input, l.threads)
		}
		return err
	})
}

// guarded calls work with a layer, and returns what the library takes for its
// error, nil for none. A panic is an error too: the library could not be left
// by one.
func guarded(number uintptr, work func(servedLayer) error) (status uintptr) {
	l, err := serving(number)
	if err != nil {
		return 0 // no session of this process has such a kernel
	}
	defer func() {
		if cause := recover(); cause != nil {
			status = l.engine.status(fmt.Errorf("panic: %v", cause))
		}
	}()
	return l.engine.status(work(l))
}

// status is an error for the library, which takes it over.
func (e *Engine) status(err error) uintptr {
	if err == nil {
		return 0
	}
	const failure = 1 // ORT_FAIL
	text := cString(err.Error())
	made, _, _ := purego.SyscallN(e.api[createStatus], failure, uintptr(unsafe.Pointer(text)))
	runtime.KeepAlive(text)
	return made
}
