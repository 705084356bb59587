package step_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// negative saves an array whose header promises fewer than no rows.
func negative(t *testing.T) string {
	t.Helper()
	header := "{'descr': '<f8', 'fortran_order': False, 'shape': (-3, 3), }"
	header += strings.Repeat(" ", 127-10-len(header)) + "\n"
	path := filepath.Join(t.TempDir(), "negative.npy")
	if err := os.WriteFile(path, []byte("\x93NUMPY\x01\x00"+string(rune(len(header)))+"\x00"+header), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is wrong with RDMs is an error that says so, or has a defined answer: its
// score and what is said with it.
func TestWrongRDMs(t *testing.T) {
	nan := math.NaN()
	square := []string{"condition", "condition"}
	of := func(labels string, x ...float64) step.Source {
		return step.Source{
			Path: array(t, []int{len(x)}, x...), Axes: []string{"pair"},
			Conditions: saved(t, "l.txt", strings.Join(strings.Split(labels, ""), "\n")+"\n"),
		}
	}
	model := of("abcd", 1, 2, 3, 4, 5, 6)
	same, partly := of("abcd", 1, 2, 3, 4, 5, 6), of("abcz", 1, 2, 7, 4, 8, 9)
	partly.Name = "partly"
	for name, c := range map[string]struct {
		subjects []step.Source
		err      string  // in the error; "" for none
		score    float64 // where there is no error
		said     string  // in a warning, or the reason that there is no ceiling
	}{
		"negative size":             {[]step.Source{{Path: negative(t), Axes: square}}, "negative.npy: byte", 0, ""},
		"no number of conditions":   {[]step.Source{{Path: array(t, []int{5}, 1, 2, 3, 4, 5), Axes: []string{"pair"}}}, "5 is not the number of pairs of any number of conditions", 0, ""},
		"no square":                 {[]step.Source{{Path: array(t, []int{2, 3}, 0, 1, 1, 1, 0, 1), Axes: square}}, `axis "condition" is named twice, with lengths 2 and 3`, 0, ""},
		"asymmetric":                {[]step.Source{{Path: array(t, []int{3, 3}, 0, 1, 2, 1, 0, 3, 2, 4, 0), Axes: square}}, "the matrix is not symmetric: entry (2, 3) is 3, entry (3, 2) is 4", 0, ""},
		"NaN on the diagonal":       {[]step.Source{{Path: array(t, []int{4, 4}, nan, 1, 2, 3, 1, nan, 4, 5, 2, 4, nan, 6, 3, 5, 6, nan), Axes: square, Conditions: model.Conditions}}, "", 1, "one RDM was given"},
		"other conditions":          {[]step.Source{of("abcd", 1, 2, 3, 4, 5, 6), of("wxyz", 1, 2, 3, 4, 5, 6)}, "no label in common", 0, ""},
		"some conditions":           {[]step.Source{same, partly}, "", 1, "1 of 4 rows are left out"},
		"other number of them":      {[]step.Source{same, {Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}}}, "differ in size", 0, ""},
		"one subject":               {[]step.Source{same}, "", 1, "one RDM was given: a noise ceiling is how well subjects predict each other"},
		"two conditions":            {[]step.Source{of("ab", 1)}, "only 2 conditions are in", 0, ""},
		"constant RDM":              {[]step.Source{of("abcd", 2, 2, 2, 2, 2, 2)}, "", nan, "1 of 1 scores are undefined, because an RDM lacks what spearman needs, two pairs or more whose values differ"},
		"nothing but missing pairs": {[]step.Source{of("abcd", nan, nan, nan, nan, nan, nan)}, "", nan, "1 of 1 scores are undefined"},
		"infinite dissimilarity":    {[]step.Source{of("abcd", 1, 2, 3, 4, 5, math.Inf(1))}, "", 1, "one RDM was given"},
	} {
		t.Run(name, func(t *testing.T) {
			env := without()
			found, err := step.RSA{
				Models: []step.Source{model}, Subjects: c.subjects, Evaluation: rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None},
			}.Evaluate(t.Context(), env)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			score, said := float64(found.Models[0].Score), strings.Join(append(env.Warnings(), found.NoiseCeilingReason), "\n")
			if math.Abs(score-c.score) > 1e-12 || math.IsNaN(score) != math.IsNaN(c.score) || !strings.Contains(said, c.said) {
				t.Errorf("score %v, want %v; said %q, want %q", score, c.score, said, c.said)
			}
		})
	}
}
