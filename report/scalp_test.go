package report_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/report"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/sensor"
)

// helmet is rings of triplets of coils, and a sensor nobody has measured.
func helmet() (channels []recording.Channel) {
	add := func(name string, kind recording.Kind, at recording.Vector) {
		channels = append(channels, recording.Channel{Name: name, Kind: kind, Frame: recording.Device, Position: at})
	}
	k := 0
	for ring, n := range []int{1, 6, 12} {
		for i := range n {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
			away := 0.04 * float64(ring)
			at := recording.Vector{away * sin, away * cos, 0.1 - 0.03*float64(ring)}
			for coil, kind := range []recording.Kind{recording.Magnetometer, recording.Gradiometer, recording.Gradiometer} {
				add(fmt.Sprintf("MEG%03d%d", k, coil+1), kind, at)
			}
			k++
		}
	}
	add("Cz", recording.EEG, recording.Nowhere)
	return channels
}

// scalpScore is a score that grows to the right, with depth, and most in
// gradiometers; NaN at the last triplet.
func scalpScore(c recording.Channel, layer float64) float64 {
	score := (0.3 + 5*c.Position[0]) * layer
	if c.Kind == recording.Magnetometer {
		score /= 2
	}
	if strings.HasPrefix(c.Name, "MEG018") || !c.Position.Known() {
		return math.NaN()
	}
	return score
}

// makeScalp writes the result folder of a study of channels that never happened:
// two networks of three layers, at some times or, with times 0, without. Scores are
// highest at the second time, and half of that at all others.
func makeScalp(t *testing.T, times int) string {
	t.Helper()
	folder, err := result.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	channels := helmet()
	found := rsa.Result{Brain: "meg", Comparator: "pearson", Test: "sign flip", Tail: "greater", Correction: "max statistic", Level: 0.05, Subjects: 3, Conditions: 10, Pairs: 45, Matched: "label", BootstrapOver: rsa.None}
	for _, c := range channels {
		found.Channels = append(found.Channels, c.Name)
	}
	for k := range times {
		found.Times = append(found.Times, 0.1*float64(k))
	}
	for i, name := range []string{"A conv1", "A conv2", "A fc3", "B conv1", "B conv2", "B fc3"} {
		c := &rsa.Course{}
		peak := &rsa.PeakResult{Index: -1, Time: rsa.Number(math.NaN())}
		for k := range len(channels) * max(1, times) {
			channel, at := channels[k/max(1, times)], k%max(1, times)
			score := scalpScore(channel, float64(i+1)/6)
			if times > 0 && at != 1 {
				score /= 2
			}
			p := 0.01
			if !(score > 0.31) {
				p = 0.5
			}
			for series, v := range map[*[]rsa.Number]float64{&c.Score: score, &c.Low: score - 0.1, &c.High: score + 0.1, &c.Fixed: 1.5 * score, &c.P: p, &c.Corrected: p} {
				*series = append(*series, rsa.Number(v))
			}
			if score > float64(peak.Score) {
				peak.Index, peak.Channel, peak.Score = k, channel.Name, rsa.Number(score)
				if times > 0 {
					peak.Time = rsa.Number(found.Times[at])
				}
			}
		}
		network, layer, _ := strings.Cut(name, " ")
		found.Models = append(found.Models, rsa.ModelResult{Name: layer, Network: network, Score: peak.Score, Course: c, Peak: peak})
	}
	for _, err := range []error{
		folder.WriteBrains([]string{"meg"}), folder.WriteJSON("rsa/meg/pearson.json", found),
		folder.WriteTable("sensors/meg/"+sensor.PlacesFile, sensor.Places(channels)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Dir(folder.Path("rsa"))
}

// numbersOf unpacks what the page holds.
func numbersOf(p *report.Packed) []float64 {
	values := make([]float64, len(p.Data)/2)
	for i := range values {
		values[i] = math.NaN()
		if v := binary.LittleEndian.Uint16(p.Data[2*i:]); v != math.MaxUint16 {
			values[i] = p.Low + p.Step*float64(v)
		}
	}
	return values
}

// The page holds every score, and a mesh over the sensors that have one.
func TestThePageHasAScalp(t *testing.T) {
	page := read(t, makeScalp(t, 0))
	shown := page.Results[0]
	if want := "The highest scores of each type of sensors: magnetometers 0.35 (B fc3 at MEG0101) and gradiometers 0.70 (B fc3 at MEG0102)."; !slices.Contains(page.Summary, want) {
		t.Errorf("the summary is %q", page.Summary)
	}
	if !slices.ContainsFunc(page.Methods, func(s report.Section) bool {
		return strings.Contains(s.Text, "are a fixed effect: they speak of these subjects, and were not tested")
	}) {
		t.Errorf("the methods are %+v", page.Methods)
	}
	if shown.Scalp == nil || len(shown.Scalp.Types) != 2 {
		t.Fatalf("the scalp is %+v", shown.Scalp)
	}
	for i, want := range []struct {
		name, sensor string
		channels     int
	}{{"magnetometers", "MEG0021", 1}, {"gradiometers", "MEG 002x", 2}} {
		s := shown.Scalp.Types[i]
		if s.Name != want.name || len(s.Sensors) != 19 || s.Sensors[2] != want.sensor || len(s.Of[2]) != want.channels || len(s.Known) != 18 || slices.Contains(s.Known, 18) {
			t.Errorf("%s: %d sensors, %q of %v; %d have scores", s.Name, len(s.Sensors), s.Sensors[2], s.Of[2], len(s.Known))
		}
		if len(s.Points) <= len(s.Known) || len(s.Triangles) == 0 || s.Outline == nil || !slices.Equal(s.Points[2][:], s.Places[2][:]) {
			t.Errorf("%s: a mesh of %d points, %d triangles, outline of %d", s.Name, len(s.Points), len(s.Triangles), len(s.Outline))
		}
	}
	for k, channel := range helmet() {
		want := scalpScore(channel, 1)
		for of, got := range map[float64]float64{1: numbersOf(&shown.Models[5].Channels.Score)[k], 1.5: numbersOf(shown.Models[5].Channels.Fixed)[k]} {
			if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-of*want) > 1e-5 {
				t.Errorf("%s scores %g, want %g", channel.Name, got, of*want)
			}
		}
	}
}

// Without places, or with too few of them, there is no scalp, and all else stands.
func TestAScalpNeedsPlaces(t *testing.T) {
	folder := makeScalp(t, 0)
	written, err := result.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, channels := range [][]recording.Channel{helmet()[:2], helmet()[57:]} {
		if err := written.WriteTable("sensors/meg/"+sensor.PlacesFile, sensor.Places(channels)); err != nil {
			t.Fatal(err)
		}
		if page := read(t, folder); page.Results[0].Scalp != nil || page.Results[0].Models[0].Channels != nil || len(page.Summary) == 0 {
			t.Errorf("with %d channels the scalp is %+v", len(channels), page.Results[0].Scalp)
		}
	}
}

// With times, a model's course is that at the channel of its peak, and maps hold
// all times.
func TestAScalpOverTime(t *testing.T) {
	shown := read(t, makeScalp(t, 3)).Results[0]
	m := shown.Models[5]
	if m.Peak.Channel != "MEG0102" || m.Peak.Index != 1 || m.Peak.Time != 0.1 || shown.Scalp.Times != 3 || len(m.Course.Score) != 3 || shown.Ceiling != nil {
		t.Fatalf("the peak is %+v, the course %+v, of %d times", *m.Peak, *m.Course, shown.Scalp.Times)
	}
	for i, want := range []float64{0.35, 0.7, 0.35} {
		all := numbersOf(&m.Channels.Score)
		at := slices.Index(shown.Scalp.Channels, "MEG0102")
		if got := float64(m.Course.Score[i]); math.Abs(got-want) > 1e-9 || math.Abs(all[3*at+i]-want) > 1e-5 {
			t.Errorf("at time %d the score is %g, on the maps %g, want %g", i, got, all[3*at+i], want)
		}
	}
}

// Maps follow the time.
func pageOfScalpOverTime(t *testing.T, chromium context.Context) {
	folder := makeScalp(t, 3)
	out := filepath.Join(folder, "report.html")
	if err := report.Write(folder, out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	for _, at := range []struct{ title, note string }{{"B fc3 at 100 ms", "highest 0.700 at MEG 010x; 7 of 19 significant"}, {"B fc3 at 200 ms", "highest 0.350 at MEG 010x; 3 of 19 significant"}} {
		if title, notes := b.texts(t, ".network-maps:last-child h3"), b.texts(t, ".network-maps:last-child .head p"); title[0] != at.title || notes[2] != at.note {
			t.Errorf("%q, %q, want %q, %q", title[0], notes[2], at.title, at.note)
		}
		b.script(t, "document.querySelector('#course svg').focus()")
		b.do(t, chromedp.KeyEvent(kb.ArrowRight))
	}
	b.requireCalm(t)
}

func pageOfScalp(t *testing.T, chromium context.Context) {
	folder := makeScalp(t, 0)
	out := filepath.Join(folder, "report.html")
	if err := report.Write(folder, out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	if got := b.texts(t, ".network-maps h3"); !slices.Equal(got, []string{"A fc3", "B fc3"}) {
		t.Errorf("at first the maps are of %q", got)
	}
	if got := b.texts(t, ".network-maps:last-child .head figcaption"); !slices.Equal(got, []string{"Magnetometers", "Magnetometers", "Gradiometers, mean of pairs", "Gradiometers, mean of pairs"}) {
		t.Errorf("the maps are called %q", got)
	}
	notes := b.texts(t, ".network-maps:last-child .head p")
	if notes[2] != "highest 0.700 at MEG 010x; 7 of 19 significant" || notes[3] != "highest 1.050 at MEG 010x; stars: highest 5, untested" {
		t.Errorf("below the maps of gradiometers stands %q and %q", notes[2], notes[3])
	}
	if got := b.text(t, "String(document.querySelectorAll('.network-maps:last-child .head:nth-of-type(3) .white-star').length)"); got != "7" {
		t.Errorf("%s stars on the map of significant gradiometers", got)
	}
	b.press(t, "#scalp", "Each")
	if got := b.texts(t, ".network-maps:last-child .head figcaption")[2:5]; !slices.Equal(got, []string{"Gradiometers, first of each pair", "Gradiometers, first of each pair", "Gradiometers, second of each pair"}) {
		t.Errorf("each of a pair is called %q", got)
	}
	b.press(t, "#scalp", "Maximum")
	b.requireColor(t)
	scalpControls(t, b)
	b.screenshot(t, "scalp.png")
	b.requireCalm(t)
}

// requireColor compares the color at the sensor in the middle of the first map of
// gradiometers of the second network with that of the figures.
func (b *browser) requireColor(t *testing.T) {
	t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](`(f => {
		const c = f.querySelector("canvas"), s = f.querySelector(".sensor"), side = parseFloat(c.style.width);
		const at = ["cx", "cy"].map((a) => Math.round((s.getAttribute(a) / side) * c.width) + 3);
		return [...c.getContext("2d").getImageData(at[0], at[1], 1, 1).data] })(document.querySelectorAll(".network-maps:last-child .head")[2])`))
	if err != nil {
		t.Fatal(err)
	}
	want := figure.Diverging.At(0.5 + 0.3/0.7/2)
	for i, w := range []uint8{want.R, want.G, want.B, want.A} {
		if math.Abs(got[i]-float64(w)) > 10 {
			t.Errorf("the color in the middle of the head is %v, that of the figures %v", got, want)
			break
		}
	}
}

// scalpControls reads sensors by keys, and chooses layers.
func scalpControls(t *testing.T, b *browser) {
	b.scroll(t, ".network-maps:last-child .head svg")
	b.script(t, "document.querySelector('.network-maps:last-child .head svg').focus()")
	b.do(t, chromedp.KeyEvent(kb.ArrowRight))
	if got := b.text(t, tooltipText); !strings.HasPrefix(got, "MEG0101\nscore 0.350\ncorrected p 0.0100\nwith the mean RDM 0.525") {
		t.Errorf("the highest magnetometer reads %q", got)
	}
	b.do(t, chromedp.KeyEvent(kb.ArrowLeft))
	if got := b.text(t, tooltipText); !strings.HasPrefix(got, "MEG0161\n") {
		t.Errorf("the lowest magnetometer reads %q", got)
	}
	b.script(t, "document.querySelectorAll('.maxima')[1].focus()")
	b.do(t, chromedp.KeyEvent(kb.ArrowLeft))
	if got := b.texts(t, ".network-maps h3"); !slices.Equal(got, []string{"A fc3", "B conv2"}) {
		t.Errorf("after an arrow key the maps are of %q", got)
	}
	if got := b.text(t, "document.querySelectorAll('.maxima')[1].getAttribute('aria-valuetext')"); got != "conv2" {
		t.Errorf("the panel says that %q is chosen", got)
	}
	b.script(t, "s = document.querySelector('#scalp select'); s.selectedIndex = 0; s.dispatchEvent(new Event('change'))")
	if got := b.texts(t, ".network-maps h3"); !slices.Equal(got, []string{"A conv1", "B conv2"}) {
		t.Errorf("after the menu the maps are of %q", got)
	}
	b.press(t, "#scalp", "Mean RDM, fixed effect")
	if got := b.texts(t, ".maxima > text.title"); !slices.Equal(got, []string{"A, highest 0.525", "B, highest 1.050"}) {
		t.Errorf("with the mean RDM the panels are called %q", got)
	}
}
