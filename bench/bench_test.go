// Package bench measures what isocortex promises about speed and memory: against
// the engine on its own, and against public tools in Python.
//
//	go test -run '^$' -bench . ./bench
//	ISOCORTEX_PEERS=1 go test -v -run Peers -timeout 1h ./bench
//	ISOCORTEX_LONG=1 go test -v -run Memory ./bench
//
// Machines are shared and their clocks wander, so everything here is a ratio of
// two things that were measured in turn, within one process or one minute; the
// median of several turns is reported, and the turns themselves in the log.
package bench

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "isocortex-bench-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// threads is the number of threads of everything that is compared.
const threads = 2

// A cost is what work took. On a machine that others use too, the seconds of the
// processors say more about the work than those of the clock, as long as the work
// keeps all its threads busy.
type cost struct{ clock, processor float64 } // seconds

// A stopwatch measures a cost from the moment on at which it was started.
type stopwatch struct {
	start     time.Time
	processor float64
}

func startWatch() stopwatch { return stopwatch{time.Now(), processorSeconds()} }

func (w stopwatch) read() cost {
	return cost{time.Since(w.start).Seconds(), processorSeconds() - w.processor}
}

// timed returns what f takes.
func timed(tb testing.TB, f func() error) cost {
	tb.Helper()
	watch := startWatch()
	if err := f(); err != nil {
		tb.Fatal(err)
	}
	return watch.read()
}

// A series is the same work, done in several turns.
type series []cost

func (s series) clock() []float64 {
	return column(s, func(c cost) float64 { return c.clock })
}

func (s series) processor() []float64 {
	return column(s, func(c cost) float64 { return c.processor })
}

func column(s series, of func(cost) float64) []float64 {
	numbers := make([]float64, len(s))
	for i, c := range s {
		numbers[i] = of(c)
	}
	return numbers
}

// ratios divides numbers turn by turn.
func ratios(over, under []float64) []float64 {
	quotients := make([]float64, len(over))
	for i := range over {
		quotients[i] = over[i] / under[i]
	}
	return quotients
}

// median returns the middle one of numbers, the mean of two if there are two.
func median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// spread writes numbers in their order, for the log.
func spread(numbers []float64) string {
	words := make([]string, len(numbers))
	for i, x := range numbers {
		words[i] = fmt.Sprintf("%.3g", x)
	}
	return strings.Join(words, " ")
}
