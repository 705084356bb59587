package report_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/report"
	"github.com/isocortex/isocortex/rsa"
)

// mixed adds what was mixed and divided to the first of two brains.
func mixed(t *testing.T, times []float64) (folder string) {
	t.Helper()
	folder = makeBrains(t, "monkey IT", "human IT")
	steps := max(len(times), 1)
	course := func(values ...rsa.Number) []rsa.Number { return values[:steps] }
	table := func(a, b rsa.Number) [][]rsa.Number { return [][]rsa.Number{{a, b}, {b, a}}[:steps] }
	result := struct {
		rsa.FlexibleResult
		Regression string                 `json:"regression"`
		Shares     [][][]rsa.Number       `json:"shares"`
		Inference  *rsa.FlexibleInference `json:"inference"`
	}{Regression: "ridge", Shares: [][][]rsa.Number{table(0.9, 0.1)}}
	result.Comparator, result.Times = "pearson", times
	result.NoiseCeiling = &rsa.NoiseCeiling{
		Lower: rsa.Series{Values: course(0.2, 0.3), Scalar: times == nil}, Upper: rsa.Series{Values: course(0.4, 0.5), Scalar: times == nil},
	}
	result.Models = []rsa.FlexibleScores{{
		Name: "network", Kind: "weighted", Components: []string{"early", "late"},
		Score: course(0.3, 0.35), Scores: [][]rsa.Number{course(0.1, 0.2), course(0.5, rsa.Number(math.NaN()))},
		Weights: table(0.8, 0.6), FoldWeights: [][][]rsa.Number{table(0.7, 0.5), table(0.9, 0)},
	}}
	result.Inference = &rsa.FlexibleInference{
		Over: rsa.Dual, GeneralizesTo: rsa.ToBoth, Draws: 200, Choices: 50, Interval: 0.95, Correction: "fdr",
		Models: []rsa.ModelInference{{Score: rsa.Estimate{Value: course(0.31, 0.36), Low: course(0.21, 0.26), High: course(0.41, 0.46), P: course(0.001, 0.002), Corrected: course(0.003, 0.004)}}},
	}
	share := func(mean rsa.Number, sets ...string) rsa.Share {
		return rsa.Share{Sets: sets, Mean: course(mean, 2*mean), Subjects: [][]rsa.Number{course(mean-0.1, mean), course(mean+0.1, mean)}}
	}
	divided := rsa.PartitionResult{
		Times:     times,
		Explained: []rsa.Share{share(0.2, "low"), share(0.1, "high"), share(0.25, "low", "high")},
		Parts:     []rsa.Share{share(0.15, "low"), share(0.05, "high"), share(0.05, "low", "high")},
	}
	for name, value := range map[string]any{"reweight": result, "partition": divided} {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(folder, name, "monkey IT", name+".json"), data)
	}
	return folder
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestReadFindsMixturesAndParts(t *testing.T) {
	page := read(t, mixed(t, nil))
	if len(page.Mixtures) != 1 || len(page.Parts) != 1 || page.Mixtures[0].Brain != 0 {
		t.Fatalf("%+v, %+v", page.Mixtures, page.Parts)
	}
	m := page.Mixtures[0]
	if one := m.Models[0]; !slices.Equal(one.Estimate, []report.Number{0.31, 0.21, 0.41}) || one.Corrected != 0.003 || !strings.Contains(m.Drawn, " interval by the dual bootstrap (200 draws), for new subjects and new stimuli") {
		t.Errorf("%+v, drawn %q", one, m.Drawn)
	}
	if m.Symbol != "Pearson r" || m.Regression != "ridge" || m.Ceiling[0] != 0.2 || m.Ceiling[1] != 0.4 {
		t.Errorf("%+v", m)
	}
	one := m.Models[0]
	if one.Score != 0.3 || one.Low != 0.1 || one.High != 0.5 || !math.IsNaN(float64(one.Time)) {
		t.Errorf("%+v", one)
	}
	if want := (report.Component{Name: "late", Weight: 0.6, Low: 0, High: 0.5, Share: 0.1}); one.Components[1] != want {
		t.Errorf("%+v, want %+v", one.Components[1], want)
	}
	if last := page.Methods[len(page.Methods)-2:]; last[0].Heading != "Mixtures" || !strings.Contains(last[0].Text, "scored by Pearson r") || !strings.Contains(last[0].Text, "ridge") || last[1].Heading != "Shares of variance" {
		t.Errorf("methods %q", last)
	}
	if p := page.Parts[0]; p.Explained[2].Name != "low, high" || p.Parts[0].Name != "low alone" || p.Parts[2].Name != "low and high" || p.Parts[0].Share != 0.15 {
		t.Errorf("%+v", p)
	}
}

// With times, a mixture is shown where it scores highest, and parts where all
// sets explain most.
func TestMixturesOverTimeAreShownAtTheirBest(t *testing.T) {
	page := read(t, mixed(t, []float64{0.1, 0.2}))
	one := page.Mixtures[0].Models[0]
	if one.Estimate[0] != 0.36 || one.Corrected != 0.004 {
		t.Errorf("estimate %v, p %v", one.Estimate, one.Corrected)
	}
	if one.Time != 0.2 || one.Score != 0.35 || one.Low != 0.2 || one.High != 0.2 || one.Components[0].Weight != 0.6 || page.Mixtures[0].Ceiling != nil {
		t.Errorf("%+v", one)
	}
	if p := page.Parts[0]; p.Time != 0.2 || p.Parts[1].Share != 0.1 {
		t.Errorf("%+v", p)
	}
}

// pageOfMixtures shows bars and weights of the brain that is chosen, if it has any.
func pageOfMixtures(t *testing.T, chromium context.Context) {
	out := filepath.Join(t.TempDir(), "report.html")
	if err := report.Write(mixed(t, nil), out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	rows := b.texts(t, "#mixtures tbody tr")
	if want := []string{"network0.310[0.210, 0.410]0.0030", "earlynetwork0.800[0.700, 0.900]90.0 %", "latenetwork0.600[0.000, 0.500]10.0 %"}; !slices.Equal(rows, want) {
		t.Errorf("tests and weights are %q, want %q", rows, want)
	}
	if got := b.text(t, "document.querySelector('#parts svg').getAttribute('aria-label')"); got != "Part of R²: low alone 0.150, high alone 0.050, low and high 0.050" {
		t.Errorf("the figure of parts says %q", got)
	}
	if bars, ceilings := b.texts(t, "#parts .bar.part title"), b.texts(t, "#mixtures .ceiling-box"); len(bars) != 3 || len(ceilings) != 1 || bars[0] != "low alone: 0.150 [0.050, 0.250]" {
		t.Errorf("bars %q, %d ceilings", bars, len(ceilings))
	}
	b.press(t, ".sticky", "human IT")
	if got := b.text(t, "String(document.querySelector('#mixtures'))"); got != "null" {
		t.Errorf("a brain without mixtures shows %s", got)
	}
	b.requireCalm(t)
}

func TestBrokenMixturesAreErrors(t *testing.T) {
	for says, change := range map[string][2]string{
		"reweight.json":                               {"reweight", `{"models": 5}`},
		`0 shares for 1 mixtures`:                     {"reweight", `{"models": [{"name": "a", "score": [1]}]}`},
		`mixture "a" has not 1 weights`:               {"reweight", `{"models": [{"name": "a", "components": ["x"], "score": [1], "weights": [[]]}], "shares": [[[1]]]}`},
		`a bootstrap of 0 mixtures where there are 1`: {"reweight", `{"models": [{"name": "a", "score": [1], "weights": [[]]}], "shares": [[[]]], "inference": {}}`},
		`the bootstrap of mixture "a" has 0 numbers`:  {"reweight", `{"models": [{"name": "a", "score": [1], "weights": [[]]}], "shares": [[[]]], "inference": {"models": [{}]}}`},
		`mixture "a" has not 1 scores`:                {"reweight", `{"models": [{"name": "a", "score": [], "weights": [[]]}], "shares": [[[]]]}`},
		"there are no shares":                         {"partition", `{}`},
		`the share of ["low"] has not one`:            {"partition", `{"explained": [{"sets": ["low"], "mean": []}]}`},
	} {
		folder := mixed(t, nil)
		put(t, filepath.Join(folder, change[0], "monkey IT", change[0]+".json"), []byte(change[1]))
		if _, err := report.Read(folder); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("err = %v, want one that says %q", err, says)
		}
	}
}
