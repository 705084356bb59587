// Package projection makes few channels of many units.
//
// A layer of a network can have millions of units. A [Projection] turns each of
// its patterns into a short one as it comes out of the network, so that memory
// does not depend on the number of stimuli:
//
//	recipe, err := projection.ParseRecipe("pca:100")
//	fit := projection.NewFit(units, recipe.Channels, e.Multiplier(), budget)
//	err = fit.Rows(0, responses) // of any number of stimuli, in any order
//	pca, err := fit.PCA()
//	err = pca.Apply(scores, responses)
//
// What a measure needs beside the short patterns goes into their Dataset
// ([Projection.Mark]); [OfUnits] returns patterns whose cosines are those of the
// patterns over units.
package projection

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/nearest"
)

// A Projection turns patterns over units into patterns over channels. Every
// pattern is projected alone: its numbers do not depend on those that come with
// it. It may be used from several goroutines at once.
type Projection interface {
	// Units is the length of a pattern before.
	Units() int
	// Channels is its length after.
	Channels() int
	// Recipe is what leads to it.
	Recipe() Recipe
	// Definition says in words what is done.
	Definition() string
	// Apply projects patterns.
	//
	//	shapes   rows: patterns × units; dst: patterns × channels
	//	NaN      makes the channels NaN that it goes into
	Apply(dst, rows []float32) error
	// Mark adds to a Dataset of projected patterns what others must know to
	// compare them as patterns over units.
	Mark(ds *dataset.Dataset) error
}

// The methods of reduction.
const (
	Components = "pca"    // principal components
	Random     = "random" // a sparse random projection
	Pooling    = "pool"   // over the positions of an image
)

// Methods lists the forms of a recipe, in the order that help shows.
var Methods = []string{Components + ":K", Random + ":K", Pooling, Pooling + ":max"}

// A Recipe says how layers are to be reduced.
type Recipe struct {
	Method   string // Components, Random or Pooling; "" for not at all
	Channels int    // that Components and Random leave
	Pool     Pool   // of Pooling
}

// ParseRecipe reads a recipe: "pca:100", "random:1000", "pool", "pool:max"; ""
// is the zero Recipe.
//
//	errors   any other word, with what is nearest
func ParseRecipe(word string) (Recipe, error) {
	method, rest, given := strings.Cut(word, ":")
	switch method {
	case "":
		if word == "" {
			return Recipe{}, nil
		}
	case Pooling:
		if pool := Pool(rest); slices.Contains(Pools, pool) || !given {
			return Recipe{Method: Pooling, Pool: pool}, nil
		}
		return Recipe{}, fmt.Errorf("reduction %q: a layer is pooled by %s or %s", word, MeanPool, MaxPool)
	case Components, Random:
		k, err := strconv.Atoi(rest)
		if err != nil || k < 1 {
			return Recipe{}, fmt.Errorf("reduction %q: say to how many channels, as in %s:100", word, method)
		}
		return Recipe{Method: method, Channels: k}, nil
	}
	return Recipe{}, fmt.Errorf("no reduction is called %q: choose one of %s%s", word, strings.Join(Methods, ", "), nearest.Hint(word, Methods))
}

// String writes the recipe as ParseRecipe reads it.
func (r Recipe) String() string {
	switch {
	case r.Method == Pooling && r.Pool != "":
		return Pooling + ":" + string(r.Pool)
	case r.Method == Components, r.Method == Random:
		return fmt.Sprintf("%s:%d", r.Method, r.Channels)
	}
	return r.Method
}

// Volume returns the number of units of a layer of that shape.
func Volume(shape []int) int {
	units := 1
	for _, n := range shape {
		units *= n
	}
	return units
}

// Dimensions returns how many channels a random projection needs so that it
// changes no squared distance of n patterns by more than the share given, with
// a probability that is high.
//
//	source   Dasgupta & Gupta (2003), doi:10.1002/rsa.10073
func Dimensions(n int, distortion float64) int {
	return int(4 * math.Log(float64(n)) / (distortion*distortion/2 - distortion*distortion*distortion/3))
}
