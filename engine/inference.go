package engine

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/isocortex/isocortex/onnx"
)

// inferGoShape tells the library the shape of a node's output, as far as that of
// its input is known: it fuses operators only where it knows that shapes agree.
func inferGoShape(op, context uintptr) uintptr {
	o := (*operator)(pointer(op))
	return guarded(o.first, func(l servedLayer) error {
		api := l.engine.api
		number, err := api.attribute(context)
		if err == nil {
			err = o.check(number)
		}
		if err != nil {
			return err
		}
		if l, err = serving(o.first + uintptr(number)); err != nil {
			return err
		}
		var info handle // the context's own
		if err := api.call(inferenceGetInput, context, 0, uintptr(unsafe.Pointer(&info))); err != nil {
			return err
		}
		_, wide, err := l.engine.readInfo(info)
		if err != nil || len(wide) != 4 {
			return err // nothing is known
		}
		names := make([]handle, len(wide))
		if err := api.call(getSymbolicDimensions, uintptr(info), uintptr(first(names)), uintptr(len(names))); err != nil {
			return err
		}
		return l.announce(context, wide, names)
	})
}

// attribute reads which layer computes the node.
func (a *api) attribute(context uintptr) (int64, error) {
	const integer = 1 // ORT_OP_ATTR_INT
	name := cString(goLayer)
	var (
		attribute    handle // the context's own
		number       int64
		bytes        = unsafe.Sizeof(number)
		bytesWritten uintptr
	)
	if err := a.call(inferenceGetAttribute, context, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&attribute))); err != nil {
		return 0, err
	}
	err := a.call(readOpAttribute, uintptr(attribute), integer, uintptr(unsafe.Pointer(&number)), bytes, uintptr(unsafe.Pointer(&bytesWritten)))
	return number, err
}

// announce sets the shape of the output for an input of the given lengths, -1 for
// those that have a name in their place, or none.
func (l servedLayer) announce(context uintptr, input []int64, symbols []handle) error {
	known := make([]int, len(input))
	for axis, length := range input {
		known[axis] = int(max(length, -1))
	}
	shape, err := l.shape(known)
	if err != nil {
		return err
	}
	var (
		info handle
		api  = l.engine.api
		wide = longs(shape)
		list = l.symbols(shape, symbols)
	)
	if err := api.call(createTensorInfo, uintptr(unsafe.Pointer(&info))); err != nil {
		return err
	}
	defer api.release(releaseTensorInfo, info)
	err = errors.Join(
		api.call(setTensorElementType, uintptr(info), uintptr(onnx.Float32)),
		api.call(setDimensions, uintptr(info), uintptr(first(wide)), uintptr(len(wide))),
		api.call(setSymbolicDimensions, uintptr(info), uintptr(first(list)), uintptr(len(list))),
		api.call(inferenceSetOutput, context, 0, uintptr(info)),
	)
	runtime.KeepAlive(list)
	return err
}

// made counts the names that were made up for lengths.
var made atomic.Int64

// symbols names the lengths of a shape that are not known: as those of the input
// where they are the same, else anew. The library takes no length without a name.
func (l servedLayer) symbols(shape []int, input []handle) names {
	list := make(names, len(shape))
	for axis, length := range shape {
		name := ""
		if length < 0 {
			if axis < 2 || l.grow[axis-2] == 0 {
				name = goString(input[axis])
			}
			if name == "" {
				name = fmt.Sprintf("%s %d", goDomain, made.Add(1))
			}
		}
		list[axis] = cString(name)
	}
	return list
}
