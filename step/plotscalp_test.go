package step_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/step"
)

// capTable is a table of the electrodes of the smallest cap, with more columns.
func capTable(t *testing.T, header string, cells func(i int) string) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("channel\t" + header + "\n")
	for i, name := range strings.Fields("Fp1 Fp2 F4 Fz F3 T7 C3 Cz C4 T8 P4 Pz P3 O1 Oz O2") {
		text.WriteString(name + "\t" + cells(i) + "\n")
	}
	path := filepath.Join(t.TempDir(), "layers.tsv")
	if err := file.WriteBytes(path, []byte(text.String())); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestScalpOfTable(t *testing.T) {
	path := capTable(t, "conv1\tfc6\tfc6 corrected\ttype", func(i int) string {
		return fmt.Sprintf("%g\t%g\t%g\teeg", float64(i)/10, float64(8-i)/10, float64(i)/100)
	})
	drawn := plotted(t, step.Plot{From: path, What: step.PlotScalp, Comparator: "spearman", Scalp: step.Scalp{Sensors: "biosemi16", Best: 2}})
	for text, want := range map[string]int{
		">conv1<": 1, ">fc6<": 1, ">fc6 corrected<": 0, ">Spearman ρ<": 1, ">layers<": 1, ">corrected p ≤ 0.05<": 1,
		">the highest 2 of each map, untested<": 1, ">positions: biosemi16 system, computed on a sphere<": 1, "<image": 2,
	} {
		if n := strings.Count(drawn, text); n != want {
			t.Errorf("%s stands %d times, want %d", text, n, want)
		}
	}
}

// Nine times break into rows of six and three.
func TestManyMapsWrap(t *testing.T) {
	path := capTable(t, "a\tb\tc\td\te\tf\tg\th\ti", func(i int) string { return strings.Repeat(fmt.Sprint(i, "\t"), 8) + "1" })
	drawn := plotted(t, step.Plot{From: path, What: step.PlotScalp, Scalp: step.Scalp{Sensors: "10-20"}})
	if n := strings.Count(drawn, "<image"); n != 9 {
		t.Errorf("%d maps, want 9", n)
	}
	if n := strings.Count(drawn, ">EEG<"); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

// helmet is a Dataset of four triplets of coils and four electrodes, in two
// observations of three times, and the file of its positions.
func helmet(t *testing.T) *dataset.Dataset {
	t.Helper()
	d := &dataset.Dataset{Shape: [3]int{2, 16, 3}, Times: []float64{0, 0.1, 0.2}, Channel: map[string][]string{}, Arrays: map[string]*npy.Array{}}
	var at []float64
	add := func(name, kind, unit, frame string, x, y float64) {
		for label, value := range map[string]string{"name": name, "type": kind, "unit": unit, "frame": frame} {
			d.Channel[label] = append(d.Channel[label], value)
		}
		at = append(at, x, y, 0.08)
	}
	for k, place := range [][2]float64{{0.05, 0}, {-0.05, 0}, {0, 0.05}, {0, -0.05}} {
		for _, coil := range []string{"1", "2", "3"} {
			kind, unit := "grad", "T/m"
			if coil == "1" {
				kind, unit = "mag", "T"
			}
			add(fmt.Sprint("MEG 01", k, coil), kind, unit, "device", place[0], place[1])
		}
		add(fmt.Sprint("EEG ", k), "eeg", "V", "head", place[0], place[1])
	}
	d.Arrays["channel.position"] = &npy.Array{Shape: []int{16, 3}, Data: at}
	for i := range 2 * 16 * 3 {
		d.F64 = append(d.F64, 1e-13*math.Sin(float64(i)))
	}
	return d
}

func datasetFile(t *testing.T, d *dataset.Dataset) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "faces.npz")
	if err := d.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestScalpOfDataset(t *testing.T) {
	path := datasetFile(t, helmet(t))
	drawn := plotted(t, step.Plot{From: path, What: step.PlotScalp, Scalp: step.Scalp{Times: []float64{0.104, 0.2}}})
	for text, want := range map[string]int{
		">100 ms<": 3, ">200 ms<": 3, ">fT<": 1, ">fT/cm<": 1, ">µV<": 1, ">magnetometers<": 1, ">gradiometers, root mean square of pairs<": 1, ">EEG<": 1,
		">mean of 2 observations; positions: sphere of 9.5 cm, the default<": 1, "<image": 6,
	} {
		if n := strings.Count(drawn, text); n != want {
			t.Errorf("%s stands %d times, want %d", text, n, want)
		}
	}
	drawn = plotted(t, step.Plot{From: path, What: step.PlotScalp, Scalp: step.Scalp{Times: []float64{0}, Merging: "both"}})
	for _, text := range []string{">0 ms, magnetometers<", ">0 ms, gradiometers …2<", ">0 ms, gradiometers …3<", ">0 ms, EEG<"} {
		if n := strings.Count(drawn, text); n != 1 {
			t.Errorf("%s stands %d times, want once: one time stands side by side", text, n)
		}
	}
	if drawn = plotted(t, step.Plot{From: path, What: step.PlotScalp}); strings.Count(drawn, "<image") != 9 {
		t.Errorf("%d maps of all three times", strings.Count(drawn, "<image"))
	}
}

func TestScalpSaysWhatIsWrong(t *testing.T) {
	ones := func(int) string { return "1" }
	good := capTable(t, "score", ones)
	nameless, placeless := helmet(t), helmet(t)
	delete(nameless.Channel, "name")
	delete(placeless.Arrays, "channel.position")
	coils := filepath.Join(t.TempDir(), "meg.tsv")
	if err := file.WriteBytes(coils, []byte("channel\tscore\nMEG 0112\t-1\nMEG 0113\t1\nMEG 0122\t1\nMEG 0123\t1\n")); err != nil {
		t.Fatal(err)
	}
	lay := filepath.Join(t.TempDir(), "a.lay")
	if err := file.WriteBytes(lay, []byte("1 0 1 1 1 MEG 0112\n2 0 1.1 1 1 MEG 0113\n3 1 0 1 1 MEG 0122\n4 1 .1 1 1 MEG 0123\n")); err != nil {
		t.Fatal(err)
	}
	for want, s := range map[string]step.Plot{
		"does not say where its channels are":                 {From: good},
		"neither a file that is there nor computed":           {From: good, Scalp: step.Scalp{Sensors: "biosemi17"}},
		"none of its channels (Fp1, Fp2":                      {From: good, Scalp: step.Scalp{Sensors: lay}},
		"none holds values to draw":                           {From: capTable(t, "type", func(int) string { return "eeg" }), Scalp: step.Scalp{Sensors: "10-20"}},
		`row 1, column score: malformed: "high" is no number`: {From: capTable(t, "score", func(int) string { return "high" }), Scalp: step.Scalp{Sensors: "10-20"}},
		`"maybe" is no p value, and neither true nor false`:   {From: capTable(t, "score\tsignificant", func(int) string { return "1\tmaybe" }), Scalp: step.Scalp{Sensors: "10-20"}},
		`no comparator is called "sperman"`:                   {From: good, Comparator: "sperman", Scalp: step.Scalp{Sensors: "10-20"}},
		"its channels have no names":                          {From: datasetFile(t, nameless)},
		"faces.npz does not say where its channels are":       {From: datasetFile(t, placeless)},
		"has no time 400 ms: it goes from 0 ms to 200 ms":     {From: datasetFile(t, helmet(t)), Scalp: step.Scalp{Times: []float64{0.4}}},
		"channels.tsv: no such file":                          {From: t.TempDir()},
		"hides that scores are below 0: use mean, maximum":    {From: coils, Scalp: step.Scalp{Sensors: lay, Merging: "rms"}},
		"no merging of gradiometers is called":                {From: coils, Scalp: step.Scalp{Sensors: lay, Merging: "sum"}},
		"2 sensors make no map":                               {From: coils, Scalp: step.Scalp{Sensors: lay}},
		"amplitudes of fields, which have no chance":          {From: datasetFile(t, helmet(t)), Scalp: step.Scalp{Chance: 0.5}},
	} {
		s.What, s.Out = step.PlotScalp, filepath.Join(t.TempDir(), "f.svg")
		if err := s.Run(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
	wrong := step.Plot{From: good, What: step.PlotRDM, Scalp: step.Scalp{Best: 1}, Out: "f.svg"}
	if err := wrong.Run(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), "belong to figures of the kind scalp") {
		t.Errorf("the error is %v", err)
	}
}

// What models score at channels is a map per model, of the subjects and of their
// mean RDM, the one tested, the other not.
func TestScalpOfScores(t *testing.T) {
	var text strings.Builder
	text.WriteString("network\tmodel\tchannel\tscore\tscore_low\tscore_high\tp\tp_corrected\tfixed\n")
	for _, model := range []string{"conv1", "fc6"} {
		for i, name := range strings.Fields("Fz Cz Pz C3 C4") {
			text.WriteString(fmt.Sprintf("net\t%s\t%s\t0.%d\tn/a\tn/a\t0.01\t%g\t0.%d\n", model, name, i, 0.03*float64(i), i+1))
		}
	}
	folder := t.TempDir()
	if err := file.WriteBytes(filepath.Join(folder, "channels.tsv"), []byte(text.String())); err != nil {
		t.Fatal(err)
	}
	drawn := plotted(t, step.Plot{From: folder, What: step.PlotScalp, Comparator: "pearson", Scalp: step.Scalp{Sensors: "10-20"}})
	for text, want := range map[string]int{
		">net conv1<": 2, ">net fc6<": 2, ">Subjects: mean of the scores with the RDM of each<": 1,
		">Fixed effect: score with the mean RDM of these subjects, untested<": 1, ">the highest 5 of each map without a test<": 1,
		">corrected p ≤ 0.05<": 1, ">Pearson r<": 1, ">Pearson r, mean RDM<": 1, "<image": 4,
	} {
		if n := strings.Count(drawn, text); n != want {
			t.Errorf("%s stands %d times, want %d", text, n, want)
		}
	}
}

// channelResult is the result of a study over the channels of a helmet, whose
// places Sensors notes: two networks, of which the second scores higher, at times,
// if there are any.
func channelResult(t *testing.T, times []float64) string {
	t.Helper()
	d := helmet(t)
	out := t.TempDir()
	if err := (step.Sensors{From: []string{datasetFile(t, d)}, Out: filepath.Join(out, "sensors", "meg")}).Run(t.Context(), &step.Env{}); err != nil {
		t.Fatal(err)
	}
	found := &rsa.Result{Brain: "meg", Comparator: "pearson", Subjects: 2, Test: "sign flip", Level: 0.01, Channels: d.Channel["name"], Times: times}
	for i, name := range []string{"a conv1", "a fc2", "b fc2"} {
		c := &rsa.Course{Scores: make([][]rsa.Number, 2)}
		for k := range len(found.Channels) * max(1, len(times)) {
			score := rsa.Number(0.1*float64(i) + 0.01*float64(k))
			c.Score, c.Fixed, c.P, c.Corrected = append(c.Score, score), append(c.Fixed, 2*score), append(c.P, 0.001), append(c.Corrected, rsa.Number(0.002*float64(k)))
			c.Scores[0], c.Scores[1] = append(c.Scores[0], score), append(c.Scores[1], score)
		}
		c.Low, c.High = c.Score, c.Score
		network, layer, _ := strings.Cut(name, " ")
		found.Models = append(found.Models, rsa.ModelResult{Name: layer, Network: network, Course: c, Peak: &rsa.PeakResult{Index: 15, Channel: found.Channels[15]}})
	}
	if err := (step.RSA{Out: filepath.Join(out, "rsa", "meg")}).Save(found); err != nil {
		t.Fatal(err)
	}
	folder, err := result.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.WriteBrains([]string{"meg"}); err != nil {
		t.Fatal(err)
	}
	return out
}

// A result knows where its channels are: of several networks the best layer is
// drawn, of one all; a disk says the level of the study.
func TestScalpOfResult(t *testing.T) {
	folder := channelResult(t, nil)
	for _, s := range []struct {
		network string
		want    map[string]int
	}{
		{"", map[string]int{
			">a fc2<": 6, ">b fc2<": 6, ">a conv1<": 0, ">Pearson r<": 1, ">Pearson r, mean RDM<": 1, ">corrected p ≤ 0.01<": 1, "<image": 12,
			">of each network the layer with the highest score; positions: sphere of 9.5 cm, the default<": 1, ">gradiometers, mean of pairs<": 2,
		}},
		{"a", map[string]int{">a fc2<": 6, ">a conv1<": 6, ">b fc2<": 0, "<image": 12, ">positions: sphere of 9.5 cm, the default<": 1}},
	} {
		drawn := plotted(t, step.Plot{From: folder, What: step.PlotScalp, Network: s.network})
		for text, want := range s.want {
			if n := strings.Count(drawn, text); n != want {
				t.Errorf("of network %q, %s stands %d times, want %d", s.network, text, n, want)
			}
		}
	}
	if err := (step.Figures{Folder: folder}).Run(t.Context(), &step.Env{}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "figures", "scalp meg.svg")); err != nil {
		t.Errorf("the figures of a result have no maps: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(folder, "sensors")); err != nil {
		t.Fatal(err)
	}
	s := step.Plot{From: folder, What: step.PlotScalp, Out: filepath.Join(t.TempDir(), "f.svg")}
	if err := s.Run(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), "does not say where its channels are") {
		t.Errorf("without places the error is %v", err)
	}
}

// Over channels and times, the best layer of each network has a map per time.
func TestScalpOfResultOverTime(t *testing.T) {
	folder := channelResult(t, []float64{0, 0.1, 0.2})
	drawn := plotted(t, step.Plot{From: folder, What: step.PlotScalp, Scalp: step.Scalp{Times: []float64{0.1, 0.2}}})
	for text, want := range map[string]int{">a fc2<": 1, ">b fc2<": 1, ">100 ms<": 6, ">200 ms<": 6, ">0 ms<": 0, "<image": 12} {
		if n := strings.Count(drawn, text); n != want {
			t.Errorf("%s stands %d times, want %d", text, n, want)
		}
	}
	if drawn = plotted(t, step.Plot{From: folder, What: step.PlotScalp, Network: "b"}); strings.Count(drawn, "<image") != 9 || strings.Contains(drawn, ">a fc2<") {
		t.Errorf("%d maps of network b at all times", strings.Count(drawn, "<image"))
	}
	s := step.Plot{From: folder, What: step.PlotScalp, Network: "c", Out: filepath.Join(t.TempDir(), "f.svg")}
	if err := s.Run(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), `no network is called "c"`) {
		t.Errorf("the error is %v", err)
	}
	if err := (step.Figures{Folder: folder}).Run(t.Context(), &step.Env{}); err != nil {
		t.Error(err)
	}
}

// Sensors that a Dataset does not place lie where the study says.
func TestSensorsOfASystem(t *testing.T) {
	d := helmet(t)
	delete(d.Arrays, "channel.position")
	for i, name := range strings.Fields("Fp1 Fp2 F4 Fz F3 T7 C3 Cz C4 T8 P4 Pz P3 O1 Oz O2") {
		d.Channel["name"][i] = name
	}
	s := step.Sensors{From: []string{datasetFile(t, d)}, At: "biosemi16", Out: t.TempDir()}
	if err := s.Run(t.Context(), &step.Env{}); err != nil {
		t.Fatal(err)
	}
	layouts, err := sensor.OpenPlaces(filepath.Join(s.Out, sensor.PlacesFile))
	if err != nil || len(layouts) != 1 || layouts[0].Len() != 16 {
		t.Errorf("%+v, %v", layouts, err)
	}
	if inputs := s.Inputs(); len(inputs) != 1 {
		t.Errorf("a system is no file: the inputs are %q", inputs)
	}
	s.At = "nowhere.lay"
	if err := s.Run(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), "nowhere.lay") {
		t.Errorf("the error is %v", err)
	}
}

// Channels without a position are left out, and named.
func TestScalpLeavesOut(t *testing.T) {
	path := capTable(t, "score", func(i int) string { return fmt.Sprint(i) })
	env := &step.Env{}
	lay := filepath.Join(t.TempDir(), "a.lay")
	if err := file.WriteBytes(lay, []byte("1 0 1 1 1 Fz\n2 0 -1 1 1 Pz\n3 1 0 1 1 C4\n4 -1 0 1 1 C3\n")); err != nil {
		t.Fatal(err)
	}
	s := step.Plot{From: path, What: step.PlotScalp, Scalp: step.Scalp{Sensors: lay}, Out: filepath.Join(t.TempDir(), "f.svg")}
	if err := s.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	if w := strings.Join(env.Warnings(), "\n"); !strings.Contains(w, "left out of the maps: 12 channels: Fp1, Fp2") {
		t.Errorf("the warnings are %q", w)
	}
}
