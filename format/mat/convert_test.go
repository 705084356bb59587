package mat

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// turnPlain is the definition: one index per axis, the last one fastest.
func turnPlain[T any](values []T, shape []int) []T {
	turned := make([]T, len(values))
	for to := range turned {
		from, step, rest := 0, len(values), to
		for axis := len(shape) - 1; axis >= 0; axis-- {
			step /= shape[axis]
			from += rest % shape[axis] * step
			rest /= shape[axis]
		}
		turned[to] = values[from]
	}
	return turned
}

func TestTurnMatchesTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.OneOf(
			rapid.SliceOfN(rapid.IntRange(0, 4), 2, 5),
			rapid.SliceOfN(rapid.IntRange(tile-1, 2*tile+1), 2, 2), // around the size of a tile
		).Draw(t, "shape")
		length, _ := count(shape)
		values := make([]int, length)
		for i := range values {
			values[i] = i
		}
		turned := turn(values, shape)
		if !slices.Equal(turned, turnPlain(values, shape)) {
			t.Fatalf("%v: turned %v", shape, turned)
		}
		back := slices.Clone(shape)
		slices.Reverse(back)
		if !slices.Equal(turn(turned, back), values) {
			t.Fatalf("%v: there and back is elsewhere", shape)
		}
	})
}

func TestCastNoticesWhatDoesNotFit(t *testing.T) {
	for _, values := range []any{
		[]uint8{128}, []int16{-129}, []float64{0.5}, []float64{1e30}, []uint64{1 << 63}, []int64{1 << 40}, nil, []string{"1"},
	} {
		if got, ok := as[int8](values); ok {
			t.Errorf("%v became %v", values, got)
		}
	}
	if got, ok := as[int64]([]uint64{1 << 63}); ok {
		t.Errorf("2⁶³ became %v", got)
	}
	if got, ok := as[uint8]([]int8{-1}); ok {
		t.Errorf("-1 became %v", got)
	}
}

func BenchmarkTurn(b *testing.B) {
	shape := []int{1000, 2000}
	values := make([]float64, 1000*2000)
	for name, turn := range map[string]func([]float64, []int) []float64{"tiles": turn[float64], "plain": turnPlain[float64]} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(8 * len(values)))
			for b.Loop() {
				turn(values, shape)
			}
		})
	}
}
