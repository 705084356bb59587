package rsa

import (
	"context"
	"math"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// A drawing says what is found in every draw of a bootstrap: models × times mean
// scores, and what follows from them.
type drawing struct {
	scores *table // of all conditions
	size   inference.Size
	more   func(dst, means []float64) // fills in the statistics behind the mean scores; nil when there are none
}

// distribution draws anew. Where scores are sums of products, many draws are one
// matrix product.
func (a *analysis) distribution(ctx context.Context, b work.Budget, o inference.Bootstrap, d drawing) (*inference.Distribution, error) {
	if o.Over != inference.Subjects && a.Multiplier != nil && a.Comparator.SumsProducts() && a.complete() {
		return o.Batches(ctx, b, d.size, a.drawnAtOnce(d))
	}
	mean, means := a.drawn(d.scores), len(a.models)*a.times
	return o.Distribution(ctx, b, d.size, func(dst []float64, draw inference.Draw) error {
		if err := mean(dst[:means], draw); err != nil {
			return err
		}
		d.follow(dst, means)
		return nil
	})
}

// dualDraws is [inference.Bootstrap.Dual] of mean scores.
func (a *analysis) dualDraws(ctx context.Context, b work.Budget, o inference.Bootstrap, d drawing) (*inference.Dual, error) {
	var drawn [3]*inference.Distribution
	for over := range drawn {
		o.Over = inference.Over(over)
		var err error
		if drawn[over], err = a.distribution(ctx, b, o, d); err != nil {
			return nil, err
		}
	}
	return inference.NewDual(d.size, drawn[inference.Subjects], drawn[inference.Conditions], drawn[inference.Both]), nil
}

// follow fills in what follows from the mean scores of a draw.
func (d drawing) follow(dst []float64, means int) {
	if d.more != nil {
		d.more(dst[means:], dst[:means])
	}
}

// complete reports whether no RDM lacks pairs.
func (a *analysis) complete() bool {
	vectors := a.models
	for _, course := range a.brain {
		vectors = append(vectors[:len(vectors):len(vectors)], course...)
	}
	for _, v := range vectors {
		if v.Missing() > 0 {
			return false
		}
	}
	return true
}

// columnsAtOnce is the largest number of scores of one draw in a product: more
// would not be faster, and take more memory.
const columnsAtOnce = 256

// drawnAtOnce is drawn for batches of draws.
func (a *analysis) drawnAtOnce(d drawing) func(dst []float64, draws []inference.Draw) error {
	var brain []*compare.Vector // subjects × times
	for _, course := range a.brain {
		brain = append(brain, course...)
	}
	parts := work.Shards(len(brain), max(columnsAtOnce/len(a.models), 1))
	return func(dst []float64, draws []inference.Draw) error {
		counts := make([][]int, len(draws))
		for i, draw := range draws {
			counts[i] = draw.Conditions
		}
		product := a.Comparator.Draws(a.Multiplier, counts, a.models)
		sums := newDrawnSums(a, draws)
		scores := make([]float64, len(draws)*len(a.models)*parts[0].Len())
		for _, part := range parts {
			if err := product.Compare(scores, brain[part.From:part.To]); err != nil {
				return err
			}
			sums.add(scores, part)
		}
		for i := range draws {
			row := dst[i*d.size.Statistics : (i+1)*d.size.Statistics]
			d.follow(row, sums.mean(row, i))
		}
		return nil
	}
}

// drawnSums adds up the scores of subjects, as often as they were drawn.
type drawnSums struct {
	models, times int
	draws         []inference.Draw
	often         [][]float64 // draws × subjects
	sum, count    []float64   // draws × models × times
}

func newDrawnSums(a *analysis, draws []inference.Draw) *drawnSums {
	size := len(draws) * len(a.models) * a.times
	s := &drawnSums{len(a.models), a.times, draws, nil, make([]float64, size), make([]float64, size)}
	for _, draw := range draws {
		often := make([]float64, len(a.brain))
		for _, subject := range draw.Subjects {
			often[subject]++
		}
		s.often = append(s.often, often)
	}
	return s
}

// add takes in the scores, draws × part × models, of some subjects at some times.
func (s *drawnSums) add(scores []float64, part work.Span) {
	for i := range s.draws {
		for k := part.From; k < part.To; k++ {
			n, time := s.often[i][k/s.times], k%s.times
			for m, score := range scores[:s.models] {
				if at := (i*s.models+m)*s.times + time; n > 0 && !math.IsNaN(score) {
					s.sum[at] += n * score
					s.count[at] += n
				}
			}
			scores = scores[s.models:]
		}
	}
}

// mean fills dst with the mean scores of a draw, models × times, and returns how
// many they are.
func (s *drawnSums) mean(dst []float64, draw int) int {
	means, few := s.models*s.times, different(s.draws[draw].Conditions) < 3
	for k := range means {
		at := draw*means + k
		dst[k] = s.sum[at] / s.count[at] // 0/0 is NaN: no score is defined
		if few {
			dst[k] = math.NaN() // as in resample
		}
	}
	return means
}
