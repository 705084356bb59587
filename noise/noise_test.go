package noise_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/seed"
)

func ExampleEstimator_FromResiduals() {
	residuals := []float64{ // four observations of two channels
		1, 2,
		-1, -2,
		1, -2,
		-1, 2,
	}
	estimator, _ := noise.EstimatorByName("full")
	covariance, _ := estimator.FromResiduals(residuals, 2, 0)
	fmt.Printf("%.2f", mat.Formatted(covariance.Matrix))
	// Output:
	// ⎡1.33  0.00⎤
	// ⎣0.00  5.33⎦
}

func ExampleRecipe_Covariances() {
	trials := &dataset.Dataset{ // two trials of each condition, one channel
		Shape:       [3]int{4, 1, 1},
		F64:         []float64{10, 12, 20, 26},
		Observation: map[string][]string{"condition": {"face", "face", "house", "house"}},
	}
	full, _ := noise.EstimatorByName("full")
	all, _ := noise.Recipe{Estimator: full}.Covariances(context.Background(), trials)
	fmt.Println(all.At(0, 0).Matrix.At(0, 0), all.At(0, 0).Degrees)
	// Output:
	// 10 2
}

func ExampleCovariance_Whiten() {
	covariance := &noise.Covariance{Matrix: mat.NewDiagDense(2, []float64{4, 25}), Degrees: 10}
	pattern := []float64{6, 10}
	_ = covariance.Whiten(pattern, noise.Cholesky)
	fmt.Println(pattern)
	// Output:
	// [3 2]
}

// gaussian draws observations × channels numbers that covary between neighbors.
func gaussian(observations, channels int, s uint64) []float64 {
	random := seed.Stream(s, "residuals", observations, channels)
	x := make([]float64, observations*channels)
	for i := range x {
		x[i] = random.NormFloat64() * float64(1+i%channels%3)
		if i%channels > 0 {
			x[i] += 0.5 * x[i-1]
		}
	}
	return x
}

// values lists a matrix row by row.
func values(m mat.Matrix) []float64 { return mat.DenseCopyOf(m).RawMatrix().Data }

// farthest returns the largest difference of two lists.
func farthest(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	largest := 0.0
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= largest) {
			largest = math.Abs(a[i] - b[i]) // NaN stays
		}
	}
	return largest
}

func estimate(t interface{ Fatal(...any) }, e noise.Estimator, x []float64, channels int, degrees float64) *noise.Covariance {
	c, err := e.FromResiduals(x, channels, degrees)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func byName(t *testing.T, name string) noise.Estimator {
	t.Helper()
	e, err := noise.EstimatorByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEstimatorsMatchOtherPrograms(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "reference", "covariance.json"))
	if err != nil {
		t.Fatal(err)
	}
	var reference map[string]json.RawMessage
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	const n, p, degrees = 12, 7, 9
	x := make([]float64, n*p)
	for k := range x {
		row, i := float64(k/p), float64(k%p)
		x[k] = math.Sin(1.3*row*row+0.7*i) + 0.1*float64((k/p*7+k%p*3)%11) + 0.2*i*math.Cos(row)
	}
	for _, e := range noise.Estimators {
		var want struct {
			Covariance []float64
			Shrinkage  float64
		}
		if err := json.Unmarshal(reference[e.Name], &want); err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		got := estimate(t, e, x, p, degrees)
		if d := farthest(values(got.Matrix), want.Covariance); !(d < 1e-13) || math.Abs(got.Shrinkage-want.Shrinkage) > 1e-13 {
			t.Errorf("%s differs by %g, its shrinkage is %g, want %g", e.Name, d, got.Shrinkage, want.Shrinkage)
		}
	}
	var want []float64
	if err := json.Unmarshal(reference["precision of full"], &want); err != nil {
		t.Fatal(err)
	}
	precision, err := estimate(t, byName(t, "full"), x, p, degrees).Precision()
	if err != nil {
		t.Fatal(err)
	}
	if d := farthest(values(precision), want); !(d < 1e-10) {
		t.Errorf("the precision differs from NumPy's inverse by %g", d)
	}
}

// Every covariance is symmetric and has no negative variance; shrinkage lies
// within 0 and 1; the order, the scale and the offset of channels come out as
// they go in.
func TestLawsOfEstimators(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(noise.Estimators).Draw(t, "estimator")
		n, p := rapid.IntRange(2, 20).Draw(t, "observations"), rapid.IntRange(1, 8).Draw(t, "channels")
		x := gaussian(n, p, rapid.Uint64().Draw(t, "seed"))
		places := make([]int, p)
		for i := range places {
			places[i] = i
		}
		order := rapid.Permutation(places).Draw(t, "order")
		changed := make([]float64, len(x))
		for k := range x {
			changed[k] = 3*x[k/p*p+order[k%p]] + float64(k%p)
		}
		c, d := estimate(t, e, x, p, 0), estimate(t, e, changed, p, 0)
		if c.Shrinkage < 0 || c.Shrinkage > 1 || math.Abs(c.Shrinkage-d.Shrinkage) > 1e-9 {
			t.Fatalf("shrinkage %g, after a change of scale and order %g", c.Shrinkage, d.Shrinkage)
		}
		for i := range p {
			for j := range p {
				want := 9 * c.Matrix.At(order[i], order[j])
				if math.Abs(d.Matrix.At(i, j)-want) > 1e-9*mat.Trace(d.Matrix) {
					t.Fatalf("entry (%d, %d) is %g, want %g", i, j, d.Matrix.At(i, j), want)
				}
			}
		}
		var eigen mat.EigenSym
		eigen.Factorize(c.Matrix, false)
		if smallest := slices.Min(eigen.Values(nil)); smallest < -1e-12*mat.Trace(c.Matrix) {
			t.Fatalf("a noise variance of %g", smallest)
		}
	})
}

// What estimators that shrink exist for: their covariance has an inverse even
// from fewer residuals than channels.
func TestShrunkCovariancesHaveInverses(t *testing.T) {
	x := gaussian(6, 20, 1)
	for _, e := range noise.Estimators {
		_, err := estimate(t, e, x, 20, 0).Precision()
		if singular := e.Name == "full"; (err != nil) != singular {
			t.Errorf("%s: %v", e.Name, err)
		} else if singular && !strings.Contains(err.Error(), "ledoit-wolf") {
			t.Errorf("the error names no remedy: %v", err)
		}
	}
}

// The precision, the whitener and the ways to whiten say the same of Σ.
func TestLawsOfWhitening(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(noise.Estimators).Draw(t, "estimator")
		p := rapid.IntRange(1, 40).Draw(t, "channels")
		c := estimate(t, e, gaussian(3*p+5, p, rapid.Uint64().Draw(t, "seed")), p, 0)
		precision, err := c.Precision()
		if err != nil {
			t.Fatal(err)
		}
		root, err := c.Whitener()
		if err != nil {
			t.Fatal(err)
		}
		identity, squared := mat.NewDense(p, p, nil), mat.NewDense(p, p, nil)
		identity.Mul(precision, c.Matrix)
		squared.Mul(root, root)
		one := mat.NewDense(p, p, nil)
		for i := range p {
			one.Set(i, i, 1)
		}
		if d := farthest(values(identity), values(one)); !(d < 1e-8) {
			t.Fatalf("precision times covariance is off by %g", d)
		}
		if d := farthest(values(squared), values(precision)); !(d < 1e-8) {
			t.Fatalf("the square of the whitener is off the precision by %g", d)
		}
		sameProducts(t, c, mat.DenseCopyOf(precision))
	})
}

// sameProducts compares products of whitened, solved and colored patterns with
// those by the precision.
func sameProducts(t *rapid.T, c *noise.Covariance, precision *mat.Dense) {
	p := c.Channels()
	x := gaussian(4, p, 9)
	product := func(a, b []float64, middle mat.Matrix) []float64 {
		var left, all mat.Dense
		left.Mul(mat.NewDense(4, p, a), middle)
		all.Mul(&left, mat.NewDense(4, p, b).T())
		return all.RawMatrix().Data
	}
	one := mat.NewDiagDense(p, slices.Repeat([]float64{1}, p))
	want := product(x, x, precision)
	for _, by := range []noise.Whitening{noise.Cholesky, noise.Symmetric} {
		z := slices.Clone(x)
		if err := c.Whiten(z, by); err != nil {
			t.Fatal(err)
		}
		if d := farthest(product(z, z, one), want); !(d < 1e-8) {
			t.Fatalf("way %d: products of whitened patterns are off by %g", by, d)
		}
	}
	weights := slices.Clone(x)
	if err := c.Solve(weights); err != nil {
		t.Fatal(err)
	}
	if d := farthest(product(weights, x, one), want); !(d < 1e-8) {
		t.Fatalf("products with solved patterns are off by %g", d)
	}
	if err := c.Color(weights); err != nil {
		t.Fatal(err)
	}
	if d := farthest(product(weights, weights, one), want); !(d < 1e-8) {
		t.Fatalf("the variances of weights are off by %g", d)
	}
}

// A channel with NaN is unknown, and the others are estimated without it.
func TestMissingChannels(t *testing.T) {
	const n, p = 9, 4
	x := gaussian(n, p, 2)
	x[3*p+1] = math.NaN()
	var without []float64
	for k, v := range x {
		if k%p != 1 {
			without = append(without, v)
		}
	}
	for _, e := range noise.Estimators {
		all, others := estimate(t, e, x, p, 0), estimate(t, e, without, p-1, 0)
		if known := all.Known(); !slices.Equal(known, []int{0, 2, 3}) {
			t.Errorf("%s: known are %v", e.Name, known)
		}
		part := all.Among(all.Known())
		if d := farthest(values(part.Matrix), values(others.Matrix)); !(d == 0) {
			t.Errorf("%s: the others differ by %g", e.Name, d)
		}
		if err := all.Whiten(make([]float64, p), noise.Cholesky); err == nil || !strings.Contains(err.Error(), "channel 1") {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
}

// A channel that does not vary is named.
func TestChannelWithoutNoise(t *testing.T) {
	x := gaussian(9, 3, 2)
	for row := range 9 {
		x[row*3+2] = 7
	}
	for _, name := range []string{"full", "diagonal", "schaefer-strimmer"} {
		if _, err := estimate(t, byName(t, name), x, 3, 0).Precision(); err == nil || !strings.Contains(err.Error(), "channel 2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefuses(t *testing.T) {
	full := byName(t, "full")
	for name, err := range map[string]error{
		"one observation":  second(full.FromResiduals([]float64{1, 2}, 2, 0)),
		"ragged":           second(full.FromResiduals([]float64{1, 2, 3}, 2, 0)),
		"no channels":      second(full.FromResiduals(nil, 0, 0)),
		"negative degrees": second(full.FromResiduals([]float64{1, 2, 3, 4}, 2, -1)),
		"unknown name":     second(noise.EstimatorByName("ledoit")),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }
