// Package recordingtest tests what every recording promises.
package recordingtest

import (
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/isocortex/isocortex/recording"
)

// Contract opens a recording and tests that its windows and channels are pieces
// of one signal, that what is not there is an error, and that it can be read by
// several goroutines and closed.
func Contract(t *testing.T, open func() (recording.Recording, error)) {
	t.Helper()
	r, err := open()
	if err != nil {
		t.Fatal(err)
	}
	h := r.Header()
	if err := h.Valid(); err != nil {
		t.Fatal(err)
	}
	whole := read(t, r, h.Whole())
	t.Run("windows", func(t *testing.T) { windows(t, r, whole) })
	t.Run("channels", func(t *testing.T) { channels(t, r, whole) })
	t.Run("what is not there", func(t *testing.T) { absent(t, r) })
	t.Run("goroutines", func(t *testing.T) { goroutines(t, r, whole) })
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	one := make([]float64, 1)
	if err := r.Read(one, []int{0}, recording.Window{From: 0, To: 1}); !errors.Is(err, recording.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

// read returns the signal of all channels.
func read(t *testing.T, r recording.Recording, w recording.Window) []float64 {
	t.Helper()
	every := r.Header().Pick(func(recording.Channel) bool { return true })
	signal := make([]float64, len(every)*w.Len())
	if err := r.Read(signal, every, w); err != nil {
		t.Fatal(err)
	}
	return signal
}

// windows compares windows of every place and of several lengths with the whole.
func windows(t *testing.T, r recording.Recording, whole []float64) {
	samples := r.Header().Length
	for _, length := range []int{0, 1, 2, 7, samples / 3, samples} {
		step := max(1, samples/37)
		for from := 0; from+length <= samples; from += step {
			w := recording.Window{From: recording.Stored(from), To: recording.Stored(from + length)}
			got := read(t, r, w)
			for c := range r.Header().Channels {
				if want := whole[c*samples+from:][:length]; !same(got[c*length:][:length], want) {
					t.Fatalf("channel %d of samples %d to %d is not what the whole has there", c, w.From, w.To)
				}
			}
		}
	}
}

// channels reads channels backwards, and one of them twice.
func channels(t *testing.T, r recording.Recording, whole []float64) {
	h := r.Header()
	var order []int
	for c := len(h.Channels) - 1; c >= 0; c -= 3 {
		order = append(order, c)
	}
	order = append(order, order[0])
	got := make([]float64, len(order)*h.Length)
	if err := r.Read(got, order, h.Whole()); err != nil {
		t.Fatal(err)
	}
	for i, c := range order {
		if !same(got[i*h.Length:][:h.Length], whole[c*h.Length:][:h.Length]) {
			t.Errorf("row %d is not channel %d", i, c)
		}
	}
}

// absent asks for what is outside.
func absent(t *testing.T, r recording.Recording) {
	h := r.Header()
	end := recording.Stored(h.Length)
	for _, w := range []recording.Window{{From: -1, To: 0}, {From: end, To: end + 1}, {From: 1, To: 0}} {
		if err := r.Read(make([]float64, max(w.Len(), 0)), []int{0}, w); err == nil {
			t.Errorf("samples %d to %d of %d were read", w.From, w.To, h.Length)
		}
	}
	for _, c := range []int{-1, len(h.Channels)} {
		if err := r.Read(nil, []int{c}, recording.Window{}); err == nil {
			t.Errorf("channel %d of %d was read", c, len(h.Channels))
		}
	}
}

// goroutines reads the whole several times at once.
func goroutines(t *testing.T, r recording.Recording, whole []float64) {
	every := r.Header().Pick(func(recording.Channel) bool { return true })
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			signal := make([]float64, len(whole))
			if err := r.Read(signal, every, r.Header().Whole()); err != nil || !same(signal, whole) {
				t.Errorf("read beside others it is not the same: %v", err)
			}
		})
	}
	group.Wait()
}

// same compares bits, so that NaN is equal to itself.
func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}
