// Package realtest finds what tests validate this program on: recordings,
// pictures and networks, which are not part of the project, and the numbers that
// other programs found in them, which are.
//
//	path := realtest.Path(t, "eeg49", "output_rdms.npy")
package realtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Variable names the environment variable that says where the real data are.
const Variable = "ISOCORTEX_DATA"

// Path returns the path of a file or folder of real data: below the folder that
// Variable names, else below shared/data beside the checkout. Where it is
// missing the test is skipped, and told why.
func Path(tb testing.TB, elements ...string) string {
	tb.Helper()
	root := os.Getenv(Variable)
	if root == "" {
		root = filepath.Join(checkout(tb), "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("no real data: %v: set %s to their folder", err, Variable)
	}
	return path
}

// Reference reads what other programs found into v, a pointer, from a JSON file
// in testdata/reference of the package under test.
func Reference(tb testing.TB, name string, v any) {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "reference", name))
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// checkout returns the folder that holds go.mod, seen from that of the test.
func checkout(tb testing.TB) string {
	tb.Helper()
	folder, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			tb.Skip("the test does not run inside a checkout: set " + Variable)
		}
		folder = parent
	}
}
