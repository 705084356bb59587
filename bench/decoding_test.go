package bench

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/decoding"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// What is told apart: trials of conditions over channels, in folds.
const (
	decodedConditions = 92
	decodedTrials     = 10
	decodedChannels   = 306
	decodedFolds      = 5
	decodedTimes      = 500
)

// decoded returns the trials at so many times, those of a fold in one run.
func decoded(times int) *dataset.Dataset {
	n := decodedConditions * decodedTrials
	ds := &dataset.Dataset{Shape: [3]int{n, decodedChannels, times}, F32: make([]float32, n*decodedChannels*times), Observation: map[string][]string{}}
	random := seed.Stream(1, "trials to decode")
	for i := range ds.F32 {
		ds.F32[i] = random.Float32() + random.Float32() + random.Float32()
	}
	for o := range n {
		ds.Observation["condition"] = append(ds.Observation["condition"], strconv.Itoa(o/decodedTrials))
		ds.Observation["run"] = append(ds.Observation["run"], strconv.Itoa(o%decodedTrials%decodedFolds))
	}
	for t := range times {
		ds.Times = append(ds.Times, float64(t)/500)
	}
	return ds
}

// decoder tells the trials apart on the threads of all benchmarks.
func decoder(tb testing.TB, name, shrinkage string) decoding.Decoder {
	tb.Helper()
	d := decoding.Decoder{Folds: "run", Multiplier: enginetest.Open(tb).Multiplier(), Budget: work.Budget{Threads: threads}}
	var err error
	if d.Measure, err = decoding.MeasureByName(name); err != nil {
		tb.Fatal(err)
	}
	if d.Shrinkage, err = decoding.ParseShrinkage(shrinkage); err != nil {
		tb.Fatal(err)
	}
	return d
}

// peerDecoding compares pairwise decoding at every time with scikit-learn, which
// tells a few pairs apart at one time: its seconds for all pairs and times are
// those times as many. Both take the same trials, folds and classifiers, and their
// decision values must be equal.
func peerDecoding(t *testing.T) {
	ds := decoded(decodedTimes)
	for _, c := range []struct {
		shrinkage string
		pairs     int
	}{{"0.1", 20}, {"auto", 20}} {
		t.Run("shrinkage "+c.shrinkage, func(t *testing.T) {
			folder := t.TempDir()
			write(t, folder, "trials", firstTime(ds))
			p := startPeer(t, "decoding.py", folder, strconv.Itoa(decodedConditions), strconv.Itoa(decodedTrials),
				strconv.Itoa(decodedChannels), strconv.Itoa(decodedFolds), strconv.Itoa(c.pairs), c.shrinkage)
			p.work(t)
			theirs, _ := p.work(t)
			var r *rdm.RDMs
			d := decoder(t, "lda decision value", c.shrinkage)
			ours := timed(t, func() (err error) {
				r, err = d.Estimate(t.Context(), ds)
				return err
			}).clock
			again, _ := p.work(t)
			largest := largestDifference(t, filepath.Join(folder, "decisions"), r.RDV(0))
			all := (theirs + again) / 2 * float64(rdm.Pairs(decodedConditions)) / float64(c.pairs) * decodedTimes
			t.Logf("%.0f times as fast: %.1f s for all %d pairs at %d times against %.0f s, extrapolated from %.2f s for %d pairs at one time; largest difference of decision values %.2g (%s)",
				all/ours, ours, rdm.Pairs(decodedConditions), decodedTimes, all, (theirs+again)/2, c.pairs, largest, p.versions)
			if largest > 1e-8 {
				t.Errorf("decision values differ by %g", largest)
			}
		})
	}
}

// firstTime returns observations × channels.
func firstTime(ds *dataset.Dataset) []float64 {
	x := make([]float64, ds.Shape[0]*ds.Shape[1])
	for i := range x {
		x[i] = float64(ds.F32[i*ds.Shape[2]])
	}
	return x
}

// largestDifference compares the numbers in a file with the first of others.
func largestDifference(tb testing.TB, path string, with []float64) float64 {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	numbers := make([]float64, info.Size()/8)
	if err := binary.Read(f, binary.LittleEndian, numbers); err != nil {
		tb.Fatal(err)
	}
	largest := 0.0
	for i, v := range numbers {
		largest = max(largest, math.Abs(v-with[i]))
	}
	return largest
}

// BenchmarkDecoding tells all pairs of conditions apart at a tenth of the times,
// by classifiers that differ in their covariance.
//
//	s/500-times   seconds for all times, ten times those that were measured
func BenchmarkDecoding(b *testing.B) {
	ds := decoded(decodedTimes / 10)
	for _, c := range []struct{ name, shrinkage string }{
		{"lda accuracy", "0.1"},
		{"lda accuracy", "ledoit-wolf"},
		{"lda accuracy", "auto"},
		{"pooled lda accuracy", "0.1"},
		{"pooled lda accuracy", "ledoit-wolf"},
		{"svm accuracy", ""},
	} {
		b.Run(c.name+" "+c.shrinkage, func(b *testing.B) {
			d := decoder(b, c.name, c.shrinkage)
			for b.Loop() {
				if _, err := d.Estimate(b.Context(), ds); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(10*b.Elapsed().Seconds()/float64(b.N), "s/500-times")
		})
	}
}

// BenchmarkCrossnobis estimates crossnobis RDMs at all times, of patterns as they
// are.
func BenchmarkCrossnobis(b *testing.B) {
	ds := decoded(decodedTimes)
	measure, err := rdm.MeasureByName("crossnobis")
	if err != nil {
		b.Fatal(err)
	}
	e := rdm.Estimator{Measure: measure, Folds: "run", Multiplier: enginetest.Open(b).Multiplier(), Budget: work.Budget{Threads: threads}}
	for b.Loop() {
		if _, err := e.Estimate(b.Context(), ds); err != nil {
			b.Fatal(err)
		}
	}
}
