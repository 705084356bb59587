package exchange_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
)

// saved writes a file of the test's folder, and the .json beside it unless that
// is "".
func saved(t testing.TB, name, text, beside string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if beside != "" {
		if err := os.WriteFile(strings.TrimSuffix(path, filepath.Ext(path))+".json", []byte(beside), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// A table of pairs that R or pandas wrote is read without anything beside it:
// with numbers of rows, in any order, pairs either way round.
func TestTablesOfPairs(t *testing.T) {
	path := saved(t, "r.csv", `"","subject","condition1","condition2","time","dissimilarity"
"1","ann","cat","dog",0.1,1
"2","ann","owl","cat",0.1,NA
"3","bob","dog","owl",0.2,6
"4","ann","owl","dog",0.1,1e-3
"5","bob","cat","dog",0.2,Inf
"6","bob","cat","owl",0.2,5
`, "")
	r, err := exchange.ReadRDMs(path)
	if err != nil {
		t.Fatal(err)
	}
	want := &rdm.RDMs{
		Size: 3, Conditions: []string{"cat", "dog", "owl"}, Dissimilarities: []float64{1, math.NaN(), 0.001, math.Inf(1), 5, 6},
		Labels: map[string][]string{"subject": {"ann", "bob"}}, Times: []float64{0.1, 0.2},
		Definition: rdm.Definition{Measure: "distance", Kind: rdm.Distance, Text: "as given in r.csv"},
	}
	if diff := cmp.Diff(want, r, same); diff != "" {
		t.Error(diff)
	}
	if kind, err := exchange.Contents(path); kind != exchange.KindRDMs || err != nil {
		t.Errorf("%q, %v", kind, err)
	}
}

// The order of the rows changes nothing, also where nothing has labels and the
// numbers of RDMs and conditions are all there is.
func TestRowsInAnyOrder(t *testing.T) {
	unlabelled := exampleRDMs()
	unlabelled.Conditions, unlabelled.Times, unlabelled.Labels = nil, nil, map[string][]string{}
	for _, want := range []*rdm.RDMs{exampleRDMs(), unlabelled} {
		for draw := range uint64(10) {
			readsShuffled(t, want, rand.New(rand.NewPCG(1, draw)))
		}
	}
}

// readsShuffled writes RDMs, sorts the rows at random, and compares.
func readsShuffled(t *testing.T, want *rdm.RDMs, draw *rand.Rand) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.csv")
	if err := exchange.WriteRDMs(path, want); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	rows := lines[1:]
	draw.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := exchange.ReadRDMs(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, r, same); diff != "" {
		t.Error(diff)
	}
}

func TestReadingTablesSaysWhatIsWrong(t *testing.T) {
	const header = "condition1,condition2,dissimilarity\n"
	for _, c := range []struct{ text, beside, want string }{
		{"", "", "the file is empty"},
		{"a,b\n1,2\n", "", "has columns condition1, condition2 and dissimilarity; this has a, b"},
		{"a,a\n", "", `two columns are called "a"`},
		{header + "a,b\n", "", "row"},
		{header + "a,b,x\n", "", "line 2, column dissimilarity"},
		{header + "a,a,1\n", "", `"a" is paired with itself`},
		{header + "a,b,1\na,c,2\n", "", "2 rows, but 1 RDMs of 3 conditions have 3 pairs: write NA"},
		{header + "a,b,1\nb,a,2\nb,c,1\n", "", "two rows are of one RDM"},
		{header, "", "0 rows"},
		{"time," + header + "x,a,b,1\n", "", "column time"},
		{header + "a,b,1\n", `{"isocortex": 1}`, "JSON"},
		{header + "a,b,1\n", `{"isocortex": "rdm", "chance": "x"}`, "JSON"},
		{header + "a,b,\"1\n", "", "row"},
		{header + "a,b,1\n", `{"isocortex": "rdm"}`, `"a", but these are numbered from 1 on`},
	} {
		_, err := exchange.ReadRDMs(saved(t, "r.csv", c.text, c.beside))
		if !errors.Is(err, file.ErrMalformed) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestReadingDatasetsOfTablesSaysWhatIsWrong(t *testing.T) {
	const beside = `{"isocortex": "dataset", "type": "float64", "observations": 2, "times": [0, 1], "labels": [{"column": "c", "label": "condition"}], "channels": ["x"]}`
	const text = "observation,c,time,x\n1,a,0,1\n1,a,1,2\n2,b,0,3\n2,b,1,4\n"
	if d, err := exchange.ReadDataset(saved(t, "d.csv", text, beside)); err != nil || d.At(1, 0, 1) != 4 || d.Observation["condition"][1] != "b" {
		t.Errorf("%+v, %v", d, err)
	}
	for _, c := range []struct{ text, beside, want string }{
		{text, "", "isocortex dataset"},
		{text, strings.Replace(beside, `"x"`, `"y"`, 1), `no column "y"`},
		{strings.Replace(text, "1,a,1,2\n", "", 1), beside, "sort the rows"},
		{strings.Replace(text, "2,b,1,4\n", "", 1), beside, "3 rows, but 2 observations at 2 times"},
		{strings.Replace(text, ",4\n", ",four\n", 1), beside, `line 5, column x: malformed: "four"`},
		{text, strings.Replace(beside, "[0, 1]", "[1, 0]", 1), "line 2, column time: malformed: 0 s, but this is row 1, where 1 s stands: sort the rows"},
		{strings.NewReplacer(",1,", ",0,", ",0,", ",1,").Replace(text), strings.Replace(beside, "[0, 1]", "[1, 0]", 1), "ascend"},
		{text, strings.Replace(beside, `"type"`, `"arrays": {"a": {"type": "complex"}}, "type"`, 1), `"complex" is no type`},
		{text, strings.Replace(beside, `"type"`, `"arrays": {"a": {"type": "uint8", "shape": [2], "counts": [1]}}, "type"`, 1), "does not fit"},
	} {
		if _, err := exchange.ReadDataset(saved(t, "d.csv", c.text, c.beside)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// What no table keeps is refused, not changed.
func TestWritingTablesRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	twice := exampleRDMs()
	twice.Conditions = []string{"a", "b", "a"}
	returned := exampleRDMs()
	returned.Labels["subject"] = []string{"a\rb", ""}
	broken := exampleRDMs()
	broken.Labels["subject"] = []string{"a\xff", ""}
	reserved := exampleRDMs()
	reserved.Labels["time"] = []string{"a", ""}
	for want, r := range map[string]*rdm.RDMs{
		`conditions 1 and 3 are both called "a"`: twice, "carriage return": returned, "not UTF-8": broken, "that name is taken": reserved,
	} {
		if err := exchange.WriteRDMs(path, r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	timeless := exampleDataset()
	timeless.Shape[2], timeless.Times, timeless.F32 = 0, []float64{}, []float32{}
	if err := exchange.WriteDataset(path, timeless); err == nil || !strings.Contains(err.Error(), "no times") {
		t.Errorf("%v", err)
	}
	cube := map[string]*npy.Array{"a": {Shape: []int{1, 1, 1}, Data: []float64{1}}}
	if err := exchange.WriteArrays(path, cube); err == nil || !strings.Contains(err.Error(), "is no table") {
		t.Errorf("%v", err)
	}
	if files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); err != nil || len(files) > 0 {
		t.Errorf("left behind: %q, %v", files, err)
	}
}

// Tables of results and arrays are written for every program.
func TestTablesAndArrays(t *testing.T) {
	table := &result.Table{Description: "Scores, a row each.", Columns: []result.Column{
		{Name: "model", Description: "Its name.", Text: []string{"a,b", "é"}},
		{Name: "score", Description: "Its score.", Unit: "1", Numbers: []float64{0.1, math.NaN()}},
		{Name: "pairs", Description: "How many.", Counts: []int{3, 1 << 40}},
	}}
	for _, ending := range exchange.Endings() {
		path := filepath.Join(t.TempDir(), "t."+ending)
		if err := exchange.WriteTable(path, table); err != nil {
			t.Fatal(err)
		}
		if kind, err := exchange.Contents(path); kind != exchange.KindTable || err != nil {
			t.Errorf("%s: %q, %v", ending, kind, err)
		}
		if _, err := exchange.ReadRDMs(path); err == nil {
			t.Errorf("%s: a table was read as RDMs", ending)
		}
		array := filepath.Join(t.TempDir(), "a."+ending)
		if err := exchange.WriteArrays(array, map[string]*npy.Array{"mean": {Shape: []int{2, 2}, Data: []float32{1, 2, 3, 0.1}}}); err != nil {
			t.Fatal(err)
		}
		if kind, err := exchange.Contents(array); kind != exchange.KindArray || err != nil {
			t.Errorf("%s: %q, %v", ending, kind, err)
		}
	}
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := exchange.WriteTable(path, table); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if want := "model,score,pairs\n\"a,b\",0.1,3\né,NA,1099511627776\n"; err != nil || string(text) != want {
		t.Errorf("%q, want %q", text, want)
	}
	names, rows, err := exchange.Columns(path)
	if err != nil || rows != 2 || !slices.Equal(names, []string{"model", "score", "pairs"}) {
		t.Errorf("%q, %d, %v", names, rows, err)
	}
}

// Whatever stands in a table, reading it ends in RDMs that agree with
// themselves or in an error.
func FuzzReadTables(f *testing.F) {
	for _, name := range []string{"rdms", "dataset"} {
		text, err := os.ReadFile(filepath.Join("testdata", "reference", name+".csv"))
		if err != nil {
			f.Fatal(err)
		}
		beside, err := os.ReadFile(filepath.Join("testdata", "reference", name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), string(beside))
	}
	f.Add("condition1,condition2,dissimilarity\na,b,1\n", "")
	f.Add(",a,b\na,0,1\nb,1,0\n", "")
	f.Add("0,1,2\n1,0,3\n2,3,0\n", "")
	f.Fuzz(func(t *testing.T, text, beside string) {
		path := saved(t, "x.csv", text, beside)
		if r, err := exchange.ReadRDMs(path); err == nil && r.Check() != nil {
			t.Error(r.Check())
		}
		if d, err := exchange.ReadDataset(path); err == nil && d.Check() != nil {
			t.Error(d.Check())
		}
	})
}

// What stands beside a table and is not of this program stays, and nothing is
// left of a table that could not be written.
func TestNothingStrangeIsReplaced(t *testing.T) {
	folder := t.TempDir()
	path, beside := filepath.Join(folder, "a.csv"), filepath.Join(folder, "a.json")
	r := &rdm.RDMs{Size: 2, Dissimilarities: []float64{1}, Definition: exchange.Given("a")}
	for _, text := range []string{`{"RepetitionTime": 2}`, "no JSON"} {
		if err := os.WriteFile(beside, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		err := exchange.WriteRDMs(path, r)
		if err == nil || !strings.Contains(err.Error(), beside+" stands there already") {
			t.Errorf("%v", err)
		}
		if got, _ := os.ReadFile(beside); string(got) != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	if err := os.Remove(beside); err != nil {
		t.Fatal(err)
	}
	for range 2 { // its own is replaced
		if err := exchange.WriteRDMs(path, r); err != nil {
			t.Error(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "b.csv"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := exchange.WriteRDMs(filepath.Join(folder, "b.csv"), r); err == nil {
		t.Error("a folder was replaced")
	}
	if _, err := os.Stat(filepath.Join(folder, "b.json")); err == nil {
		t.Error("b.json is left, and says what nothing holds")
	}
}
