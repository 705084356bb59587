package result_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/result"
)

// peaks is a table with all kinds of columns.
func peaks() *result.Table {
	return &result.Table{
		Description: "The highest score of each model",
		Columns: []result.Column{
			{Name: "model", Description: "Name of the model RDM", Text: []string{"conv1", "tab\tand \\ back", "n/a"}},
			{Name: "score", Description: "Mean over subjects", Numbers: []float64{0.1, math.NaN(), math.Inf(1)}},
			{Name: "latency", Description: "Time of the peak from stimulus onset", Unit: "s", Numbers: []float64{0.16, 1e-300, -0.2}},
			{Name: "pairs", Description: "Pairs of conditions compared", Counts: []int{1176, 0, -1}},
		},
	}
}

func ExampleFolder_WriteTable() {
	path, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(path)
	folder, _ := result.Create(path)
	err = folder.WriteTable("peaks.tsv", &result.Table{
		Description: "The highest score of each model",
		Columns: []result.Column{
			{Name: "model", Description: "Name of the model RDM", Text: []string{"conv1", "fc7"}},
			{Name: "latency", Description: "Time from stimulus onset", Unit: "s", Numbers: []float64{0.12, math.NaN()}},
		},
	})
	text, _ := os.ReadFile(folder.Path("peaks.tsv"))
	definitions, _ := os.ReadFile(folder.Path("peaks.json"))
	fmt.Println(err)
	fmt.Print(strings.ReplaceAll(string(text), "\t", " | "))
	fmt.Print(string(definitions))
	// Output:
	// <nil>
	// model | latency
	// conv1 | 0.12
	// fc7 | n/a
	// {
	//   "description": "The highest score of each model",
	//   "missing": "n/a",
	//   "columns": [
	//     {
	//       "name": "model",
	//       "type": "text",
	//       "unit": "",
	//       "description": "Name of the model RDM"
	//     },
	//     {
	//       "name": "latency",
	//       "type": "number",
	//       "unit": "s",
	//       "description": "Time from stimulus onset"
	//     }
	//   ]
	// }
}

// bits compares numbers by their bits, except that all NaN are one.
var bits = cmp.Comparer(func(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
})

// Reading what was written gives the same table, whatever is in its cells; a
// cell never spills into the next.
func TestTablesReadAsWritten(t *testing.T) {
	folder, _ := create(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 6).Draw(t, "rows")
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "n/a", "\t", "\n", "\r\n", `\`, `\t`, `\\n`, `"`, "\u2028", "\ufeff"}))
		names := rapid.SliceOfNDistinct(text.Filter(func(s string) bool { return s != "" }), 1, 5, rapid.ID).Draw(t, "names")
		want := &result.Table{Description: "Whatever"}
		for i, name := range names {
			c := result.Column{Name: name, Description: "Any", Unit: text.Draw(t, "unit")}
			switch (i + n) % 3 {
			case 0:
				c.Text = rapid.SliceOfN(text, n, n).Draw(t, "text")
			case 1:
				number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(-1), math.Copysign(0, -1), math.MaxFloat64, 5e-324}))
				c.Numbers = rapid.SliceOfN(number, n, n).Draw(t, "numbers")
			case 2:
				c.Counts = rapid.SliceOfN(rapid.Int(), n, n).Draw(t, "counts")
			}
			want.Columns = append(want.Columns, c)
		}
		if err := folder.WriteTable("t.tsv", want); err != nil {
			t.Fatal(err)
		}
		got, err := result.ReadTable(folder.Path("t.tsv"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, bits, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
	})
}

func TestSameTableSameBytes(t *testing.T) {
	folder, _ := create(t)
	var texts [2]string
	for i, name := range []string{"a.tsv", "b.tsv"} {
		if err := folder.WriteTable(name, peaks()); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(folder.Path(name))
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(data)
	}
	if texts[0] != texts[1] {
		t.Error("two writings of one table differ")
	}
}

func TestColumn(t *testing.T) {
	table := peaks()
	if c := table.Column("latency"); c == nil || c.Unit != "s" || c.Len() != table.Len() {
		t.Errorf("column %+v", c)
	}
	if c := table.Column("latencies"); c != nil {
		t.Errorf("column %+v, want none", c)
	}
}

func TestCheckRefuses(t *testing.T) {
	for want, change := range map[string]func(*result.Table){
		"description and columns": func(t *result.Table) { t.Columns = nil },
		"a table needs":           func(t *result.Table) { t.Description = "" },
		"needs a name":            func(t *result.Table) { t.Columns[1].Name = "" },
		"and a description":       func(t *result.Table) { t.Columns[1].Description = "" },
		"none or several":         func(t *result.Table) { t.Columns[1].Counts = []int{1, 2, 3} },
		"holds none":              func(t *result.Table) { t.Columns[0].Text = nil },
		"two columns":             func(t *result.Table) { t.Columns[2].Name = "score" },
		"has 2 rows":              func(t *result.Table) { t.Columns[2].Numbers = []float64{1, 2} },
		"not UTF-8":               func(t *result.Table) { t.Columns[0].Text[1] = "\xff" },
	} {
		folder, _ := create(t)
		table := peaks()
		change(table)
		err := folder.WriteTable("t.tsv", table)
		if err == nil || !strings.Contains(err.Error(), want) || folder.Has("t.tsv") || folder.Has("t.json") {
			t.Errorf("err = %v, want %s and no file", err, want)
		}
	}
}

// written writes a table and returns its path and the bytes of both files.
func written(t *testing.T) (path string, text, definitions []byte) {
	t.Helper()
	folder, _ := create(t)
	if err := folder.WriteTable("t.tsv", peaks()); err != nil {
		t.Fatal(err)
	}
	path = folder.Path("t.tsv")
	text, err1 := os.ReadFile(path)
	definitions, err2 := os.ReadFile(folder.Path("t.json"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return path, text, definitions
}

func replace(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// A table cut short anywhere but behind a line is an error, never fewer digits.
func TestTruncatedTables(t *testing.T) {
	path, text, definitions := written(t)
	for n := range text {
		replace(t, path, text[:n])
		_, err := result.ReadTable(path)
		if whole := n > 0 && text[n-1] == '\n'; (err == nil) != whole {
			t.Errorf("the first %d bytes: err = %v", n, err)
		}
	}
	replace(t, path, text)
	for n := range len(definitions) - 1 {
		replace(t, filepath.Join(filepath.Dir(path), "t.json"), definitions[:n])
		var located *file.ParseError
		if _, err := result.ReadTable(path); !errors.As(err, &located) {
			t.Errorf("the first %d bytes of the definitions: err = %v", n, err)
		}
	}
}

func TestTablesThatDoNotFit(t *testing.T) {
	path, text, definitions := written(t)
	for want, change := range map[string][2]string{
		"byte 0: line":                       {"model\t", ""},
		"byte 0: names: malformed: column 1": {"\tscore\t", "\tscores\t"},
		"byte 26: score: malformed: \"x\"":   {"\t0.1\t", "\tx\t"},
		"byte 26: score: malformed: \"\"":    {"\t0.1\t", "\t\t"},
		"is neither a number nor n/a":        {"\t0.16\t", "\tNaN\t"},
		"\"1176.0\" is not a whole number":   {"\t1176\n", "\t1176.0\n"},
		"not UTF-8":                          {"conv1", "conv\xff"},
	} {
		replace(t, path, []byte(strings.Replace(string(text), change[0], change[1], 1)))
		_, err := result.ReadTable(path)
		var located *file.ParseError
		if !errors.As(err, &located) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q for %q: err = %v, want %s", change[1], change[0], err, want)
		}
	}
	replace(t, path, text)
	sidecar := strings.TrimSuffix(path, ".tsv") + ".json"
	for want, change := range map[string][2]string{
		"unknown type \"date\"":    {`"text"`, `"date"`},
		"two columns are called":   {`"score"`, `"model"`},
		"needs a name":             {`"score"`, `""`},
		"cannot unmarshal":         {`"score"`, `5`},
		"names: malformed: column": {`"score"`, `"scores"`},
	} {
		replace(t, sidecar, []byte(strings.Replace(string(definitions), change[0], change[1], 1)))
		if _, err := result.ReadTable(path); !errors.Is(err, file.ErrMalformed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q for %q: err = %v, want %s", change[1], change[0], err, want)
		}
	}
	if err := os.Remove(sidecar); err != nil {
		t.Fatal(err)
	}
	if _, err := result.ReadTable(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without definitions: err = %v", err)
	}
}

// No file makes ReadTable panic, and what it reads can be written.
func FuzzReadTable(f *testing.F) {
	f.Add([]byte("a\tb\nx\t1\n"), []byte(`{"description":"d","columns":[{"name":"a","type":"text","description":"d"},{"name":"b","type":"number","description":"d"}]}`))
	path := filepath.Join(f.TempDir(), "t.tsv")
	folder, err := result.Create(filepath.Dir(path))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, definitions []byte) {
		if folder.WriteBytes("t.json", definitions) != nil || folder.WriteBytes("t.tsv", text) != nil {
			t.Skip()
		}
		table, err := result.ReadTable(path)
		if err != nil {
			return
		}
		if err := folder.WriteTable("t.tsv", table); err != nil {
			t.Fatal(err)
		}
		again, err := result.ReadTable(path)
		if diff := cmp.Diff(table, again, bits); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}
