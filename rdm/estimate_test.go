package rdm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleEstimator_Estimate() {
	responses := &dataset.Dataset{
		Shape:       [3]int{3, 2, 1},
		F64:         []float64{0, 8, 0, 0, 3, 4},
		Observation: map[string][]string{"condition": {"house", "chair", "face"}},
	}
	measure, _ := rdm.MeasureByName("euclidean")
	r, _ := rdm.Estimator{Measure: measure}.Estimate(context.Background(), responses)
	fmt.Println(r.Conditions)
	fmt.Println(r.RDV(0)) // chair-face, chair-house, face-house
	// Output:
	// [chair face house]
	// [5 8 5]
}

// estimator returns the measure of that name on a number of threads.
func estimator(t testing.TB, measure string, m engine.Multiplier, threads int) rdm.Estimator {
	t.Helper()
	found, err := rdm.MeasureByName(measure)
	if err != nil {
		t.Fatal(err)
	}
	return rdm.Estimator{Measure: found, Multiplier: m, Budget: work.Budget{Threads: threads}}
}

// plain holds the definitions of the measures, one pair at a time.
var plain = map[string]func(x, y []float64) float64{
	"correlation": func(x, y []float64) float64 {
		n := float64(len(x))
		var mx, my, xx, yy, xy float64
		for k := range x {
			mx += x[k] / n
			my += y[k] / n
		}
		for k := range x {
			xx += (x[k] - mx) * (x[k] - mx)
			yy += (y[k] - my) * (y[k] - my)
			xy += (x[k] - mx) * (y[k] - my)
		}
		return 1 - xy/math.Sqrt(xx*yy)
	},
	"cosine": func(x, y []float64) float64 {
		var xx, yy, xy float64
		for k := range x {
			xx += x[k] * x[k]
			yy += y[k] * y[k]
			xy += x[k] * y[k]
		}
		return 1 - xy/math.Sqrt(xx*yy)
	},
	"euclidean": func(x, y []float64) float64 {
		sum := 0.0
		for k := range x {
			sum += (x[k] - y[k]) * (x[k] - y[k])
		}
		return math.Sqrt(sum)
	},
}

// matrix draws rows × channels Gaussian numbers around an offset.
func matrix(rows, channels int, offset float64, s uint64) rdm.Patterns {
	random := seed.Stream(s, "patterns", rows, channels)
	p := rdm.Patterns{Rows: rows, Channels: channels, F64: make([]float64, rows*channels)}
	for i := range p.F64 {
		p.F64[i] = offset + random.NormFloat64()
	}
	return p
}

// narrow is p in float32.
func narrow(p rdm.Patterns) rdm.Patterns {
	q := rdm.Patterns{Rows: p.Rows, Channels: p.Channels, F32: make([]float32, len(p.F64))}
	for i, v := range p.F64 {
		q.F32[i] = float32(v)
	}
	return q
}

// widen is p in float64.
func widen(p rdm.Patterns) rdm.Patterns {
	q := rdm.Patterns{Rows: p.Rows, Channels: p.Channels, F64: make([]float64, len(p.F32))}
	for i, v := range p.F32 {
		q.F64[i] = float64(v)
	}
	return q
}

// farthest returns the largest difference of two vectors.
func farthest(a, b []float64) float64 {
	largest := 0.0
	for i := range a {
		largest = max(largest, math.Abs(a[i]-b[i]))
	}
	return largest
}

func TestMeasuresMatchTheirDefinitions(t *testing.T) {
	for name, define := range plain {
		rapid.Check(t, func(t *rapid.T) {
			rows, channels := rapid.IntRange(2, 120).Draw(t, "rows"), rapid.IntRange(2, 40).Draw(t, "channels")
			p := matrix(rows, channels, rapid.Float64Range(-10, 10).Draw(t, "offset"), 1)
			m, _ := rdm.MeasureByName(name)
			got, err := rdm.Estimator{Measure: m}.RDV(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			for i := range rows {
				for j := i + 1; j < rows; j++ {
					want := define(p.F64[i*channels:(i+1)*channels], p.F64[j*channels:(j+1)*channels])
					if g := got[rdm.PairIndex(rows, i, j)]; math.Abs(g-want) > 1e-9*want+1e-13 {
						t.Fatalf("%s of %d and %d is %v, by its definition %v", name, i, j, g, want)
					}
				}
			}
		})
	}
}

func TestMeasuresMatchSciPy(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "reference", "pdist.json"))
	if err != nil {
		t.Fatal(err)
	}
	var reference struct {
		Rows, Channels                              int
		Correlation, Euclidean, Cosine, Mahalanobis []float64
		Squared                                     []float64 `json:"squared euclidean"`
	}
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	p := rdm.Patterns{Rows: reference.Rows, Channels: reference.Channels}
	for i := range p.Rows {
		for k := range p.Channels {
			p.F64 = append(p.F64, math.Sin(1.3*float64(i)+0.7*float64(k))+0.1*float64((i*7+k*3)%11))
		}
	}
	covariance := mat.NewSymDense(p.Channels, nil)
	for a := range p.Channels {
		covariance.SetSym(a, a, float64(2+a%3))
		for b := range a {
			covariance.SetSym(a, b, math.Pow(0.7, float64(a-b)))
		}
	}
	for name, want := range map[string][]float64{
		"correlation": reference.Correlation, "euclidean": reference.Euclidean, "cosine": reference.Cosine,
		"squared euclidean": reference.Squared, "mahalanobis": reference.Mahalanobis,
	} {
		e := estimator(t, name, nil, 1)
		if name == "mahalanobis" {
			e.Covariances = &noise.Covariances{All: [][]*noise.Covariance{{{Matrix: covariance, Degrees: 1}}}}
		}
		got, err := e.RDV(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if d := farthest(got, want); !(d < 1e-13) {
			t.Errorf("%s differs from SciPy by %g", name, d)
		}
	}
}

// Equal patterns have distance zero, however far from the origin they lie.
func TestEqualPatternsHaveNoDistance(t *testing.T) {
	p := matrix(2, 1000, 1e6, 3)
	copy(p.F64[1000:], p.F64[:1000])
	for name, tolerance := range map[string]float64{"correlation": 1e-15, "euclidean": 0} {
		got, err := estimator(t, name, nil, 1).RDV(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got[0]) > tolerance {
			t.Errorf("%s of equal patterns is %g", name, got[0])
		}
	}
}

// A constant pattern has no correlation with anything, and only its own pairs
// are undefined.
func TestConstantPatternIsNaN(t *testing.T) {
	p := matrix(4, 50, 0, 4)
	for k := range 50 {
		p.F64[2*50+k] = 0.1
	}
	for _, p := range []rdm.Patterns{p, narrow(p)} {
		got, err := estimator(t, "correlation", nil, 1).RDV(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 4 {
			for j := i + 1; j < 4; j++ {
				want := i == 2 || j == 2
				if g := got[rdm.PairIndex(4, i, j)]; math.IsNaN(g) != want {
					t.Errorf("pair (%d, %d) is %v", i, j, g)
				}
			}
		}
	}
}

// Correlation does not see the scale and offset of a pattern; Euclidean distance
// does not see a shift of all patterns.
func TestInvariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := matrix(5, 30, 0, rapid.Uint64().Draw(t, "seed"))
		scaled, shifted := slices.Clone(p.F64), slices.Clone(p.F64)
		for i := range p.F64 {
			scaled[i] = p.F64[i]*float64(1+i/30) + 10
			shifted[i] += float64(i % 30)
		}
		for name, changed := range map[string][]float64{"correlation": scaled, "euclidean": shifted} {
			m, _ := rdm.MeasureByName(name)
			a, _ := rdm.Estimator{Measure: m}.RDV(t.Context(), p)
			b, _ := rdm.Estimator{Measure: m}.RDV(t.Context(), rdm.Patterns{Rows: 5, Channels: 30, F64: changed})
			if d := farthest(a, b); !(d < 1e-12) {
				t.Fatalf("%s changed by %g", name, d)
			}
		}
	})
}

// The blocked products of many channels agree with those of float64, on any
// number of threads to the bit.
func TestManyChannels(t *testing.T) {
	e := enginetest.Open(t)
	p := narrow(matrix(130, 20_000, 3, 5)) // 130² · 20,000 products: float32
	exact, err := estimator(t, "correlation", e.Multiplier(), 1).RDV(t.Context(), widen(p))
	if err != nil {
		t.Fatal(err)
	}
	var first []float64
	for _, threads := range []int{1, 2, 4, 8} {
		got, err := estimator(t, "correlation", e.Multiplier(), threads).RDV(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		if !slices.Equal(got, first) {
			t.Errorf("%d threads give other bits than one", threads)
		}
	}
	// Products in float32 over blocks of channels, added in float64.
	if d := farthest(first, exact); !(d < 2e-6) {
		t.Errorf("float32 differs from float64 by %g", d)
	}
}

// Correlation sees neither the scale of patterns, where products of float32 would
// leave its range, nor an offset, where its digits would be used up by a mean
// that drifts over the channels.
func TestManyChannelsOfAnyScale(t *testing.T) {
	e := enginetest.Open(t)
	exact := matrix(130, 20_000, 0, 7)
	for i := range exact.F64 {
		exact.F64[i] += float64(i%exact.Channels) / 100
	}
	p := narrow(exact)
	want, err := estimator(t, "correlation", engine.Plain{}, 2).RDV(t.Context(), rdm.Patterns{Rows: 4, Channels: p.Channels, F32: p.F32[:4*p.Channels]})
	if err != nil {
		t.Fatal(err)
	}
	for _, scale := range []float32{1, 0x1p-80, 0x1p80} {
		scaled := rdm.Patterns{Rows: p.Rows, Channels: p.Channels, F32: slices.Clone(p.F32)}
		for i := range scaled.F32 {
			scaled.F32[i] *= scale
		}
		got, err := estimator(t, "correlation", e.Multiplier(), 2).RDV(t.Context(), scaled)
		if err != nil {
			t.Fatal(err)
		}
		for j := 1; j < 4; j++ {
			g, w := got[rdm.PairIndex(p.Rows, 0, j)], want[rdm.PairIndex(4, 0, j)]
			if !(math.Abs(g-w) < 1e-7) {
				t.Errorf("times %g: the correlation distance of rows 0 and %d is %v, should be %v", scale, j, g, w)
			}
		}
	}
}

// The order of the rows of a labelled Dataset changes no bit.
func TestOrderOfConditionsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n, channels, times = 8, 6, 3
		p := matrix(n, channels*times, 0, 6)
		labels := make([]string, n)
		for i := range labels {
			labels[i] = fmt.Sprintf("image_%d", i*i)
		}
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(t, "order")
		shuffled := &dataset.Dataset{
			Shape: [3]int{n, channels, times}, Times: []float64{0, 0.1, 0.2},
			Observation: map[string][]string{"condition": make([]string, n)},
		}
		for k, i := range order {
			shuffled.F64 = append(shuffled.F64, p.F64[i*channels*times:(i+1)*channels*times]...)
			shuffled.Observation["condition"][k] = labels[i]
		}
		straight := &dataset.Dataset{
			Shape: shuffled.Shape, Times: shuffled.Times, F64: p.F64, Observation: map[string][]string{"condition": labels},
		}
		m, _ := rdm.MeasureByName("correlation")
		a, err := rdm.Estimator{Measure: m}.Estimate(t.Context(), straight)
		if err != nil {
			t.Fatal(err)
		}
		b, err := rdm.Estimator{Measure: m}.Estimate(t.Context(), shuffled)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a.Conditions, b.Conditions) || !slices.Equal(a.Dissimilarities, b.Dissimilarities) {
			t.Fatal("another order of rows gives another RDM")
		}
	})
}

func TestEstimateRefuses(t *testing.T) {
	e := estimator(t, "correlation", nil, 1)
	if _, err := e.Estimate(t.Context(), &dataset.Dataset{Shape: [3]int{1, 2, 1}, F64: []float64{1, 2}}); err == nil {
		t.Error("one condition made an RDM")
	}
	if _, err := e.RDV(t.Context(), rdm.Patterns{Rows: 2, Channels: 2, F64: []float64{1, 2, 3}}); err == nil {
		t.Error("three numbers made two patterns of two channels")
	}
	if _, err := rdm.MeasureByName("correlaton"); err == nil || err.Error() != `unknown measure "correlaton": did you mean "correlation"?` {
		t.Errorf("err = %v", err)
	}
}
