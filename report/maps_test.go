package report_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/report"
	"github.com/isocortex/isocortex/stimulus"
)

// unpacked are the coordinates of one RDM of a map.
func unpacked(m *report.Map, conditions, i int) []float64 {
	data := m.Data[4*conditions*i : 4*conditions*(i+1)]
	coordinates := make([]float64, 2*conditions)
	for k := range coordinates {
		coordinates[k] = m.Step * float64(int16(binary.LittleEndian.Uint16(data[2*k:])))
	}
	return coordinates
}

// moved is how far conditions move from one map to another, on average, of how
// far they lie from the center.
func moved(a, b []float64) float64 {
	way, size := 0.0, 0.0
	for k := range a {
		way += (a[k] - b[k]) * (a[k] - b[k])
		size += a[k]*a[k] + b[k]*b[k]
	}
	return math.Sqrt(2 * way / size)
}

// turning writes a folder with the RDM of points on a ring that one condition
// leaves in the course of time.
func turning(t *testing.T, frames int) (folder string) {
	t.Helper()
	const size = 12
	folder = t.TempDir()
	brain := &rdm.RDMs{Size: size, Definition: rdm.Definition{Measure: "Euclidean", Kind: rdm.Distance}}
	for k := range frames {
		at := func(i int) (x, y float64) {
			angle := 2 * math.Pi * float64(i) / size
			return 2 * math.Cos(angle), (1 + 0.1*float64(k)*float64(i%2)) * math.Sin(angle)
		}
		for i := range size {
			for j := i + 1; j < size; j++ {
				x, y := at(i)
				u, v := at(j)
				brain.Dissimilarities = append(brain.Dissimilarities, math.Hypot(x-u, y-v))
			}
		}
		brain.Times = append(brain.Times, 0.1*float64(k))
	}
	if err := brain.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Frames follow each other: the map of a moment is that of the moment before
// with little changes. On the page the distances are those of the RDM.
func TestMapsFollowEachOther(t *testing.T) {
	page, err := report.Read(turning(t, 9))
	if err != nil {
		t.Fatal(err)
	}
	m := page.Brains[0].Mean.Map
	for k := range 9 {
		if stress := float64(m.Stress[k]); stress > 1e-9 {
			t.Errorf("stress is %g where points lie on paper", stress)
		}
		if k > 0 {
			if way := moved(unpacked(m, 12, k-1), unpacked(m, 12, k)); way > 0.15 {
				t.Errorf("frame %d: conditions move by %.2f of their distance", k, way)
			}
		}
	}
	first := unpacked(m, 12, 0)
	if d := math.Hypot(first[0]-first[12], first[1]-first[13]); math.Abs(d-4) > 1e-3 { // opposite ends of the ring
		t.Errorf("opposite conditions lie %g apart, want 4", d)
	}
}

// A frame that lacks pairs is mapped from the others, one that lacks a condition
// not at all; negative numbers are told.
func TestMapsOfImperfectRDMs(t *testing.T) {
	folder := t.TempDir()
	nan := math.NaN()
	brain := &rdm.RDMs{
		Size: 4, Times: []float64{0, 1, 2, 3}, Definition: rdm.Definition{Measure: "accuracy", Kind: rdm.Accuracy, Chance: 0.5},
		Dissimilarities: []float64{
			0.7, 0.8, 0.9, 0.75, 0.8, 0.7,
			nan, 0.8, 0.9, 0.75, 0.8, 0.7,
			nan, nan, nan, 0.75, 0.8, 0.7,
			0.4, 0.8, 0.9, 0.75, 0.8, 0.7,
		},
	}
	if err := brain.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	page, err := report.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	m := page.Brains[0].Mean.Map
	for i, want := range []string{"", "metric scaling, as pairs are missing", "no map", "1 of 6 pairs below zero"} {
		if !strings.Contains(m.Notes[i], want) || (want == "") != (m.Notes[i] == "") || math.IsNaN(float64(m.Stress[i])) != (i == 2) {
			t.Errorf("frame %d: stress %v, note %q, want %q", i, m.Stress[i], m.Notes[i], want)
		}
	}
}

// What would take too long is left out, and the page says so.
func TestLargeRDMsHaveNoMap(t *testing.T) {
	folder := t.TempDir()
	const size = 3000
	brain := &rdm.RDMs{Size: size, Dissimilarities: make([]float64, rdm.Pairs(size))}
	if err := brain.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	page, err := report.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	if page.Brains[0].Mean.Map != nil {
		t.Error("3000 conditions are mapped")
	}
}

// realEEG writes a folder with the RDMs and the pictures of EEG at 218 times.
func realEEG(t *testing.T) (folder string) {
	t.Helper()
	array, err := npy.Read(realtest.Path(t, "eeg49", "output_rdms.npy"))
	if err != nil {
		t.Fatal(err)
	}
	stack, err := rdm.FromArray(array, []string{"pair", "time"})
	if err != nil {
		t.Fatal(err)
	}
	stack.Definition = rdm.Definition{Measure: "accuracy", Kind: rdm.Accuracy, Chance: 0.5}
	for k := range stack.Len() {
		stack.Times = append(stack.Times, -0.2+0.004*float64(k))
	}
	set, err := stimulus.Read(realtest.Path(t, "eeg49", "stimuli"))
	if err != nil {
		t.Fatal(err)
	}
	stack.Conditions = set.Labels()
	folder = t.TempDir()
	if err := stack.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	pictures := make([]string, stack.Size)
	for i, one := range set.Stimuli {
		data, err := os.ReadFile(one.Path)
		if err != nil {
			t.Fatal(err)
		}
		pictures[i] = filepath.Base(one.Path)
		if err := file.WriteBytes(filepath.Join(folder, "stimuli", pictures[i]), data); err != nil {
			t.Fatal(err)
		}
	}
	writeStimuli(t, folder, stack.Conditions, make([]string, stack.Size), pictures)
	return folder
}

// Frames of real data move less from one time to the next when they are turned
// onto each other: 0.22 of their distance from the center, else 0.39.
func TestMapsOfEEG(t *testing.T) {
	page, err := report.Read(realEEG(t))
	if err != nil {
		t.Fatal(err)
	}
	m, sum := page.Brains[0].Mean.Map, 0.0
	for k := 1; k < len(m.Stress); k++ {
		sum += moved(unpacked(m, 49, k-1), unpacked(m, 49, k))
	}
	if mean := sum / float64(len(m.Stress)-1); mean > 0.3 {
		t.Errorf("conditions move by %.2f of their distance from the center, from frame to frame", mean)
	}
}

// The page of real EEG plays: every frame shows all pictures on the paper.
func pageOfEEG(t *testing.T, chromium context.Context) {
	folder := realEEG(t)
	out := filepath.Join(folder, "report.html")
	if err := report.Write(folder, out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	outside := b.text(t, `(s => {
		const paper = document.querySelector("#maps svg");
		let outside = 0;
		for (let k = 0; k <= Number(s.max); k += 7) {
			s.value = k; s.dispatchEvent(new Event("input"));
			const frame = paper.getBoundingClientRect();
			for (const image of paper.querySelectorAll("image")) {
				const box = image.getBoundingClientRect();
				outside += !(box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom && box.width > 8);
			}
		}
		return outside + " of " + paper.querySelectorAll("image").length + ", " + s.max })(document.querySelector("#maps .player input"))`)
	if outside != "0 of 49, 217" {
		t.Errorf("pictures outside of the paper: %s, want 0 of 49 in frames up to 217", outside)
	}
	before := b.text(t, "document.querySelector('#maps .mark').getAttribute('transform')")
	b.press(t, "#maps .player", "")
	time.Sleep(300 * time.Millisecond)
	b.press(t, "#maps .player", "")
	if b.text(t, "document.querySelector('#maps .mark').getAttribute('transform')") == before {
		t.Error("the map does not play")
	}
	b.requireCalm(t)
}

func pageOfMaps(t *testing.T, chromium context.Context) {
	out := filepath.Join(t.TempDir(), "report.html")
	if err := report.Write(makeFixture(t, 60, 4), out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	marks := func(panel string) string {
		return b.text(t, fmt.Sprintf("[...document.querySelectorAll('#maps .of-%s .mark')].map(m => m.getAttribute('transform')).join()", panel))
	}
	if n := b.text(t, "String([...document.querySelectorAll('#maps image')].filter(i => i.getBoundingClientRect().width > 8).length)"); n != "96" {
		t.Errorf("two maps show %s pictures, want 96", n)
	}
	brain, model := marks("brain"), marks("model")
	b.script(t, "s = document.querySelector('#maps .player input'); s.value = 50; s.dispatchEvent(new Event('input'))")
	if got := b.text(t, "document.querySelector('#maps .of-brain h3').innerText + document.querySelector('.brain h3').innerText"); got != "Brain at 150 msBrain at 150 ms" {
		t.Errorf("titles after moving the slider of the map are %q", got)
	}
	if marks("brain") == brain || marks("model") != model {
		t.Error("the map of the brain did not follow the time, or that of the model did")
	}
	b.script(t, "document.querySelector('.thumb').click()")
	if marks("model") == model {
		t.Error("the map of the model did not follow the choice")
	}

	b.scroll(t, "#maps svg")
	b.do(t, chromedp.Focus(chromedp.CSS("#maps svg")))
	b.scroll(t, "#maps svg") // to focus may scroll too
	b.do(t, chromedp.KeyEvent(kb.ArrowRight))
	if tip := b.text(t, tooltipText); !strings.Contains(tip, "animals_01") || !strings.Contains(tip, "animals") {
		t.Errorf("the tooltip after an arrow key says %q", tip)
	}
	if n := b.text(t, "String(document.querySelectorAll('#maps .pointed').length)"); n != "2" {
		t.Errorf("%s marks are pointed at, want that of both maps", n)
	}
	b.press(t, "#maps", "Dots")
	if n := b.text(t, "String([...document.querySelectorAll('#maps circle')].filter(i => i.getBoundingClientRect().width > 5).length)"); n != "96" {
		t.Errorf("two maps show %s dots, want 96", n)
	}
	b.requireCalm(t)
}
