package figure_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/seed"
)

var update = flag.Bool("update", false, "rewrite the pictures in testdata")

type writer interface{ Write(path string) error }

// The three figures of the documentation, which are the golden pictures too.
func exampleRDM() figure.RDM {
	return figure.RDM{
		Title:   "Brain at 120 ms",
		Measure: "correlation distance",
		Dissimilarities: []float64{
			0.2, 0.9, 1.1, 0.8, 1.0,
			1.0, 0.9, 1.1, math.NaN(),
			0.3, 0.7, 0.6,
			0.8, 0.7,
			0.1,
		},
		Conditions: []string{"cat", "dog", "house", "tower", "chair", "table"},
		Groups:     []string{"animals", "animals", "buildings", "buildings", "objects", "objects"},
	}
}

func exampleTimeCourse() figure.TimeCourse {
	f := figure.TimeCourse{Title: "Network and brain", Measure: "Spearman ρ", Ceiling: &figure.Band{}}
	for k := range 101 {
		f.Times = append(f.Times, -0.1+0.007*float64(k))
	}
	for l, name := range []string{"conv1", "conv2", "conv3", "fc"} {
		center := 0.1 + 0.05*float64(l)
		line := figure.Line{Name: name, Peak: &figure.Mark{Score: math.Inf(-1)}}
		for k, t := range f.Times {
			noise := 0.012 * seed.Stream(1, "figure", l, k).NormFloat64()
			score := (0.2+0.05*float64(l))*math.Exp(-math.Pow((t-center)/(0.04+0.02*float64(l)), 2)) + noise
			line.Score = append(line.Score, score)
			line.Low, line.High = append(line.Low, score-0.03), append(line.High, score+0.03)
			line.Significant = append(line.Significant, score > 0.06)
			if score > line.Peak.Score {
				line.Peak = &figure.Mark{Time: t, Score: score, From: t - 0.012, To: t + 0.015}
			}
		}
		f.Lines = append(f.Lines, line)
	}
	for k := range f.Times {
		best := 0.0
		for _, l := range f.Lines {
			best = max(best, l.Score[k])
		}
		f.Ceiling.Low, f.Ceiling.High = append(f.Ceiling.Low, best), append(f.Ceiling.High, best+0.06)
	}
	return f
}

func exampleBars() figure.Bars {
	f := figure.Bars{Title: "Layers of a network", Measure: "Kendall τ-a"}
	for l, name := range []string{"conv1", "conv2", "conv3", "conv4", "fc5", "fc6"} {
		score := 0.02 + 0.03*float64(l)
		bar := figure.Bar{Name: name, Score: score, Low: score - 0.02, High: score + 0.02, Ceiling: [2]float64{0.2, 0.24}, Significant: l > 1}
		for s := range 8 {
			bar.Subjects = append(bar.Subjects, score+0.03*seed.Stream(2, "figure", l, s).NormFloat64())
		}
		f.Bars = append(f.Bars, bar)
	}
	return f
}

// exampleDifferences has twelve bars in two groups, of which those that are
// farther apart than two differ.
func exampleDifferences() figure.Bars {
	f := figure.Bars{Title: "Two networks", Measure: "Kendall τ-a", Criterion: "corrected p ≤ 0.05"}
	for l := range 12 {
		score := 0.05 + 0.025*float64((l*5)%12)/2
		bar := figure.Bar{Name: fmt.Sprintf("layer%d", l+1), Group: []string{"first", "second"}[l/6], Score: score, Low: score - 0.02, High: score + 0.02}
		bar.Ceiling, bar.Short, bar.Significant = [2]float64{0.2, 0.24}, score < 0.17, true
		f.Bars = append(f.Bars, bar)
	}
	for i, a := range f.Bars {
		for j, b := range f.Bars {
			if a.Score > b.Score+0.04 {
				f.Higher = append(f.Higher, [2]int{i, j})
			}
		}
	}
	return f
}

// exampleGeneralization is decoded from 0.1 s on, best when training was then, too.
func exampleGeneralization() figure.Generalization {
	f := figure.Generalization{Title: "mean of 12", Measure: "mean lda accuracy", Middle: 0.5}
	for t := range 40 {
		f.Times = append(f.Times, -0.1+0.015*float64(t))
	}
	for _, trained := range f.Times {
		for _, tested := range f.Times {
			score := 0.5 + 0.01*math.Sin(90*trained+200*tested)
			if trained > 0.1 && tested > 0.1 {
				score += 0.3 * math.Exp(-math.Pow((trained-tested)/0.08, 2))
			}
			f.Scores = append(f.Scores, score)
		}
	}
	f.Scores[3*40+30] = math.NaN()
	return f
}

func ExampleRDM() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	fmt.Println(figure.RDM{
		Title:           "Brain at 120 ms",
		Measure:         "correlation distance",
		Dissimilarities: []float64{0.2, 0.9, 1.1}, // (cat, dog), (cat, house), (dog, house)
		Conditions:      []string{"cat", "dog", "house"},
	}.Write(filepath.Join(folder, "rdm.svg")))
	// Output: <nil>
}

func ExampleRDMs() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	early := figure.RDM{Title: "conv1", Measure: "correlation distance", Dissimilarities: []float64{0.2, 0.9, 1.1}}
	late := figure.RDM{Title: "fc6", Measure: "correlation distance", Dissimilarities: []float64{0.1, 1.2, 1.3}}
	fmt.Println(figure.RDMs{RDMs: []figure.RDM{early, late}}.Write(filepath.Join(folder, "layers.svg")))
	// Output: <nil>
}

func exampleHeat() figure.Heat {
	return figure.Heat{
		Title: "Two brains", Measure: "Spearman ρ", Columns: []string{"human IT", "early visual cortex"}, Significant: "p ≤ 0.05",
		Rows: []figure.HeatRow{
			{Name: "conv1", Group: "network", Scores: []float64{0.05, 0.4}, Significant: []bool{false, true}},
			{Name: "fc6", Group: "network", Scores: []float64{0.38, -0.02}, Significant: []bool{true, false}},
			{Name: "animacy", Group: "model RDMs", Scores: []float64{0.31, math.NaN()}, Significant: []bool{true, false}},
		},
	}
}

func ExampleHeat() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	fmt.Println(figure.Heat{
		Measure: "Spearman ρ", Columns: []string{"V1", "IT"},
		Rows: []figure.HeatRow{{Name: "conv1", Scores: []float64{0.4, 0.1}}, {Name: "fc6", Scores: []float64{0.05, 0.3}}},
	}.Write(filepath.Join(folder, "heat.svg")))
	// Output: <nil>
}

func ExampleTimeCourse() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	fmt.Println(figure.TimeCourse{
		Measure: "Spearman ρ",
		Times:   []float64{-0.1, 0, 0.1, 0.2},
		Lines:   []figure.Line{{Name: "conv1", Score: []float64{0, 0.01, 0.3, 0.1}, Significant: []bool{false, false, true, false}}},
	}.Write(filepath.Join(folder, "course.svg")))
	// Output: <nil>
}

func ExampleBars() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	fmt.Println(figure.Bars{
		Measure: "Kendall τ-a",
		Bars:    []figure.Bar{{Name: "conv1", Score: 0.1, Low: 0.08, High: 0.12}, {Name: "fc6", Score: 0.2, Low: 0.17, High: 0.23, Significant: true}},
	}.Write(filepath.Join(folder, "bars.svg")))
	// Output: <nil>
}

func examples() map[string]writer {
	percentiles := exampleRDM()
	grouped := exampleBars()
	for i := range grouped.Bars {
		grouped.Bars[i].Group = []string{"one network", "another"}[i/4]
	}
	percentiles.Percentiles, percentiles.Colors, percentiles.Title = true, figure.Cividis, "Ranked"
	return map[string]writer{
		"rdm": exampleRDM(), "percentiles": percentiles, "course": exampleTimeCourse(), "bars": exampleBars(), "differences": exampleDifferences(),
		"map": exampleMap(), "dots": exampleDots(), "dendrogram": exampleDendrogram(), "shepard": exampleShepard(), "pictures": examplePictures(),
		"groups": grouped, "heat": exampleHeat(), "generalization": exampleGeneralization(), "panels": examplePanels(), "scalp": exampleScalp(), "rdms": figure.RDMs{RDMs: []figure.RDM{exampleRDM(), percentiles, exampleRDM()}, Columns: 2},
	}
}

// Every example looks as it did. After a change of the drawing run
// go test ./figure -update, and look at the pictures.
func TestGolden(t *testing.T) {
	for name, f := range examples() {
		golden := filepath.Join("testdata", name+".svg")
		if *update {
			if err := f.Write(golden); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got := written(t, f, name+".svg"); !bytes.Equal(got, want) {
			t.Errorf("%s differs from what is drawn now: run go test ./figure -update and look at it", golden)
		}
	}
}

// written draws a figure and returns the bytes of the file.
func written(t *testing.T, f writer, name string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := f.Write(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// drawn holds the files of the examples that were drawn before, by name.
var drawn = map[string][]byte{}

// drawnOnce returns the bytes of the file of an example; its ending is the format.
func drawnOnce(t *testing.T, f writer, name string) []byte {
	t.Helper()
	if drawn[name] == nil {
		drawn[name] = written(t, f, name)
	}
	return drawn[name]
}

func TestSameFigureSameBytes(t *testing.T) {
	for name, f := range examples() {
		for _, format := range figure.Formats {
			first, second := drawnOnce(t, f, name+format), written(t, f, name+format)
			if !bytes.Equal(first, second) {
				t.Errorf("%s%s: two files of %d and %d bytes differ", name, format, len(first), len(second))
			}
		}
	}
}

func TestPDFHoldsNoDateOfMaking(t *testing.T) {
	data := written(t, exampleBars(), "bars.pdf")
	if n := bytes.Count(data, []byte("Date (D:20000101000000)")); n == 0 || n != bytes.Count(data, []byte("Date (D:")) {
		t.Errorf("%d of %d dates are the fixed one", n, bytes.Count(data, []byte("Date (D:")))
	}
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Errorf("the file begins with %q", data[:8])
	}
}

// A PDF shows what the PNG shows: pictures the right way up, bands as pale as
// they are meant.
func TestPDFLooksLikePNG(t *testing.T) {
	program, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("no pdftoppm on this machine: PDF files are not looked at")
	}
	for name, f := range examples() {
		stem := filepath.Join(t.TempDir(), name)
		for _, format := range []string{".pdf", ".png"} {
			if err := os.WriteFile(stem+format, drawnOnce(t, f, name+format), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := exec.Command(program, "-r", "300", "-png", "-singlefile", stem+".pdf", stem+"-pdf").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		// Their edges are smoothed differently, which came to less than 1.
		if off := difference(t, stem+".png", stem+"-pdf.png"); off > 1.5 {
			t.Errorf("%s: PDF and PNG differ by %.1f of 255 on average", name, off)
		}
	}
}

// difference is the mean difference of the bytes of two pictures, where both
// have pixels: sizes are rounded up in one and down in the other.
func difference(t *testing.T, a, b string) float64 {
	t.Helper()
	first, second := decode(t, a), decode(t, b)
	box := first.Bounds().Intersect(second.Bounds())
	sum, count := 0.0, 0.0
	for y := box.Min.Y; y < box.Max.Y; y += 3 {
		for x := box.Min.X; x < box.Max.X; x += 3 {
			r1, g1, b1, _ := first.At(x, y).RGBA()
			r2, g2, b2, _ := second.At(x, y).RGBA()
			for _, d := range []float64{float64(r1) - float64(r2), float64(g1) - float64(g2), float64(b1) - float64(b2)} {
				sum, count = sum+math.Abs(d)/257, count+1
			}
		}
	}
	return sum / count
}

func decode(t *testing.T, path string) image.Image {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func TestWriteSaysWhatIsWrong(t *testing.T) {
	short := exampleTimeCourse()
	short.Lines[0].Score = short.Lines[0].Score[1:]
	labels := exampleRDM()
	labels.Conditions = labels.Conditions[1:]
	for want, f := range map[string]writer{
		"no upper triangle": figure.RDM{Dissimilarities: make([]float64, 5)},
		"5 labels":          labels,
		"101 times":         short,
		"0 times":           figure.TimeCourse{},
		"no bars":           figure.Bars{},
		"no RDMs":           figure.RDMs{},
		"make no table":     figure.Heat{Columns: []string{"IT"}},
		"1 scores and 0":    figure.Heat{Columns: []string{"V1", "IT"}, Rows: []figure.HeatRow{{Name: "a", Scores: []float64{1}}}},
		"RDM 2: 5 labels":   figure.RDMs{RDMs: []figure.RDM{exampleRDM(), labels}},
	} {
		path := filepath.Join(t.TempDir(), "f.svg")
		if err := f.Write(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("Write says %v, want the path and %q", err, want)
		}
	}
	astray := exampleBars()
	astray.Higher = [][2]int{{0, 6}}
	if err := astray.Write("bars.svg"); err == nil || !strings.Contains(err.Error(), "bars 1 and 7, but there are 6") {
		t.Errorf("the error is %v", err)
	}
	if err := exampleBars().Write("bars.gif"); err == nil || !strings.Contains(err.Error(), ".svg, .pdf, .png") {
		t.Errorf("Write says %v, want the formats", err)
	}
}

// Many bars stay on a page: they get narrower, not the figure wider without end.
func TestManyBarsAreNarrow(t *testing.T) {
	f := figure.Bars{}
	for i := range 60 {
		f.Bars = append(f.Bars, figure.Bar{Name: fmt.Sprint("layer ", i), Score: 0.1, Subjects: []float64{0.1, 0.2}, Significant: true})
	}
	few, many := width(t, exampleBars()), width(t, f)
	if many > 3*few {
		t.Errorf("60 bars are %g points wide, 6 are %g", many, few)
	}
}

// The key of a course with many lines ends inside the figure.
func TestManyLinesAreNamed(t *testing.T) {
	f := figure.TimeCourse{Times: []float64{0, 1}, Ceiling: &figure.Band{Low: []float64{0, 1}, High: []float64{1, 2}}}
	for i := range 90 {
		f.Lines = append(f.Lines, figure.Line{Name: fmt.Sprint("layer ", i), Score: []float64{0, 1}})
	}
	data := written(t, f, "f.svg")
	place := regexp.MustCompile(`y="(-?[0-9.]+)"[^>]*>noise ceiling<`).FindSubmatch(data)
	if place == nil {
		t.Fatal("the noise ceiling is not named")
	}
	if y, err := strconv.ParseFloat(string(place[1]), 64); err != nil || y > 0 { // up is negative
		t.Errorf("the last line of the key stands at %g, %v: below the figure", y, err)
	}
}

// width is that of a figure, in points.
func width(t *testing.T, f writer) (points float64) {
	t.Helper()
	size := regexp.MustCompile(`<svg width="([0-9.]+)pt"`).FindSubmatch(written(t, f, "f.svg"))
	if size == nil {
		t.Fatal("no width")
	}
	points, err := strconv.ParseFloat(string(size[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// A category keeps its color wherever its rows stand, and names stand once.
func TestCategoriesHaveTheirColors(t *testing.T) {
	data := string(written(t, figure.RDMs{RDMs: []figure.RDM{exampleRDM(), exampleRDM()}}, "f.svg"))
	if n := strings.Count(data, ">buildings<"); n != 1 {
		t.Errorf("the category is named %d times in a row of two matrices, want once", n)
	}
	for i := range 3 {
		c := figure.Category(i, 3)
		if n := strings.Count(data, fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B)); n != 4 {
			t.Errorf("the color of category %d is used %d times, want 4: two edges of two matrices", i, n)
		}
	}
}

// Degenerate numbers are drawn, not refused: a report of nothing is a report.
func TestDegenerateNumbersAreDrawn(t *testing.T) {
	nan := math.NaN()
	for name, f := range map[string]writer{
		"constant RDM": figure.RDM{Dissimilarities: []float64{1, 1, 1}},
		"empty RDM":    figure.RDM{Dissimilarities: []float64{nan, nan, nan}, Percentiles: true},
		"no scores":    figure.TimeCourse{Times: []float64{0, 1}, Lines: []figure.Line{{Score: []float64{nan, nan}}}},
		"no score":     figure.Heat{Columns: []string{"IT"}, Rows: []figure.HeatRow{{Name: "a", Scores: []float64{nan}}, {Name: "b", Scores: []float64{0}}}},
		"no map":       figure.ScalpMaps{Rows: []figure.ScalpRow{{Maps: []figure.ScalpMap{{Scalp: electrodes(), Values: slices.Repeat([]float64{nan}, 32)}}}}},
		"flat map":     figure.ScalpMaps{Rows: []figure.ScalpRow{{Maps: []figure.ScalpMap{{Scalp: electrodes(), Values: make([]float64, 32)}}}}},
		"no bar":       figure.Bars{Bars: []figure.Bar{{Name: "a very long name of a layer", Score: nan, Subjects: []float64{nan}}}},
	} {
		if data := written(t, f, "f.svg"); bytes.Contains(data, []byte("NaN")) || bytes.Contains(data, []byte("Inf")) {
			t.Errorf("%s: NaN or Inf in the SVG", name)
		}
	}
}
