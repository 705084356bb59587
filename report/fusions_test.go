package report_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/report"
	"github.com/isocortex/isocortex/rsa"
)

// fused adds a fusion of the first brain, and what was made anew of its layers.
func fused(t *testing.T) (folder string) {
	t.Helper()
	folder = mixed(t, nil)
	course := func(values ...rsa.Number) *rsa.Course {
		return &rsa.Course{Score: values, Low: values, High: values, P: []rsa.Number{1, 0.01}, Corrected: []rsa.Number{1, 0.02}}
	}
	peak := func(score rsa.Number) *rsa.PeakResult {
		return &rsa.PeakResult{Score: score, Time: 0.2, TimeCI: &[2]rsa.Number{0.1, 0.2}, Index: 1}
	}
	over := func(names ...string) *rsa.Result {
		r := &rsa.Result{Times: []float64{0.1, 0.2}, Level: 0.05, Comparator: "spearman", Test: "label permutation", BootstrapOver: "subjects", Interval: 0.95}
		for _, name := range names {
			r.Models = append(r.Models, rsa.ModelResult{Name: name, Course: course(0.1, 0.3), Peak: peak(0.3)})
		}
		return r
	}
	later, corrected := rsa.Number(0.1), rsa.Number(0.03)
	found := rsa.FusionResult{
		Regions: over("EVC", "IT"), Layers: over("early"), Variance: "ranks", Controls: []string{"size"},
		Explained: [][]rsa.Number{{0.1, 0.2}, {0.3, 0.4}},
		Commonality: []rsa.Commonality{
			{Region: "EVC", Layer: "early", Course: course(0, 0.1), Peak: peak(0.1)},
			{Region: "IT", Layer: "early", Course: course(0, 0.2), Peak: peak(0.2)},
		},
		Differences: []rsa.LatencyDifference{
			{Of: "region", From: "EVC", To: "IT", Time: later, CI: &[2]rsa.Number{0, 0.1}, Corrected: &corrected},
			{Of: "commonality", Layer: "early", From: "EVC", To: "IT"},
		},
	}
	data, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(folder, "fusion", "monkey IT", "fusion.json"), data)
	put(t, filepath.Join(folder, "weigh", "monkey IT", "net", "weigh.json"), []byte(
		`{"layers": [{"layer": "late", "comparator": "pearson", "regression": "ridge", "channels": 9, "used": 4, "score": 0.3, "scores": [0.2, 0.4], "unweighted": 0.1, "penalty": 10, "folds": []}]}`))
	put(t, filepath.Join(folder, "remix", "net", "remix.json"), []byte(
		`{"layers": [{"layer": "late", "classes": ["face", "house"], "accuracy": 0.9, "chance": 0.5, "fitted": 40, "classifier": "lda", "checked": "responses"}]}`))
	return folder
}

func TestReadFindsFusionsAndLayersMadeAnew(t *testing.T) {
	page := read(t, fused(t))
	if len(page.Fusions) != 1 || len(page.Weighed) != 1 || len(page.Remixed) != 1 {
		t.Fatalf("%+v, %+v, %+v", page.Fusions, page.Weighed, page.Remixed)
	}
	f := page.Fusions[0]
	if len(f.Panels) != 3 || f.Panels[0].Measure != "Spearman ρ" || f.Panels[2].Title != "IT" || f.Panels[2].Lines[0].Score != 0.2 || f.Panels[2].Limit[1] != 0.4 || f.Percent != "95\u00a0%" {
		t.Errorf("%+v", f)
	}
	if d := f.Later; len(d) != 2 || d[0].Time != 0.1 || d[0].Corrected != 0.03 || d[1].Of != "shared with early" || d[1].Interval != nil {
		t.Errorf("%+v", d)
	}
	if w := page.Weighed[0].Layers[0]; w.Network != "net" || w.Low != 0.2 || w.High != 0.4 || w.Unweighted != 0.1 || w.Used != 4 {
		t.Errorf("%+v", w)
	}
	if r := page.Remixed[0]; r.Network != "net" || r.Accuracy != 0.9 || len(r.Classes) != 2 {
		t.Errorf("%+v", r)
	}
	var headings []string
	for _, s := range page.Methods[len(page.Methods)-3:] {
		headings = append(headings, s.Heading)
	}
	if !slices.Equal(headings, []string{"Weighed channels", "Remixed layers", "Fusion"}) || !strings.Contains(page.Methods[len(page.Methods)-1].Text, "less what size explains") {
		t.Errorf("methods %q", page.Methods)
	}
}

func TestBrokenFusionsAreErrors(t *testing.T) {
	for path, change := range map[string][2]string{
		"fusion/monkey IT/fusion.json":   {`{}`, "no regions"},
		"weigh/monkey IT/net/weigh.json": {`{"layers": 5}`, "weigh.json"},
		"remix/net/remix.json":           {`{"layers": [`, "remix.json"},
	} {
		folder := fused(t)
		put(t, filepath.Join(folder, filepath.FromSlash(path)), []byte(change[0]))
		if _, err := report.Read(folder); err == nil || !strings.Contains(err.Error(), change[1]) {
			t.Errorf("%s: err = %v, want one that says %q", path, err, change[1])
		}
	}
}

// pageOfFusions shows a panel for the regions and one for each of them, and what
// was made anew of layers.
func pageOfFusions(t *testing.T, chromium context.Context) {
	out := filepath.Join(t.TempDir(), "report.html")
	if err := report.Write(fused(t), out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	if got := b.text(t, "[...document.querySelectorAll('#fusion .panels svg')].map((s) => s.getAttribute('aria-label')).join('; ')"); got !=
		"Regions: EVC 0.300 at 200 milliseconds, IT 0.300 at 200 milliseconds; EVC: early 0.100 at 200 milliseconds; IT: early 0.200 at 200 milliseconds" {
		t.Errorf("panels %q", got)
	}
	rows := b.texts(t, "#fusion tbody tr")
	if len(rows) != 6 || rows[0] != "RegionsEVC0.300200[100, 200]0.0200" || rows[4] != "regionEVCIT100[0, 100]0.0300" {
		t.Errorf("rows %q", rows)
	}
	if got := b.texts(t, "#weighed tbody tr"); len(got) != 1 || got[0] != "late0.300[0.200, 0.400]0.1000.2004 of 910" {
		t.Errorf("weighed %q", got)
	}
	if got := b.texts(t, "#remixed tbody tr"); len(got) != 1 || !strings.HasSuffix(got[0], "0.9000.500face, house") {
		t.Errorf("remixed %q", got)
	}
	b.requireCalm(t)
}
