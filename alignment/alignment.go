// Package alignment says how alike two sets of responses to the same stimuli
// are, without RDMs: two layers, two brains, or a layer and a brain.
//
// Row i of both Datasets is the same stimulus; channels are as many as they
// are, and need not correspond. An [Alignment] takes the two to one number:
//
//	cka, err := alignment.ByName("cka-unbiased")
//	score, err := cka.Score(ctx, layer, brain, alignment.Options{})
//
// The same name is given to different numbers elsewhere. So each Alignment
// carries its formula and says what it disregards (its [Invariance]), and a
// [Score] says what unrelated responses would reach, where that is known.
package alignment

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/work"
)

// An Invariance is a set of changes of the responses of either side that change
// no score.
type Invariance int

// The changes. X is stimuli × channels.
const (
	Translation Invariance = 1 << iota // X + 1cᵀ: the same pattern added to the response to every stimulus
	Scaling                            // aX with a > 0
	Rotation                           // XQ with QᵀQ = 1: channels rotated, reflected, permuted
	Linear                             // XA with A invertible
)

// An Alignment is one way to say how alike two sets of responses are. In the
// definitions X and Y are stimuli × channels, with the mean of each channel
// subtracted unless they say otherwise; n is the number of stimuli.
type Alignment struct {
	Name       string     // as it is written in a study, such as "cka-unbiased"
	Definition string     // the formula, for people
	Invariant  Invariance // to what
	Least      float64    // value
	Most       float64    // value
	Distance   bool       // the same responses score 0, and else 1
	Triangle   bool       // d(X,Z) ≤ d(X,Y) + d(Y,Z)
	Symmetric  bool       // the sides can be exchanged
	Source     string

	raw   bool // channels keep their means
	score func(p *pair) error
}

// What most alignments disregard.
const rigid = Translation | Scaling | Rotation

// Alignments lists every alignment, in the order that help shows.
var Alignments = []Alignment{
	{
		Name:       "cka",
		Definition: "linear CKA, biased: tr(KL) / √(tr(KK) tr(LL)) with K = XXᵀ, L = YYᵀ of centered X, Y; not squared",
		Invariant:  rigid, Least: 0, Most: 1, Symmetric: true,
		Source: "Kornblith et al. (2019), arXiv:1905.00414", score: linearKernel(biased),
	},
	{
		Name:       "cka-unbiased",
		Definition: "linear CKA, unbiased: Σ K'L' / √(Σ K'² Σ L'²) with K', L' the U-centered XXᵀ, YYᵀ, zero on the diagonal",
		Invariant:  rigid, Least: -1, Most: 1, Symmetric: true,
		Source: "Székely & Rizzo (2014), doi:10.1214/14-AOS1255; Song et al. (2012)", score: linearKernel(unbiased),
	},
	{
		Name:       "cka-rbf",
		Definition: "CKA, biased, of double-centered K = exp(-d²/2σ²), with d the Euclidean distances of stimuli and σ the bandwidth times their median over pairs",
		Invariant:  rigid, Least: 0, Most: 1, Symmetric: true,
		Source: "Kornblith et al. (2019), arXiv:1905.00414", score: radialKernel(biased),
	},
	{
		Name:       "cka-rbf-unbiased",
		Definition: "CKA, unbiased (U-centered), of K = exp(-d²/2σ²), with d the Euclidean distances of stimuli and σ the bandwidth times their median over pairs",
		Invariant:  rigid, Least: -1, Most: 1, Symmetric: true,
		Source: "Kornblith et al. (2019), arXiv:1905.00414; Song et al. (2012)", score: radialKernel(unbiased),
	},
	{
		Name:       "rv",
		Definition: "RV coefficient: tr(XXᵀYYᵀ) / √(tr((XXᵀ)²) tr((YYᵀ)²)) of centered X, Y; the same number as cka",
		Invariant:  rigid, Least: 0, Most: 1, Symmetric: true,
		Source: "Robert & Escoufier (1976), doi:10.2307/2347233", score: linearKernel(biased),
	},
	{
		Name:       "procrustes",
		Definition: "s = max over rotations Q of Σ X∘(YQ) / (|X| |Y|), the sum of the singular values of XᵀY over the Frobenius norms; centered",
		Invariant:  rigid, Least: 0, Most: 1, Symmetric: true,
		Source: "Schönemann (1966), doi:10.1007/BF02289451", score: procrustes(func(s float64) float64 { return s }),
	},
	{
		Name:       "procrustes-distance",
		Definition: "√(2-2s), the least Frobenius distance of centered X/|X| and YQ/|Y| over rotations Q; not squared",
		Invariant:  rigid, Least: 0, Most: math.Sqrt2, Distance: true, Triangle: true, Symmetric: true,
		Source: "Ding et al. (2021), arXiv:2108.01661, whose distance is its square", score: procrustes(chord),
	},
	{
		Name:       "shape-angle",
		Definition: "angle in radians, arccos max over Q of ⟨φX, φYQ⟩ / (|φX| |φY|), with φX = X((1-w) + w s(XᵀX)^-½), w the whitening, s = |X|/√rank; centered",
		Invariant:  rigid, Least: 0, Most: math.Pi / 2, Distance: true, Triangle: true, Symmetric: true,
		Source: "Williams et al. (2021), arXiv:2110.14739, with alpha = 1-w", score: shapeAngle,
	},
	{
		Name:       "shape-euclidean",
		Definition: "min over Q of |φX - φYQ|, with φX = X((1-w) + w s(XᵀX)^-½), w the whitening, s = |X|/√rank; centered, not normalized",
		Invariant:  Translation | Rotation, Least: 0, Most: math.Inf(1), Distance: true, Triangle: true, Symmetric: true,
		Source: "Williams et al. (2021), arXiv:2110.14739, with alpha = 1-w", score: shapeEuclidean,
	},
	{
		Name:       "cca",
		Definition: "mean of the canonical correlations of X and Y, as many as the smaller rank; not squared",
		Invariant:  rigid | Linear, Least: 0, Most: 1, Symmetric: true,
		Source: "Hotelling (1936), doi:10.2307/2333955", score: canonical(correlation),
	},
	{
		Name:       "cca-r2",
		Definition: "mean of the squared canonical correlations of X and Y, as many as the smaller rank",
		Invariant:  rigid | Linear, Least: 0, Most: 1, Symmetric: true,
		Source: "Kornblith et al. (2019), arXiv:1905.00414", score: canonical(squared),
	},
	{
		Name:       "svcca",
		Definition: "mean of the canonical correlations of the first principal components of X and of Y, as few as keep the share of the variance; not squared",
		Invariant:  rigid, Least: 0, Most: 1, Symmetric: true,
		Source: "Raghu et al. (2017), arXiv:1706.05806", score: singular,
	},
	{
		Name:       "pwcca",
		Definition: "Σ wᵢρᵢ / Σ wᵢ over the canonical correlations ρᵢ, with wᵢ = Σⱼ |⟨hᵢ, xⱼ⟩| over the channels of the first side, hᵢ its canonical variables; ambiguous where correlations are equal",
		Invariant:  Translation | Scaling, Least: 0, Most: 1,
		Source: "Morcos et al. (2018), arXiv:1806.05759", score: projected,
	},
	{
		Name:       "mutual-neighbors",
		Definition: "mean share of the k stimuli nearest to each by cosine that both sides agree on; channels not centered, ties by position",
		Invariant:  Scaling | Rotation, Least: 0, Most: 1, Symmetric: true, raw: true,
		Source: "Huh et al. (2024), arXiv:2405.07987", score: mutualNeighbors,
	},
}

// ByName returns the alignment of that name.
//
//	errors   an unknown name; the error says which names are close and lists all
func ByName(name string) (Alignment, error) {
	return nearest.In(Alignments, "alignment", name, func(a Alignment) []string { return []string{a.Name} })
}

// Names lists the alignments, in the order that help shows.
func Names() []string {
	names := make([]string, len(Alignments))
	for i, a := range Alignments {
		names[i] = a.Name
	}
	return names
}

// Options are what definitions leave open, and what computes.
type Options struct {
	Bandwidth  float64           // of cka-rbf, in medians of the distances; 0 means 1
	Variance   float64           // share that svcca keeps, up to 1; 0 means 0.99
	Neighbors  int               // k of mutual-neighbors; 0 means 10
	Whitening  float64           // of shape-angle and shape-euclidean: 0 is Procrustes, 1 is CCA
	Multiplier engine.Multiplier // nil: pure Go, some ten times slower
	Budget     work.Budget
}

// What Options mean by 0.
const (
	DefaultBandwidth = 1
	DefaultVariance  = 0.99
	DefaultNeighbors = 10
)

// fill puts the defaults in the place of zeros, and refuses what no alignment
// can use.
func (o Options) fill() (Options, error) {
	switch {
	case o.Bandwidth < 0 || math.IsNaN(o.Bandwidth) || math.IsInf(o.Bandwidth, 0):
		return o, fmt.Errorf("the bandwidth is %g medians of the distances: it must be above 0", o.Bandwidth)
	case !(o.Variance >= 0 && o.Variance <= 1):
		return o, fmt.Errorf("the share of the variance to keep is %g: it must be above 0 and at most 1", o.Variance)
	case o.Neighbors < 0:
		return o, fmt.Errorf("%d neighbors: there must be 1 or more", o.Neighbors)
	case !(o.Whitening >= 0 && o.Whitening <= 1):
		return o, fmt.Errorf("the whitening is %g: it must be from 0, Procrustes, to 1, CCA", o.Whitening)
	}
	if o.Bandwidth == 0 {
		o.Bandwidth = DefaultBandwidth
	}
	if o.Variance == 0 {
		o.Variance = DefaultVariance
	}
	if o.Neighbors == 0 {
		o.Neighbors = DefaultNeighbors
	}
	if o.Multiplier == nil {
		o.Multiplier = engine.Plain{}
	}
	return o, nil
}

// A Score is how alike two sets of responses are, and what it was made of.
type Score struct {
	Value    float64
	Chance   float64  // mean value over all orders of the stimuli of one side, without ties; NaN where no formula is known
	Stimuli  int      // compared
	Channels [2]int   // compared, of either side
	LeftOut  LeftOut  // for want of measurements
	Warnings []string // what a reader of the value must know
}

// LeftOut counts what was left out because measurements are missing.
type LeftOut struct {
	Stimuli  int    // without any measurement in one of the sides
	Channels [2]int // of either side, with a measurement missing for a stimulus that is compared
}

// leastStimuli is the smallest number that the U-centering is defined for.
const leastStimuli = 4

// Score compares the responses x and y to the same stimuli.
//
// Stimuli that are NaN in every channel of one side are left out of both, then
// channels that are NaN for any other stimulus; both are counted. Directions
// with singular values below a millionth of the largest are no part of a rank.
// Responses of float32 are multiplied in float32 where there are many and only
// their products enter (cka, cka-rbf, rv, mutual-neighbors). Distances are exact
// to a ten-millionth of the norms: so much may be left of 0.
//
//	shapes   x: stimuli × channels × 1; y: the same stimuli in the same order
//	units    none; of shape-angle radians, of shape-euclidean those of the responses
//	NaN      the value is NaN where a side responds to all stimuli alike, and for
//	         mutual-neighbors where a response is zero in every channel
//	errors   other stimuli or times than these, fewer than four stimuli, infinite
//	         responses, options out of range; of the multiplier; the cause of ctx
//	cost     for n stimuli and p channels, the larger side's: cka n·min(n,p)·p; those
//	         of rotations and correlations n·min(n,p)·p + min(n,p)³; others n²p;
//	         memory min(n,p)² and, where p < n, n·p
//	source   the Source of the Alignment
func (a Alignment) Score(ctx context.Context, x, y *dataset.Dataset, o Options) (Score, error) {
	o, err := o.fill()
	if err != nil {
		return Score{}, err
	}
	p, err := newPair(a, x, y, o)
	if err != nil {
		return Score{}, err
	}
	p.ctx = ctx
	if err := a.score(p); err != nil {
		return Score{}, err
	}
	p.judge(a)
	return p.Score, nil
}

// tellingChance is the value of unrelated responses from which on a reader is
// warned.
const tellingChance = 0.1

// judge warns of a value that does not say what it seems to.
func (p *pair) judge(a Alignment) {
	if math.IsNaN(p.Value) {
		p.warn("%s is undefined: one side responds to all stimuli alike, or to one of them not at all", a.Name)
		return
	}
	if p.Chance >= tellingChance {
		remedy := "use more stimuli"
		if strings.HasPrefix(a.Name, "cka") || a.Name == "rv" {
			remedy += ", or an unbiased CKA"
		}
		p.warn("unrelated responses of %d and %d channels to %d stimuli reach %s = %.2f on average: %s",
			p.Channels[0], p.Channels[1], p.Stimuli, a.Name, p.Chance, remedy)
	}
}

func (p *pair) warn(format string, args ...any) {
	p.Warnings = append(p.Warnings, fmt.Sprintf(format, args...))
}
