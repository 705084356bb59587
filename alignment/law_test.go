package alignment_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/alignment"
	"github.com/isocortex/isocortex/dataset"
)

// A change is one of those that alignments may disregard.
type change struct {
	of    alignment.Invariance
	name  string
	apply func(x *dataset.Dataset, random *rand.Rand) *dataset.Dataset
}

var changes = []change{
	{alignment.Translation, "translation", func(x *dataset.Dataset, random *rand.Rand) *dataset.Dataset {
		moved, pattern := copied(x), normal(1, x.Shape[1], random)
		for i := range moved.F64 {
			moved.F64[i] += 2 * pattern.F64[i%x.Shape[1]]
		}
		return moved
	}},
	{alignment.Scaling, "scaling", func(x *dataset.Dataset, random *rand.Rand) *dataset.Dataset {
		scaled, factor := copied(x), math.Exp(4*random.Float64()-5)
		for i := range scaled.F64 {
			scaled.F64[i] *= factor
		}
		return scaled
	}},
	{alignment.Rotation, "rotation", func(x *dataset.Dataset, random *rand.Rand) *dataset.Dataset {
		var qr mat.QR
		qr.Factorize(asMatrix(normal(x.Shape[1], x.Shape[1], random)))
		var q mat.Dense
		qr.QTo(&q)
		return times(x, &q)
	}},
	{alignment.Linear, "linear map", func(x *dataset.Dataset, random *rand.Rand) *dataset.Dataset {
		var svd mat.SVD
		svd.Factorize(asMatrix(normal(x.Shape[1], x.Shape[1], random)), mat.SVDFull)
		var u, v mat.Dense
		svd.UTo(&u)
		svd.VTo(&v)
		u.Apply(func(_, j int, value float64) float64 { return value * float64(1+4*j) }, &u) // well conditioned
		u.Mul(&u, v.T())
		return times(x, &u)
	}},
}

func copied(x *dataset.Dataset) *dataset.Dataset {
	return &dataset.Dataset{Shape: x.Shape, F64: slices.Clone(x.F64)}
}

func asMatrix(x *dataset.Dataset) *mat.Dense { return mat.NewDense(x.Shape[0], x.Shape[1], x.F64) }

// times is x with its channels mixed.
func times(x *dataset.Dataset, a *mat.Dense) *dataset.Dataset {
	var product mat.Dense
	product.Mul(asMatrix(x), a)
	return &dataset.Dataset{Shape: x.Shape, F64: product.RawMatrix().Data}
}

// normal draws responses.
func normal(stimuli, channels int, random *rand.Rand) *dataset.Dataset {
	d := &dataset.Dataset{Shape: [3]int{stimuli, channels, 1}, F64: make([]float64, stimuli*channels)}
	for i := range d.F64 {
		d.F64[i] = random.NormFloat64()
	}
	return d
}

// A trial is what laws are checked on.
type trial struct {
	alignment.Alignment
	alignment.Options
	x, y, z *dataset.Dataset
	random  *rand.Rand
}

// law checks one property of every alignment on random responses.
func law(t *testing.T, property func(t *rapid.T, c trial)) {
	t.Helper()
	for _, a := range alignment.Alignments {
		t.Run(a.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c := trial{Alignment: a, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}
				c.Options = alignment.Options{
					Neighbors: rapid.IntRange(1, 3).Draw(t, "neighbors"),
					Whitening: rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(t, "whitening"),
					Bandwidth: rapid.SampledFrom([]float64{0, 0.4}).Draw(t, "bandwidth"),
					Variance:  rapid.SampledFrom([]float64{0, 0.7, 1}).Draw(t, "variance"),
				}
				n, least, most := rapid.IntRange(4, 14).Draw(t, "stimuli"), 1, 18
				switch a.Name {
				case "mutual-neighbors":
					least = 2 // one channel has but two directions
				case "pwcca":
					n, most = n+14, 8 // else several correlations are 1, and weights ambiguous
				}
				for _, side := range []**dataset.Dataset{&c.x, &c.y, &c.z} {
					*side = normal(n, rapid.IntRange(least, most).Draw(t, "channels"), c.random)
				}
				property(t, c)
			})
		})
	}
}

func (c trial) value(t *rapid.T, x, y *dataset.Dataset) float64 {
	s, err := c.Score(t.Context(), x, y, c.Options)
	if err != nil {
		t.Fatal(err)
	}
	return s.Value
}

// tolerance: distances near 0 are roots of rounding errors, others are not.
func (c trial) tolerance() float64 {
	if c.Distance {
		return 1e-6
	}
	return 1e-9
}

func TestIdentity(t *testing.T) {
	law(t, func(t *rapid.T, c trial) {
		same := 1.0
		if c.Distance {
			same = 0
		}
		if got := c.value(t, c.x, c.x); math.Abs(got-same) > c.tolerance() {
			t.Fatalf("x and x score %v, want %v", got, same)
		}
	})
}

func TestSymmetryAndRange(t *testing.T) {
	law(t, func(t *rapid.T, c trial) {
		xy, yx := c.value(t, c.x, c.y), c.value(t, c.y, c.x)
		if !(xy >= c.Least-1e-12 && xy <= c.Most+1e-12) {
			t.Fatalf("%v is not from %v to %v", xy, c.Least, c.Most)
		}
		if c.Symmetric && math.Abs(xy-yx) > c.tolerance() {
			t.Fatalf("x and y score %v, y and x %v", xy, yx)
		}
	})
}

func TestInvariances(t *testing.T) {
	law(t, func(t *rapid.T, c trial) {
		want := c.value(t, c.x, c.y)
		for _, change := range changes {
			if c.Invariant&change.of == 0 {
				continue
			}
			if got := c.value(t, change.apply(c.x, c.random), c.y); math.Abs(got-want) > c.tolerance() {
				t.Fatalf("%v becomes %v by a %s of x", want, got, change.name)
			}
			if got := c.value(t, c.x, change.apply(c.y, c.random)); math.Abs(got-want) > c.tolerance() {
				t.Fatalf("%v becomes %v by a %s of y", want, got, change.name)
			}
		}
	})
}

// What is not claimed does not hold.
func TestNoOtherInvariances(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	x, y := normal(60, 4, random), normal(60, 5, random)
	options := alignment.Options{Whitening: 0.5, Neighbors: 20}
	for _, a := range alignment.Alignments {
		want := score(t, a, x, y, options).Value
		for _, change := range changes {
			got := score(t, a, change.apply(x, random), y, options).Value
			if a.Invariant&change.of == 0 && math.Abs(got-want) < 1e-4 {
				t.Errorf("%s does not claim invariance to %s, but stays %v", a.Name, change.name, want)
			}
		}
	}
	a := byName(t, "pwcca")
	if xy, yx := score(t, a, x, y, options).Value, score(t, a, y, x, options).Value; math.Abs(xy-yx) < 1e-4 {
		t.Errorf("pwcca does not claim symmetry, but is %v both ways", xy)
	}
}

func TestTriangle(t *testing.T) {
	law(t, func(t *rapid.T, c trial) {
		if !c.Triangle {
			return
		}
		xy, yz, xz := c.value(t, c.x, c.y), c.value(t, c.y, c.z), c.value(t, c.x, c.z)
		if xz > xy+yz+c.tolerance() {
			t.Fatalf("from x to z %v, over y %v + %v", xz, xy, yz)
		}
	})
}

// The same permutation of the stimuli on both sides changes nothing; the mean
// over those of one side is the chance.
func TestChanceIsTheMeanOverOrders(t *testing.T) {
	law(t, func(t *rapid.T, c trial) {
		const n = 4
		x, y := normal(n, rapid.IntRange(2, 6).Draw(t, "p"), c.random), normal(n, rapid.IntRange(2, 6).Draw(t, "q"), c.random)
		first, err := c.Score(t.Context(), x, y, c.Options)
		if err != nil {
			t.Fatal(err)
		}
		if math.IsNaN(first.Chance) {
			return
		}
		sum, count := 0.0, 0.0
		for order := range orders(n) {
			sum += c.value(t, x, reordered(y, order))
			count++
		}
		if math.Abs(sum/count-first.Chance) > 1e-9 {
			t.Fatalf("chance is %v, the mean over %v orders %v", first.Chance, count, sum/count)
		}
	})
}

// orders yields all permutations of n places.
func orders(n int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		var extend func(order []int) bool
		extend = func(order []int) bool {
			if len(order) == n {
				return yield(order)
			}
			for i := range n {
				if !slices.Contains(order, i) && !extend(append(slices.Clone(order), i)) {
					return false
				}
			}
			return true
		}
		extend(nil)
	}
}

func reordered(x *dataset.Dataset, order []int) *dataset.Dataset {
	result := &dataset.Dataset{Shape: x.Shape}
	for _, i := range order {
		result.F64 = append(result.F64, x.F64[i*x.Shape[1]:][:x.Shape[1]]...)
	}
	return result
}

// With many more channels than stimuli biased CKA of unrelated responses goes to
// 1, and says so; unbiased CKA stays around 0.
func TestBiasOfManyChannels(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	x, y := normal(20, 4000, random), normal(20, 4000, random)
	for _, a := range alignment.Alignments {
		s := score(t, a, x, y, alignment.Options{})
		switch a.Name {
		case "cka", "cka-rbf", "rv":
			if s.Value < 0.99 || math.Abs(s.Value-s.Chance) > 0.01 || len(s.Warnings) != 1 {
				t.Errorf("%s = %v, chance %v, warnings %q", a.Name, s.Value, s.Chance, s.Warnings)
			}
		case "cka-unbiased", "cka-rbf-unbiased":
			if math.Abs(s.Value) > 0.2 || s.Chance != 0 || len(s.Warnings) != 0 {
				t.Errorf("%s = %v, chance %v, warnings %q", a.Name, s.Value, s.Chance, s.Warnings)
			}
		default:
			if len(s.Warnings) == 0 {
				t.Errorf("%s = %v without a warning", a.Name, s.Value)
			}
		}
	}
}

func TestNoWarningWhereStimuliSuffice(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	x, y := normal(200, 4, random), normal(200, 3, random)
	for _, a := range alignment.Alignments {
		if s := score(t, a, x, y, alignment.Options{}); len(s.Warnings) != 0 {
			t.Errorf("%s warns: %q", a.Name, s.Warnings)
		}
	}
}

// Widths and threads: float32 gives the numbers of float64, on any number of
// threads to the bit.
func TestWidthsAndThreads(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for _, shape := range [][2]int{{150, 5}, {150, 160}, {30, 2500}} {
		x, y := normal(shape[0], shape[1], random), normal(shape[0], shape[1], random)
		for i := range y.F64 {
			x.F64[i] = float64(float32(x.F64[i]))
			y.F64[i] = float64(float32(y.F64[i] + x.F64[i]))
		}
		for _, a := range alignment.Alignments {
			want := score(t, a, x, y, alignment.Options{}).Value
			for _, threads := range []int{1, 2, 5} {
				o := alignment.Options{}
				o.Budget.Threads = threads
				if got := score(t, a, narrowed(x), narrowed(y), o).Value; got != want {
					t.Errorf("%s of %v: %v in float32 on %d threads, %v in float64", a.Name, shape, got, threads, want)
				}
			}
		}
	}
}

// narrowed is x in float32.
func narrowed(x *dataset.Dataset) *dataset.Dataset {
	n := &dataset.Dataset{Shape: x.Shape}
	for _, v := range x.F64 {
		n.F32 = append(n.F32, float32(v))
	}
	return n
}

// Few stimuli are compared by channels, many channels by stimuli: both are
// linear CKA.
func TestRoutesAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	x, y := normal(12, 11, random), normal(12, 11, random)
	wide := func(d *dataset.Dataset) *dataset.Dataset { // with two channels that are 0
		var rows [][]float64
		for row := range slices.Chunk(d.F64, 11) {
			rows = append(rows, slices.Concat(row, []float64{0, 0}))
		}
		return matrix(rows)
	}
	for _, name := range []string{"cka", "cka-unbiased", "procrustes", "cca", "svcca", "pwcca"} {
		a := byName(t, name)
		by, of := score(t, a, x, y, alignment.Options{}), score(t, a, wide(x), wide(y), alignment.Options{})
		if math.Abs(by.Value-of.Value) > 1e-12 || fmt.Sprintf("%.12f", by.Chance) != fmt.Sprintf("%.12f", of.Chance) {
			t.Errorf("%s is %v, chance %v, by channels, and %v, chance %v, by stimuli", name, by.Value, by.Chance, of.Value, of.Chance)
		}
	}
}

// Without its bias CKA of unrelated responses is as often negative as not, and
// nothing makes that 0.
func TestUnbiasedCKAIsNegativeHalfOfTheTime(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, name := range []string{"cka-unbiased", "cka-rbf-unbiased"} {
		negative := 0
		for range 60 {
			s := score(t, byName(t, name), normal(12, 30, random), normal(12, 30, random), alignment.Options{})
			if s.Value == 0 || math.IsNaN(s.Value) {
				t.Fatalf("%s = %v", name, s.Value)
			}
			if s.Value < 0 {
				negative++
			}
		}
		if negative < 15 || negative > 45 { // four standard errors
			t.Errorf("%s is negative in %d of 60", name, negative)
		}
	}
}
