package exchange_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/rdm"
)

func tableOf(t interface {
	Helper()
	Fatal(args ...any)
	TempDir() string
}, name, text string,
) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// A matrix in a table, as people write it: with labels on both edges or one, or
// none; with commas or tabs; both triangles or one.
func TestSquareTables(t *testing.T) {
	nan := math.NaN()
	abc := []string{"a", "b", "c"}
	for name, c := range map[string]struct {
		text       string
		conditions []string
		rdv        []float64
	}{
		"pandas.csv":       {",a,b,c\na,0.0,1.5,2.5\nb,1.5,0.0,3.5\nc,2.5,3.5,0.0\n", abc, []float64{1.5, 2.5, 3.5}},
		"R.csv":            {"\"a\",\"b\",\"c\"\n\"a\",0,1,2\n\"b\",1,0,NA\n\"c\",2,NA,0\n", abc, []float64{1, 2, nan}},
		"corner.tsv":       {"condition\ta\tb\tc\r\na\t0\t1\t2\r\nb\t1\t0\t3\r\nc\t2\t3\t0\r\n", abc, []float64{1, 2, 3}},
		"header.tsv":       {"a\tb\tc\n0\t1\t2\n1\t0\t3\n2\t3\t0\n", abc, []float64{1, 2, 3}},
		"none.csv":         {"0,1,2\n1,0,3\n2,3,0\n", nil, []float64{1, 2, 3}},
		"savetxt.csv":      {"0.000000000000000000e+00,1.000000000000000000e+00\n1.000000000000000000e+00,0.000000000000000000e+00\n,\n", nil, nil},
		"numbers.csv":      {",1,2,3\n1,0,1,2\n2,1,0,3\n3,2,3,0\n", []string{"1", "2", "3"}, []float64{1, 2, 3}},
		"no diagonal.csv":  {",1,2\n1,,3\n2,3,\n", nil, []float64{1, 2, 3}},
		"upper.csv":        {",a,b,c\na,0,1,2\nb,,0,3\nc,,,0\n", abc, []float64{1, 2, 3}},
		"lower.csv":        {",a,b,c\na,0,,\nb,1,0,\nc,2,3,0\n", abc, []float64{1, 2, 3}},
		"marked.csv":       {"\ufeff,a,b,c\na,0,1,2\nb,1,0,3\nc,2,3,0\n", abc, []float64{1, 2, 3}},
		"mixed.csv":        {",a,b,c\nb,1,0,3\nc,2,3,0\na,0,1,2\n", abc, []float64{1, 2, 3}},
		"similarities.csv": {",a,b,c\na,1,0.5,0.2\nb,0.5,1,0.3\nc,0.2,0.3,1\n", abc, []float64{0.5, 0.2, 0.3}},
	} {
		path := tableOf(t, name, c.text)
		kind, err := exchange.Contents(path)
		if c.rdv == nil {
			if kind != exchange.KindTable || err != nil {
				t.Errorf("%s is %s, %v", name, kind, err)
			}
			continue
		}
		r, failed := exchange.ReadRDMs(path)
		if kind != exchange.KindRDMs || err != nil || failed != nil {
			t.Errorf("%s is %s, %v, %v", name, kind, err, failed)
			continue
		}
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		if !slices.Equal(r.Conditions, c.conditions) || !slices.EqualFunc(r.RDV(0), c.rdv, same) || r.Definition != exchange.Given(path) {
			t.Errorf("%s: %q %v, %+v", name, r.Conditions, r.RDV(0), r.Definition)
		}
		if d, want := exchange.Diagonal(path), map[bool]float64{true: 1}[name == "similarities.csv"]; d != want {
			t.Errorf("%s: diagonal %v, want %v", name, d, want)
		}
	}
}

// Numbers that need not be RDMs stay tables, and what is wrong with a matrix
// that has its labels on both edges is said.
func TestTablesThatAreNoSquares(t *testing.T) {
	for name, text := range map[string]string{
		"asymmetric.csv":   "a,b,c\n0,1,2\n1,0,3\n2,4,0\n",
		"scores.csv":       "0.5,0.1\n0.1,0.5\n",
		"zeros.tsv":        "0\t0\n0\t0\n",
		"long.csv":         "a,b\n0,1\n1,0\n0,1\n",
		"text.csv":         "name,age\nann,3\nbob,4\n",
		"participants.tsv": "id\tage\nann\t3\n",
		"one.csv":          "a\n0\n",
	} {
		if kind, err := exchange.Contents(tableOf(t, name, text)); err != nil || kind != exchange.KindTable {
			t.Errorf("%s is %s, %v", name, kind, err)
		}
	}
	if _, err := exchange.Contents(tableOf(t, "excel.csv", ";a;b\na;0;1,5\nb;1,5;0\n")); err == nil || !strings.Contains(err.Error(), "separated by semicolons") {
		t.Error(err)
	}
	for want, text := range map[string]string{
		"the matrix is not symmetric: entry (2, 3) is 3, entry (3, 2) is 4": ",a,b,c\na,0,1,2\nb,1,0,3\nc,2,4,0\n",
		`two columns are called "a"`:                                        ",a,a\na,0,1\na,1,0\n",
		"only the upper triangle of the matrix is filled":                   ",a,b,c\na,0,1,2\nb,0,0,3\nc,0,0,0\n",
	} {
		path := tableOf(t, "wrong.csv", text)
		if _, err := exchange.ReadRDMs(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// What is written comes back, with every label that a table can hold.
func TestSquareTablesLoseNothing(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 7).Draw(t, "conditions")
		labels := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9 _.-]{1,6}`), n, n, rapid.ID[string]).Draw(t, "labels")
		rdv := rapid.SliceOfN(rapid.Float64Range(-5, 5), rdm.Pairs(n), rdm.Pairs(n)).Draw(t, "RDV")
		var text strings.Builder
		text.WriteString("," + strings.Join(labels, ",") + "\n")
		for i := range n {
			text.WriteString(labels[i])
			for j := range n {
				value := 0.0
				if i != j {
					value = rdv[rdm.PairIndex(n, i, j)]
				}
				fmt.Fprintf(&text, ",%v", value)
			}
			text.WriteString("\n")
		}
		path := filepath.Join(folder, "r.csv")
		if err := os.WriteFile(path, []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := exchange.ReadRDMs(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Conditions, labels) || !slices.Equal(r.RDV(0), rdv) {
			t.Fatalf("%q %v", r.Conditions, r.RDV(0))
		}
	})
}
