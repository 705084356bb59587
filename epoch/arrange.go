package epoch

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/seed"
)

// Repetitions says what becomes of several trials of a condition.
type Repetitions string

// The ways.
const (
	All    Repetitions = "all"    // each is an observation
	Mean   Repetitions = "mean"   // their mean is
	First  Repetitions = "first"  // the first that is not rejected is
	Random Repetitions = "random" // one that is not rejected is, by the seed
)

// RepetitionWays lists them.
var RepetitionWays = []string{string(All), string(Mean), string(First), string(Random)}

// An Arrangement says how trials become the observations of a Dataset.
type Arrangement struct {
	Repetitions Repetitions // "" is All
	Equal       EqualPolicy
	Seed        uint64
	Labels      map[string]string // of all observations, such as the subject
}

// EqualPolicy says whether conditions have equally many trials.
type EqualPolicy int

// The policies.
const (
	AsTheyAre   EqualPolicy = iota
	EqualCounts             // as many of every condition as of the one with the fewest, by the seed; of none those without any
)

// Dataset returns what is left as a Dataset in float32, conditions in natural
// order; every trial in the order of time within its condition. A condition whose
// trials were all rejected stays: as one observation that is NaN.
//
//	shapes   observations × channels × times
//	units    those of the channels
//	NaN      passed on; conditions without trials
//	errors   no trials at all
//	random   which trials are left, by the seed and the condition
//	cost     one pass; sums of means are in float64
func (g *Gathering) Dataset(a Arrangement) (*dataset.Dataset, error) {
	groups := g.groups()
	if len(groups) == 0 {
		return nil, fmt.Errorf("there are no trials")
	}
	left := a.left(groups)
	var rows []row
	for i, group := range groups {
		rows = append(rows, a.rows(i, group, left[i])...)
	}
	ds := &dataset.Dataset{
		Shape:       [3]int{len(rows), len(g.Channels), len(g.Times)},
		Times:       g.Times,
		F32:         make([]float32, 0, len(rows)*len(g.Channels)*len(g.Times)),
		Observation: g.labels(rows, a),
		Channel:     channelLabels(g.Channels),
		Description: map[string]string{},
		Arrays:      map[string]*npy.Array{"channel.position": positions(g.Channels)},
	}
	for _, r := range rows {
		ds.F32 = append(ds.F32, g.mean(r.trials)...)
	}
	return ds, ds.Check()
}

// A group is a condition: places in Fates.
type group struct {
	condition  string
	all, whole []int // trials; those that have an epoch
}

// groups returns the conditions in natural order.
func (g *Gathering) groups() []group {
	by := map[string]*group{}
	for i, f := range g.Fates {
		if by[f.Condition] == nil {
			by[f.Condition] = &group{condition: f.Condition}
		}
		of := by[f.Condition]
		of.all = append(of.all, i)
		if g.signals[i] != nil {
			of.whole = append(of.whole, i)
		}
	}
	var groups []group
	for _, name := range slices.SortedFunc(maps.Keys(by), dataset.CompareLabels) {
		groups = append(groups, *by[name])
	}
	return groups
}

// left returns the trials of each condition that count.
func (a Arrangement) left(groups []group) [][]int {
	left := make([][]int, len(groups))
	fewest := math.MaxInt
	for i, group := range groups {
		left[i] = group.whole
		if n := len(group.whole); n > 0 {
			fewest = min(fewest, n)
		}
	}
	if a.Equal == AsTheyAre {
		return left
	}
	for i := range left {
		left[i] = chosen(left[i], fewest, a.Seed, "equal counts of trials", i)
	}
	return left
}

// chosen draws n trials, which stay in their order.
func chosen(trials []int, n int, seeded uint64, purpose string, index int) []int {
	if len(trials) <= n {
		return trials
	}
	order := seed.Stream(seeded, purpose, index).Perm(len(trials))[:n]
	slices.Sort(order)
	out := make([]int, n)
	for i, place := range order {
		out[i] = trials[place]
	}
	return out
}

// A row is an observation to be.
type row struct {
	condition   string
	repetition  int   // number of the trial within its condition, from 1; 0: several, or none
	trials, all []int // whose mean it is; that its labels are about
}

// rows returns the observations of a condition.
func (a Arrangement) rows(index int, of group, left []int) []row {
	if len(left) == 0 {
		return []row{{condition: of.condition, all: of.all}}
	}
	switch a.Repetitions {
	case Mean:
		return []row{{condition: of.condition, trials: left, all: left}}
	case First:
		left = left[:1]
	case Random:
		left = chosen(left, 1, a.Seed, "one of the repetitions", index)
	case "", All:
	default:
		panic(fmt.Sprintf("epoch: repetitions %q", a.Repetitions))
	}
	var rows []row
	for _, trial := range left {
		one := []int{trial}
		rows = append(rows, row{of.condition, slices.Index(of.all, trial) + 1, one, one})
	}
	return rows
}

// mean returns the mean of trials; NaN of none.
func (g *Gathering) mean(trials []int) []float32 {
	if len(trials) == 1 {
		return g.signals[trials[0]]
	}
	sums := make([]float64, len(g.Channels)*len(g.Times))
	for _, trial := range trials {
		for i, v := range g.signals[trial] {
			sums[i] += float64(v)
		}
	}
	for i := range sums {
		sums[i] /= float64(len(trials)) // NaN of none: 0/0
	}
	return single(sums)
}

// labels returns the labels of observations: what is known about trials where
// those of an observation agree, and how many they are.
func (g *Gathering) labels(rows []row, a Arrangement) map[string][]string {
	labels := map[string][]string{}
	add := func(name string, value func(r row) string) {
		values := make([]string, len(rows))
		for i, r := range rows {
			values[i] = value(r)
		}
		if !slices.ContainsFunc(values, func(v string) bool { return v != missing }) {
			return
		}
		labels[name] = values
	}
	add("run", func(r row) string { return g.agreed(r, func(f Fate) string { return f.Run }) })
	for c, name := range g.Columns {
		add(name, func(r row) string { return g.agreed(r, func(f Fate) string { return f.Trial.Values[c] }) })
	}
	for name, value := range a.Labels {
		labels[name] = slices.Repeat([]string{value}, len(rows))
	}
	add("condition", func(r row) string { return r.condition })
	add("trials", func(r row) string { return strconv.Itoa(len(r.trials)) })
	add("repetition", func(r row) string {
		if r.repetition == 0 {
			return missing
		}
		return strconv.Itoa(r.repetition)
	})
	return labels
}

// agreed returns a label that all trials of a row have, else n/a.
func (g *Gathering) agreed(r row, label func(Fate) string) string {
	first := label(g.Fates[r.all[0]])
	for _, trial := range r.all[1:] {
		if label(g.Fates[trial]) != first {
			return missing
		}
	}
	return first
}

// channelLabels returns the labels of channels.
func channelLabels(channels []recording.Channel) map[string][]string {
	labels := map[string][]string{}
	triplets := false
	for _, c := range channels {
		triplet := tripletOf(c)
		triplets = triplets || triplet != missing
		for name, value := range map[string]string{
			"name": c.Name, "type": string(c.Kind), "unit": c.Unit, "frame": string(c.Frame), "triplet": triplet,
		} {
			if value == "" {
				value = missing
			}
			labels[name] = append(labels[name], value)
		}
	}
	if !triplets {
		delete(labels, "triplet")
	}
	return labels
}

// positions returns where channels are, in m; NaN where unknown.
func positions(channels []recording.Channel) *npy.Array {
	data := make([]float64, 0, 3*len(channels))
	for _, c := range channels {
		data = append(data, c.Position[:]...)
	}
	return &npy.Array{Shape: []int{len(channels), 3}, Data: data}
}

// tripletOf returns the place of a sensor of a Neuromag 306, which has a
// magnetometer and two gradiometers; n/a of others. Their names are "MEG", the
// number of the place and that of the sensor in it.
func tripletOf(c recording.Channel) string {
	digits := len(c.Name) - 4
	if c.Kind != recording.Magnetometer && c.Kind != recording.Gradiometer || digits < 3 || c.Name[:3] != "MEG" || c.Coil < 3000 || c.Coil > 3100 {
		return missing
	}
	return c.Name[digits : len(c.Name)-1]
}
