package rsa_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/rsa"
)

var update = flag.Bool("update", false, "write the golden results anew")

// The JSON of a result is read by the report and by people's own programs: its
// keys do not change.
func TestResultJSON(t *testing.T) {
	models, subjects := simulated(1, 4, 2)
	models[1].RDV = make([]float64, 6)
	subjects.Labels, subjects.Names = []string{"face", "house", "chair", "cat"}, []string{"group"}
	e := rsa.Evaluation{BootstrapDraws: 10, Seed: 1}
	golden(t, "testdata/course.json", run(t, e, models, subjects))
	models, subjects = simulated(2, 4, 1)
	golden(t, "testdata/single.json", run(t, e, models[:1], single(subjects, 0)))
}

// golden compares and reads a result back. Numbers have few digits to be equal
// on every architecture.
func golden(t *testing.T, path string, result *rsa.Result) {
	t.Helper()
	data, err := json.MarshalIndent(result, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	var back rsa.Result
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.MarshalIndent(&back, "", " ")
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("read back, %v:\n%s", err, cmp.Diff(string(data), string(again)))
	}
	if *update {
		if err := os.WriteFile(path, append(data, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
	if diff := cmp.Diff(generic(t, want), generic(t, data), near); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func generic(t *testing.T, data []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
