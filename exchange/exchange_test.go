package exchange_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
)

func ExampleWriteRDMs() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "brain.csv")
	_ = exchange.WriteRDMs(path, &rdm.RDMs{
		Size: 3, Conditions: []string{"face", "house", "cat"}, Dissimilarities: []float64{0.9, 0.25, math.NaN()},
		Labels: map[string][]string{"subject": {"01"}}, Definition: rdm.Definition{Measure: "correlation", Kind: rdm.Distance},
	})
	text, _ := os.ReadFile(path)
	fmt.Print(string(text))
	// Output:
	// rdm,subject,condition1,condition2,dissimilarity
	// 1,01,face,house,0.9
	// 1,01,face,cat,0.25
	// 1,01,house,cat,NA
}

// same compares all bits but those of NaN, and takes empty for nil where no file
// tells them apart.
var same = cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(dataset.Dataset{}, rdm.RDMs{})}

// label draws text of all kinds that a file can hold.
func label() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"face", "", "a,b", `"quoted"`, " blanks ", "two\nlines", "Zürich 脳", "NA", "1", "01", "1e5", "😀", "tab\t"}),
		rapid.StringMatching(`[a-z]{1,5}`),
	)
}

// name draws the name of a label.
func name() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{
		"subject", "layer", "name", "index", "rdm", "condition1", "dissimilarity", "with blank", "a.b", "a/b", "Ünit", "1st", "_x", "RDM", "",
		strings.Repeat("long", 20), strings.Repeat("long", 20) + "er",
	})
}

// value draws a number, whole or not, or one of those that are hard to write.
func value() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.Float64(),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, 0.1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64}),
	)
}

func labels(t *rapid.T, n int, what string) map[string][]string {
	found := map[string][]string{}
	for _, key := range rapid.SliceOfNDistinct(name(), 0, 4, rapid.ID[string]).Draw(t, what) {
		if key != "" {
			found[key] = rapid.SliceOfN(label(), n, n).Draw(t, key)
		}
	}
	return found
}

// stack draws RDMs.
func stack(t *rapid.T) *rdm.RDMs {
	n, count := rapid.IntRange(2, 5).Draw(t, "conditions"), rapid.IntRange(1, 4).Draw(t, "RDMs")
	r := &rdm.RDMs{
		Size: n, Labels: labels(t, count, "labels"), Window: value().Draw(t, "window"),
		Dissimilarities: rapid.SliceOfN(value(), count*rdm.Pairs(n), count*rdm.Pairs(n)).Draw(t, "dissimilarities"),
		Definition: rdm.Definition{
			Measure: label().Draw(t, "measure"), Text: label().Draw(t, "text"), Kind: rapid.SampledFrom(rdm.Kinds).Draw(t, "kind"),
			Chance: value().Draw(t, "chance"), PerChannel: rapid.Bool().Draw(t, "per channel"), Signed: rapid.Bool().Draw(t, "signed"),
		},
	}
	if rapid.Bool().Draw(t, "labelled") {
		r.Conditions = rapid.SliceOfNDistinct(label(), n, n, rapid.ID[string]).Draw(t, "conditions")
	}
	if rapid.Bool().Draw(t, "timed") {
		r.Times = rapid.SliceOfN(value(), count, count).Draw(t, "times")
	}
	return r
}

// endings are those of every file that holds RDMs and Datasets.
func endings() []string { return append(exchange.Endings(), "npz") }

func writeRDMs(path string, r *rdm.RDMs) error {
	if filepath.Ext(path) == ".npz" {
		return r.Write(path)
	}
	return exchange.WriteRDMs(path, r)
}

func writeDataset(path string, d *dataset.Dataset) error {
	if filepath.Ext(path) == ".npz" {
		return d.Write(path)
	}
	return exchange.WriteDataset(path, d)
}

// RDMs go through every kind of file and come back as they were.
func TestRDMsLoseNothing(t *testing.T) {
	for _, ending := range endings() {
		path := filepath.Join(t.TempDir(), "x."+ending)
		t.Run(ending, rapid.MakeCheck(func(t *rapid.T) {
			r := stack(t)
			if err := writeRDMs(path, r); err != nil {
				t.Fatal(err)
			}
			got, err := exchange.ReadRDMs(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(r, got, same); diff != "" {
				t.Fatal(diff)
			}
			if kind, err := exchange.Contents(path); kind != exchange.KindRDMs || err != nil {
				t.Fatalf("contents %q, %v", kind, err)
			}
		}))
	}
}

// measured draws a Dataset.
func measured(t *rapid.T) *dataset.Dataset {
	axis := rapid.IntRange(0, 3)
	d := &dataset.Dataset{Shape: [3]int{axis.Draw(t, "observations"), axis.Draw(t, "channels"), 1}}
	if rapid.Bool().Draw(t, "timed") {
		d.Times = rapid.SliceOfNDistinct(rapid.Float64Range(-10, 10), 1, 3, rapid.ID[float64]).Draw(t, "times")
		slices.Sort(d.Times)
		d.Shape[2] = len(d.Times)
	}
	n := d.Shape[0] * d.Shape[1] * d.Shape[2]
	if rapid.Bool().Draw(t, "float32") {
		d.F32 = make([]float32, n)
		for i := range d.F32 {
			d.F32[i] = rapid.Float32().Draw(t, "x")
		}
	} else {
		d.F64 = rapid.SliceOfN(value(), n, n).Draw(t, "x")
	}
	d.Observation, d.Channel = labels(t, d.Shape[0], "observation"), labels(t, d.Shape[1], "channel")
	d.Description = map[string]string{}
	for key := range labels(t, 1, "description") {
		d.Description[key] = label().Draw(t, "description")
	}
	d.Arrays = map[string]*npy.Array{
		"channel.position": {Shape: []int{d.Shape[1], 3}, Data: rapid.SliceOfN(value(), 3*d.Shape[1], 3*d.Shape[1]).Draw(t, "position")},
		"volume.shape":     npy.Vector([]int64{64, math.MaxInt64, math.MinInt64}),
		"volume.space":     {Shape: []int{}, Data: []string{label().Draw(t, "space")}},
		"volume.names":     {Shape: []int{1, 2, 1}, Data: []string{"", label().Draw(t, "names")}},
		"masks":            {Shape: []int{1, 2, 1}, Data: []bool{true, false}},
		"bytes":            npy.Vector([]uint8{0, 255}),
		"counts":           {Shape: []int{1, 1}, Data: []int32{-7}},
		"single":           {Shape: []int{2, 1, 1, 1}, Data: []float32{float32(math.NaN()), 0.1}},
		"none":             npy.Vector([]float64{}),
	}
	return d
}

// Datasets go through every kind of file and come back as they were.
func TestDatasetsLoseNothing(t *testing.T) {
	for _, ending := range endings() {
		path := filepath.Join(t.TempDir(), "x."+ending)
		t.Run(ending, rapid.MakeCheck(func(t *rapid.T) {
			d := measured(t)
			if err := writeDataset(path, d); err != nil {
				t.Fatal(err)
			}
			got, err := exchange.ReadDataset(path)
			if err != nil {
				t.Fatal(err)
			}
			defer got.Close()
			if diff := cmp.Diff(d, got, same); diff != "" {
				t.Fatal(diff)
			}
			if (d.F32 == nil) != (got.F32 == nil) || (d.Times == nil) != (got.Times == nil) {
				t.Fatal("the type of the measurements, or the time axis, is another")
			}
			if kind, err := exchange.Contents(path); kind != exchange.KindDataset || err != nil {
				t.Fatalf("contents %q, %v", kind, err)
			}
		}))
	}
}
