package rsa

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// A Fusion tells when each region of a brain does what it does: RDMs that were
// measured at every time, as by M/EEG, are compared with RDMs of regions, as of
// fMRI, and with layers of a network; and it is asked what all three have in
// common. The zero Fusion is the recommended one.
type Fusion struct {
	Evaluation        // of regions and layers over time, but that the automatic test is label permutation, the only one of what is shared
	Variance   string // that is shared, one of Variances; automatic: values where the comparator is pearson, else ranks
}

// What variance is of.
const (
	VarianceOfRanks  = "ranks"  // of dissimilarities
	VarianceOfValues = "values" // dissimilarities as they are
)

// Variances lists what Fusion.Variance can be.
var Variances = []string{Automatic, VarianceOfRanks, VarianceOfValues}

// A Region holds the RDMs of one region of the brain.
type Region struct {
	Name  string
	Names []string    // of its subjects, who need not be those of the times; nil when they have none
	RDVs  [][]float64 // subjects × pairs
}

// FusionData is what a Fusion brings together: RDMs of the same conditions in
// the same order.
type FusionData struct {
	Times    Subjects // with Subjects.Times
	Regions  []Region
	Layers   []Model // may be none
	Controls []Model // RDMs whose part of the variance is taken from all that is shared; may be none
}

// Run compares all regions and all layers with all times, and finds what they
// share.
//
// The RDMs of a region are pooled as [Evaluation] says; those of times are
// compared subject by subject. What a region r and a layer l explain together
// of a subject's RDM at a time t, and controls K do not, is their commonality
//
//	C = R²(t; r,K) + R²(t; l,K) - R²(t; r,l,K) - R²(t; K)
//
// with R² of least squares with an intercept. Without controls that is
// r²(t,r) less the squared semi-partial correlation of t with what l leaves of
// r. It is no more than the region explains, R²(t; r,K) - R²(t; K), and less than
// 0 where either hides what the other explains. Where t has nothing to do with
// both it is 0 on average, if the pairs of an RDM are independent. As they share
// conditions, it is a little more: some 0.005 with 12 conditions. So no test
// against 0 would be right, and conditions are permuted, whatever the test of the
// rest.
//
// Every draw of the bootstrap finds all peaks from the same subjects and
// conditions, so that the difference of two latencies has an interval too. Only
// subjects of the times are drawn; the RDM of a region is given.
//
//	shapes   RDVs of n(n-1)/2 pairs, n ≥ 3 conditions
//	NaN      pairs that any pooled region, layer or control lacks are left out,
//	         and counted in the warnings; pairs that a time lacks, at that time
//	errors   RDVs that do not fit each other; no times, no region, two regions of
//	         one name; options out of range
//	cost     that of [Evaluation.Run] for regions and layers; other ranks or
//	         values than the comparator's are compared once more
//	random   everything drawn depends on the seed alone, so that any number of
//	         threads gives the same bits
//	source   Cichy, Pantazis & Oliva (2014), doi:10.1038/nn.3635; of commonality
//	         Hebart, Bankson, Harel, Baker & Cichy (2018), doi:10.7554/eLife.32816
func (f Fusion) Run(ctx context.Context, data FusionData, b work.Budget) (*FusionResult, error) {
	u, err := f.union(data)
	if err != nil {
		return nil, err
	}
	if err := u.measureAll(ctx, b); err != nil {
		return nil, err
	}
	ceiling, lower, err := u.ceiling(ctx, b)
	if err != nil {
		return nil, err
	}
	for _, one := range u.families {
		one.found.ceiling, one.found.lower = ceiling, lower
		if one.found.chance, err = u.chanceOf(ctx, b, one); err != nil {
			return nil, err
		}
		if one.of == "commonality" {
			continue // of which no two are compared
		}
		if err := one.part.contrast(ctx, b, &one.found); err != nil {
			return nil, err
		}
	}
	drawn, err := u.draws(ctx, b)
	if err != nil {
		return nil, err
	}
	inside, err := f.inRegions(ctx, b, data)
	if err != nil {
		return nil, err
	}
	return u.fused(drawn, inside), nil
}

// inRegions compares the layers with the subjects of every region. Tests and
// intervals are chosen by how many subjects a region has.
func (f Fusion) inRegions(ctx context.Context, b work.Budget, data FusionData) ([]*Result, error) {
	if len(data.Layers) == 0 {
		return nil, nil
	}
	e := f.Evaluation
	e.Window.From, e.Window.To = 0, 0
	if e.Test != None {
		e.Test = Automatic
	}
	if e.BootstrapOver != None {
		e.BootstrapOver = Automatic
	}
	if e.Correction == MaxStatistic || joins(e.Correction) {
		e.Correction = Automatic // without draws or times there is neither
	}
	var all []*Result
	for _, region := range data.Regions {
		subjects := Subjects{Brain: region.Name, Names: region.Names, Labels: data.Times.Labels, Matched: data.Times.Matched}
		for _, x := range region.RDVs {
			subjects.RDVs = append(subjects.RDVs, [][]float64{x})
		}
		r, err := e.Run(ctx, data.Layers, subjects, b)
		if err != nil {
			return nil, fmt.Errorf("region %q: %w", region.Name, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// union is a Fusion of given data. Its analysis is that of all regions, then all
// layers.
type union struct {
	*analysis
	shared       *analysis // of the same, then controls, by the correlation whose square is variance; nil without layers
	same         bool      // shared and the analysis compare the same by the same
	masks        masks     // of the subjects and times of shared
	correlations *table    // of shared, as observed
	regions      int
	layers       int
	variance     string
	families     []*family // of regions, of layers, of commonality
}

// family is what is tested together, and has courses and peaks.
type family struct {
	part   *analysis
	of     string
	scores *table
	found  findings
}

func newFamily(of string, part *analysis, scores *table) *family {
	mean := scores.mean(make([]float64, scores.models*scores.times), scores.everyone())
	return &family{part: part, of: of, scores: scores, found: findings{scores: scores, mean: mean}}
}

// size is how many numbers a draw finds of the family: courses, and the score and
// time of each peak.
func (f *family) size() int { return len(f.part.given) * (f.part.times + 2) }

// union checks the data and what is asked of them.
func (f Fusion) union(data FusionData) (*union, error) {
	chosen := f.Test == "" || f.Test == Automatic
	if chosen {
		f.Test = LabelPermutation
	}
	switch people := len(data.Times.RDVs); f.BootstrapOver {
	case "", Automatic:
		f.BootstrapOver = usualOver(people)
	case Dual:
		return nil, fmt.Errorf("a fusion has no dual bootstrap: use one of %s or %s", strings.Join(inference.Overs, ", "), None)
	}
	o, err := f.resolve(inference.Size{Subjects: len(data.Times.RDVs)})
	if err != nil {
		return nil, err
	}
	f.Evaluation = o.Evaluation
	correlation, err := f.correlation()
	if err := errors.Join(err, data.check()); err != nil {
		return nil, err
	}
	u := &union{regions: len(data.Regions), layers: len(data.Layers), variance: f.Variance}
	data, left := data.complete(f.Evaluation)
	if u.analysis, err = f.analysis(slices.Concat(data.pooled(f.Evaluation), data.Layers), data.Times); err != nil {
		return nil, err
	}
	if chosen {
		u.reason = oneTest
	}
	if left > 0 {
		u.warn("%d of %d pairs are left out, because a region, layer or control lacks them", left, len(data.Times.RDVs[0][0]))
	}
	if u.layers == 0 {
		return u, nil
	}
	u.same = correlation.Name == f.Comparator.Name && len(data.Controls) == 0
	f.Comparator, f.Test = correlation, LabelPermutation
	u.shared, err = f.analysis(slices.Concat(data.pooled(f.Evaluation), data.Layers, data.Controls), data.Times)
	return u, err
}

// oneTest is why labels are permuted.
const oneTest = "what regions and layers share is tested by permuted labels, and so is the rest"

// correlation is the comparator whose square is shared variance.
func (f *Fusion) correlation() (c compare.Comparator, err error) {
	if f.Variance = cmp.Or(f.Variance, Automatic); f.Variance == Automatic {
		f.Variance = VarianceOfRanks
		if f.Comparator.Name == "pearson" {
			f.Variance = VarianceOfValues
		}
	}
	switch f.Variance {
	case VarianceOfRanks:
		return compare.ByName("spearman")
	case VarianceOfValues:
		return compare.ByName("pearson")
	}
	return c, fmt.Errorf("variance cannot be of %q: use %s or %s", f.Variance, VarianceOfRanks, VarianceOfValues)
}

// check finds what would make pooling impossible, or names ambiguous.
func (d FusionData) check() error {
	switch {
	case len(d.Regions) == 0:
		return errors.New("no region: a fusion needs the RDMs of one or more")
	case d.Times.Times == nil:
		return errors.New("the RDMs to be fused have no times: regions are compared with what was measured at every time")
	case len(d.Times.RDVs) == 0 || len(d.Times.RDVs[0]) == 0:
		return errors.New("nothing was measured over time: one or more subjects are needed")
	}
	pairs := len(d.Times.RDVs[0][0])
	seen := map[string]bool{}
	for _, region := range d.Regions {
		if seen[region.Name] {
			return fmt.Errorf("two regions are called %q: rename one", region.Name)
		}
		seen[region.Name] = true
		if len(region.RDVs) == 0 {
			return fmt.Errorf("region %q has no RDM", region.Name)
		}
		for s, x := range region.RDVs {
			if len(x) != pairs {
				return fmt.Errorf("region %q has %d pairs in subject %d where the times have %d", region.Name, len(x), s+1, pairs)
			}
		}
	}
	for _, x := range slices.Concat(d.Layers, d.Controls) {
		if len(x.RDV) != pairs {
			return fmt.Errorf("%q has %d pairs where the times have %d", x.Name, len(x.RDV), pairs)
		}
	}
	return nil
}

// pooled returns the RDM of every region.
func (d FusionData) pooled(e Evaluation) []Model {
	models := make([]Model, len(d.Regions))
	for i, region := range d.Regions {
		group := compare.Raw(region.RDVs)
		if len(region.RDVs) > 1 && e.Pool == PoolComparator {
			group = e.Comparator.Group(region.RDVs)
		}
		models[i] = Model{Name: region.Name, RDV: group.Mean()}
	}
	return models
}

// complete leaves out, everywhere, the pairs that any region as a whole, layer
// or control lacks, so that everything rests on the same pairs.
func (d FusionData) complete(e Evaluation) (kept FusionData, left int) {
	missing := make([]bool, len(d.Times.RDVs[0][0]))
	for _, x := range slices.Concat(d.pooled(e), d.Layers, d.Controls) {
		for p, v := range x.RDV {
			if math.IsNaN(v) && !missing[p] {
				missing[p] = true
				left++
			}
		}
	}
	if left == 0 {
		return d, 0
	}
	kept = d
	kept.Times.RDVs = make([][][]float64, len(d.Times.RDVs))
	for s, course := range d.Times.RDVs {
		for _, x := range course {
			kept.Times.RDVs[s] = append(kept.Times.RDVs[s], without(x, missing))
		}
	}
	kept.Regions = slices.Clone(d.Regions)
	for i, region := range d.Regions {
		kept.Regions[i].RDVs = nil
		for _, x := range region.RDVs {
			kept.Regions[i].RDVs = append(kept.Regions[i].RDVs, without(x, missing))
		}
	}
	kept.Layers, kept.Controls = modelsWithout(d.Layers, missing), modelsWithout(d.Controls, missing)
	return kept, left
}

func modelsWithout(models []Model, missing []bool) []Model {
	kept := slices.Clone(models)
	for i := range kept {
		kept[i].RDV = without(kept[i].RDV, missing)
	}
	return kept
}

// without returns x with NaN where it is to be missing.
func without(x []float64, missing []bool) []float64 {
	kept := slices.Clone(x)
	for p, lacks := range missing {
		if lacks {
			kept[p] = math.NaN()
		}
	}
	return kept
}

// measureAll compares everything that was observed.
func (u *union) measureAll(ctx context.Context, b work.Budget) error {
	if u.same {
		if err := u.shared.prepare(ctx, b); err != nil {
			return err
		}
		u.models, u.brain = u.shared.models, u.shared.brain
	} else if err := u.prepare(ctx, b); err != nil {
		return err
	}
	scores, err := u.score(ctx, b)
	if err != nil {
		return err
	}
	u.families = []*family{u.family("region", scores, 0, u.regions)}
	if u.layers == 0 {
		return nil
	}
	u.families = append(u.families, u.family("layer", scores, u.regions, u.regions+u.layers))
	if u.correlations = scores; !u.same {
		if err := u.shared.prepare(ctx, b); err != nil {
			return err
		}
		if u.correlations, err = u.shared.score(ctx, b); err != nil {
			return err
		}
	}
	u.masks = masksOf(u.shared.subjects.RDVs)
	s := u.newScratch()
	u.correlate(s, func(i int) *compare.Vector { return u.shared.models[i] }, u.masks.defined)
	u.share(s, u.correlations, scores.everyone())
	u.families = append(u.families, u.commonality(s.shares))
	return nil
}

// family is part of the models of the analysis.
func (u *union) family(of string, scores *table, from, to int) *family {
	part := *u.analysis
	part.given, part.models, part.warnings = u.given[from:to], u.models[from:to], nil
	each := scores.subjects * scores.times
	mine := &table{to - from, scores.subjects, scores.times, scores.values[from*each : to*each]}
	return newFamily(of, &part, mine)
}

// commonality is the family of what each region and layer share.
func (u *union) commonality(scores *table) *family {
	part := *u.shared
	part.options = u.options
	part.given, part.models, part.warnings = nil, make([]*compare.Vector, scores.models), nil
	for r := range u.regions {
		for l := range u.layers {
			layer := u.given[u.regions+l]
			part.given = append(part.given, Model{Name: u.given[r].Name + " and " + layer.Name, Network: layer.Network})
		}
	}
	return newFamily("commonality", &part, scores)
}

// chanceOf finds the p values of a family, corrected within it.
func (u *union) chanceOf(ctx context.Context, b work.Budget, one *family) (*inference.Result, error) {
	if one.of != "commonality" || u.Test == None {
		return one.part.test(ctx, b, one.scores)
	}
	test := inference.Test{Draws: u.Draws, Tail: u.tail, Seed: u.Seed}
	r, err := test.LabelPermutation(ctx, b, u.conditions, len(one.part.given)*u.times, u.permutedShares())
	switch {
	case err != nil:
		return nil, err
	case u.Correction == None:
		r.Corrected = r.P
	case u.adjust != nil:
		r.Corrected = u.adjust(r.P)
	case joins(u.Correction):
		r.Corrected, err = u.joinPermuted(ctx, b, len(r.P), u.permutedShares())
		return r, err
	}
	return r, nil
}
