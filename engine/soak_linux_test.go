package engine_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
)

// resident returns the memory of this process, in bytes.
func resident(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(data))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// Nothing is left behind by runs and sessions. (Of a run that fails the library
// itself keeps some 4 kB.)
func TestNothingLeaks(t *testing.T) {
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	e, s := enginetest.Open(t), open(t, sum)
	numbers := make([]float32, 2*4096) // 32 KiB per tensor: 10,000 that stay would be 300 MB
	inputs := []engine.Tensor{matrix(numbers...), matrix(numbers...)}
	chain, picture := build(t, deep), images(1, 48, 12, 12)
	round := func(i int) error {
		results, err := s.Run(t.Context(), inputs)
		if err != nil {
			return err
		}
		if err := s.RunInto(inputs, inputs[:1]); err != nil {
			return err
		}
		if i%100 == 0 {
			temporary, err := e.NewSession(layered(t), engine.Options{})
			if err != nil {
				return err
			}
			temporary.Close()
			if temporary, err = e.NewSession(chain, engine.Options{}); err != nil {
				return err
			}
			defer temporary.Close()
			results, err := temporary.Run(t.Context(), []engine.Tensor{picture})
			if err != nil {
				return err
			}
			results.Close()
		}
		return results.Close()
	}
	before := 0
	for i := range 12_000 {
		if i == 2000 {
			before = resident(t)
		}
		if err := round(i); err != nil {
			t.Fatal(err)
		}
	}
	if grown := resident(t) - before; grown > 8<<20 {
		t.Errorf("10,000 rounds left %d bytes behind", grown)
	}
}
