package figure_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/figure"
)

// animals are five conditions, two of them of one kind.
func animals() []figure.Condition {
	return []figure.Condition{
		{Name: "cat", Group: "animals"},
		{Name: "dog", Group: "animals"},
		{Name: "house", Group: "buildings"},
		{Name: "tower", Group: "buildings"},
		{Name: "chair"},
	}
}

var animalRDV = []float64{0.2, 0.9, 1.1, 0.8, 1, 0.9, 0.85, 0.3, 0.7, 0.75}

// square is a picture of one color, wider than high.
func square(i int) image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, 12, 8))
	for k := range picture.Pix {
		picture.Pix[k] = []uint8{uint8(60 * i), 120, 200, 255}[k%4]
	}
	picture.SetRGBA(0, 0, color.RGBA{255, 255, 255, 255}) // the upper left corner
	return picture
}

func exampleDots() figure.Map {
	found, err := embedding.Classical{}.Fit(animalRDV)
	if err != nil {
		panic(err)
	}
	return figure.Map{Title: "Human IT", Note: "classical scaling, stress 0.12", Places: found.Configuration, Conditions: animals()}
}

func exampleMap() figure.Map {
	f := exampleDots()
	for i := range f.Conditions[:4] { // the last has none
		f.Conditions[i].Picture = square(i)
	}
	return f
}

func exampleDendrogram() figure.Dendrogram {
	tree, err := embedding.Cluster(animalRDV, embedding.Average)
	if err != nil {
		panic(err)
	}
	f := figure.Dendrogram{Title: "Human IT", Measure: "correlation distance", Tree: tree, Conditions: animals()}
	f.Conditions[2].Picture = square(2)
	return f
}

func exampleShepard() figure.Shepard {
	pairs, err := embedding.Shepard(animalRDV, exampleDots().Places)
	if err != nil {
		panic(err)
	}
	return figure.Shepard{Title: "Human IT", Measure: "correlation distance", Pairs: pairs}
}

func examplePictures() figure.RDM {
	f := exampleRDM()
	for i := range 6 {
		f.Pictures = append(f.Pictures, square(i%4))
	}
	f.Pictures[3] = nil
	return f
}

func ExampleMap() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	places := embedding.Configuration{Dimensions: 2, Coordinates: []float64{0, 0, 0.1, 0, 1, 1}}
	fmt.Println(figure.Map{
		Places: places, Conditions: []figure.Condition{{Name: "cat"}, {Name: "dog"}, {Name: "house"}},
	}.Write(filepath.Join(folder, "map.svg")))
	// Output: <nil>
}

func ExampleDendrogram() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	tree, err := embedding.Cluster([]float64{0.1, 1, 0.9}, embedding.Average)
	if err != nil {
		panic(err)
	}
	fmt.Println(figure.Dendrogram{
		Measure: "correlation distance", Tree: tree, Conditions: []figure.Condition{{Name: "cat"}, {Name: "dog"}, {Name: "house"}},
	}.Write(filepath.Join(folder, "tree.svg")))
	// Output: <nil>
}

func ExampleShepard() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	fmt.Println(figure.Shepard{
		Measure: "correlation distance", Pairs: []embedding.ShepardPair{{Dissimilarity: 0.1, Distance: 0.2, Disparity: 0.2}, {Dissimilarity: 0.5, Distance: 0.6, Disparity: 0.6}},
	}.Write(filepath.Join(folder, "shepard.svg")))
	// Output: <nil>
}

func TestMapsAndTreesSayWhatIsWrong(t *testing.T) {
	few := exampleMap()
	few.Conditions = few.Conditions[1:]
	stump := exampleDendrogram()
	stump.Conditions = nil
	pictures := examplePictures()
	pictures.Pictures = pictures.Pictures[1:]
	for want, f := range map[string]writer{
		"no map of 4 conditions": few, "no map of 0 conditions": figure.Map{Places: embedding.Configuration{Dimensions: 2}},
		"not the leaves": stump, "the 0 conditions": figure.Dendrogram{}, "no pairs": figure.Shepard{}, "5 pictures": pictures,
	} {
		if err := f.Write(filepath.Join(t.TempDir(), "f.svg")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Write says %v, want %q", err, want)
		}
	}
}

// Every condition is on the figure once: by its picture, or by its name.
func TestConditionsAreDrawnOnce(t *testing.T) {
	for name, want := range map[string]int{"map": 4, "dendrogram": 1, "dots": 0, "pictures": 11} {
		data := written(t, examples()[name], "f.svg")
		if n := bytes.Count(data, []byte("<image")); n != want {
			t.Errorf("%s: %d pictures, want %d", name, n, want)
		}
	}
	data := string(written(t, exampleDots(), "f.svg"))
	for _, word := range []string{"cat", "dog", "house", "tower", "chair", "animals", "buildings"} {
		if strings.Count(data, ">"+word+"<") != 1 {
			t.Errorf("%q does not stand once", word)
		}
	}
}

// Many columns make narrow places without numbers, not a figure without end.
func TestWideTablesAreNarrow(t *testing.T) {
	f := figure.Heat{}
	for i := range 40 {
		f.Columns = append(f.Columns, fmt.Sprint("layer ", i))
	}
	for i := range 40 {
		f.Rows = append(f.Rows, figure.HeatRow{Name: f.Columns[i], Scores: slices.Repeat([]float64{0.37}, 40)})
	}
	if w := width(t, f); w > 800 {
		t.Errorf("a table of 40 columns is %g points wide", w)
	}
	if bytes.Contains(written(t, f, "f.svg"), []byte(">0.37<")) {
		t.Error("numbers are written where they have no room")
	}
}
