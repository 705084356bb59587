package epoch

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/signal"
	"github.com/isocortex/isocortex/work"
)

// mixedKinds are the epochs of testdata/reference/covariance.py, of two conditions
// that take turns.
func mixedKinds() *Gathering {
	const epochs, times, first = 12, 41, -20
	kinds := []recording.Kind{"mag", "mag", "grad", "grad", "grad", "eeg", "eeg", "eeg", "eeg"}
	sizes := map[recording.Kind]float64{"mag": 1e-13, "grad": 1e-12, "eeg": 5e-6}
	g := &Gathering{}
	for c, k := range kinds {
		g.Channels = append(g.Channels, recording.Channel{Name: fmt.Sprint("C", c+1), Kind: k, Unit: "SI"})
	}
	for t := range times {
		g.Times = append(g.Times, float64(t+first)/100)
	}
	for e := range epochs {
		var all []float32
		for c, k := range kinds {
			row, mean := make([]float64, times), 0.0
			for i := range row {
				t := float64(i)
				row[i] = math.Sin(.9*t*float64(c+1)+1.7*float64(e)*float64(c+2)) + math.Cos(.37*t+2.3*float64(e*e)+float64(c)) + .2*float64(e%2)*t
				if i <= -first {
					mean += row[i] / float64(1-first)
				}
			}
			for _, v := range row {
				all = append(all, float32(sizes[k]*(v-mean)))
			}
		}
		g.Fates, g.signals = append(g.Fates, Fate{Condition: fmt.Sprint(e % 2)}), append(g.signals, all)
	}
	return g
}

// unshrunk is the covariance of the noise before it is shrunk.
func unshrunk(tb testing.TB, g *Gathering, r Residual) *noise.Covariance {
	folds, divisor, err := g.products(0, r)
	if err != nil {
		tb.Fatal(err)
	}
	c := &noise.Covariance{Matrix: mat.NewSymDense(len(g.Channels), nil), Degrees: -1}
	sum := c.Matrix.(*mat.SymDense)
	for _, f := range folds {
		sum.AddSym(sum, f.Sum)
		c.Degrees += float64(f.Times)
	}
	sum.ScaleSym(1/float64(divisor), sum)
	return c
}

type covarianceReference struct {
	Matrix  [][]float64
	Degrees float64
}

func TestNoiseAgainstMNEAndScikitLearn(t *testing.T) {
	var want struct {
		With     covarianceReference `json:"with_mean"`
		Without  covarianceReference `json:"without_mean"`
		Shrunk   covarianceReference
		Whitener struct {
			Matrix [][]float64
			Rank   int
			Y      [][]float64
		}
	}
	realtest.Reference(t, "covariance.json", &want)
	g := mixedKinds()
	shrunk, err := g.Noise(0, Everything)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		about string
		got   *noise.Covariance
		want  covarianceReference
	}{{"with the mean", unshrunk(t, g, Everything), want.With}, {"less the mean", unshrunk(t, g, LessMean), want.Without}, {"shrunk", shrunk, want.Shrunk}} {
		got := c.got
		for i, row := range c.want.Matrix {
			for j, v := range row {
				if c.about == "shrunk" && v == 0 {
					continue // of two kinds
				}
				// Signals are float32.
				if size := math.Sqrt(c.want.Matrix[i][i] * c.want.Matrix[j][j]); math.Abs(got.Matrix.At(i, j)-v) > 1e-6*size {
					t.Fatalf("%s: covariance of %d and %d is %g, want %g", c.about, i, j, got.Matrix.At(i, j), v)
				}
			}
		}
		if got.Degrees != c.want.Degrees {
			t.Errorf("%g degrees of freedom, want %g", got.Degrees, c.want.Degrees)
		}
	}
	n := len(g.Channels)
	exact := mat.NewSymDense(n, nil)
	for i, row := range want.With.Matrix {
		for j := i; j < n; j++ {
			exact.SetSym(i, j, row[j])
		}
	}
	h := &recording.Header{Channels: g.Channels, Reference: signal.AverageReference}
	average(g)
	rank, err := g.Whiten(t.Context(), work.Budget{}, &noise.Covariance{Matrix: exact, Degrees: 251}, h)
	if err != nil || rank != want.Whitener.Rank {
		t.Fatalf("rank %d, want %d: %v", rank, want.Whitener.Rank, err)
	}
	for c, row := range want.Whitener.Y {
		for k, v := range row {
			if got := float64(g.signals[3][c*len(g.Times)+8*k]); math.Abs(got-v) > 1e-4 {
				t.Fatalf("channel %d, time %d is %g after whitening, want %g", c, 8*k, got, v)
			}
		}
	}
	if g.Channels[0].Unit != "" || h.Channels[0].Unit != "SI" {
		t.Errorf("units %q, %q", g.Channels[0].Unit, h.Channels[0].Unit)
	}
}

// average takes the mean of EEG out of epochs.
func average(g *Gathering) {
	n := len(g.Times)
	for _, s := range g.signals {
		for t := range n {
			mean := (s[5*n+t] + s[6*n+t] + s[7*n+t] + s[8*n+t]) / 4
			for c := 5; c < 9; c++ {
				s[c*n+t] -= mean
			}
		}
	}
}

// The noise of whitened epochs is 1 in every direction that is left, and nothing in
// others.
func TestWhitenedNoiseIsOne(t *testing.T) {
	g := mixedKinds()
	average(g)
	before := unshrunk(t, g, Everything)
	shrunk, err := g.Noise(0, Everything)
	if err != nil {
		t.Fatal(err)
	}
	h := &recording.Header{Channels: g.Channels}
	if _, rank, err := shrunk.WhitenerOfRank(g.blocks(h, nil), nil); err != nil || rank != 8 {
		t.Errorf("shrunk noise has rank %d: %v", rank, err)
	}
	rank, err := g.Whiten(t.Context(), work.Budget{}, before, h)
	if err != nil || rank != 8 { // found by the numbers alone
		t.Fatalf("rank %d: %v", rank, err)
	}
	after := unshrunk(t, g, Everything)
	for _, block := range [][2]int{{0, 5}, {5, 9}} {
		size := block[1] - block[0]
		part := mat.NewSymDense(size, nil)
		for i := range size {
			for j := i; j < size; j++ {
				part.SetSym(i, j, after.Matrix.At(block[0]+i, block[0]+j))
			}
		}
		var eigen mat.EigenSym
		eigen.Factorize(part, false)
		for k, v := range eigen.Values(nil) {
			want := 1.0
			if k == 0 && block[0] == 5 {
				want = 0
			}
			if math.Abs(v-want) > 1e-4 {
				t.Errorf("variance %g along direction %d of channels from %d on, want %g", v, k, block[0], want)
			}
		}
	}
}

func TestNoiseThatCannotBeTold(t *testing.T) {
	one, late, none := mixedKinds(), mixedKinds(), mixedKinds()
	for i := range 10 {
		one.signals[i] = nil
	}
	for i := range none.signals {
		none.signals[i] = nil
	}
	for i := range late.Times {
		late.Times[i] += 1
	}
	for want, f := range map[string]func() error{
		"each condition has one trial": func() error { _, err := one.Noise(0, LessMean); return err },
		"let them begin earlier":       func() error { _, err := late.Noise(0, Everything); return err },
		"no epoch is left":             func() error { _, err := none.Noise(0, Everything); return err },
		"from 3 degrees of freedom": func() error {
			c, err := mixedKinds().Noise(0, Everything)
			if err == nil {
				c.Degrees = 3
				_, err = one.Whiten(t.Context(), work.Budget{}, c, &recording.Header{Channels: one.Channels})
			}
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// The whitener of a real covariance, as MNE-Python makes it: 306 channels of MEG
// less three projections, 60 of EEG less their average.
func TestWhitenerOfARealCovariance(t *testing.T) {
	folder := realtest.Path(t, "meg_eeg", "fif")
	c, err := fif.ReadCovariance(filepath.Join(folder, "test-cov.fif"))
	if err != nil {
		t.Fatal(err)
	}
	averages, err := fif.Averages(filepath.Join(folder, "test-ave.fif.gz"))
	if err != nil {
		t.Fatal(err)
	}
	projections, err := fif.Projections(filepath.Join(folder, "test-ave.fif.gz"))
	if err != nil {
		t.Fatal(err)
	}
	h := &recording.Header{Channels: averages[0].Channels, Projections: projections}
	for i := range h.Projections {
		h.Projections[i].Active = true
	}
	g := &Gathering{}
	for _, name := range c.Channels {
		at, found := h.Index(name)
		if !found {
			t.Fatalf("no channel %q", name)
		}
		g.Channels = append(g.Channels, h.Channels[at])
	}
	taken, err := signal.Taken(h, c.Channels)
	if err != nil {
		t.Fatal(err)
	}
	covariance := &noise.Covariance{Matrix: mat.NewSymDense(len(c.Channels), c.Matrix), Degrees: float64(c.Freedom)}
	w, rank, err := covariance.WhitenerOfRank(g.blocks(h, taken), taken)
	if err != nil {
		t.Fatal(err)
	}
	if norm := mat.Norm(w, 2); rank != 362 || math.Abs(norm/239621195393011.03-1) > 1e-6 {
		t.Errorf("rank %d, norm %.17g", rank, norm)
	}
}
