// Package study reads the file that says what an isocortex analysis is made of,
// takes it apart into steps, and carries them out.
//
// A study file is YAML that reads like a Methods section: keys are words of the
// glossary, every quantity carries its unit, paths are relative to the file.
// Reading it finds everything that is wrong with it at once, each complaint
// with its line and column; printing it fills in every default.
//
//	s, err := study.Read("faces.yaml", study.Options{Choices: choices})
//	fmt.Print(s.YAML())
//	err = s.Run(ctx, "faces", env, study.Local{})
//
// Reading what YAML wrote gives an equal Study.
package study

import (
	"path/filepath"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/variable"
)

// Version is the version of study files that this program reads.
const Version = 1

// A Study is one analysis as its author wrote it, with every default filled in.
type Study struct {
	Folder    string        // of the study file: where its paths begin
	Title     string        // by default the name of the file without its ending
	Seed      uint64        // decides every random draw
	Device    engine.Device // that computes networks; by default the processor
	Stimulus  Stimulus
	Brains    []Brain // what is to be explained, one or more
	Networks  []Network
	ModelRDMs []ModelRDM
	RDM       RDM
	RSA       RSA
	Inference Inference
	Report    Report
}

// Locate returns where a path of the study file lies, seen from the working
// folder. A name behind # must have been split off.
func (s *Study) Locate(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(s.Folder, path)
}

// A Path names a file relative to the study file, with / between folders. It
// may be a pattern with * and ? where several files are meant, and may end in
// #name where one variable of a file is meant.
type Path string

// Split cuts a path into the file and the name behind #, which is empty when
// there is none, as variable.Split does.
func (p Path) Split() (file, name string) { return variable.Split(string(p)) }

// Stimulus says what was shown, to brain and networks alike.
type Stimulus struct {
	Images Path // a folder, a file or a pattern; needed when there are networks
	Table  Path // TSV with the columns stimulus, condition, category; may be empty
}

// A Brain says where responses are that models are compared with, as RDMs, as
// Datasets or as recordings: those of a species, a region or a kind of recording, of one subject
// or many; behavior too.
type Brain struct {
	Name       string      // by which the report and the files of the result call it; by default "brain"
	RDMs       []Path      // files or patterns, one per subject, or one file of all; empty when there are Datasets
	Axes       []string    // of a bare array, in order: subject, time, and pair or condition twice; nil when the file says it
	Times      Path        // s from stimulus onset, one per time; may be empty
	Conditions Path        // labels in the order of the RDMs: one per line, or a column of a TSV; may be empty
	Kind       string      // what a dissimilarity is; "automatic" is the file's own, or distance for a bare array
	Chance     float64     // dissimilarity at chance, for accuracy and decision values; by default 0.5 for accuracy, else 0
	Datasets   []Path      // files or patterns, one Dataset per subject; empty when there are RDMs
	Recordings []Path      // files or patterns, the runs of a subject by "sub-" in their names, else one per subject; empty when there are others
	ICA        []Path      // files or patterns of independent components, by "sub-" in their names as recordings, of which excluded ones are taken out
	Signal     step.Signal // what is done to recordings before they are cut
	Epochs     Epochs      // that recordings are cut into
}

// A Network says which layers of which network are compared.
type Network struct {
	Name            string
	File            Path    // .onnx or weights; or the name of a known network, whose weights were pulled
	Preprocessing   string  // name of a preset, or OwnPreprocessing
	Layers          []Layer // nil means all
	KeepActivations bool    // write the activations beside the RDMs

	Reduce string   // how layers are made shorter, as projection.ParseRecipe reads it, or NoReduction
	Fit    Path     // pictures that principal components are fitted to; by default the stimuli themselves
	Whole  []string // variants of one RDM of all layers, of rdm.Variants, each a model of its own; none adds nothing

	// Scratch is what the responses may take of the disk at a time, in bytes, where
	// nothing but RDMs is made of them; 0, which is automatic, is half of what is free.
	Scratch int64
}

// NoReduction leaves layers as they are.
const NoReduction = "none"

// OwnPreprocessing stands for the preset that the weights of a network expect; of
// networks where nobody knows it, step.DefaultPreprocessing.
const OwnPreprocessing = "that of the network"

// A Layer is one layer of a network and the name under which it is shown.
type Layer struct{ Shown, Name string }

// A ModelRDM says where RDMs are that some explanation predicts.
type ModelRDM struct {
	Name       string
	File       Path
	Axes       []string // of a bare array, in order: rdm, and pair or condition twice; nil when the file says it
	Names      Path     // of the RDMs in the file, one per line; may be empty
	Similarity bool     // the file holds similarities: dissimilarity = 1 − value
	Conditions Path     // labels in the order of the RDMs; may be empty
}

// RDM says how dissimilarities are measured.
type RDM struct {
	Brain    BrainRDM
	Networks NetworkRDM
}

// BrainRDM says how the dissimilarities of the brain are measured.
type BrainRDM struct {
	Measure  string    // by default "correlation"; empty when the brain comes as RDMs
	Baseline unit.Span // s, ends excluded: each pair's own mean over it is subtracted; the zero Span subtracts nothing
	Restore  float64   // added after the baseline is subtracted; by default 0

	Noise      string // estimator of the noise of channels, from trials; by default "none"
	NoisePer   string // what has noise of its own: "all" shares one, "time", or a label such as "run"
	Folds      string // label that tells folds apart, for cross-validated measures; by default the trials of each condition are counted
	Pairing    string // of folds: "leave one out", by default, or "all pairs"
	Missing    string // channels with NaN make pairs "undefined", by default, or are "left out"
	RemoveMean bool   // of each pattern, over channels

	Decoding Decoding // of measures that train classifiers
	Each     string   // has an RDM of its own: "time", by default, "channel", or Neighborhood

	Window   float64         // s, within which times are joined before; 0, by default, joins none
	WindowAs dataset.Joining // what becomes of them: "mean", by default, or "concatenated", by default of neighborhoods
	Every    float64         // s, from one window of a neighborhood to the next; 0, by default, is that they touch
	Radius   float64         // m, of neighborhoods around each channel; 0, by default, is a channel and its neighbors
}

// Decoding says how classifiers tell conditions of the brain apart, and of which
// means of trials they and measures between folds do it.
type Decoding struct {
	PseudoTrials int    // of every condition; 0, by default, for none
	Assignments  int    // to pseudo-trials and folds, averaged; by default 1
	Shrinkage    string // as decoding.ParseShrinkage reads it; by default "ledoit-wolf"
	Normalize    string // one of decoding.Normalizations, by default "none"
}

// NetworkRDM says how the dissimilarities of networks are measured.
type NetworkRDM struct {
	Measure string // by default "correlation"
}

// RSA says how RDMs are compared.
type RSA struct {
	Comparator string    // by default "spearman"
	Pool       string    // how subjects are averaged for the noise ceiling: comparator (by default) or raw-mean
	Strict     bool      // refuse to match conditions by position
	Window     unit.Span // s, where peaks are looked for; the zero Span is everywhere
	Reweight   Reweight
	Partition  []Set // two or three among which variance is divided; none divides nothing
	Fusion     Fusion
	Weigh      Weigh
	Remix      Remix
}

// Reweight says how model RDMs are mixed, if they are.
type Reweight struct {
	Kinds      []string // of flexible models; none mixes nothing
	Regression string   // of weighted models, by default "non-negative"
	Penalty    float64  // of ridge or non-negative regressions, by default 0
	Bootstrap  string   // what is drawn again, one of rsa.ModelBootstraps or none; automatic, by default, is none with times
}

// A Set names model RDMs, layers or networks that explain together.
type Set struct {
	Name    string
	Members []string
}

// Fusion says which brains were measured over time and which are regions, if they
// are fused.
type Fusion struct {
	Times    []string // names of brains that were measured over time; none fuses nothing
	Regions  []string // names of brains without times
	Controls []string // names of networks and model RDMs whose part is taken from what is shared; all others are layers
	Variance string   // that is shared, one of rsa.Variances, by default automatic
}

// Weigh says of which layers channels are weighed to fit the brains, if any.
type Weigh struct {
	Layers     []string  // as they are shown; AllLayers means those of all networks; none weighs nothing
	Regression string    // non-negative (by default) or ridge
	Penalties  []float64 // to choose from; nil means rsa.DefaultPenalties
	Window     unit.Span // s, over which brains with times are averaged; the zero Span is none
}

// Remix says which layers are turned into what classifiers of other stimuli read
// from them, if any.
type Remix struct {
	Images     Path     // of other stimuli, a folder, a file or a pattern
	Table      Path     // of their conditions and categories
	Classes    string   // column that is their class: category (by default) or condition
	Layers     []string // as they are shown; AllLayers means those of all networks; none remixes nothing
	Classifier string   // one of rsa.Classifiers, by default logistic
	Penalty    float64  // of logistic, by default 1
	Shrinkage  float64  // of lda, by default 0.1
	Folds      int      // over the other stimuli, by default 5
	Measure    string   // of decision values, by default euclidean
}

// AllLayers stands for the layers of all networks.
const AllLayers = "all"

// Inference says how chance is ruled out.
type Inference struct {
	Test      string  // one of rsa.Tests
	Tail      string  // greater, less or two-sided
	Draws     int     // random draws of the test, by default 10000
	Correct   string  // for many comparisons: max statistic, fdr, bonferroni or none
	Level     float64 // of significance, by default 0.05
	Sensors   Path    // a system of electrodes, or a file, that says where channels are: those side by side are neighbors; by default what the brain's own data say, where neighbors correct
	Adjacency Path    // table of the columns channel and neighbor, in their place; may be empty
	Bootstrap Bootstrap
}

// Bootstrap says how confidence intervals are made.
type Bootstrap struct {
	Over     string  // what is drawn again: automatic, subjects, conditions or both
	Draws    int     // by default 1000
	Interval float64 // covered probability, by default 0.95
}

// Report says how results are shown.
type Report struct {
	Order string // of conditions in RDMs: given or category
}
