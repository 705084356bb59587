package house

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/isocortex/isocortex/realtest"
)

// A claim says where an entry of the numbers of rsatoolbox is looked at.
type claim struct {
	entry string // its name, or that of what holds it
	file  string // holds its numbers
	test  string // reads the file
}

// claims cover every entry of rsa-rsatoolbox.json.
var claims = []claim{
	{"models", "compare/testdata/reference/rsatoolbox.json", "compare.TestScoresMatchRsatoolbox"},
	{"cov", "noise/testdata/reference/rsatoolbox.json", "noise.TestResidualsMatchRSAToolbox"},
	{"cov_from_unbalanced_shrinkage_diag", "noise/testdata/reference/rsatoolbox.json", "noise.TestMeasurementsMatchRSAToolbox"},
	{"cov_from_measurements_shrinkage_diag_WRONG_DOF", "noise/testdata/reference/rsatoolbox.json", "noise.TestMeasurementsMatchRSAToolbox"},
	{"rdm", "rdm/testdata/reference/rsatoolbox.json", "rdm.TestMeasuresMatchRSAToolbox"},
	{"rdm/poisson_cv_abs3runs_RSATOOLBOX_LAST_FOLD_ONLY", "rdm/testdata/reference/rsatoolbox.json", "rdm.TestPoissonIsAveragedOverAllFolds"},
	{"sigma_k", "rdm/testdata/reference/rsatoolbox.json", "rdm.TestConditionCovariancesMatchRSAToolbox"},
	{"compare_models_x_brain", "compare/testdata/reference/rsatoolbox.json", "compare.TestScoresMatchRsatoolbox"},
	{"compare_models_x_brain/cosine_cov_sigma_k_linspace(.5,2,92)", "compare/testdata/reference/rsatoolbox.json", "compare.TestVariancesOfRsatoolboxAreNotACovariance"},
	{"compare_models_x_brain/corr_cov_sigma_k_linspace(.5,2,92)", "compare/testdata/reference/rsatoolbox.json", "compare.TestVariancesOfRsatoolboxAreNotACovariance"},
	{"compare_first20_sigma_k_full_0.3^|i-j|", "compare/testdata/reference/rsatoolbox.json", "compare.TestCovarianceMatchesRsatoolbox"},
	{"boot_pattern_idx", "compare/testdata/reference/rsatoolbox.json", "compare.TestDrawMatchesRsatoolbox"},
	{"compare_after_subsample", "compare/testdata/reference/rsatoolbox.json", "compare.TestDrawMatchesRsatoolbox"},
	{"boot_noise_ceiling", "compare/testdata/reference/rsatoolbox.json", "compare.TestCeilingsMatchRsatoolbox"},
	{"boot_noise_ceiling_after_subsample", "compare/testdata/reference/rsatoolbox.json", "compare.TestCeilingsMatchRsatoolbox"},
	{"eval_fixed", "rsa/testdata/reference/fixed.json", "rsa.TestFixedSubjectsMatchRsatoolbox"},
	{"fit", "rsa/testdata/reference/fits.json", "rsa.TestFitsOfPublishedModels"},
	{"extract_variances_dual", "inference/testdata/reference/tests.json", "inference.TestDualVarianceMatchesRsatoolbox"},
	{"from_partials_nan", "rdm/testdata/reference/rsatoolbox.json", "rdm.TestRescaledPartsMatchRSAToolbox"},
	{"rescale_evidence", "rdm/testdata/reference/rsatoolbox.json", "rdm.TestRescaledPartsMatchRSAToolbox"},
	{"rescale_setsize", "rdm/testdata/reference/rsatoolbox.json", "rdm.TestRescaledPartsMatchRSAToolbox"},
	{"rescale_simple", "rdm/testdata/reference/rsatoolbox.json", "rdm.TestRescaledPartsMatchRSAToolbox"},
	{"mean_of_rescaled_simple", "rdm/testdata/reference/rsatoolbox.json", "rdm.TestRescaledPartsMatchRSAToolbox"},
}

// entries returns the numbers of each entry of a reference, by its name; what
// is no digest and holds others is one entry for each.
func entries(reference map[string]any) map[string][]float64 {
	found := map[string][]float64{}
	for name, value := range reference {
		parts, split := value.(map[string]any)
		if _, digest := parts["sumsq"]; !split || digest {
			found[name] = numbers(value)
			continue
		}
		for part, value := range parts {
			found[name+"/"+part] = numbers(value)
		}
	}
	return found
}

// numbers lists what numbers stand anywhere in a JSON value.
func numbers(value any) (all []float64) {
	switch v := value.(type) {
	case float64:
		return []float64{v}
	case []any:
		for _, element := range v {
			all = append(all, numbers(element)...)
		}
	case map[string]any:
		for _, element := range v {
			all = append(all, numbers(element)...)
		}
	}
	return all
}

// unclaimed returns the entries that no claim covers, and those of which a
// number is not in the file of the claim: the longest name decides.
func unclaimed(tree fs.FS, claims []claim, reference map[string]any) (findings []string) {
	for name, values := range entries(reference) {
		var best claim
		for _, c := range claims {
			if (c.entry == name || strings.HasPrefix(name, c.entry+"/")) && len(c.entry) > len(best.entry) {
				best = c
			}
		}
		if best.entry == "" {
			findings = append(findings, fmt.Sprintf("entry %q is looked at by no test", name))
			continue
		}
		held, err := numbersOf(tree, best.file)
		if err != nil {
			findings = append(findings, err.Error())
			continue
		}
		for _, value := range values {
			if !held[value] {
				findings = append(findings, fmt.Sprintf("entry %q: %v is not in %s", name, value, best.file))
				break
			}
		}
	}
	slices.Sort(findings)
	return findings
}

// numbersOf returns the numbers in a JSON file.
func numbersOf(tree fs.FS, name string) (map[float64]bool, error) {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	held := map[float64]bool{}
	for _, number := range numbers(value) {
		held[number] = true
	}
	return held, nil
}

// tests returns the tests and examples of the project, as package.Name.
func tests(all []source) map[string]bool {
	found := map[string]bool{}
	for _, s := range all {
		for _, declaration := range s.file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if ok && s.test && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Example")) {
				found[s.folder()+"."+f.Name.Name] = true
			}
		}
	}
	return found
}

func TestEveryNumberOfRsatoolboxIsLookedAt(t *testing.T) {
	known := tests(sources(t))
	for _, c := range claims {
		if !known[c.test] {
			t.Errorf("entry %q is looked at by %s, which is not there", c.entry, c.test)
		}
	}
	text, err := os.ReadFile(realtest.Path(t, path.Join("..", "reference", "rsa-rsatoolbox.json")))
	if err != nil {
		t.Fatal(err)
	}
	var reference map[string]any
	if err := json.Unmarshal(text, &reference); err != nil {
		t.Fatal(err)
	}
	delete(reference, "_about")
	report(t, unclaimed(project, claims, reference))
}

func TestEntriesThatNobodyLooksAtAreFound(t *testing.T) {
	reference := map[string]any{
		"a": map[string]any{"x": []any{1.5}, "y": 2.5},
		"b": map[string]any{"sumsq": 3.5},
		"c": 4.5,
	}
	tree := fstest.MapFS{"one.json": {Data: []byte(`{"x": [1.5, 3.5]}`)}}
	expect(t, unclaimed(tree, []claim{{"a", "one.json", ""}, {"b", "one.json", ""}}, reference),
		`"a/y": 2.5 is not in one.json`, `"c" is looked at by no test`)
	if names := slices.Sorted(maps.Keys(entries(reference))); !slices.Equal(names, []string{"a/x", "a/y", "b", "c"}) {
		t.Error(names)
	}
}
