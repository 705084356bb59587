package report_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/report"
	"github.com/isocortex/isocortex/rsa"
)

func ExampleWrite() {
	folder, err := os.MkdirTemp("", "report")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	brain := rdm.RDMs{Size: 3, Conditions: []string{"cat", "dog", "house"}, Dissimilarities: []float64{0.2, 0.9, 1.1}}
	if err := brain.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		panic(err)
	}
	fmt.Println(report.Write(folder, filepath.Join(folder, "report.html")))
	// Output: <nil>
}

// read is the page of a folder.
func read(t *testing.T, folder string) *report.Page {
	t.Helper()
	page, err := report.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestReadFillsThePage(t *testing.T) {
	page := read(t, makeFixture(t, 60, 5))
	if page.Title != "A network of six layers and a brain that follows it" || len(page.Stimuli) != 48 || len(page.Warnings) != 1 {
		t.Errorf("title %q, %d stimuli, warnings %q", page.Title, len(page.Stimuli), page.Warnings)
	}
	if s := page.Stimuli[13]; s.Label != "faces_02" || s.Category != "faces" || !strings.HasPrefix(s.Image, "data:image/png;base64,") {
		t.Errorf("stimulus 13 is %q of %q with %.30s", s.Label, s.Category, s.Image)
	}
	result := page.Results[0]
	if m := result.Models[3]; m.Name != "conv4" || m.Stack != 0 || m.RDM != 3 || len(m.Scores) != 5 || m.Peak == nil {
		t.Errorf("model 3 is %+v", m)
	}
	if page.Truth.Planted[2].Found != 2 || len(page.Brains[0].Mean.Times) != 60 || len(page.Models[0].Names) != 6 {
		t.Errorf("planted %+v, %d times, layers %q", page.Truth.Planted[2], len(page.Brains[0].Mean.Times), page.Models[0].Names)
	}
	if f := page.Provenance; f[0].Name != "program" || f[2].Value != "18446744073709551615" || len(page.Inputs) != 2 {
		t.Errorf("provenance %+v, %d inputs", f, len(page.Inputs))
	}
}

func TestTheBrainIsTheMeanOfItsSubjects(t *testing.T) {
	folder := t.TempDir()
	nan := math.NaN()
	stack := &rdm.RDMs{
		Size: 3, Times: []float64{0.1, 0, 0, 0.1}, Labels: map[string][]string{"subject": {"a", "a", "b", "b"}, "preparation": {"low-pass: 40 Hz", "low-pass: 40 Hz", "not done: x", "not done: x"}},
		Dissimilarities: []float64{3, nan, 0, 1, 2, nan, 3, 4, nan, 5, 8, 0},
	}
	if err := stack.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	page := read(t, folder)
	want := []float64{2, 3, nan, 4, 8, 0}
	for i, got := range unpack(page.Brains[0].Mean) {
		if math.Abs(got-want[i]) > 1e-3 || math.IsNaN(got) != math.IsNaN(want[i]) {
			t.Errorf("dissimilarity %d is %g, want %g", i, got, want[i])
		}
	}
	if page.Brains[0].Mean.Note != "mean of 2 subjects" || page.Stimuli[0].Label != "1" {
		t.Errorf("note %q, first label %q", page.Brains[0].Mean.Note, page.Stimuli[0].Label)
	}
	if text := page.Methods[0].Text; !strings.HasSuffix(text, ". From the recordings: low-pass: 40 Hz; or not done: x.") {
		t.Errorf("methods %q", text)
	}
}

func unpack(s *report.Stack) (values []float64) {
	for k := 0; k < len(s.Data); k += 2 {
		packed := binary.LittleEndian.Uint16(s.Data[k:])
		if packed == math.MaxUint16 {
			values = append(values, math.NaN())
			continue
		}
		values = append(values, s.Low+s.Step*float64(packed))
	}
	return values
}

// What is packed comes back to half a step, and missing stays missing.
func TestPackingKeepsDissimilarities(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 3, 3).Draw(t, "dissimilarities")
		if rapid.Bool().Draw(t, "missing") {
			values[1] = math.NaN()
		}
		stack := &rdm.RDMs{Size: 3, Dissimilarities: values}
		if err := stack.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
			t.Fatal(err)
		}
		page, err := report.Read(folder)
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range unpack(page.Brains[0].Mean) {
			if math.IsNaN(got) != math.IsNaN(values[i]) || math.Abs(got-values[i]) > page.Brains[0].Mean.Step*0.51 {
				t.Fatalf("%g came back as %g, step %g", values[i], got, page.Brains[0].Mean.Step)
			}
		}
	})
}

func TestModelRDMsTakeTheOrderOfTheBrain(t *testing.T) {
	folder := t.TempDir()
	save := func(name string, conditions []string, dissimilarities ...float64) {
		r := &rdm.RDMs{Size: len(conditions), Conditions: conditions, Dissimilarities: dissimilarities}
		if err := r.Write(filepath.Join(folder, "rdm", name+".npz")); err != nil {
			t.Fatal(err)
		}
	}
	save("brain", []string{"b", "a", "c"}, 1, 2, 3)
	save("Net", []string{"a", "b", "c", "d"}, 0, 1, 9, 2, 9, 9) // (a,b) (a,c) (a,d) (b,c) (b,d) (c,d)
	save("Other", []string{"a", "b", "x"}, 1, 2, 3)
	page := read(t, folder)
	if got := unpack(&page.Models[0]); len(page.Models) != 1 || fmt.Sprint(got) != "[0 2 1]" { // (b,a) (b,c) (a,c)
		t.Errorf("%d models, the first with %v", len(page.Models), got)
	}
	if len(page.Warnings) != 1 || !strings.Contains(page.Warnings[0], `Other are not shown: they lack the condition "c"`) {
		t.Errorf("warnings %q", page.Warnings)
	}
}

// A brain without labels takes those of the models, by place; numbers that name
// its conditions meanwhile are not labels.
func TestABrainWithoutLabelsTakesThoseOfTheModels(t *testing.T) {
	folder := t.TempDir()
	for name, stack := range map[string]rdm.RDMs{
		"brain": {Size: 3, Dissimilarities: []float64{1, 2, 3}},
		"a":     {Size: 3, Dissimilarities: []float64{1, 2, 3}, Conditions: []string{"3", "1", "2"}, Labels: map[string][]string{"layer": {"first"}}},
		"b":     {Size: 3, Dissimilarities: []float64{2, 1, 3}, Conditions: []string{"1", "3", "2"}, Labels: map[string][]string{"layer": {"other"}}},
	} {
		if err := stack.Write(filepath.Join(folder, "rdm", name+".npz")); err != nil {
			t.Fatal(err)
		}
	}
	page := read(t, folder)
	if len(page.Models) != 2 || len(page.Warnings) != 0 || page.Stimuli[0].Label != "3" || page.Stimuli[2].Label != "2" {
		t.Fatalf("%d models, stimuli %v, warnings %q", len(page.Models), page.Stimuli, page.Warnings)
	}
	if !bytes.Equal(page.Models[0].Data, page.Brains[0].Mean.Data) {
		t.Error("the model was moved, not matched by place")
	}
	want := []uint16{32767, 65534, 0} // of b: (3, 1) is 2, (3, 2) is 3, (1, 2) is 1
	for pair := range want {
		if got := binary.LittleEndian.Uint16(page.Models[1].Data[2*pair:]); got != want[pair] {
			t.Errorf("pair %d of b is packed as %d, want %d", pair, got, want[pair])
		}
	}
}

func TestSummaryAndMethodsSayWhatWasDone(t *testing.T) {
	page := read(t, makeFixture(t, 0, 8))
	summary := strings.ReplaceAll(strings.Join(page.Summary, " "), "\u00a0", " ")
	for _, want := range []string{"conv3, ρ = 0.30 [0.27, 0.33] (95 % interval)", "of 6 models pass the test at p ≤ 0.05", "max statistic over 6 models", "8 subjects, 48 conditions matched by label, 1,128 pairs"} {
		if !strings.Contains(summary, want) {
			t.Errorf("summary %q lacks %q", summary, want)
		}
	}
	text := fmt.Sprint(page.Methods)
	for _, want := range []string{"decoding accuracy", "1 − Pearson's r", "10,000 draws", "2,000 bootstrap draws", "leave one subject out", "new subjects", "Seed 7"} {
		if !strings.Contains(text, want) {
			t.Errorf("methods lack %q: %s", want, text)
		}
	}
}

// Methods tell what was done before comparing and for the ceiling.
func TestMethodsSayHowSubjectsWerePooled(t *testing.T) {
	folder := makeFixture(t, 0, 8)
	path := filepath.Join(folder, "rsa", "brain", "spearman.json")
	var found rsa.Result
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &found)
	}
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(read(t, folder).Methods); !strings.Contains(text, "pooled as Spearman ρ requires") {
		t.Errorf("methods %s", text)
	}
	found.Pool, found.Averaged = rsa.PoolRawMean, "session"
	if data, err = json.Marshal(found); err == nil {
		err = file.WriteBytes(path, data)
	}
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(read(t, folder).Methods)
	for _, want := range []string{"plain mean of the RDMs as they are", "averaged over sessions first"} {
		if !strings.Contains(text, want) {
			t.Errorf("methods lack %q: %s", want, text)
		}
	}
}

// The movie of 218 RDMs of 1176 pairs stays below a megabyte.
func TestTheMovieIsSmall(t *testing.T) {
	folder := t.TempDir()
	stack := &rdm.RDMs{Size: 49, Dissimilarities: make([]float64, 218*1176), Times: make([]float64, 218)}
	for k := range stack.Times {
		stack.Times[k] = float64(k) / 256
	}
	for i := range stack.Dissimilarities {
		stack.Dissimilarities[i] = math.Sin(float64(i))
	}
	if err := stack.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, "report.html")
	if err := report.Write(folder, out); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(out); err != nil || info.Size() > 1<<20 {
		t.Errorf("the page has %d bytes, %v", info.Size(), err)
	}
}

// A page asks for nothing from outside, no label can break out of its data, and
// the same folder gives the same bytes.
func TestThePageIsSelfContained(t *testing.T) {
	folder := makeFixture(t, 20, 3)
	evil := "title: '</script><script>alert(1)</script>'\n"
	if err := file.WriteBytes(filepath.Join(folder, "study.yaml"), []byte(evil)); err != nil {
		t.Fatal(err)
	}
	first, second := page(t, folder), page(t, folder)
	if !bytes.Equal(first, second) {
		t.Error("two pages of one folder differ")
	}
	if n := bytes.Count(first, []byte("<script")); n != 2 {
		t.Errorf("%d scripts, want the data and the program", n)
	}
	for _, found := range regexp.MustCompile(`(?i)(src|href)\s*=\s*"?[a-z]+:`).FindAll(first, -1) {
		t.Errorf("the page refers to %s", found)
	}
	if !bytes.Contains(first, []byte("default-src &#39;none&#39;")) {
		t.Error("no security policy")
	}
}

func page(t *testing.T, folder string) []byte {
	t.Helper()
	document, err := read(t, folder).HTML()
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for want, wrong := range map[string]struct{ name, text string }{
		"study.yaml: title":            {"study.yaml", "title: [1"},
		"provenance.json":              {"provenance.json", `{"seed": }`},
		"truth.json: planted":          {"truth.json", `{"planted": 3}`},
		"brain.npz":                    {"rdm/brain.npz", "PK nothing"},
		"spearman.json: result":        {"rsa/brain/spearman.json", "[]"},
		"noise_ceiling has 1 and 2":    {"rsa/brain/spearman.json", `{"comparator":"spearman","noise_ceiling":{"lower":1,"upper":[1,2]},"models":[{}]}`},
		"no course or no peak":         {"rsa/brain/spearman.json", `{"comparator":"spearman","times":[0,1],"models":[{"name":"a"}]}`},
		"a series of 1 numbers":        {"rsa/brain/spearman.json", `{"comparator":"spearman","times":[0,1],"models":[{"course":{"score":[1]},"peak":{}}]}`},
		"not the folder of a finished": {"study.yaml", "title: nothing else"},
		"stimuli.json":                 {"stimuli/stimuli.tsv", "a\tb\nc\n"},
	} {
		folder := t.TempDir()
		if err := file.WriteBytes(filepath.Join(folder, filepath.FromSlash(wrong.name)), []byte(wrong.text)); err != nil {
			t.Fatal(err)
		}
		if _, err := report.Read(folder); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read says %v, want %q", err, want)
		}
	}
}

// Labels with quotes, tabs and backslashes find their rows.
func TestStimuliWithUnusualLabels(t *testing.T) {
	folder := t.TempDir()
	labels := []string{`"a`, `b"`, "c\td", `e\n`}
	brain := rdm.RDMs{Size: 4, Conditions: labels, Dissimilarities: []float64{1, 2, 3, 4, 5, 6}}
	if err := brain.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	writeStimuli(t, folder, labels, []string{"1", "2", "3", "4"}, []string{"../brain.npz", "", "", ""})
	for i, s := range read(t, folder).Stimuli {
		if s.Label != labels[i] || s.Category != fmt.Sprint(i+1) || s.Image != "" {
			t.Errorf("stimulus %d is %+v", i, s)
		}
	}
}

// Whatever a file of scores is cut to, Read refuses it or makes a page.
func TestReadSurvivesTruncatedScores(t *testing.T) {
	folder := makeFixture(t, 3, 2)
	path := filepath.Join(folder, "rsa", "brain", "spearman.json")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole)-1; n += 1 + n/100 {
		if err := os.WriteFile(path, whole[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := report.Read(folder); err == nil {
			t.Fatalf("the first %d of %d bytes were read without an error", n, len(whole))
		}
	}
}

func TestNumberKeepsSixDigitsAndNaN(t *testing.T) {
	data, err := json.Marshal([]report.Number{1.0 / 3, report.Number(math.NaN()), report.Number(math.Inf(1)), -2})
	if err != nil || string(data) != "[0.333333,null,null,-2]" {
		t.Errorf("numbers are written as %s, %v", data, err)
	}
	var back []report.Number
	if err := json.Unmarshal(data, &back); err != nil || !math.IsNaN(float64(back[1])) {
		t.Errorf("numbers are read as %v, %v", back, err)
	}
}

func TestHandlerFollowsTheFolder(t *testing.T) {
	folder := makeFixture(t, 5, 2)
	server := httptest.NewServer(report.Handler(folder))
	defer server.Close()
	get := func(path string) string {
		response, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var body bytes.Buffer
		body.ReadFrom(response.Body)
		return fmt.Sprint(response.StatusCode, " ", body.String())
	}
	before := get("/version")
	if first := get("/"); !strings.HasPrefix(first, "200") || !strings.Contains(first, `"version":"`+before[len("200 "):]) || !strings.Contains(first, "connect-src &#39;self&#39;") {
		t.Errorf("the page begins with %.80q", first)
	}
	if get("/version") != before {
		t.Error("the version changes by itself")
	}
	study := filepath.Join(folder, "study.yaml")
	if err := os.WriteFile(study, []byte("title: Another title\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	os.Chtimes(study, time.Time{}, time.Now().Add(time.Second))
	if get("/version") == before || !strings.Contains(get("/"), "<title>Another title</title>") {
		t.Error("the page does not follow its folder")
	}
	if missing := get("/study.yaml"); !strings.HasPrefix(missing, "404") {
		t.Errorf("other files of the folder are served: %.40q", missing)
	}
}

// RDMs that an earlier run left in the folder, and that have no scores, are not
// shown beside those that have.
func TestRDMsOfAnEarlierRunAreNotShown(t *testing.T) {
	folder := makeFixture(t, 5, 3)
	before, err := report.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	old, err := rdm.Open(filepath.Join(folder, "rdm", "brain.npz"))
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Write(filepath.Join(folder, "rdm", "earlier.npz")); err != nil {
		t.Fatal(err)
	}
	after, err := report.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Models) == 0 || len(after.Models) != len(before.Models) {
		t.Errorf("%d stacks of models are shown, want %d", len(after.Models), len(before.Models))
	}
}
