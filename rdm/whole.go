package rdm

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/dataset"
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
//	shapes   ds: observations × channels × 1
//	NaN      its pairs become NaN; of mean-rdm, they are averaged over the other layers
//	errors   other conditions than those of earlier layers; a layer that cannot be
//	         balanced, as it responds alike to all; those of [Estimator.Estimate]
//	cost     that of Estimate, and one more reading of the responses
func (w *Whole) Add(ctx context.Context, name string, ds *dataset.Dataset) error {
	if err := w.check(ds); err != nil {
		return fmt.Errorf("layer %q: %w", name, err)
	}
	e := w.Estimator.withMultiplier()
	own := e.Measure
	e.Measure, _ = MeasureByName("squared euclidean") // is in the table
	plan, err := e.plan(ctx, ds)
	if err != nil {
		return fmt.Errorf("layer %q: %w", name, err)
	}
	if err := w.begin(plan); err != nil {
		return fmt.Errorf("layer %q: %w", name, err)
	}
	patterns := plan.at(0).folds[0].Patterns
	distances, err := e.RDV(ctx, patterns)
	if err != nil {
		return fmt.Errorf("layer %q: %w", name, err)
	}
	layer := describeLayer(name, patterns, distances)
	if w.Variant == Balanced {
		if layer.variance == 0 {
			return fmt.Errorf("layer %q responds alike to all conditions, and cannot be balanced: leave it out", name)
		}
		layer.rescale(1 / math.Sqrt(layer.variance))
	}
	w.layers = append(w.layers, layer)
	if w.Variant == MeanRDM {
		e.Measure = own
		return w.average(ctx, e, patterns)
	}
	for i, d := range distances {
		w.sum[i] += d * layer.scale * layer.scale
	}
	return nil
}

// check refuses what has no RDM of the whole.
func (w *Whole) check(ds *dataset.Dataset) error {
	e := w.Estimator
	switch m := e.Measure; {
	case m.NeedsNoise || m.NeedsFolds || m.counts || e.estimatesNoise() || e.Covariances != nil || e.RemoveMean || e.Missing == LeftOut:
		return fmt.Errorf("a whole network has an RDM by correlation, cosine or euclidean distance of its responses as they are, not by %s or options of trials", m.Name)
	case ds.Shape[2] != 1:
		return fmt.Errorf("a whole network has no RDM over %d times: select one", ds.Shape[2])
	}
	return nil
}

// begin makes room for the first layer, and compares the conditions of others.
func (w *Whole) begin(p *plan) error {
	if w.layers == nil {
		w.conditions, w.size = p.conditions, p.size
		w.sum, w.counts = make([]float64, Pairs(p.size)), make([]float64, Pairs(p.size))
		return nil
	}
	if p.size != w.size || !slices.Equal(p.conditions, w.conditions) {
		return fmt.Errorf("its %d conditions are not the %d of layer %q", p.size, w.size, w.layers[0].name)
	}
	return nil
}

// describeLayer reads the responses of a layer once.
func describeLayer(name string, p Patterns, distances []float64) wholeLayer {
	layer := wholeLayer{name: name, channels: float64(p.Channels), scale: 1}
	for i := range p.Rows {
		mean, squares := 0.0, 0.0
		for k := range p.Channels {
			mean += p.at(i, k)
		}
		mean /= layer.channels
		for k := range p.Channels {
			squares += (p.at(i, k) - mean) * (p.at(i, k) - mean)
		}
		layer.mean, layer.squares = append(layer.mean, mean), append(layer.squares, squares)
	}
	for _, d := range distances {
		layer.variance += d / float64(p.Rows*p.Rows)
	}
	return layer
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
func (w *Whole) average(ctx context.Context, e Estimator, p Patterns) error {
	rdv, err := e.RDV(ctx, p)
	for i, d := range rdv {
		if !math.IsNaN(d) {
			w.sum[i] += d
			w.counts[i]++
		}
	}
	return err
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
	}[w.Variant])
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
