package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
	"github.com/isocortex/isocortex/work"
)

// The study of 306 sensors, 300 pictures and 16 subjects, from recordings that
// somebody else wrote to the report, takes less than 5 minutes and 4 GB. Resident
// memory is all that a process asks for, and of files what it looks at through a
// mapping, which the system takes back when it needs it.
func TestMemoryOfSessions(t *testing.T) {
	const recordings, disk = "ISOCORTEX_BENCH_RECORDINGS", 9e9
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	if data := os.Getenv(recordings); data != "" {
		carryOut(t, data)
		fmt.Printf("peak %d\n", resident(t))
		return
	}
	enginetest.Path(t)
	data := t.TempDir()
	if free, known := file.Free(data); known && float64(free) < disk {
		t.Skipf("%.1f GB are free, and recordings and RDMs take %.0f", float64(free)/1e9, disk/1e9)
	}
	if err := (step.SimulateSessions{Machine: "meg", Out: data}).Run(t.Context(), environment(t)); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	peak := peakOf(t, recordings+"="+data)
	took := time.Since(begin)
	t.Logf("%d threads: resident memory at most %.2f GB in %.0f s", threads, float64(peak)/1e9, took.Seconds())
	if peak > 4e9 || took > 5*time.Minute {
		t.Errorf("%.2f GB in %.0f s, allowed are 4 in 300", float64(peak)/1e9, took.Seconds())
	}
}

// environment keeps two threads busy.
func environment(t *testing.T) *step.Env {
	return &step.Env{Seed: 1, Budget: work.Budget{Threads: threads}, Open: func() (*engine.Engine, error) { return enginetest.Open(t), nil }}
}

// carryOut carries out the study beside recordings as the program does, which
// keeps what its steps made.
func carryOut(t *testing.T, data string) {
	t.Helper()
	s, err := study.Read(filepath.Join(data, "study.yaml"), study.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	store, err := cache.Open(filepath.Join(out, "kept"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context(), filepath.Join(out, "result"), environment(t), study.Local{Store: store, Program: "bench"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(out, "result", "report.html")); err != nil {
		t.Error(err)
	}
}

// resident returns the largest resident memory of this process so far, in bytes.
func resident(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if err != nil || found == nil {
		t.Fatalf("%v in %s", err, status)
	}
	kilobytes, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return kilobytes << 10
}
