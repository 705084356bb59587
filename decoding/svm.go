package decoding

import (
	"context"
	"math"
)

// The linear support vector machine: cost of a trial on the wrong side, and how
// far from the best solution the search may end.
const (
	svmCost      = 1.0
	svmTolerance = 1e-8
	svmSteps     = 100_000
)

// trainMachines fits a support vector machine to every pair of a split.
//
//	cost     some tens of steps of N operations for each pair with N trials for
//	         training; as many as there are steps where trials cannot be separated
//	source   Fan, Chen & Lin (2005), Journal of Machine Learning Research 6, second
//	         order; agrees with LIBSVM
func trainMachines(ctx context.Context, d Decoder, v *view, s *split) (classifiers, error) {
	if err := v.multiply(ctx, d); err != nil {
		return nil, err
	}
	made := newDuals(s)
	var m machine
	s.forPairs(func(pair, a, b int) {
		m.load(v, s.training[a], s.training[b])
		made.biases[pair] = m.fit(made.coefficients[pair])
	})
	return made, nil
}

// A machine is the problem of one pair: to minimize ½ αᵀQα − Σα where 0 ≤ α ≤
// cost and Σ yα = 0, with Q the products of trials times those of their sides y.
type machine struct {
	n                      int
	products               []float64 // n × n
	side, alpha, steepness []float64 // y, α and the gradient of each trial
}

// load takes the trials of a pair.
func (m *machine) load(v *view, first, second []int) {
	trials := append(append([]int(nil), first...), second...)
	m.n = len(trials)
	m.products = m.products[:0]
	m.side, m.alpha, m.steepness = m.side[:0], m.alpha[:0], m.steepness[:0]
	for i, trial := range trials {
		for _, other := range trials {
			m.products = append(m.products, v.products[trial*v.n+other])
		}
		side := 1.0
		if i < len(first) {
			side = -1
		}
		m.side, m.alpha, m.steepness = append(m.side, side), append(m.alpha, 0), append(m.steepness, -1)
	}
}

// fit sets the coefficients, and returns the bias.
func (m *machine) fit(coefficients []float64) float64 {
	for range svmSteps {
		i, j := m.choose()
		if i < 0 {
			break
		}
		m.step(i, j)
	}
	for i := range coefficients {
		coefficients[i] = m.alpha[i] * m.side[i]
	}
	return m.bias()
}

// up and down report whether α of a trial may move along its side, and against it.
func (m *machine) up(i int) bool {
	return m.side[i] > 0 && m.alpha[i] < svmCost || m.side[i] < 0 && m.alpha[i] > 0
}

func (m *machine) down(i int) bool {
	return m.side[i] > 0 && m.alpha[i] > 0 || m.side[i] < 0 && m.alpha[i] < svmCost
}

// choose returns the two trials whose step helps most; −1 where none does.
func (m *machine) choose() (i, j int) {
	i, j = -1, -1
	highest, lowest := math.Inf(-1), math.Inf(1)
	for k := range m.n {
		if v := -m.side[k] * m.steepness[k]; m.up(k) && v > highest {
			i, highest = k, v
		}
	}
	if i < 0 {
		return -1, -1
	}
	most := math.Inf(-1)
	for k := range m.n {
		v := -m.side[k] * m.steepness[k]
		if !m.down(k) {
			continue
		}
		lowest = min(lowest, v)
		if gain := (highest - v) * (highest - v) / m.apart(i, k); v < highest && gain > most {
			j, most = k, gain
		}
	}
	if j < 0 || highest-lowest < svmTolerance {
		return -1, -1
	}
	return i, j
}

// apart is the squared distance of two trials, a little where there is none.
func (m *machine) apart(i, j int) float64 {
	const least = 1e-12
	return max(least, m.products[i*m.n+i]+m.products[j*m.n+j]-2*m.products[i*m.n+j])
}

// step moves two trials as far as is best, within the bounds.
func (m *machine) step(i, j int) {
	t := (m.side[j]*m.steepness[j] - m.side[i]*m.steepness[i]) / m.apart(i, j)
	room := func(k int, along float64) float64 {
		if along > 0 {
			return svmCost - m.alpha[k]
		}
		return m.alpha[k]
	}
	ri, rj := room(i, m.side[i]), room(j, -m.side[j])
	t = min(t, ri, rj)
	m.move(i, m.side[i], t, ri)
	m.move(j, -m.side[j], t, rj)
	for k := range m.n {
		m.steepness[k] += t * m.side[k] * (m.products[k*m.n+i] - m.products[k*m.n+j])
	}
}

// move changes α by t; to its bound exactly where that is all the room there is.
func (m *machine) move(k int, along, t, room float64) {
	switch {
	case t < room:
		m.alpha[k] += along * t
	case along > 0:
		m.alpha[k] = svmCost
	default:
		m.alpha[k] = 0
	}
}

// bias is the mean of what trials on the margin ask for; without any, the middle
// of what the others allow.
func (m *machine) bias() float64 {
	sum, free := 0.0, 0.0
	low, high := math.Inf(-1), math.Inf(1)
	for k := range m.n {
		v := -m.side[k] * m.steepness[k]
		switch up, down := m.up(k), m.down(k); {
		case up && down:
			sum, free = sum+v, free+1
		case up:
			low = max(low, v)
		default:
			high = min(high, v)
		}
	}
	if free > 0 {
		return sum / free
	}
	return (low + high) / 2
}
