package step

import (
	"strings"
	"testing"
)

func TestDistinctComparesNamesOfFiles(t *testing.T) {
	itself := func(s string) string { return s }
	if err := distinct("layers", []string{"a/b", "a", "b", ".."}, itself); err != nil {
		t.Error(err)
	}
	for _, pair := range [][]string{{"a/b", "a_b"}, {"a:b", "a?b"}, {"conv", "Conv"}} {
		if err := distinct("layers", pair, itself); err == nil || !strings.Contains(err.Error(), "share a file") {
			t.Errorf("%q: err = %v", pair, err)
		}
	}
}
