package rsa_test

import (
	"encoding/json"
	"testing"

	"github.com/isocortex/isocortex/work"
)

// sameBits fails unless what is made has the same bits on any number of threads.
func sameBits(t *testing.T, what string, make func(b work.Budget) (any, error)) {
	t.Helper()
	var first string
	for _, threads := range []int{1, 2, 3, 8} {
		made, err := make(work.Budget{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(made)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(data)
		}
		if string(data) != first {
			t.Errorf("%s: %d threads\n%s\n1 thread\n%s", what, threads, data, first)
		}
	}
}
