// Package realtest finds the recordings, pictures and networks on which tests
// validate this program. They are not part of the project.
//
//	path := realtest.Path(t, "eeg49", "output_rdms.npy")
package realtest

import (
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
