package rdm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/projection"
)

// A Variant says how the layers of a network become one RDM.
type Variant string

// The variants.
const (
	Concatenated Variant = "concatenated" // all units of all layers are one pattern
	Balanced     Variant = "balanced"     // the same, each layer divided by the root of its variance first
	MeanRDM      Variant = "mean-rdm"     // the mean of the RDMs of the layers
)

// Variants lists the names of the variants.
var Variants = []string{string(Concatenated), string(Balanced), string(MeanRDM)}

// A Whole makes one RDM of the layers of a network, which it is shown one by one:
// nothing is concatenated.
//
//	whole := rdm.Whole{Estimator: e, Variant: rdm.Balanced}
//	for name, layer := range layers {
//		err := whole.Add(ctx, name, layer)
//	}
//	rdms, err := whole.RDM()
//
// The variance of a layer is that of its units over conditions, summed over
// units. In a balanced RDM all layers have the same.
type Whole struct {
	Estimator Estimator // of a measure that needs neither noise nor folds
	Variant   Variant   // "" is Concatenated

	layers     []wholeLayer
	conditions []string
	size       int
	sum        []float64 // pairs: of squared distances, or of dissimilarities
	counts     []float64 // pairs: how many dissimilarities, of mean-rdm
}

// A wholeLayer is what is kept of a layer.
type wholeLayer struct {
	name          string
	variance      float64
	channels      float64
	scale         float64   // of the responses
	mean, squares []float64 // of each condition: the mean over units, and the sum of squares about it; scaled
}

// A Share is the part of a layer in the variance of all.
type Share struct {
	Layer    string
	Variance float64 // of the units over conditions, summed over units
	Share    float64 // of the sum over layers, before layers are balanced
}

// Add takes the responses of the next layer to the same conditions.
//
// Channels that stand for units, as those of [projection.PCA] and
// [projection.Sparse] do, are taken for those units.
//
//	shapes   ds: observations × channels × 1
//	NaN      its pairs become NaN; of mean-rdm, they are averaged over the other layers
//	errors   other conditions than those of earlier layers; a layer that cannot be
//	         balanced, as it responds alike to all; those of [Estimator.Estimate]
//	cost     that of Estimate, and one more reading of the responses
func (w *Whole) Add(ctx context.Context, name string, ds *dataset.Dataset) error {
	if err := w.check(ds); err != nil {
		return fmt.Errorf("layer %q: %w", name, err)
	}
	if projection.IsReduced(ds) && !w.Estimator.Measure.ofChannels {
		if err := w.addReduced(ctx, name, ds); err != nil {
			return fmt.Errorf("layer %q: %w", name, err)
		}
		return nil
	}
	plan, err := w.Estimator.plan(ctx, ds)
	if err != nil {
		return fmt.Errorf("layer %q: %w", name, err)
	}
	return w.AddPatterns(ctx, name, plan.conditions, plan.at(0).folds[0].Patterns)
}

// AddPatterns is Add for the mean patterns of conditions, in memory or not.
//
//	shapes   p: conditions × channels
//	NaN      as for Add
//	errors   other conditions than those of earlier layers; a layer that cannot be
//	         balanced; those of [Estimator.RDV]
//	cost     that of RDV, and two more readings of the responses
func (w *Whole) AddPatterns(ctx context.Context, name string, conditions []string, p Patterns) error {
	err := w.Estimator.checkWhole()
	if err == nil {
		err = w.add(ctx, name, conditions, p)
	}
	if err != nil {
		return fmt.Errorf("layer %q: %w", name, err)
	}
	return nil
}

// add takes the mean patterns of conditions.
func (w *Whole) add(ctx context.Context, name string, conditions []string, p Patterns) error {
	if err := w.begin(conditions, p.Rows); err != nil {
		return err
	}
	distances, err := w.distances(ctx, p)
	if err != nil {
		return err
	}
	layer, err := describeLayer(name, p)
	if err != nil {
		return err
	}
	return w.take(layer, distances, func() ([]float64, error) { return w.Estimator.withMultiplier().RDV(ctx, p) })
}

// distances are squared, and of all pairs.
func (w *Whole) distances(ctx context.Context, p Patterns) ([]float64, error) {
	e := w.Estimator.withMultiplier()
	e.Measure, _ = MeasureByName("squared euclidean") // is in the table
	return e.RDV(ctx, p)
}

// take brings a layer to the others; own are its dissimilarities by the measure.
func (w *Whole) take(layer wholeLayer, distances []float64, own func() ([]float64, error)) error {
	for _, d := range distances {
		layer.variance += d / float64(w.size*w.size)
	}
	if w.Variant == Balanced {
		if layer.variance == 0 {
			return errors.New("it responds alike to all conditions, and cannot be balanced: leave it out")
		}
		layer.rescale(1 / math.Sqrt(layer.variance))
	}
	w.layers = append(w.layers, layer)
	if w.Variant == MeanRDM {
		rdv, err := own()
		w.average(rdv)
		return err
	}
	for i, d := range distances {
		w.sum[i] += d * layer.scale * layer.scale
	}
	return nil
}

// check refuses what has no RDM of the whole.
func (w *Whole) check(ds *dataset.Dataset) error {
	if ds.Shape[2] != 1 {
		return fmt.Errorf("a whole network has no RDM over %d times: select one", ds.Shape[2])
	}
	return w.Estimator.checkWhole()
}

// checkWhole refuses measures and options that a whole network has not.
func (e Estimator) checkWhole() error {
	if !e.plain() {
		return fmt.Errorf("a whole network has an RDM by correlation, cosine or euclidean distance of its responses as they are, not by %s or options of trials", e.Measure.Name)
	}
	return nil
}

// begin makes room for the first layer, and compares the conditions of others.
func (w *Whole) begin(conditions []string, size int) error {
	if w.layers == nil {
		w.conditions, w.size = conditions, size
		w.sum, w.counts = make([]float64, Pairs(size)), make([]float64, Pairs(size))
		return nil
	}
	if size != w.size || !slices.Equal(conditions, w.conditions) {
		return fmt.Errorf("its %d conditions are not the %d of layer %q", size, w.size, w.layers[0].name)
	}
	return nil
}

// describeLayer reads the responses of a layer twice.
func describeLayer(name string, p Patterns) (wholeLayer, error) {
	layer := wholeLayer{name: name, channels: float64(p.Channels), scale: 1, mean: make([]float64, p.Rows), squares: make([]float64, p.Rows)}
	err := p.scan(func(row int, responses []float64) {
		for _, v := range responses {
			layer.mean[row] += v
		}
	})
	if err != nil {
		return layer, err
	}
	for row := range layer.mean {
		layer.mean[row] /= layer.channels
	}
	err = p.scan(func(row int, responses []float64) {
		mean := layer.mean[row]
		for _, v := range responses {
			layer.squares[row] += (v - mean) * (v - mean)
		}
	})
	return layer, err
}

// rescale multiplies the responses.
func (l *wholeLayer) rescale(scale float64) {
	l.scale = scale
	for i := range l.mean {
		l.mean[i] *= scale
		l.squares[i] *= scale * scale
	}
}

// average adds the dissimilarities of a layer that are defined.
func (w *Whole) average(rdv []float64) {
	for i, d := range rdv {
		if !math.IsNaN(d) {
			w.sum[i] += d
			w.counts[i]++
		}
	}
}

// Shares lists the layers with their part in the variance.
func (w *Whole) Shares() []Share {
	total := 0.0
	for _, layer := range w.layers {
		total += layer.variance
	}
	shares := make([]Share, len(w.layers))
	for i, layer := range w.layers {
		shares[i] = Share{layer.name, layer.variance, layer.variance / total}
	}
	return shares
}

// sharesText tells the shares of the layers.
func (w *Whole) sharesText() string {
	var shares []string
	for _, share := range w.Shares() {
		shares = append(shares, fmt.Sprintf("%s %.3g %%", share.Layer, 100*share.Share))
	}
	return "; shares of the variance: " + strings.Join(shares, ", ")
}

// RDM returns the RDM of the layers so far.
//
// Squared distances of concatenated patterns are the sums of those of the layers;
// the products that correlation and cosine take follow from them, and from the
// mean and the sum of squares of each layer's patterns.
//
//	NaN      as for [Estimator.Estimate]
//	errors   no layer
func (w *Whole) RDM() (*RDMs, error) {
	if w.layers == nil {
		return nil, fmt.Errorf("no layer to make the RDM of a whole network of")
	}
	m := w.Estimator.Measure
	r := &RDMs{Conditions: w.conditions, Size: w.size, Dissimilarities: slices.Clone(w.sum), Definition: m.Definition, Labels: map[string][]string{}}
	r.Definition.Text += fmt.Sprintf("; of %d layers: %s", len(w.layers), map[Variant]string{
		"": "all units of all of them", Concatenated: "all units of all of them", MeanRDM: "the mean of their RDMs",
		Balanced: "all units of all of them, each layer divided by the root of its variance over conditions summed over units",
	}[w.Variant]) + w.sharesText()
	switch {
	case w.Variant == MeanRDM:
		for i, count := range w.counts {
			r.Dissimilarities[i] /= count // 0/0 is NaN
		}
	case m.angle != nil:
		w.angles(r.Dissimilarities)
	default:
		channels := 0.0
		for _, layer := range w.layers {
			channels += layer.channels
		}
		for i, d := range w.sum {
			r.Dissimilarities[i] = m.finish(d, int(channels), int(channels))
		}
	}
	return r, nil
}

// angles turns squared distances into dissimilarities of angles.
func (w *Whole) angles(dst []float64) {
	about, norms, channels := make([]float64, w.size), make([]float64, w.size), 0.0
	for _, layer := range w.layers {
		channels += layer.channels
	}
	if w.Estimator.Measure.centers {
		for _, layer := range w.layers {
			for i, mean := range layer.mean {
				about[i] += mean * layer.channels / channels
			}
		}
	}
	for _, layer := range w.layers {
		for i, mean := range layer.mean {
			norms[i] += layer.squares[i] + layer.channels*(mean-about[i])*(mean-about[i])
		}
	}
	for i := range w.size {
		for j := i + 1; j < w.size; j++ {
			pair := PairIndex(w.size, i, j)
			distance := dst[pair] - channels*(about[i]-about[j])*(about[i]-about[j])
			dst[pair] = w.Estimator.Measure.angle(norms[i], norms[j], (norms[i]+norms[j]-distance)/2)
		}
	}
}
