package mat

import "reflect"

// numberClasses holds, for every class of numbers, what makes them of the values
// that a file has in whatever type was the smallest.
var numberClasses = map[Class]func(n *node, values any, positions []int) (any, error){
	Double:  convert[float64],
	Single:  convert[float32],
	Int8:    convert[int8],
	Int16:   convert[int16],
	Int32:   convert[int32],
	Int64:   convert[int64],
	Uint8:   convert[uint8],
	Uint16:  convert[uint16],
	Uint32:  convert[uint32],
	Uint64:  convert[uint64],
	Logical: convert[bool],
}

// holdsNumbers says whether arrays of the class are numeric or logical.
func (c Class) holdsNumbers() bool { return numberClasses[c] != nil }

// readable says whether arrays of the class are read at all.
func (c Class) readable() bool {
	return c == Cell || c == Struct || c == Char || c.holdsNumbers()
}

// convert returns column-major values, or those of a sparse array at positions,
// as a row-major []T that fills n.
func convert[T Number](n *node, values any, positions []int) (any, error) {
	length, _ := count(n.shape)
	numbers, ok := as[T](values)
	switch {
	case !ok:
		return nil, n.malformed("data", "%s holds values that its class, %s, cannot hold", n.name, n.class)
	case len(numbers) != length && positions == nil, len(numbers) < len(positions):
		return nil, n.malformed("data", "%s has %d values for shape %v", n.name, len(numbers), n.shape)
	case positions != nil:
		full := make([]T, length)
		for i, at := range positions {
			full[at] = numbers[i]
		}
		numbers = full
	}
	return turn(numbers, n.shape), nil
}

// as returns values of any type as []T; false when one would not stay the same.
func as[T Number](values any) ([]T, bool) {
	if same, ok := values.([]T); ok {
		return same, true
	}
	switch values := values.(type) {
	case []float64:
		return castAll[T](values)
	case []float32:
		return castAll[T](values)
	case []int8:
		return castAll[T](values)
	case []int16:
		return castAll[T](values)
	case []int32:
		return castAll[T](values)
	case []int64:
		return castAll[T](values)
	case []uint8:
		return castAll[T](values)
	case []uint16:
		return castAll[T](values)
	case []uint32:
		return castAll[T](values)
	case []uint64:
		return castAll[T](values)
	}
	return nil, false
}

// arithmetic is Number without bool, which Go does not convert.
type arithmetic interface {
	float64 | float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

func castAll[T Number, S arithmetic](values []S) ([]T, bool) {
	numbers := make([]T, len(values))
	ok := true
	switch to := any(numbers).(type) {
	case []float64:
		ok = cast(to, values)
	case []float32:
		ok = cast(to, values)
	case []int8:
		ok = cast(to, values)
	case []int16:
		ok = cast(to, values)
	case []int32:
		ok = cast(to, values)
	case []int64:
		ok = cast(to, values)
	case []uint8:
		ok = cast(to, values)
	case []uint16:
		ok = cast(to, values)
	case []uint32:
		ok = cast(to, values)
	case []uint64:
		ok = cast(to, values)
	case []bool:
		for i, v := range values {
			to[i] = v != 0
		}
	}
	return numbers, ok
}

// cast converts from to to, and says whether every value came through. NaN
// stays NaN and has no integer.
func cast[T, S arithmetic](to []T, from []S) bool {
	for i, v := range from {
		to[i] = T(v)
		same := S(to[i]) == v && (to[i] < 0) == (v < 0) // two's complement comes back from the other sign
		if stillNaN := v != v && to[i] != to[i]; !same && !stillNaN {
			return false
		}
	}
	return true
}

// tile is how many values of a side are turned at a time, so that both ends of
// the way stay in the cache.
const tile = 32

// turn returns column-major values in row-major order: the same slice when both
// are the same. With the shape reversed it goes the other way.
func turn[T any](values []T, shape []int) []T {
	if vector(shape) || len(values) == 0 {
		return values
	}
	last := len(shape) - 1
	rows, columns := shape[0], shape[last]
	pages := make([]int, len(values)/rows/columns) // between the first axis and the last
	for i := range pages {
		pages[i] = i
	}
	turned := make([]T, len(values))
	for to, from := range turn(pages, shape[1:last]) {
		for top := 0; top < rows; top += tile {
			for left := 0; left < columns; left += tile {
				for i := top; i < min(top+tile, rows); i++ {
					for j := left; j < min(left+tile, columns); j++ {
						turned[(i*len(pages)+to)*columns+j] = values[(j*len(pages)+from)*rows+i]
					}
				}
			}
		}
	}
	return turned
}

// vector says whether at most one axis is longer than 1.
func vector(shape []int) bool {
	long := 0
	for _, n := range shape {
		if n != 1 {
			long++
		}
	}
	return long < 2
}

// lengthOf returns the length of a slice of any numbers.
func lengthOf(numbers any) int { return reflect.ValueOf(numbers).Len() }
