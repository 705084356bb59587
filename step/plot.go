package step

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/stimulus"
)

// Kinds of figures.
const (
	PlotScores = "scores" // a bar per model, with the noise ceiling
	PlotCourse = "course" // scores over time
	PlotRDM    = "rdm"    // dissimilarity matrices
	PlotBrains = "brains" // scores of all models in several brains, as a colored table

	// Those that are drawn only when they are asked for.
	PlotMap     = "mds"        // conditions on paper, by multidimensional scaling
	PlotTree    = "dendrogram" // conditions joined by how alike they are
	PlotShepard = "shepard"    // how a map distorts dissimilarities
	PlotModels  = "models"     // scores of model RDMs with each other

	PlotScalp = "scalp" // values of sensors as maps of the head

	PlotGeneralization = "generalization" // of classifiers over time, trained at one and tested at another

	PlotFusion = "fusion" // what layers and regions share over time, of a fusion
)

// Plots lists the kinds of figures.
var Plots = []string{PlotScores, PlotCourse, PlotRDM, PlotBrains, PlotMap, PlotTree, PlotShepard, PlotModels, PlotScalp, PlotGeneralization, PlotFusion}

// What stands along the edges of matrices.
const (
	EdgesNames    = "names"    // of conditions and categories
	EdgesPictures = "pictures" // of the conditions, too
)

// Edges lists what can stand along the edges of matrices.
var Edges = []string{EdgesNames, EdgesPictures}

// Orders of the rows of matrices.
const (
	OrderCategory = "category" // by category, in the order in which categories first appear
	OrderGiven    = "given"    // as in the file
)

// Orders lists the orders of the rows of matrices.
var Orders = []string{OrderCategory, OrderGiven}

// Plot draws figures for papers: from a result folder, or the matrices of a
// file of RDMs.
//
// Of a result it draws all brains at a glance where there are several; per brain, the scores of all models; per network their
// course over time; the RDM of the brain, at the time of the highest score, and
// that of the best layer of every network, or of every layer of one.
type Plot struct {
	From       string // a result folder, one that [RSA] or [Fusion] wrote, or what [Source] reads as RDMs; of PlotScalp, a table or a Dataset
	What       string // one of Plots; "" is all but those that must be asked for
	Brain      string // of a result; "" is all
	Network    string // of a result; "" is all
	Comparator string // of a result; "" is the first that there is. Of PlotModels of a file; "" is spearman
	Order      string // one of Orders; "" is OrderCategory
	Table      string // of stimuli, with the categories of a file of RDMs; "" is that of the result
	Pictures   string // folder of pictures that are called as the conditions are; "" is the thumbnails of the result
	Edges      string // one of Edges; "" is EdgesNames
	Scaling    string // of PlotMap and PlotShepard, one of embedding.Scalings; "" is classical, or what missing pairs allow
	Linkage    string // of PlotTree, of embedding.Linkages; "" is average
	Format     string // one of figure.Formats, for a folder; "" is the first
	Scalp      Scalp  // of PlotScalp
	Out        string // a file, which takes one figure or all matrices in one; or a folder, which takes each as a file

	looks looks
	warn  func(texts ...string)
}

// Verb is "plot".
func (Plot) Verb() string { return "plot" }

// Inputs is what is drawn.
func (s Plot) Inputs() []string {
	inputs := []string{s.From}
	for _, more := range []string{s.Table, s.Pictures} {
		if more != "" {
			inputs = append(inputs, more)
		}
	}
	if _, err := os.Stat(s.Scalp.Sensors); err == nil {
		inputs = append(inputs, s.Scalp.Sensors)
	}
	return inputs
}

// Outputs is the file or folder.
func (s Plot) Outputs() []string { return []string{s.Out} }

// Cost is next to nothing.
func (Plot) Cost() string { return "" }

// Run draws.
func (s Plot) Run(ctx context.Context, env *Env) error {
	drawings, err := s.drawings(ctx, env)
	if err != nil {
		return err
	}
	drawings = slices.DeleteFunc(drawings, func(d drawing) bool { return s.What != "" && d.what != s.What })
	if len(drawings) == 0 {
		return fmt.Errorf("%s: there is nothing of the kind %q to draw", s.From, s.What)
	}
	if slices.Contains(figure.Formats, strings.ToLower(filepath.Ext(s.Out))) {
		one, err := together(drawings)
		if err != nil {
			return err
		}
		return one.Write(s.Out)
	}
	if slices.Contains(otherPictures, strings.ToLower(filepath.Ext(s.Out))) {
		return fmt.Errorf("%s: figures are drawn as %s", s.Out, strings.Join(figure.Formats, ", "))
	}
	if err := distinct("figures", drawings, func(d drawing) string { return d.name }); err != nil {
		return err
	}
	ending := cmp.Or(s.Format, figure.Formats[0])
	return env.Budget.Each(ctx, "figures", len(drawings), func(i int) error {
		return drawings[i].figure.Write(filepath.Join(s.Out, drawings[i].name+ending))
	})
}

// otherPictures are endings that nobody gives a folder.
var otherPictures = []string{".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".bmp", ".webp", ".eps", ".ps", ".emf", ".fig"}

// drawing is a figure, its kind, and the name of its file.
type drawing struct {
	what, name string
	figure     drawn
}

type drawn interface{ Write(path string) error }

// mostTogether is how many matrices fit into one figure.
const mostTogether = 60

// together makes one figure of drawings: the only one, or all matrices side by
// side.
func together(drawings []drawing) (drawn, error) {
	if len(drawings) == 1 {
		return drawings[0].figure, nil
	}
	var all figure.RDMs
	names := make([]string, len(drawings))
	for i, d := range drawings {
		names[i] = d.name
		if matrix, ok := d.figure.(figure.RDM); ok {
			all.RDMs = append(all.RDMs, matrix)
		}
	}
	if len(all.RDMs) == len(drawings) && len(drawings) <= mostTogether {
		return all, nil
	}
	if len(names) > 8 {
		names = append(names[:7], fmt.Sprintf("and %d more", len(names)-7))
	}
	return nil, fmt.Errorf("%d figures do not fit one file (%s): write to a folder, or choose one, of a result by kind, brain or network",
		len(drawings), strings.Join(names, "; "))
}

// drawings makes every figure that there is.
func (s Plot) drawings(ctx context.Context, env *Env) ([]drawing, error) {
	isFolder := false
	if info, err := os.Stat(s.From); err == nil {
		isFolder = info.IsDir()
	}
	if index := filepath.Join(s.From, "stimuli", "stimuli.tsv"); isFolder && s.Table == "" {
		if _, err := os.Stat(index); err == nil {
			s.Table = index
		}
	}
	s.warn = env.warn
	if _, err := os.Stat(filepath.Join(s.From, "rsa")); s.What == PlotScalp && (!isFolder || err != nil) {
		if isFolder { // of 'isocortex rsa', at channels
			s.From = filepath.Join(s.From, "channels.tsv")
		}
		return s.ofScalp()
	}
	looks, err := s.look()
	if err != nil {
		return nil, err
	}
	s.looks = looks
	if _, err := os.Stat(filepath.Join(s.From, fusionFile)); isFolder && err == nil {
		return s.ofFusion()
	}
	if scalp := s.Scalp; s.What != PlotScalp && (scalp.Sensors != "" || scalp.Times != nil || scalp.Merging != "" || scalp.Best != 0 || scalp.Chance != 0) {
		return nil, fmt.Errorf("sensors, times, their merging, chance and the best of them belong to figures of the kind %s", PlotScalp)
	}
	if isFolder && holdsScores(s.From) {
		return s.ofScores()
	}
	if isFolder {
		return s.ofResult(ctx)
	}
	if s.Brain != "" || s.Network != "" || s.Comparator != "" && s.What != PlotModels {
		return nil, fmt.Errorf("%s is no result folder: brains, networks and comparators are chosen in one", s.From)
	}
	return s.ofFile(ctx, env)
}

// categories reads the conditions, and the category of each, from the table that
// was named; nil where none was.
func (s Plot) categories() (conditions []string, category map[string]string, err error) {
	if s.Order == OrderGiven || s.Table == "" {
		return nil, nil, nil
	}
	return stimulus.Categories(s.Table)
}
