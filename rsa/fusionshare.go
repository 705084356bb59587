package rsa

import (
	"math"
	"slices"
	"sync"

	"github.com/isocortex/isocortex/compare"
)

// masks says which pairs every RDM lacks. RDMs that lack the same share a mask.
type masks struct {
	defined [][]float64 // masks × pairs: 1, or 0 where missing; nil where nothing is
	of      [][]int     // subjects × times
}

func masksOf(rdvs [][][]float64) masks {
	m := masks{of: make([][]int, len(rdvs))}
	seen := map[string]int{}
	for s, course := range rdvs {
		for _, x := range course {
			key, defined := mask(x)
			place, known := seen[key]
			if !known {
				place = len(m.defined)
				seen[key], m.defined = place, append(m.defined, defined)
			}
			m.of[s] = append(m.of[s], place)
		}
	}
	return m
}

func mask(x []float64) (key string, defined []float64) {
	defined, bytes := make([]float64, len(x)), make([]byte, len(x))
	whole := true
	for p, v := range x {
		if defined[p] = 1; math.IsNaN(v) {
			defined[p], bytes[p], whole = 0, 1, false
		}
	}
	if whole {
		defined = nil
	}
	return string(bytes), defined
}

// complete reports whether no RDM lacks any pair.
func (m masks) complete() bool {
	return !slices.ContainsFunc(m.defined, func(defined []float64) bool { return defined != nil })
}

// resampled returns the masks with every pair as often as counts of conditions
// say.
func (m masks) resampled(counts []int) [][]float64 {
	weights := make([][]float64, len(m.defined))
	for k, defined := range m.defined {
		weights[k] = make([]float64, 0, len(counts)*(len(counts)-1)/2)
		for i, count := range counts {
			for _, other := range counts[i+1:] {
				weights[k] = append(weights[k], float64(count*other))
			}
		}
		for p, known := range defined {
			weights[k][p] *= known
		}
	}
	return weights
}

// unionScratch is the memory of one draw, reused by the next.
type unionScratch struct {
	all, shared  *scratch
	correlations []float64 // masks × elements × elements
	forms        []float64 // masks × regions × layers × places × places
	shares       *table
	square, at   []float64
}

func (u *union) newScratch() *unionScratch {
	s := &unionScratch{all: u.scratches().Get().(*scratch)}
	if u.shared == nil {
		return s
	}
	if s.shared = s.all; !u.same {
		s.shared = u.shared.scratches().Get().(*scratch)
	}
	elements, places := len(u.shared.given), u.places()
	s.correlations = make([]float64, len(u.masks.defined)*elements*elements)
	s.forms = make([]float64, len(u.masks.defined)*u.regions*u.layers*places*places)
	s.shares = newTable(u.regions*u.layers, len(u.subjects.RDVs), u.times)
	s.square, s.at = make([]float64, places*places), make([]float64, elements)
	return s
}

// places is how many RDMs a commonality looks at: a region, a layer, controls.
func (u *union) places() int { return 2 + len(u.shared.given) - u.regions - u.layers }

// correlate finds how regions, layers and controls correlate with each other over
// the pairs of every mask, and from that the form that turns their correlations
// with a time into commonality.
func (u *union) correlate(s *unionScratch, vector func(element int) *compare.Vector, weights [][]float64) {
	n := len(u.shared.given)
	for k, weight := range weights {
		r := s.correlations[k*n*n : (k+1)*n*n]
		for i := range n {
			r[i*n+i] = 1
			for j := range i {
				if weight == nil {
					r[i*n+j] = u.shared.Comparator.Compare(vector(i), vector(j))
				} else {
					r[i*n+j] = u.shared.Comparator.Weighted(vector(i), vector(j), weight)
				}
				r[j*n+i] = r[i*n+j]
			}
		}
		for region := range u.regions {
			for layer := range u.layers {
				u.form(s, k, region, layer)
			}
		}
	}
}

// form finds the matrix Q with which commonality is c'Qc, where c holds the
// correlations of a time with a region, a layer and the controls: R² is c'R⁻¹c,
// with R the correlations among them.
func (u *union) form(s *unionScratch, mask, region, layer int) {
	n, places := len(u.shared.given), u.places()
	elements := append(make([]int, 0, places), region, u.regions+layer)
	for control := u.regions + u.layers; control < n; control++ {
		elements = append(elements, control)
	}
	r := s.correlations[mask*n*n:]
	correlation := func(i, j int) float64 { return r[elements[i]*n+elements[j]] }
	q := s.formOf(mask, region*u.layers+layer, u.regions*u.layers, places)
	clear(q)
	for _, part := range []struct {
		sign float64
		of   [2]bool
	}{{1, [2]bool{true, false}}, {1, [2]bool{false, true}}, {-1, [2]bool{true, true}}, {-1, [2]bool{false, false}}} {
		var chosen []int
		for i := range places {
			if i >= 2 || part.of[i] {
				chosen = append(chosen, i)
			}
		}
		addInverse(q, part.sign, s.square, chosen, correlation)
	}
}

func (s *unionScratch) formOf(mask, pair, pairs, places int) []float64 {
	from := (mask*pairs + pair) * places * places
	return s.forms[from : from+places*places]
}

// explained is the share of a variable's variance below which nothing but
// rounding is left of it.
const explained = 1e-10

// addInverse adds to q, of as many places as square has, a multiple of the
// inverse of the correlations among the chosen places. A place that those before
// it explain is left out, as it explains nothing more.
//
//	source   Goodnight (1979), doi:10.1080/00031305.1979.10482685, the sweep operator
func addInverse(q []float64, factor float64, square []float64, chosen []int, correlation func(i, j int) float64) {
	k, n := len(chosen), int(math.Round(math.Sqrt(float64(len(q)))))
	a := square[:k*k]
	for i, from := range chosen {
		for j, to := range chosen {
			a[i*k+j] = correlation(from, to)
		}
	}
	var swept []int
	for pivot := range k {
		if a[pivot*k+pivot] > explained || math.IsNaN(a[pivot*k+pivot]) {
			sweep(a, k, pivot)
			swept = append(swept, pivot)
		}
	}
	for _, i := range swept {
		for _, j := range swept {
			q[chosen[i]*n+chosen[j]] += factor * a[i*k+j]
		}
	}
}

// sweep exchanges the variable of a pivot with its solution, in place.
func sweep(a []float64, k, pivot int) {
	d := a[pivot*k+pivot]
	for j := range k {
		if j != pivot {
			a[pivot*k+j] /= d
		}
	}
	for i := range k {
		if i == pivot {
			continue
		}
		by := a[i*k+pivot]
		for j := range k {
			if j != pivot {
				a[i*k+j] -= by * a[pivot*k+j]
			}
		}
		a[i*k+pivot] = -by / d
	}
	a[pivot*k+pivot] = 1 / d
}

// share finds the commonality of every region and layer with some subjects at
// every time, from the correlations of all elements with them.
func (u *union) share(s *unionScratch, scores *table, subjects []int) {
	places := u.places()
	c := make([]float64, places)
	for i, subject := range subjects {
		if i > 0 && subject == subjects[i-1] {
			continue // it was drawn before
		}
		for time := range u.times {
			for e := range s.at {
				s.at[e] = scores.course(e, subject)[time]
			}
			copy(c[2:], s.at[u.regions+u.layers:])
			for pair := range s.shares.models {
				c[0], c[1] = s.at[pair/u.layers], s.at[u.regions+pair%u.layers]
				q := s.formOf(u.masks.of[subject][time], pair, s.shares.models, places)
				s.shares.course(pair, subject)[time] = quadratic(q, c)
			}
		}
	}
}

// quadratic is c'qc.
func quadratic(q, c []float64) (sum float64) {
	for i, x := range c {
		for j, y := range c {
			sum += x * q[i*len(c)+j] * y
		}
	}
	return sum
}

// limits returns how much of the variance of times a region explains beside the
// controls, as a mean over subjects: no layer can share more of it.
//
//	shapes   scores: of elements; result: times
func (u *union) limits(scores *table, region int) []float64 {
	n := len(u.shared.given)
	elements := []int{region}
	for control := u.regions + u.layers; control < n; control++ {
		elements = append(elements, control)
	}
	s := u.newScratch()
	u.correlate(s, func(i int) *compare.Vector { return u.shared.models[i] }, u.masks.defined)
	own := newTable(1, scores.subjects, u.times)
	places := len(elements)
	c, q, all := make([]float64, places), make([]float64, places*places), make([]int, places)
	for i := range all {
		all[i] = i
	}
	for subject := range scores.subjects {
		for time := range u.times {
			r := s.correlations[u.masks.of[subject][time]*n*n:]
			correlation := func(i, j int) float64 { return r[elements[i]*n+elements[j]] }
			clear(q)
			addInverse(q, 1, s.square, all, correlation)
			addInverse(q, -1, s.square, all[1:], correlation)
			for i, e := range elements {
				c[i] = scores.course(e, subject)[time]
			}
			own.course(0, subject)[time] = quadratic(q, c)
		}
	}
	return own.mean(make([]float64, u.times), own.everyone())
}

// permutedShares returns the function that finds the mean commonality after the
// conditions of regions, layers and controls have changed places together.
func (u *union) permutedShares() func(dst []float64, permutation []int) error {
	pool := sync.Pool{New: func() any { return u.newScratch() }}
	a := u.shared
	return func(dst []float64, permutation []int) error {
		s := pool.Get().(*unionScratch)
		defer pool.Put(s)
		p := s.shared
		p.to = compare.PairsMoved(p.to, permutation)
		for m, model := range a.models {
			a.Comparator.Permute(&p.models[m], model, p.to)
		}
		for subject := range p.scores.subjects {
			for time := range a.times {
				for m := range p.models {
					p.scores.course(m, subject)[time] = a.Comparator.Compare(&p.models[m], a.brain[subject][time])
				}
			}
		}
		u.correlate(s, func(i int) *compare.Vector { return &p.models[i] }, u.masks.defined)
		u.share(s, p.scores, p.everyone)
		s.shares.mean(dst, p.everyone)
		return nil
	}
}
