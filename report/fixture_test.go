package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/seed"
)

// fixture is a study that never happened: stimuli of four categories, a network
// of six layers, subjects whose brains follow one layer after the other.
type fixture struct {
	times    int // 0: no time axis
	subjects int
	folder   string
	random   *rand.Rand
}

var (
	fixtureLayers     = []string{"conv1", "conv2", "conv3", "conv4", "fc5", "fc6"}
	fixtureCategories = []string{"animals", "faces", "objects", "scenes"}
)

const (
	fixturePerCategory = 12
	fixtureStart       = -0.1     // s
	fixtureStep        = 1. / 200 // s
)

// makeFixture writes the result folder of a study that never happened.
func makeFixture(t testing.TB, times, subjects int) string {
	t.Helper()
	f := &fixture{times: times, subjects: subjects, folder: t.TempDir(), random: seed.Stream(1, "fixture")}
	f.stimuli(t)
	f.network(t)
	f.brain(t, "brain")
	f.rsa(t, "brain")
	f.texts(t)
	return f.folder
}

// makeBrains adds a second brain to a study without times.
func makeBrains(t testing.TB, names ...string) string {
	t.Helper()
	folder := makeFixture(t, 0, 4)
	for i, name := range names {
		f := &fixture{subjects: 4 - i, folder: folder, random: seed.Stream(1, "fixture", i)}
		f.brain(t, name)
		f.rsa(t, name)
	}
	written, err := result.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := written.WriteBrains(names); err != nil {
		t.Fatal(err)
	}
	return folder
}

func (f *fixture) write(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := file.WriteBytes(filepath.Join(f.folder, name), data); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) writeJSON(t testing.TB, name string, value any) {
	t.Helper()
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, name, data)
}

func fixtureLabels() (labels []string) {
	for _, category := range fixtureCategories {
		for i := range fixturePerCategory {
			labels = append(labels, fmt.Sprintf("%s_%02d", category, i+1))
		}
	}
	return labels
}

// stimuli draws one picture per condition: rings whose color is the category's
// and whose number tells them apart.
func (f *fixture) stimuli(t testing.TB) {
	var labels, categories, pictures []string
	for i, label := range fixtureLabels() {
		category := i / fixturePerCategory
		f.write(t, "stimuli/"+label+".png", ring(category, i%fixturePerCategory))
		labels, categories, pictures = append(labels, label), append(categories, fixtureCategories[category]), append(pictures, label+".png")
	}
	writeStimuli(t, f.folder, labels, categories, pictures)
}

// writeStimuli saves the table of stimuli, each of which is a condition.
func writeStimuli(t testing.TB, path string, labels, categories, pictures []string) {
	t.Helper()
	folder, err := result.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	err = folder.WriteTable("stimuli/stimuli.tsv", &result.Table{Description: "The stimuli.", Columns: []result.Column{
		{Name: "stimulus", Description: "Label.", Text: labels},
		{Name: "condition", Description: "Label.", Text: labels},
		{Name: "category", Description: "Category.", Text: categories},
		{Name: "thumbnail", Description: "File.", Text: pictures},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func ring(category, number int) []byte {
	const size = 96
	picture := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{
		color.Gray{128}, color.RGBA{200, 90, 60, 255}, color.RGBA{240, 200, 160, 255}, color.RGBA{60, 110, 170, 255}, color.RGBA{70, 140, 90, 255},
	})
	for y := range size {
		for x := range size {
			dx, dy := float64(x)-size/2, float64(y)-size/2
			angle := math.Atan2(dy, dx) + math.Pi
			radius := math.Hypot(dx, dy) / (size / 2)
			if radius < 0.55+0.35*math.Cos(float64(number+2)*angle) && radius > 0.15 {
				picture.SetColorIndex(x, y, uint8(category+1))
			}
		}
	}
	var data bytes.Buffer
	if err := png.Encode(&data, picture); err != nil {
		panic(err)
	}
	return data.Bytes()
}

// layerRDV grows from noise to categories with depth.
func (f *fixture) layerRDV(layer int) []float64 {
	n := len(fixtureLabels())
	random := seed.Stream(1, "layer", layer)
	depth := float64(layer) / float64(len(fixtureLayers)-1)
	var rdv []float64
	for i := range n {
		for j := i + 1; j < n; j++ {
			d := 0.45 + 0.2*depth + 0.12*random.NormFloat64()
			if i/fixturePerCategory != j/fixturePerCategory {
				d += 0.3 * depth
			} else if i/fixturePerCategory == 1 {
				d -= 0.2 * depth // faces are alike
			}
			rdv = append(rdv, min(max(d, 0.02), 1.6))
		}
	}
	return rdv
}

func (f *fixture) save(t testing.TB, name string, r *rdm.RDMs) {
	t.Helper()
	r.Conditions, r.Size = fixtureLabels(), len(fixtureLabels())
	if err := r.Write(filepath.Join(f.folder, "rdm", name+".npz")); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) network(t testing.TB) {
	r := &rdm.RDMs{
		Definition: rdm.Definition{Measure: "correlation", Text: "1 − Pearson's r of the two patterns", Kind: rdm.Distance},
		Labels:     map[string][]string{"layer": fixtureLayers},
	}
	for layer := range fixtureLayers {
		r.Dissimilarities = append(r.Dissimilarities, f.layerRDV(layer)...)
	}
	f.save(t, "SmallNet", r)
}

// center is when the brain follows a layer, in seconds from onset.
func center(layer int) float64 { return 0.09 + 0.03*float64(layer) }

// strength is how much the brain follows a layer at a time.
func strength(layer int, time float64) float64 {
	if time < 0.03 {
		return 0
	}
	z := (time - center(layer)) / (0.025 + 0.012*float64(layer))
	return (0.20 + 0.035*float64(layer)) * (math.Exp(-z*z/2) + 0.25/(1+math.Exp(-(time-center(layer))*60))*math.Exp(-time))
}

func (f *fixture) time(k int) float64 { return fixtureStart + float64(k)*fixtureStep }

func (f *fixture) brain(t testing.TB, name string) {
	definition := rdm.Definition{Measure: "decoding accuracy", Text: "accuracy of a linear classifier telling the two conditions apart", Kind: rdm.Accuracy, Chance: 0.5}
	r := &rdm.RDMs{Definition: definition, Labels: map[string][]string{}}
	layers := make([][]float64, len(fixtureLayers))
	for l := range layers {
		layers[l] = f.layerRDV(l)
	}
	if f.times == 0 {
		for s := range f.subjects {
			r.Dissimilarities = append(r.Dissimilarities, f.response(layers, 0.15)...)
			r.Labels["subject"] = append(r.Labels["subject"], fmt.Sprintf("sub-%02d", s+1))
		}
	}
	for k := range f.times { // one group RDM per time
		r.Dissimilarities = append(r.Dissimilarities, f.response(layers, f.time(k))...)
		r.Times = append(r.Times, f.time(k))
	}
	r.Dissimilarities[5] = math.NaN()
	f.save(t, name, r)
}

func (f *fixture) response(layers [][]float64, time float64) []float64 {
	rdv := make([]float64, len(layers[0]))
	for p := range rdv {
		rdv[p] = 0.5 + 0.02*f.random.NormFloat64()
		for l := range layers {
			rdv[p] += 0.3 * strength(l, time) * layers[l][p]
		}
	}
	return rdv
}

// rsa writes scores in the schema of package rsa.
func (f *fixture) rsa(t testing.TB, brain string) {
	result := map[string]any{
		"brain":      brain,
		"comparator": "spearman", "pool": "comparator", "matched": "label", "conditions": 48, "pairs": 1128,
		"subjects": f.subjects, "test": "sign flip", "tail": "greater", "draws": 10000, "correction": "max statistic",
		"generalises_to": "subjects", "seed": 7, "level": 0.05, "interval": 0.95, "bootstrap_draws": 2000,
		"bootstrap_over": "subjects", "warnings": []string{"conv1 and conv2 are correlated at 0.93: their scores cannot be told apart well."},
	}
	lower, upper := make([]float64, max(f.times, 1)), make([]float64, max(f.times, 1))
	for k := range lower {
		time := 0.15
		if f.times > 0 {
			time = f.time(k)
		}
		for l := range fixtureLayers {
			lower[k] = max(lower[k], strength(l, time)*1.05)
		}
		lower[k] += 0.006 * f.random.NormFloat64()
		upper[k] = lower[k] + 0.07
	}
	result["noise_ceiling"] = map[string]any{"lower": lower, "upper": upper, "kind": "leave one subject out"}
	if f.times == 0 {
		result["noise_ceiling"] = map[string]any{"lower": lower[0], "upper": upper[0], "kind": "leave one subject out"}
	}
	var models, times []any
	for l, name := range fixtureLayers {
		models = append(models, f.model(l, name))
	}
	for k := range f.times {
		times = append(times, f.time(k))
	}
	if f.times > 0 {
		result["times"] = times
	}
	result["models"] = models
	f.writeJSON(t, "rsa/"+brain+"/spearman.json", result)
	f.writeJSON(t, "rsa/"+brain+"/peaks.json", map[string]any{"columns": map[string]string{"score": "Spearman's ρ"}})
}

func (f *fixture) model(layer int, name string) map[string]any {
	model := map[string]any{"name": name, "network": "SmallNet"}
	if f.times == 0 {
		score := strength(layer, 0.15)
		model["score"], model["ci"] = score, []float64{score - 0.03, score + 0.03}
		model["p"], model["p_corrected"] = 0.0001+0.1/(1+100*score), 0.0004+0.5/(1+300*score*score)
		var scores []float64
		for range f.subjects {
			scores = append(scores, score+0.05*f.random.NormFloat64())
		}
		model["scores"] = scores
		return model
	}
	scores, low, high, p := make([]float64, f.times), make([]float64, f.times), make([]float64, f.times), make([]float64, f.times)
	subjects := make([][]float64, f.subjects)
	best := 0
	for k := range f.times {
		scores[k] = strength(layer, f.time(k)) + 0.008*f.random.NormFloat64()
		low[k], high[k] = scores[k]-0.025, scores[k]+0.025
		p[k] = 1 / (1 + math.Exp((scores[k]-0.05)*200))
		if scores[k] > scores[best] {
			best = k
		}
		for s := range subjects {
			subjects[s] = append(subjects[s], scores[k]+0.05*f.random.NormFloat64())
		}
	}
	interval := []float64{low[best], high[best]}
	model["score"], model["ci"] = scores[best], interval
	model["course"] = map[string]any{"score": scores, "low": low, "high": high, "p": p, "p_corrected": p, "scores": subjects}
	model["peak"] = map[string]any{
		"score": scores[best], "score_ci": interval, "index": best,
		"time": f.time(best), "time_ci": []float64{f.time(best) - 0.012, f.time(best) + 0.015},
	}
	return model
}

func (f *fixture) texts(t testing.TB) {
	f.write(t, "study.yaml", []byte("study: 1\ntitle: A network of six layers and a brain that follows it\nseed: 7\nrdm:\n  brain: {measure: given}\n  networks: {measure: correlation}\nrsa:\n  comparator: spearman\n"))
	f.writeJSON(t, "provenance.json", map[string]any{
		"program": "isocortex", "version": "0.1.0", "seed": uint64(18446744073709551615),
		"engine": map[string]any{"name": "ONNX Runtime", "version": "1.30.0"},
		"inputs": []map[string]any{
			{"path": "brain.npz", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "bytes": 123456},
			{"path": "network.onnx", "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", "bytes": 7890},
		},
	})
	var planted []map[string]any
	for l, name := range fixtureLayers {
		planted = append(planted, map[string]any{"layer": name, "from": center(l) - 0.025, "to": center(l) + 0.025})
	}
	f.writeJSON(t, "truth.json", map[string]any{
		"title":   "What was put in, and what was found",
		"text":    "These data are simulated: the brain was made to follow one layer after the other. What the analysis found should agree with what was planted.",
		"planted": planted,
	})
}
