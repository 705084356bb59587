package rsa

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// A FusionResult is what a Fusion found. What is undefined is NaN, null in JSON.
type FusionResult struct {
	Regions   *Result   `json:"regions"`              // a model for each region: its RDM with those of all times
	Layers    *Result   `json:"layers,omitempty"`     // a model for each layer
	InRegions []*Result `json:"in_regions,omitempty"` // per region: the layers with the RDMs of its subjects

	Variance    string              `json:"variance,omitempty"`    // that is shared: of ranks or of values
	Controls    []string            `json:"controls,omitempty"`    // whose part is taken from what is shared
	Explained   [][]Number          `json:"explained,omitempty"`   // regions × times: share of the variance beside controls, the most that a layer can share
	Commonality []Commonality       `json:"commonality,omitempty"` // regions × layers
	Differences []LatencyDifference `json:"latency_differences,omitempty"`
	Correction  string              `json:"latency_correction,omitempty"` // of the p values of Differences, over all of a kind
	Warnings    []string            `json:"warnings,omitempty"`
}

// Commonality is the variance of the RDMs of times that a region and a layer
// explain together.
type Commonality struct {
	Region  string      `json:"region"`
	Layer   string      `json:"layer"`
	Network string      `json:"network,omitempty"`
	Course  *Course     `json:"course"`
	Peak    *PeakResult `json:"peak"`
}

// A LatencyDifference is how much later one peak comes than another. Its p value
// is that of both tails of the bootstrap. Of regions that act at the same time, p is
// at most 0.05 in some 4 % of simulations over subjects, and hardly ever over
// conditions.
type LatencyDifference struct {
	Of        string     `json:"of"`              // "region", "layer" or "commonality"
	Layer     string     `json:"layer,omitempty"` // of commonality: that both regions share with
	Network   string     `json:"network,omitempty"`
	From      string     `json:"from"`
	To        string     `json:"to"`
	Time      Number     `json:"time"`    // latency of To less that of From, s
	CI        *[2]Number `json:"time_ci"` // null without a bootstrap
	P         *Number    `json:"p"`
	Corrected *Number    `json:"p_corrected"`

	family, from, to int
}

// Check returns an error if a result, such as one read from a file, has no
// regions, or series that do not have one number for every time.
func (r *FusionResult) Check() error {
	if r.Regions == nil {
		return errors.New("no regions")
	}
	if err := r.Regions.Check(); err != nil {
		return err
	}
	if r.Layers == nil {
		return nil
	}
	if err := r.Layers.Check(); err != nil {
		return err
	}
	if want := len(r.Regions.Models) * len(r.Layers.Models); len(r.Commonality) != want || len(r.Explained) != len(r.Regions.Models) {
		return fmt.Errorf("commonality of %d pairs and %d regions where there are %d and %d", len(r.Commonality), len(r.Explained), want, len(r.Regions.Models))
	}
	times := len(r.Regions.Times)
	for i, c := range r.Commonality {
		m := ModelResult{Course: c.Course, Peak: c.Peak}
		if err := m.check(times); err != nil {
			return fmt.Errorf("commonality of %q and %q has %w", c.Region, c.Layer, err)
		}
		if explained := r.Explained[i/len(r.Layers.Models)]; len(explained) != times {
			return fmt.Errorf("region %q explains %d numbers for %d times", c.Region, len(explained), times)
		}
	}
	return nil
}

// latencyCorrection is that of differences of latencies, over all of a kind.
const latencyCorrection = "holm"

// draws finds all courses, all peaks and all differences of latencies in every
// draw of the bootstrap; nil when none is asked for.
func (u *union) draws(ctx context.Context, b work.Budget) (*inference.Distribution, error) {
	if u.BootstrapOver == None {
		return nil, nil
	}
	differences := u.differences()
	o := inference.Bootstrap{Draws: u.BootstrapDraws, Level: u.Interval, Over: u.over, Seed: u.Seed}
	size := inference.Size{Subjects: len(u.subjects.RDVs), Conditions: u.conditions, Statistics: len(differences)}
	for _, one := range u.families {
		size.Statistics += one.size()
	}
	pool := sync.Pool{New: func() any { return u.newScratch() }}
	return o.Distribution(ctx, b, size, func(dst []float64, draw inference.Draw) error {
		s := pool.Get().(*unionScratch)
		defer pool.Put(s)
		u.summarize(dst, u.drawn(s, draw), draw.Subjects, differences)
		return nil
	})
}

// drawn returns the scores of every family in a draw. Those of all conditions
// are known already.
func (u *union) drawn(s *unionScratch, draw inference.Draw) []*table {
	tables := make([]*table, len(u.families))
	if !slices.ContainsFunc(draw.Conditions, func(count int) bool { return count != 1 }) {
		for k, one := range u.families {
			tables[k] = one.scores
		}
		return tables
	}
	u.resample(s.all, draw)
	each, from := len(u.subjects.RDVs)*u.times, 0
	for k, one := range u.families {
		if one.of == "commonality" {
			u.resampleShares(s, draw)
			tables[k] = s.shares
			continue
		}
		models := len(one.part.given)
		tables[k] = &table{models, len(u.subjects.RDVs), u.times, s.all.scores.values[from*each : (from+models)*each]}
		from += models
	}
	return tables
}

// resampleShares finds commonality over the drawn conditions.
func (u *union) resampleShares(s *unionScratch, draw inference.Draw) {
	if s.shared != s.all {
		u.shared.resample(s.shared, draw)
	}
	switch {
	case different(draw.Conditions) < 3: // all scores are NaN, and so is what is made of them
	case u.masks.complete():
		u.correlate(s, func(i int) *compare.Vector { return &s.shared.models[i] }, u.masks.defined)
	default:
		u.correlate(s, func(i int) *compare.Vector { return u.shared.models[i] }, u.masks.resampled(draw.Conditions))
	}
	u.share(s, s.shared.scores, draw.Subjects)
}

// summarize fills dst with the mean courses and the peaks of every family, then
// with differences of latencies.
func (u *union) summarize(dst []float64, tables []*table, subjects []int, differences []LatencyDifference) {
	var latencies [][]float64
	for k, one := range u.families {
		courses := len(one.part.given) * u.times
		tables[k].mean(dst[:courses], subjects)
		one.part.peaks(dst[courses:one.size()], dst[:courses])
		latencies = append(latencies, dst[courses:one.size()])
		dst = dst[one.size():]
	}
	for i, d := range differences {
		dst[i] = latencies[d.family][2*d.to+1] - latencies[d.family][2*d.from+1]
	}
}

// differences lists the pairs of peaks whose latencies are compared: regions,
// layers, and regions that share with the same layer.
func (u *union) differences() (all []LatencyDifference) {
	for k, one := range u.families {
		names := one.part.given
		for i := range names {
			for j := i + 1; j < len(names); j++ {
				d := LatencyDifference{Of: one.of, From: names[i].Name, To: names[j].Name, family: k, from: i, to: j}
				switch {
				case one.of == "layer" && names[i].Network == names[j].Network:
					d.Network = names[i].Network
				case one.of == "commonality" && i%u.layers != j%u.layers:
					continue
				case one.of == "commonality":
					layer := u.given[u.regions+i%u.layers]
					d.Layer, d.Network = layer.Name, layer.Network
					d.From, d.To = u.given[i/u.layers].Name, u.given[j/u.layers].Name
				}
				all = append(all, d)
			}
		}
	}
	return all
}

// fused says what was asked and what was found.
func (u *union) fused(drawn *inference.Distribution, inside []*Result) *FusionResult {
	r := &FusionResult{InRegions: inside, Differences: u.differences()}
	if drawn != nil {
		r.Correction = latencyCorrection
		u.intervals(r, drawn)
	}
	for k := range r.Differences {
		d := &r.Differences[k]
		one := u.families[d.family]
		peaks := make([]float64, 2*len(one.part.given))
		one.part.peaks(peaks, one.found.mean)
		d.Time = Number(peaks[2*d.to+1] - peaks[2*d.from+1])
	}
	for _, one := range u.families {
		switch one.of {
		case "region":
			r.Regions = one.part.result(one.found)
		case "layer":
			r.Layers = one.part.result(one.found)
		default:
			u.shares(r, one)
		}
	}
	r.Warnings = u.warnings
	return r
}

// intervals spreads what was drawn over families and differences.
func (u *union) intervals(r *FusionResult, drawn *inference.Distribution) {
	i := drawn.Intervals(u.Interval)
	from := 0
	for _, one := range u.families {
		to := from + one.size()
		one.part.reachOfPeaks(i, drawn, from, one.found.mean)
		one.found.intervals = &inference.Intervals{Low: i.Low[from:to], High: i.High[from:to], Undefined: i.Undefined[from:to], Draws: i.Draws}
		from = to
	}
	if undefined := slices.Max(i.Undefined); undefined > 0 {
		u.warn("some scores are undefined in up to %d of %d bootstrap draws; those draws are left out of their intervals", undefined, i.Draws)
	}
	p := drawn.P(inference.TwoSided)[from:]
	for k := range u.families {
		correct(r.Differences, k, p)
	}
	for k := range r.Differences {
		r.Differences[k].CI = interval(i, from+k)
	}
}

// correct gives the differences of a family their p values.
func correct(differences []LatencyDifference, family int, p []float64) {
	var places []int
	var own []float64
	for k, d := range differences {
		if d.family == family {
			places, own = append(places, k), append(own, p[k])
		}
	}
	correction, err := inference.CorrectionByName(latencyCorrection)
	if err != nil {
		panic(err) // a name of ours
	}
	for i, corrected := range correction.Adjust(own) {
		alone, among := Number(own[i]), Number(corrected)
		differences[places[i]].P, differences[places[i]].Corrected = &alone, &among
	}
}

// shares says what regions and layers have in common.
func (u *union) shares(r *FusionResult, one *family) {
	r.Variance = u.variance
	for _, control := range u.shared.given[u.regions+u.layers:] {
		r.Controls = append(r.Controls, control.Name)
	}
	for i := range one.part.given {
		layer := u.given[u.regions+i%u.layers]
		r.Commonality = append(r.Commonality, Commonality{
			Region: u.given[i/u.layers].Name, Layer: layer.Name, Network: layer.Network,
			Course: one.part.course(i, one.found), Peak: one.part.peak(i, one.found),
		})
	}
	for region := range u.regions {
		r.Explained = append(r.Explained, numbers(u.limits(u.correlations, region)))
	}
	if slices.ContainsFunc(one.found.mean, math.IsNaN) {
		u.warn("commonality is undefined where a region, a layer or a time has no RDM that varies")
	}
}
