package inference

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// Over says what a bootstrap draws anew, and with it what a result is
// generalized to.
type Over int

// What can be drawn anew.
const (
	Subjects   Over = iota // to new subjects, with these conditions
	Conditions             // to new conditions, in these subjects
	Both                   // to new subjects and new conditions
)

// Overs lists the name of every Over, by its value.
var Overs = []string{"subjects", "conditions", "both"}

// String returns the name of what is drawn anew.
func (o Over) String() string { return Overs[o] }

// A Bootstrap finds intervals by drawing subjects and conditions with
// replacement. The zero Bootstrap is the recommended one.
type Bootstrap struct {
	Draws int     // 0 means DefaultBootstrapDraws
	Level float64 // share of draws inside the interval; 0 means 0.95
	Over  Over
	Seed  uint64
}

// DefaultBootstrapDraws is enough for the 2.5th percentile to rest on 25 draws.
const DefaultBootstrapDraws = 1000

// DefaultLevel is the share of draws inside an interval.
const DefaultLevel = 0.95

// A Draw says who and what takes part in one draw of a bootstrap.
type Draw struct {
	Subjects   []int // indices of the subjects, in ascending order, with repeats
	Conditions []int // how often each condition stands
}

// Intervals draws anew and returns between which values the middle draws of
// every statistic lie: the [Distribution.Intervals] of [Bootstrap.Distribution].
//
//	NaN      as for Distribution.Intervals
//	errors   as for Distribution
func (o Bootstrap) Intervals(ctx context.Context, b work.Budget, size Size, statistic func(dst []float64, draw Draw) error) (*Intervals, error) {
	drawn, err := o.Distribution(ctx, b, size, statistic)
	if err != nil {
		return nil, err
	}
	return drawn.Intervals(cmp.Or(o.Level, DefaultLevel)), nil
}

// Distribution draws anew and returns what every statistic came to.
//
// The function statistic fills dst with all statistics of one draw; it must not
// keep its arguments, and is called from several goroutines. Who finds many draws
// at once faster takes [Bootstrap.Batches], or asks [Bootstrap.Draw] for them.
//
//	shapes   dst: statistics
//	errors   options out of range; the first error of statistic
//	cost     Draws calls of statistic, in parallel; memory draws × statistics
//	random   draw i depends on the seed and i alone; Subjects and Conditions
//	         of Both are those of either alone
//	source   Efron (1979), doi:10.1214/aos/1176344552
func (o Bootstrap) Distribution(ctx context.Context, b work.Budget, size Size, statistic func(dst []float64, draw Draw) error) (*Distribution, error) {
	o, err := o.resolve(size)
	if err != nil {
		return nil, err
	}
	d := &Distribution{Values: make([]float64, o.Draws*size.Statistics), Statistics: size.Statistics, Draws: o.Draws}
	err = b.Each(ctx, "bootstrap", o.Draws, func(i int) error {
		return statistic(d.draw(i), o.draw(size, i))
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Batches is Distribution for statistics that are found faster of many draws at
// once. Draws come BatchOfDraws at a time, the last of them fewer.
//
//	shapes   dst: draws × statistics
//	cost     as for Distribution, Draws / BatchOfDraws calls of statistic
func (o Bootstrap) Batches(ctx context.Context, b work.Budget, size Size, statistic func(dst []float64, draws []Draw) error) (*Distribution, error) {
	o, err := o.resolve(size)
	if err != nil {
		return nil, err
	}
	d := &Distribution{Values: make([]float64, o.Draws*size.Statistics), Statistics: size.Statistics, Draws: o.Draws}
	batches := work.Shards(o.Draws, BatchOfDraws)
	err = b.Each(ctx, "bootstrap", len(batches), func(i int) error {
		from, to := batches[i].From, batches[i].To
		draws := make([]Draw, to-from)
		for k := range draws {
			draws[k] = o.draw(size, from+k)
		}
		return statistic(d.Values[from*size.Statistics:to*size.Statistics], draws)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// BatchOfDraws is how many draws Batches finds at once: enough for their matrix
// products to be fast, few enough for a thousand to keep sixteen threads busy, and
// a part of the round numbers that people ask for, so that no thread waits.
const BatchOfDraws = 50

// Draw returns draw number index, as [Bootstrap.Distribution] makes it.
//
//	errors   options out of range
func (o Bootstrap) Draw(size Size, index int) (Draw, error) {
	o, err := o.resolve(size)
	if err != nil {
		return Draw{}, err
	}
	return o.draw(size, index), nil
}

// A Size is the extent of a bootstrap.
type Size struct {
	Subjects, Conditions int // of the data
	Statistics           int // found in each draw
}

// resolve fills in the defaults.
func (o Bootstrap) resolve(size Size) (Bootstrap, error) {
	o.Draws = cmp.Or(o.Draws, DefaultBootstrapDraws)
	o.Level = cmp.Or(o.Level, DefaultLevel)
	switch {
	case o.Draws < 0 || !(o.Level > 0 && o.Level < 1) || o.Over < Subjects || o.Over > Both:
		return o, fmt.Errorf("a bootstrap of %d draws at level %g over %d: draws must be 1 or more, the level between 0 and 1, and what is drawn one of %v", o.Draws, o.Level, o.Over, Overs)
	case o.Over != Conditions && size.Subjects < 2:
		return o, fmt.Errorf("a bootstrap over subjects of %d: it needs two or more; draw conditions instead", size.Subjects)
	case o.Over != Subjects && size.Conditions < 3:
		return o, fmt.Errorf("a bootstrap over conditions of %d: it needs three or more", size.Conditions)
	}
	return o, nil
}

func (o Bootstrap) draw(size Size, index int) Draw {
	draw := Draw{Subjects: make([]int, size.Subjects), Conditions: slices.Repeat([]int{1}, size.Conditions)}
	for s := range draw.Subjects {
		draw.Subjects[s] = s
	}
	if o.Over != Conditions {
		replace(draw.Subjects, seed.Stream(o.Seed, "bootstrap of subjects", index))
	}
	if o.Over != Subjects {
		recount(draw.Conditions, seed.Stream(o.Seed, "bootstrap of conditions", index))
	}
	return draw
}

// replace fills chosen with indices drawn with replacement, in ascending order.
func replace(chosen []int, random *rand.Rand) {
	for i := range chosen {
		chosen[i] = random.IntN(len(chosen))
	}
	slices.Sort(chosen)
}

// recount fills counts with how often each index is drawn with replacement.
func recount(counts []int, random *rand.Rand) {
	clear(counts)
	for range counts {
		counts[random.IntN(len(counts))]++
	}
}
