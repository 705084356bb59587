package step

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// Remix makes a representation of what classifiers, fitted to responses of a
// layer to other stimuli, decide about the tested ones.
type Remix struct {
	Fitted    string // file of a Dataset: a layer's responses to other stimuli
	Responses string // file of a Dataset: the layer's responses to the tested stimuli
	Classes   string // label of the observations of Fitted that names their class; "" means condition
	Labels    string // file of their classes, one per line or a column of a table, where no label does; may be ""
	Remix     rsa.Remix
	Measure   string // of the RDM of decision values; "" means euclidean
	Out       string // folder; "" saves nothing
}

// Remixed is what Remix finds.
type Remixed struct {
	Network    string         `json:"network,omitempty"`
	Layer      string         `json:"layer"`
	Classifier string         `json:"classifier"`
	Seed       uint64         `json:"seed"`
	Classes    []string       `json:"classes"`
	Fitted     int            `json:"fitted"`  // stimuli
	Tested     int            `json:"tested"`  // stimuli
	Checked    string         `json:"checked"` // what told that none of the tested is among the fitted: ByPictures or ByResponses
	Channels   int            `json:"channels"`
	Folds      int            `json:"folds"`    // over the stimuli that are fitted
	Accuracy   rsa.Number     `json:"accuracy"` // of stimuli that were held out
	Chance     rsa.Number     `json:"chance"`   // share of the largest class
	Recall     []rsa.Number   `json:"recall"`   // accuracy per class
	Measure    string         `json:"measure"`
	Decisions  [][]rsa.Number `json:"decisions"` // tested stimuli × classes: log odds of the class against the rest

	values *dataset.Dataset
	rdms   *rdm.RDMs
}

// What tells that a stimulus is not among others.
const (
	ByPictures  = "pictures and responses"
	ByResponses = "responses" // of Datasets that do not say what was shown
)

// Verb is "remix".
func (Remix) Verb() string { return "remix" }

// Inputs are the files of both Datasets, and of the classes.
func (s Remix) Inputs() []string {
	return RDM{From: []Source{{Path: s.Fitted, Conditions: s.Labels}, {Path: s.Responses}}}.Inputs()
}

// Outputs is the folder, if there is one.
func (s Remix) Outputs() []string { return RSA{Out: s.Out}.Outputs() }

// To is the same step writing elsewhere.
func (s Remix) To(out string) Step { s.Out = out; return s }

// Cost counts the fits.
func (Remix) Cost() string { return "one fit per class and fold" }

// Run remixes and saves.
func (s Remix) Run(ctx context.Context, env *Env) error {
	found, err := s.Mix(ctx, env)
	if err != nil {
		return err
	}
	return s.Save(found)
}

// Mix returns what Run saves.
func (s Remix) Mix(ctx context.Context, env *Env) (*Remixed, error) {
	measure, err := rdm.MeasureByName(cmp.Or(s.Measure, "euclidean"))
	if err != nil {
		return nil, err
	}
	multiplier, err := env.Multiplier() // which fits multiply with
	if err != nil {
		return nil, err
	}
	fitted, err := s.open(s.Fitted)
	if err != nil {
		return nil, err
	}
	defer fitted.Close()
	tested, err := s.open(s.Responses)
	if err != nil {
		return nil, err
	}
	defer tested.Close()
	classes, err := s.classes(fitted)
	if err != nil {
		return nil, err
	}
	if err := s.suits(fitted, tested, measure, len(uniqueInOrder(classes))); err != nil {
		return nil, err
	}
	checked, err := s.otherPictures(fitted, tested)
	if err != nil {
		return nil, err
	}
	found, err := s.Remix.Run(ctx, dense(fitted), classes, dense(tested), env.Budget)
	if err != nil {
		return nil, s.named(err, fitted, tested)
	}
	r := s.remixed(found, fitted, tested)
	r.Measure, r.Checked = measure.Name, checked
	r.values = decisions(found, tested, r)
	estimator := rdm.Estimator{Measure: measure, Multiplier: multiplier, Budget: env.Budget}
	if r.rdms, err = estimator.Estimate(ctx, r.values); err != nil {
		return nil, err
	}
	r.rdms.Labels["layer"] = []string{r.values.Description["layer"]}
	if r.Network != "" {
		r.rdms.Labels["network"] = []string{r.Network}
	}
	r.rdms.Definition.Text += "; of log odds of one class against the rest, " + r.Classifier + ", fitted to other stimuli"
	return r, nil
}

// open reads a Dataset without times.
func (s Remix) open(path string) (*dataset.Dataset, error) {
	ds, err := readResponses(path)
	if err != nil {
		return nil, err
	}
	if ds.Shape[2] > 1 {
		ds.Close()
		return nil, fmt.Errorf("%s has %d times: responses without times are remixed, such as those of a layer", path, ds.Shape[2])
	}
	return ds, nil
}

// classes returns the class of every observation to fit.
func (s Remix) classes(fitted *dataset.Dataset) ([]string, error) {
	if s.Labels != "" {
		labels, err := readLines(s.Labels)
		if err == nil && len(labels) != fitted.Shape[0] {
			err = fmt.Errorf("%s holds %d classes for the %d observations of %s%s", s.Labels, len(labels), fitted.Shape[0], s.Fitted, header(s.Labels, len(labels)-fitted.Shape[0]))
		}
		return labels, err
	}
	label := cmp.Or(s.Classes, "condition")
	classes := fitted.Observation[label]
	known := slices.Sorted(maps.Keys(fitted.Observation))
	switch {
	case classes == nil:
		return nil, fmt.Errorf("%s: observations have no label %q, but %q: name one that tells their class, or a file of classes", s.Fitted, label, known)
	case len(uniqueInOrder(classes)) == len(classes):
		return nil, fmt.Errorf("%s: by the label %q each observation is a class of its own: name another of %q, or a file of classes", s.Fitted, label, known)
	}
	return classes, nil
}

// suits refuses two layers, and correlations that say nothing.
func (s Remix) suits(fitted, tested *dataset.Dataset, measure rdm.Measure, classes int) error {
	for _, what := range []string{"network", "layer", "preprocessing", reductionLabel} {
		if a, b := fitted.Description[what], tested.Description[what]; a != "" && b != "" && a != b {
			return fmt.Errorf("%s has the %s %q, %s %q: both must be responses of one layer to pictures prepared alike", s.Fitted, what, a, s.Responses, b)
		}
	}
	if measure.Name == "correlation" && classes < 3 {
		return fmt.Errorf("the correlation over %d decision values is 1 or -1 or undefined: use euclidean, or three classes or more", classes)
	}
	return nil
}

// named says which stimulus is to be fitted and tested.
func (s Remix) named(err error, fitted, tested *dataset.Dataset) error {
	var again *rsa.RepeatedError
	if !errors.As(err, &again) {
		return fmt.Errorf("%s and %s: %w", s.Fitted, s.Responses, err)
	}
	return fmt.Errorf("%s of %s is %s of %s, as far as responses tell: fit to stimuli that no subject has seen",
		observation(fitted, again.Fitted), s.Fitted, observation(tested, again.Tested), s.Responses)
}

// otherPictures refuses a tested picture that is among those to fit, where both
// Datasets carry fingerprints of what was shown, and says what was looked at.
// Responses are compared in any case.
func (s Remix) otherPictures(fitted, tested *dataset.Dataset) (checked string, err error) {
	shown, others := fitted.Observation[imageLabel], tested.Observation[imageLabel]
	if shown == nil || others == nil {
		return ByResponses, nil
	}
	place := make(map[string]int, len(shown))
	for i, print := range shown {
		place[print] = i
	}
	for i, print := range others {
		if k, twice := place[print]; twice && print != "" {
			return "", fmt.Errorf("%s of %s shows the same picture as %s of %s: fit to stimuli that no subject has seen",
				observation(fitted, k), s.Fitted, observation(tested, i), s.Responses)
		}
	}
	return ByPictures, nil
}

// observation is what people call an observation.
func observation(ds *dataset.Dataset, i int) string {
	for _, label := range []string{"stimulus", "condition"} {
		if labels := ds.Observation[label]; labels != nil {
			return fmt.Sprintf("%q", labels[i])
		}
	}
	return fmt.Sprintf("observation %d", i+1)
}

// dense is the measurements of a Dataset without times.
func dense(ds *dataset.Dataset) *mat.Dense {
	x := mat.NewDense(ds.Shape[0], ds.Shape[1], nil)
	for o := range ds.Shape[0] {
		for c := range ds.Shape[1] {
			x.Set(o, c, ds.At(o, c, 0))
		}
	}
	return x
}

// remixed takes over what was found.
func (s Remix) remixed(found *rsa.RemixResult, fitted, tested *dataset.Dataset) *Remixed {
	r := &Remixed{
		Network: one(tested, "network"), Layer: cmp.Or(one(tested, "layer"), Source{Path: s.Responses}.name()),
		Classifier: cmp.Or(s.Remix.Classifier, rsa.Logistic), Seed: s.Remix.Seed, Classes: found.Classes,
		Fitted: fitted.Shape[0], Tested: tested.Shape[0], Channels: tested.Shape[1], Folds: found.Folds,
		Accuracy: rsa.Number(found.Accuracy), Chance: rsa.Number(found.Chance),
	}
	for _, recall := range found.Recall {
		r.Recall = append(r.Recall, rsa.Number(recall))
	}
	for i := range r.Tested {
		var row []rsa.Number
		for _, value := range found.Decisions.RawRowView(i) {
			row = append(row, rsa.Number(value))
		}
		r.Decisions = append(r.Decisions, row)
	}
	return r
}

// decisions is the Dataset of decision values: one channel per class.
func decisions(found *rsa.RemixResult, tested *dataset.Dataset, r *Remixed) *dataset.Dataset {
	ds := &dataset.Dataset{
		Shape: [3]int{r.Tested, len(r.Classes), 1}, F64: found.Decisions.RawMatrix().Data,
		Observation: maps.Clone(tested.Observation), Channel: map[string][]string{"name": found.Classes},
		Description: map[string]string{"layer": r.Layer + " remixed", "classifier": r.Classifier},
	}
	if r.Network != "" {
		ds.Description["network"] = r.Network
	}
	if stimuli := ds.Observation["stimulus"]; stimuli != nil && ds.Observation["condition"] == nil {
		ds.Observation["condition"] = stimuli
	}
	return ds
}

// Save writes a result of Mix as JSON, its decision values as a Dataset, and
// their RDM.
func (s Remix) Save(r *Remixed) error {
	folder, err := result.Create(s.Out)
	if err != nil {
		return err
	}
	if err := folder.WriteJSON("remix.json", r); err != nil {
		return err
	}
	if err := r.values.Write(folder.Path("decisions.npz")); err != nil {
		return err
	}
	return r.rdms.Write(folder.Path("rdm.npz"))
}
