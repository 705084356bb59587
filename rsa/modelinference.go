package rsa

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/isocortex/isocortex/inference"
)

// A FlexibleInference is what a ModelBootstrap found. What is undefined is NaN,
// null in JSON.
type FlexibleInference struct {
	Over          string  `json:"bootstrap_over"` // one of ModelBootstraps, never Automatic
	GeneralizesTo string  `json:"generalises_to"` // ToSubjects, ToStimuli or ToBoth
	Draws         int     `json:"draws"`          // of each bootstrap
	Undefined     int     `json:"undefined_draws"`
	Choices       int     `json:"choices"` // of folds, whose mean is the estimate
	Freedom       float64 `json:"degrees_of_freedom"`
	Interval      float64 `json:"interval"`
	Correction    string  `json:"correction"` // over models, or pairs of them, and times

	Models      []ModelInference  `json:"models"`                // in the order given
	Ceiling     *Estimate         `json:"noise_ceiling"`         // lower; null for a single subject
	Differences []ModelDifference `json:"differences,omitempty"` // of every two models
	Warnings    []string          `json:"warnings,omitempty"`
}

// ModelInference is what was found for one flexible model.
type ModelInference struct {
	Score       Estimate  `json:"score"`        // p against 0, one-sided
	FromCeiling *Estimate `json:"from_ceiling"` // score less the lower noise ceiling; p two-sided; null for a single subject
}

// ModelDifference is the score of one flexible model less that of another, with p
// two-sided.
type ModelDifference struct {
	First  int `json:"first"` // places among the models
	Second int `json:"second"`
	Estimate
}

// An Estimate is what cross-validation gives in the mean of many choices of
// folds, and how sure it is. All are one per time.
type Estimate struct {
	Value     []Number `json:"value"`
	Low       []Number `json:"low"` // interval of Student's t
	High      []Number `json:"high"`
	P         []Number `json:"p"`
	Corrected []Number `json:"p_corrected"`
	Undefined int      `json:"undefined_draws"` // of any bootstrap, at the worst time

	variance []float64
}

// Reversed is the estimate of the negative: of the second model less the first.
func (e Estimate) Reversed() Estimate {
	reversed := e
	reversed.Value, reversed.Low, reversed.High = negative(e.Value), negative(e.High), negative(e.Low)
	return reversed
}

func negative(x []Number) []Number {
	result := make([]Number, len(x))
	for t, value := range x {
		result[t] = -value
	}
	return result
}

// infer makes estimates of all scores and differences.
func (d *modelDraws) infer() (*FlexibleInference, error) {
	r := &FlexibleInference{
		Over: d.Over, GeneralizesTo: d.speaksOf(), Draws: d.Draws, Choices: d.Choices,
		Freedom: d.freedom(), Interval: d.Interval, Correction: d.Correction,
	}
	group := len(d.models)
	if d.size.Subjects > 1 {
		ceiling := d.estimate(group, -1)
		r.Ceiling = &ceiling
	}
	for m := range d.models {
		found := ModelInference{Score: d.estimate(m, -1)}
		if r.Ceiling != nil {
			difference := d.estimate(m, group)
			found.FromCeiling = &difference
		}
		r.Models = append(r.Models, found)
		for other := m + 1; other < group; other++ {
			r.Differences = append(r.Differences, ModelDifference{m, other, d.estimate(m, other)})
		}
	}
	d.warn(r)
	return r, d.test(r)
}

// speaksOf says of whom the tests speak.
func (d *modelDraws) speaksOf() string {
	switch d.Over {
	case inference.Subjects.String():
		return ToSubjects
	case inference.Conditions.String():
		return ToStimuli
	}
	return ToBoth
}

func (d *modelDraws) freedom() float64 {
	return inference.FreedomOf(d.overs[len(d.overs)-1], d.size)
}

// test finds p values, and corrects them within each family of questions.
func (d *modelDraws) test(r *FlexibleInference) error {
	var scores, others, differences []*Estimate
	for m := range r.Models {
		scores = append(scores, &r.Models[m].Score)
		if r.Ceiling != nil {
			others = append(others, r.Models[m].FromCeiling)
		}
	}
	for i := range r.Differences {
		differences = append(differences, &r.Differences[i].Estimate)
	}
	families := []struct {
		estimates []*Estimate
		tail      inference.Tail
	}{{scores, inference.Greater}, {others, inference.TwoSided}, {differences, inference.TwoSided}}
	if r.Ceiling != nil {
		families = append(families, families[0])
		families[3].estimates = []*Estimate{r.Ceiling}
	}
	for _, f := range families {
		if err := d.family(f.estimates, f.tail); err != nil {
			return err
		}
	}
	return nil
}

// family tests estimates by how much they vary, corrected over all of them.
func (d *modelDraws) family(estimates []*Estimate, tail inference.Tail) error {
	var values, variances []float64
	for _, e := range estimates {
		for t, value := range e.Value {
			values, variances = append(values, float64(value)), append(variances, e.variance[t])
		}
	}
	found, err := inference.VarianceTest(values, variances, d.freedom(), tail)
	if err != nil {
		return err
	}
	p := found.P
	if tail == inference.Greater && !d.Validation.Comparator.ZeroIsChance() {
		p = slices.Repeat([]float64{math.NaN()}, len(p))
	}
	corrected := p
	if d.Correction != None {
		correction, err := inference.CorrectionByName(d.Correction)
		if err != nil {
			return err
		}
		corrected = correction.Adjust(p)
	}
	for k, e := range estimates {
		from, to := k*d.times, (k+1)*d.times
		e.P, e.Corrected = numbers(p[from:to]), numbers(corrected[from:to])
	}
	return nil
}

// estimate is what a column of the rows comes to, less another one unless that is
// -1.
func (d *modelDraws) estimate(column, less int) Estimate {
	e := Estimate{}
	quantile := distuv.StudentsT{Sigma: 1, Nu: d.freedom()}.Quantile((1 + d.Interval) / 2)
	for t := range d.times {
		value, variance, undefined := d.found(func(row []float64) float64 {
			if less < 0 {
				return row[column*d.times+t]
			}
			return row[column*d.times+t] - row[less*d.times+t]
		})
		reach := math.NaN()
		if variance > 0 {
			reach = quantile * math.Sqrt(variance)
		}
		e.Value, e.variance = append(e.Value, Number(value)), append(e.variance, variance)
		e.Low, e.High = append(e.Low, Number(value-reach)), append(e.High, Number(value+reach))
		e.Undefined = max(e.Undefined, undefined)
	}
	return e
}

// found is the mean of what rows come to over the choices of folds, its variance,
// and how many draws of any bootstrap do not define it. The variance is that over
// draws and what the choices leave, which a single one does not tell: that is then
// as large as in the draws, or larger.
func (d *modelDraws) found(of func(row []float64) float64) (value, variance float64, undefined int) {
	var values []float64
	for _, row := range d.chosen {
		if x := of(row); !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	variance, ofFolds, undefined := d.variance(of)
	if len(values) > 1 {
		ofFolds = stat.Variance(values, nil)
	}
	return stat.Mean(values, nil), variance + ofFolds/float64(len(values)), undefined // of none NaN
}

// variance is that of what a row comes to, over all bootstraps together, what a
// choice of folds adds to it at most, and how many draws of any of them do not
// define it.
func (d *modelDraws) variance(of func(row []float64) float64) (variance, ofFolds float64, undefined int) {
	var variances []float64
	for k := range d.overs {
		single, folds, missing := d.varianceOf(d.drawn[k*d.Draws:(k+1)*d.Draws], of)
		variances, ofFolds, undefined = append(variances, single), max(ofFolds, folds), max(undefined, missing)
	}
	switch {
	case d.Over == Dual:
		variance = inference.DualVariance(d.size, variances[0], variances[1], variances[2])
	case d.overs[0] == inference.Subjects:
		variance = inference.Corrected(variances[0], d.size.Subjects)
	case d.overs[0] == inference.Conditions:
		variance = inference.Corrected(variances[0], d.size.Conditions)
	default:
		variance = variances[0]
	}
	return variance, ofFolds, undefined
}

// varianceOf is the variance over draws of one bootstrap, without what the choice
// of folds adds, and that. What is left has a standard error of about that of a
// single choice of folds / √draws; it is taken to be at least that, as less could
// be by chance, and would make nothing seem certain.
func (d *modelDraws) varianceOf(draws [][][]float64, of func(row []float64) float64) (variance, ofFolds float64, undefined int) {
	var all inference.Distribution // per draw: every repeat, then their mean
	for _, rows := range draws {
		values, sum := make([]float64, 0, repeats+1), 0.0
		for _, row := range rows {
			values = append(values, of(row))
			sum += of(row)
		}
		if len(rows) == 0 || math.IsNaN(sum) {
			undefined++
			continue
		}
		all.Values = append(all.Values, append(values, sum/repeats)...)
		all.Draws++
	}
	all.Statistics = repeats + 1
	v := all.Variances()
	single := 0.0
	for _, one := range v[:repeats] {
		single += one / repeats
	}
	least := single / math.Sqrt(float64(all.Draws))
	variance = max(inference.CrossValidatedVariance(v[repeats], single, repeats), least)
	return variance, max(single-variance, 0), undefined
}

// enoughToDraw is how many conditions have three folds, two of which suit a draw.
const enoughToDraw = 12

// warn says what was left out.
func (d *modelDraws) warn(r *FlexibleInference) {
	warn := func(format string, values ...any) { r.Warnings = append(r.Warnings, fmt.Sprintf(format, values...)) }
	fewest := slices.Repeat([]int{0}, len(d.overs)) // draws that are too few, per bootstrap
	for i, rows := range d.drawn {
		if rows == nil {
			fewest[i/d.Draws]++
			r.Undefined++
		}
	}
	if r.Undefined > 0 {
		warn("%d of %d bootstrap draws have too few different conditions or subjects to divide into folds; they are left out", r.Undefined, len(d.drawn))
	}
	for m, found := range r.Models {
		if found.Score.Undefined > slices.Max(fewest) {
			warn("the score of model %q is undefined in up to %d of %d draws, because no component helped or an RDM is constant; they are left out", d.models[m].Name, found.Score.Undefined, d.Draws)
		}
		if found.Score.none() {
			warn("the score of model %q does not vary over draws: it has no interval and no p", d.models[m].Name)
		}
	}
	if !d.Validation.Comparator.ZeroIsChance() {
		warn("%s is not 0 for RDMs that have nothing in common: scores are not tested against 0, but differences are", d.Validation.Comparator.Name)
	}
	if folds := d.Validation.Folds.whole(d.size); d.Over != inference.Subjects.String() && folds.Conditions < 3 {
		warn("an interval over %d conditions in %d folds is too narrow, as draws cannot have fewer: use %d conditions or more", d.size.Conditions, folds.Conditions, enoughToDraw)
	}
	if slices.Contains(d.overs, inference.Subjects) && d.size.Subjects < inference.EnoughSubjects {
		warn("an interval over %d subjects is too narrow: use %d or more", d.size.Subjects, inference.EnoughSubjects)
	}
}

// none says that there is a score without an interval at some time.
func (e Estimate) none() bool {
	for t, v := range e.variance {
		if e.Value[t].defined() && !(v > 0) {
			return true
		}
	}
	return false
}
