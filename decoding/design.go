package decoding

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/seed"
)

// A design says which observations are averaged to which pseudo-trials, and
// which of these are in which fold. Pseudo-trials are sorted by condition.
type design struct {
	observations [][]int // of each pseudo-trial
	condition    []int   // of each
	fold         []int   // of each
	splits       []split
}

// A split is a fold for test: per condition the pseudo-trials for training,
// and those for test.
type split struct {
	training, test [][]int
}

// grouped is a Dataset with its observations sorted.
type grouped struct {
	conditions   []string
	observations [][]int // of each condition
	fold         []int   // of each observation, by the label; nil without one
	folds        int     // by the label
}

// group sorts the observations of ds by condition, and by the label of folds.
func (d Decoder) group(ds *dataset.Dataset) (*grouped, error) {
	if ds.Observation["condition"] == nil {
		return nil, fmt.Errorf("%s tells trials of conditions apart: label the observations with their condition", d.Measure.Name)
	}
	conditions, observations, err := ds.Groups("condition")
	if err != nil {
		return nil, err
	}
	if len(conditions) < 2 || ds.Shape[1] < 1 || ds.Shape[2] < 1 {
		return nil, fmt.Errorf("%d conditions, %d channels and %d times: to tell conditions apart takes two of the first and one of each other", len(conditions), ds.Shape[1], ds.Shape[2])
	}
	g := &grouped{conditions: conditions, observations: observations}
	if d.Folds == "" {
		return g, d.checkTrials(g)
	}
	values, members, err := ds.Groups(d.Folds)
	if err != nil {
		return nil, fmt.Errorf("folds: %w", err)
	}
	g.fold, g.folds = make([]int, ds.Shape[0]), len(values)
	for f, rows := range members {
		for _, row := range rows {
			g.fold[row] = f
		}
	}
	return g, nil
}

// checkTrials requires enough trials of every condition.
func (d Decoder) checkTrials(g *grouped) error {
	least := max(2, d.PseudoTrials, d.Count)
	for c, rows := range g.observations {
		switch n := len(rows); {
		case d.PseudoTrials > 0 && d.PseudoTrials < max(2, d.Count):
			return fmt.Errorf("%d pseudo-trials for %d folds: each fold needs one of every condition, and there are two folds or more", d.PseudoTrials, max(2, d.Count))
		case n < least:
			return fmt.Errorf("condition %q has %d trials and needs %d, for as many folds or pseudo-trials: ask for fewer, or leave the condition out", g.conditions[c], n, least)
		}
	}
	return nil
}

// design deals the observations for one of the assignments.
func (d Decoder) design(g *grouped, assignment int) (*design, error) {
	made := &design{}
	random := seed.Stream(d.Seed, "pseudo-trials", assignment)
	folds := g.folds
	for c, rows := range g.observations {
		if g.fold == nil {
			folds = max(folds, made.deal(c, d.parts(rows, random), d.Count))
			continue
		}
		if err := made.dealLabelled(d, g, c, random); err != nil {
			return nil, err
		}
	}
	made.split(folds, len(g.conditions))
	return made, made.check(d, g)
}

// parts returns the observations of each pseudo-trial of a condition. Without
// pseudo-trials each is one; they are shuffled where chance decides about folds.
func (d Decoder) parts(rows []int, random *rand.Rand) [][]int {
	shuffled := append([]int(nil), rows...)
	if d.random() {
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	}
	k := len(rows)
	if d.PseudoTrials > 0 {
		k = d.PseudoTrials
	}
	return crossval.Parts(shuffled, k)
}

// random reports whether assignments differ.
func (d Decoder) random() bool { return d.PseudoTrials > 0 || d.Count > 0 || d.Assignments > 1 }

// deal puts pseudo-trials of a condition into so many folds in turn, each into
// its own for 0. It returns the number of folds.
func (m *design) deal(condition int, parts [][]int, folds int) int {
	if folds == 0 {
		folds = len(parts)
	}
	for i, part := range parts {
		m.add(condition, i%folds, part)
	}
	return folds
}

func (m *design) add(condition, fold int, observations []int) {
	m.observations = append(m.observations, observations)
	m.condition, m.fold = append(m.condition, condition), append(m.fold, fold)
}

// dealLabelled makes the pseudo-trials of a condition within the folds of the
// label: none has observations of two folds.
func (m *design) dealLabelled(d Decoder, g *grouped, condition int, random *rand.Rand) error {
	inside := make([][]int, g.folds)
	for _, row := range g.observations[condition] {
		inside[g.fold[row]] = append(inside[g.fold[row]], row)
	}
	for f, rows := range inside {
		if n := len(rows); n == 0 {
			continue
		} else if n < d.PseudoTrials {
			return fmt.Errorf("condition %q has %d trials in a fold and is to have %d pseudo-trials there: ask for fewer", g.conditions[condition], n, d.PseudoTrials)
		}
		for _, part := range d.parts(rows, random) {
			m.add(condition, f, part)
		}
	}
	return nil
}

// split lists the pseudo-trials of every fold for test and for training.
func (m *design) split(folds, conditions int) {
	m.splits = make([]split, folds)
	for f := range m.splits {
		s := split{make([][]int, conditions), make([][]int, conditions)}
		for i, c := range m.condition {
			if m.fold[i] == f {
				s.test[c] = append(s.test[c], i)
			} else {
				s.training[c] = append(s.training[c], i)
			}
		}
		m.splits[f] = s
	}
}

// check requires that every condition can be trained and tested.
func (m *design) check(d Decoder, g *grouped) error {
	most := 0
	for c, name := range g.conditions {
		tested := 0
		for _, s := range m.splits {
			if len(s.test[c]) > 0 && len(s.training[c]) > 0 {
				tested++
			}
			most = max(most, len(s.training[c]))
		}
		if tested == 0 {
			return fmt.Errorf("condition %q is in one fold only, and %s needs two: measure it again, or leave it out", name, d.Measure.Name)
		}
	}
	if most < 2 {
		return fmt.Errorf("every condition has one trial for training, which says nothing about noise: %s needs two, so three folds or more", d.Measure.Name)
	}
	return nil
}

// text says what was dealt.
func (d Decoder) text() string {
	text := "; trials"
	if d.PseudoTrials > 0 {
		text = "; " + strconv.Itoa(d.PseudoTrials) + " pseudo-trials of every condition, each the mean of trials drawn at random"
	}
	switch {
	case d.Folds != "" && d.PseudoTrials > 0:
		text += " from one " + d.Folds + ", one fold per " + d.Folds
	case d.Folds != "":
		text += " in one fold per " + d.Folds
	case d.Count > 0:
		text += " in " + strconv.Itoa(d.Count) + " folds"
	default:
		text += " in as many folds as a condition has"
	}
	text += ", each for test once and all others for training"
	if d.Assignments > 1 {
		text += fmt.Sprintf("; mean of %d assignments", d.Assignments)
	}
	if d.random() {
		text += fmt.Sprintf(", seed %d", d.Seed)
	}
	return text
}
