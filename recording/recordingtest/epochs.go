package recordingtest

import (
	"errors"
	"testing"

	"github.com/isocortex/isocortex/recording"
)

// EpochsContract opens epochs and tests that what is read of some epochs and
// channels are pieces of one whole, and that what is not there is an error.
func EpochsContract(t *testing.T, open func() (recording.Epochs, error)) {
	t.Helper()
	e, err := open()
	if err != nil {
		t.Fatal(err)
	}
	h := e.Header()
	if err := h.Valid(); err != nil {
		t.Fatal(err)
	}
	if len(h.Times()) != h.Length {
		t.Errorf("%d times for %d numbers", len(h.Times()), h.Length)
	}
	every, all := order(len(h.Trials)), order(len(h.Channels))
	whole := make([]float64, len(every)*len(all)*h.Length)
	if err := e.Read(whole, every, all); err != nil {
		t.Fatal(err)
	}
	t.Run("pieces", func(t *testing.T) { pieces(t, e, whole) })
	t.Run("what is not there", func(t *testing.T) {
		for _, wrong := range [][2][]int{{{-1}, {0}}, {{len(every)}, {0}}, {{0}, {-1}}, {{0}, {len(all)}}} {
			if err := e.Read(make([]float64, h.Length), wrong[0], wrong[1]); err == nil {
				t.Errorf("epoch %d and channel %d were read", wrong[0], wrong[1])
			}
		}
	})
	for range 2 {
		if err := e.Close(); err != nil {
			t.Errorf("at Close: %v", err)
		}
	}
	if err := e.Read(make([]float64, h.Length), []int{0}, []int{0}); !errors.Is(err, recording.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// order counts from 0.
func order(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

// pieces reads epochs backwards, one of them twice, and every third channel.
func pieces(t *testing.T, e recording.Epochs, whole []float64) {
	h := e.Header()
	epochs := []int{0}
	for i := len(h.Trials) - 1; i >= 0; i -= 2 {
		epochs = append(epochs, i)
	}
	var channels []int
	for c := len(h.Channels) - 1; c >= 0; c -= 3 {
		channels = append(channels, c)
	}
	got := make([]float64, len(epochs)*len(channels)*h.Length)
	if err := e.Read(got, epochs, channels); err != nil {
		t.Fatal(err)
	}
	for i, epoch := range epochs {
		for j, c := range channels {
			row := got[(i*len(channels)+j)*h.Length:][:h.Length]
			if !same(row, whole[(epoch*len(h.Channels)+c)*h.Length:][:h.Length]) {
				t.Errorf("row %d of epoch %d is not channel %d", j, epoch, c)
			}
		}
	}
}
