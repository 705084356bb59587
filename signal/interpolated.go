package signal

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/recording"
)

// ErrNothingBad says that no EEG channel is bad, so that none is interpolated.
var ErrNothingBad = errors.New("no EEG channel is bad")

// Interpolated returns a recording around another in which every bad EEG channel
// is what a spline on the sphere makes of the good ones, and bad no longer.
//
//	shapes   center: that of the head, in m, in the frame of the channels
//	NaN      of a good channel is that of all that are interpolated
//	errors   ErrNothingBad; a channel without a place; fewer than four good ones
//	source   Perrin et al. (1989), doi:10.1016/0013-4694(89)90180-6: m = 4, 50
//	         terms, 1e-5 added to the diagonal as in MNE-Python
func Interpolated(r recording.Recording, center recording.Vector) (recording.Recording, error) {
	h := r.Header()
	bad := h.Pick(func(c recording.Channel) bool { return c.Kind == recording.EEG && c.Bad })
	good := h.Pick(func(c recording.Channel) bool { return c.Kind == recording.EEG && !c.Bad })
	if len(bad) == 0 {
		return nil, ErrNothingBad
	}
	if err := placed(h, slices.Concat(bad, good)); err != nil {
		return nil, err
	}
	if len(good) < 4 {
		return nil, fmt.Errorf("%s: %d of its EEG channels are good: too few to interpolate others", h.Path, len(good))
	}
	weights, err := spline(around(h, good, center), around(h, bad, center))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.Path, err)
	}
	among := slices.Concat(bad, good)
	var mixtures []mixture
	for k := range bad {
		mix := mixture{weights: make([]float64, len(among)), parts: make([]float64, len(among))}
		mix.parts[k] = 1
		for i := range good {
			mix.weights[len(bad)+i] = weights.At(k, i)
		}
		mixtures = append(mixtures, mix)
	}
	m := &replaced{newMixed(r, among, mixtures), len(bad)}
	for _, c := range bad {
		m.header.Channels[c].Bad = false
	}
	return m, nil
}

// replaced is a recording whose first channels among the mixed ones are mixtures
// of the others, whatever they were.
type replaced struct {
	*mixed
	first int // how many
}

// Read sets dst to the signal, as recording.Recording says.
func (r *replaced) Read(dst []float64, channels []int, w recording.Window) error {
	if err := r.header.Check(dst, channels, w); err != nil {
		return err
	}
	bad := func(c int) bool { return slices.Contains(r.among[:r.first], c) }
	if !slices.ContainsFunc(channels, bad) {
		return r.Recording.Read(dst, channels, w)
	}
	n := w.Len()
	x := make([]float64, len(r.among)*n)
	if err := r.Recording.Read(x[r.first*n:], r.among[r.first:], w); err != nil {
		return err
	}
	if err := r.Recording.Read(dst, channels, w); err != nil {
		return err
	}
	sums := r.sums(x, n)
	for i, c := range channels {
		if at := slices.Index(r.among[:r.first], c); at >= 0 {
			copy(dst[i*n:][:n], sums[at])
		}
	}
	return nil
}

// placed returns an error that names the channels without a place.
func placed(h *recording.Header, channels []int) error {
	var without []string
	for _, c := range channels {
		if p := h.Channels[c].Position; !p.Known() || p == (recording.Vector{}) {
			without = append(without, h.Channels[c].Name)
		}
	}
	if len(without) > 0 {
		return fmt.Errorf("%s: nobody knows where these channels are, so that they cannot be interpolated: %s", h.Path, strings.Join(without, ", "))
	}
	return nil
}

// around returns the directions from the center to channels.
func around(h *recording.Header, channels []int, center recording.Vector) []recording.Vector {
	all := make([]recording.Vector, len(channels))
	for i, c := range channels {
		size := 0.0
		for k, x := range h.Channels[c].Position {
			all[i][k] = x - center[k]
			size += all[i][k] * all[i][k]
		}
		for k := range all[i] {
			all[i][k] /= math.Sqrt(size)
		}
	}
	return all
}

// spline returns the weights, to × from, with which values at places on the sphere
// of radius 1 make those at others.
func spline(from, to []recording.Vector) (*mat.Dense, error) {
	const ridge = 1e-5
	n := len(from)
	system := mat.NewDense(n+1, n+1, nil)
	for i, a := range from {
		for j, b := range from {
			system.Set(i, j, stiff(a, b))
		}
		system.Set(i, i, system.At(i, i)+ridge)
		system.Set(i, n, 1)
		system.Set(n, i, 1)
	}
	sides := mat.NewDense(n+1, len(to), nil)
	for k, a := range to {
		for j, b := range from {
			sides.Set(j, k, stiff(a, b))
		}
		sides.Set(n, k, 1)
	}
	var weights mat.Dense
	if err := weights.Solve(system, sides); err != nil {
		return nil, fmt.Errorf("no spline through its EEG channels: are several at one place? %w", err)
	}
	return mat.DenseCopyOf(weights.Slice(0, n, 0, len(to)).T()), nil
}

// stiff is Perrin's g of the cosine between two directions.
func stiff(a, b recording.Vector) float64 {
	const m, terms = 4, 50
	x := a[0]*b[0] + a[1]*b[1] + a[2]*b[2]
	before, legendre, sum := 1.0, x, 0.0
	for n := 1; n <= terms; n++ {
		k := float64(n)
		sum += (2*k + 1) / math.Pow(k*(k+1), m) * legendre
		before, legendre = legendre, ((2*k+1)*x*legendre-k*before)/(k+1)
	}
	return sum / (4 * math.Pi)
}
