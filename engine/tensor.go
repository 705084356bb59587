package engine

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unsafe"

	"github.com/isocortex/isocortex/onnx"
)

// A Tensor is a block of numbers with a shape, in row-major order.
type Tensor struct {
	Shape []int // length of each axis; no axis for a single number
	Data  any   // []float32, []float64, []int64, []int32, []uint8 or []bool; as long as the product of Shape
}

// A Port is one input or output of a session.
type Port struct {
	Name  string
	Type  onnx.ElementType
	Shape []int64 // -1 where any length goes
}

// String writes the type and shape of the port: float32 [? 3 224 224].
func (p Port) String() string { return describe(p.Type, p.Shape) }

// describe writes a type and a shape; negative lengths are free.
func describe(element onnx.ElementType, shape []int64) string {
	lengths := make([]string, len(shape))
	for i, length := range shape {
		lengths[i] = fmt.Sprint(length)
		if length < 0 {
			lengths[i] = "?"
		}
	}
	return fmt.Sprintf("%v [%s]", element, strings.Join(lengths, " "))
}

// A memory is where the numbers of a tensor lie.
type memory struct {
	element onnx.ElementType
	start   unsafe.Pointer
	length  int     // elements
	bytes   uintptr // in all
}

// memoryOf finds the numbers of data and keeps them in place until p lets go.
func memoryOf(p *runtime.Pinner, data any) (memory, bool) {
	switch s := data.(type) {
	case []float32:
		return slice(p, s, onnx.Float32), true
	case []float64:
		return slice(p, s, onnx.Float64), true
	case []int64:
		return slice(p, s, onnx.Int64), true
	case []int32:
		return slice(p, s, onnx.Int32), true
	case []uint8:
		return slice(p, s, onnx.Uint8), true
	case []bool:
		return slice(p, s, onnx.Bool), true
	}
	return memory{}, false
}

func slice[T any](p *runtime.Pinner, s []T, element onnx.ElementType) memory {
	pin(p, s)
	return memory{element, first(s), len(s), uintptr(len(s)) * unsafe.Sizeof(*new(T))}
}

// view returns the n elements at start as a slice of Go.
func view(element onnx.ElementType, start unsafe.Pointer, n int) (any, bool) {
	switch element {
	case onnx.Float32:
		return elements[float32](start, n), true
	case onnx.Float64:
		return elements[float64](start, n), true
	case onnx.Int64:
		return elements[int64](start, n), true
	case onnx.Int32:
		return elements[int32](start, n), true
	case onnx.Uint8:
		return elements[uint8](start, n), true
	case onnx.Bool:
		return elements[bool](start, n), true
	}
	return nil, false
}

// elements is unsafe.Slice, except that a tensor of no elements, for which the
// library may give any address, is an empty slice of Go.
func elements[T any](start unsafe.Pointer, n int) []T {
	if n == 0 {
		return []T{}
	}
	return unsafe.Slice((*T)(start), n)
}

// check says why t cannot be given to the port.
func (t Tensor) check(port Port, m memory, known bool) error {
	shape := longs(t.Shape)
	if !known {
		return &TensorError{port.Name, port.String(), fmt.Sprintf("%T", t.Data), "give a slice of float32, float64, int64, int32, uint8 or bool"}
	}
	given := describe(m.element, shape)
	if m.element != port.Type || !fits(port.Shape, shape) {
		return &TensorError{port.Name, port.String(), given, ""}
	}
	if n, ok := size(t.Shape); !ok || n != m.length {
		return &TensorError{port.Name, port.String(), given, fmt.Sprintf("the data has %d elements", m.length)}
	}
	return nil
}

// fits reports whether a port of the wanted shape takes a tensor of the given.
func fits(wanted, given []int64) bool {
	return slices.EqualFunc(wanted, given, func(w, g int64) bool { return w == g || w < 0 && g >= 0 })
}

// size returns the number of elements of a shape; false for a shape that no
// tensor can have.
func size(shape []int) (int, bool) {
	n := 1
	for _, length := range shape {
		if length < 0 || length > 0 && n > maxElements/length {
			return 0, false
		}
		n *= length
	}
	return n, true
}

// maxElements bounds a tensor well below what a slice can hold.
const maxElements = 1 << 47

func longs(shape []int) []int64 {
	wide := make([]int64, len(shape))
	for i, length := range shape {
		wide[i] = int64(length)
	}
	return wide
}

// value wraps the memory of t, which must stay pinned until the value is released.
func (e *Engine) value(shape []int, m memory) (handle, error) {
	var (
		v    handle
		wide = longs(shape)
	)
	err := e.api.call(createTensorWithDataAsOrtValue, uintptr(e.memory), uintptr(m.start), m.bytes,
		uintptr(first(wide)), uintptr(len(wide)), uintptr(m.element), uintptr(unsafe.Pointer(&v)))
	return v, err
}

// tensor views the numbers of a value that the library made.
func (e *Engine) tensor(v handle) (Tensor, error) {
	element, wide, err := e.shapeOf(getTensorTypeAndShape, v)
	if err != nil {
		return Tensor{}, err
	}
	shape := make([]int, len(wide))
	for i, length := range wide {
		shape[i] = int(length)
	}
	n, _ := size(shape)
	var start unsafe.Pointer
	if err := e.api.call(getTensorMutableData, uintptr(v), uintptr(unsafe.Pointer(&start))); err != nil {
		return Tensor{}, err
	}
	data, ok := view(element, start, n)
	if !ok {
		return Tensor{}, fmt.Errorf("engine: an output of type %v cannot be read: add a Cast to float32 to the graph", element)
	}
	return Tensor{shape, data}, nil
}

// shapeOf reads type and shape of a value.
func (e *Engine) shapeOf(f function, v handle) (onnx.ElementType, []int64, error) {
	var info handle
	if err := e.api.call(f, uintptr(v), uintptr(unsafe.Pointer(&info))); err != nil {
		return 0, nil, err
	}
	defer e.api.release(releaseTensorInfo, info)
	return e.readInfo(info)
}

// readInfo reads a description of type and shape, which stays the caller's.
func (e *Engine) readInfo(info handle) (onnx.ElementType, []int64, error) {
	var element int32
	if err := e.api.call(getTensorElementType, uintptr(info), uintptr(unsafe.Pointer(&element))); err != nil {
		return 0, nil, err
	}
	var axes uintptr
	if err := e.api.call(getDimensionsCount, uintptr(info), uintptr(unsafe.Pointer(&axes))); err != nil {
		return 0, nil, err
	}
	shape := make([]int64, axes)
	err := e.api.call(getDimensions, uintptr(info), uintptr(first(shape)), axes)
	return onnx.ElementType(element), shape, err
}
