package report_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/report"
)

// compared adds differences to the scores of a study that never happened: the
// last layer scores higher than the first two, and the first lies below the
// ceiling.
func compared(t *testing.T) (folder string) {
	t.Helper()
	folder = makeFixture(t, 0, 8)
	path := filepath.Join(folder, "rsa", "brain", "spearman.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var result map[string]any
	if err := json.Unmarshal(data, &result); err != nil {
		t.Fatal(err)
	}
	models := result["models"].([]any)
	models[0].(map[string]any)["below_ceiling"] = map[string]any{"difference": -0.1, "p": 0.01, "p_corrected": 0.02}
	name := func(i int) string {
		m := models[i].(map[string]any)
		return m["network"].(string) + " " + m["name"].(string)
	}
	difference := func(a, b int, p float64) map[string]any {
		return map[string]any{"a": name(a), "b": name(b), "difference": -0.2, "p": p, "p_corrected": p}
	}
	result["differences"] = []any{difference(0, 5, 0.01), difference(1, 5, 0.04), difference(2, 5, 0.06)}
	result["difference_test"] = map[string]any{"test": "dual bootstrap", "test_reason": "", "tail": "two-sided", "correction": "fdr", "generalises_to": "both"}
	if data, err = json.Marshal(result); err != nil {
		t.Fatal(err)
	}
	put(t, path, data)
	return folder
}

// Rows say which layers score higher than which, and a wedge hangs over the one
// that falls short of the ceiling.
func pageOfDifferences(t *testing.T, chromium context.Context) {
	out := filepath.Join(t.TempDir(), "report.html")
	if err := report.Write(compared(t), out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	if rows, want := b.texts(t, "#bars .difference title"), []string{"fc6 scores higher than conv1, conv2"}; !slices.Equal(rows, want) {
		t.Errorf("rows say %q, want %q", rows, want)
	}
	if n := len(b.texts(t, "#bars .short")); n != 1 {
		t.Errorf("%d models fall short of the ceiling, want 1", n)
	}
	b.screenshot(t, "differences.png")
	b.requireCalm(t)
}
