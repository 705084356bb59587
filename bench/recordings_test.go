package bench

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/signal"
	"github.com/isocortex/isocortex/work"
)

// meg is five minutes of 306 channels at 1000 Hz, 367 MB: noise that wanders.
var meg = sync.OnceValues(func() (string, error) {
	const channels, seconds, rate = 306, 300, 1000
	h := recording.Header{Rate: rate, Highpass: math.NaN(), Lowpass: math.NaN(), Line: math.NaN()}
	rows := make([][]float64, channels)
	for c := range rows {
		h.Channels = append(h.Channels, recording.Channel{Name: fmt.Sprintf("MEG%04d", c+1), Kind: recording.Magnetometer, Unit: "T", Position: recording.Nowhere})
		rows[c] = make([]float64, seconds*rate)
		from, at := seed.Stream(1, "channel", c), 0.0
		for i := range rows[c] {
			at = .999*at + 1e-14*from.NormFloat64()
			rows[c][i] = at
		}
	}
	r, err := recording.NewMemory(h, rows)
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "meg_raw.fif")
	return path, fif.Write(path, r, fif.WriteOptions{})
})

// filtered reads all of a recording after a band-pass filter into dst, and returns
// a number to check.
func filtered(path string, dst *[]float64) (float64, error) {
	r, err := fif.Open(path, fif.Options{})
	if err != nil {
		return 0, err
	}
	h := r.Header()
	f, err := signal.Design(h.Rate, signal.Band{Highpass: .1, Lowpass: 40})
	if err != nil {
		return 0, err
	}
	every := h.Pick(func(recording.Channel) bool { return true })
	*dst = make([]float64, len(every)*h.Length)
	around := signal.Filtered(r, f, work.Budget{Threads: threads})
	if err := around.Read(*dst, every, h.Whole()); err != nil {
		return 0, err
	}
	sum := 0.0
	for c := range every {
		for i := 0; i < h.Length; i += 1000 {
			sum += math.Abs((*dst)[c*h.Length+i])
		}
	}
	return sum, around.Close()
}

// peerFilter compares with MNE-Python in one process, and with as many as there
// are threads here.
func peerFilter(t *testing.T, jobs int) {
	path, err := meg()
	if err != nil {
		t.Fatal(err)
	}
	p := startPeer(t, "filter.py", path, strconv.Itoa(jobs))
	p.compare(t, func() (float64, float64) {
		var sum float64
		var dst []float64
		took := timed(t, func() (err error) {
			sum, err = filtered(path, &dst)
			return err
		})
		return took.clock, sum
	})
}

func BenchmarkFilter(b *testing.B) {
	path, err := meg()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var dst []float64
		if _, err := filtered(path, &dst); err != nil {
			b.Fatal(err)
		}
	}
}
