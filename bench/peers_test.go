package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/isocortex/isocortex/engine/enginetest"
)

// turnsOfPeers is how often each side does the work, in alternation.
const turnsOfPeers = 5

// settle is the pause before each side: threads of the other still spin for a
// while when its work is done.
const settle = time.Second / 2

// TestPeers does the same work in isocortex and in public Python tools, in turn,
// and prints how many times faster isocortex is.
func TestPeers(t *testing.T) {
	if os.Getenv("ISOCORTEX_PEERS") == "" {
		t.Skip("takes minutes and a quiet machine: set ISOCORTEX_PEERS=1")
	}
	t.Run("correlation RDM, 1000 x 100,000", func(t *testing.T) { peerCorrelation(t, 1000, 100_000) })
	t.Run("RSA", peerRSA)
	t.Run("decoding of 92 conditions, 306 channels", peerDecoding)
	for _, jobs := range []int{1, threads} {
		t.Run(fmt.Sprintf("band-pass, 306 channels x 300,000, %d jobs", jobs), func(t *testing.T) { peerFilter(t, jobs) })
	}
	// So many pictures that memory is a small part: every extraction gets its own
	// anew, 0.3 s for ResNet-50, while the network of the other side stays from turn
	// to turn.
	for _, c := range []struct {
		network  tapped
		pictures int
	}{{vgg16, 48}, {resnet50, 144}, {alexnet, 384}} {
		t.Run("activations, "+c.network.name, func(t *testing.T) {
			p := startPeer(t, "activations.py", c.network.name, color224.folder(t, c.pictures), strconv.Itoa(threads), "8")
			e := enginetest.Open(t)
			x := extraction(t, c.network.open(t), c.network.layers, color224.pictures(t, c.pictures))
			p.compare(t, func() (float64, float64) { return extract(t, e, x).clock, math.NaN() })
		})
	}
}

func peerCorrelation(t *testing.T, rows, channels int) {
	data := responses(rows, channels)
	folder := t.TempDir()
	write(t, folder, "patterns", data.F32)
	p := startPeer(t, "correlation.py", filepath.Join(folder, "patterns"), strconv.Itoa(rows))
	e := correlation(t)
	p.compare(t, func() (float64, float64) {
		var rdv []float64
		took := timed(t, func() (err error) {
			rdv, err = e.RDV(t.Context(), data)
			return err
		})
		sum := 0.0
		for _, d := range rdv {
			sum += d
		}
		return took.clock, sum
	})
}

// A peer is a script under way, which does its work whenever it is told.
type peer struct {
	versions string
	tell     io.Writer
	answers  *bufio.Reader
}

// startPeer starts a script of the folder peers with the first Python that has
// what it needs; the test is skipped if there is none.
func startPeer(t *testing.T, script string, arguments ...string) *peer {
	t.Helper()
	missing := "no Python"
	for _, python := range []string{os.Getenv("ISOCORTEX_PYTHON"), "python3", "/usr/bin/python3"} {
		path, err := exec.LookPath(python)
		if err != nil {
			continue
		}
		p, why := start(t, path, append([]string{filepath.Join("peers", script)}, arguments...))
		if p != nil {
			return p
		}
		missing = why
	}
	t.Skipf("%s: set ISOCORTEX_PYTHON to a Python that has it", missing)
	return nil
}

// start returns the peer, or why there is none.
func start(t *testing.T, python string, arguments []string) (*peer, string) {
	t.Helper()
	command := exec.Command(python, arguments...) // which ends by itself, with its workers, when nothing more is asked
	command.Stderr = os.Stderr
	count := strconv.Itoa(threads)
	command.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS="+count, "OMP_NUM_THREADS="+count, "PYTHONDONTWRITEBYTECODE=1")
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		return nil, err.Error()
	}
	t.Cleanup(func() {
		input.Close()
		command.Wait()
	})
	p := &peer{tell: input, answers: bufio.NewReader(output)}
	line, err := p.answers.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Sprintf("%s said nothing", python)
	}
	var said struct{ Versions, Missing string }
	if err := json.Unmarshal(line, &said); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if said.Missing != "" {
		return nil, said.Missing
	}
	p.versions = said.Versions
	return p, ""
}

// work has the peer do its work once; it returns the seconds and the number to
// check.
func (p *peer) work(t *testing.T) (seconds, check float64) {
	t.Helper()
	fmt.Fprintln(p.tell)
	if _, err := fmt.Fscanln(p.answers, &seconds, &check); err != nil {
		t.Fatalf("the script ended: %v", err)
	}
	return seconds, check
}

// compare lets both sides work in turn. Both are warmed up first, and must agree
// on the number to check.
func (p *peer) compare(t *testing.T, ours func() (seconds, check float64)) {
	t.Helper()
	_, want := p.work(t)
	if _, got := ours(); math.Abs(got-want) > 1e-6*math.Abs(want) {
		t.Errorf("isocortex has %v, the script %v", got, want)
	}
	var theirs, mine []float64
	for range turnsOfPeers {
		time.Sleep(settle)
		a, _ := p.work(t)
		time.Sleep(settle)
		b, _ := ours()
		theirs, mine = append(theirs, a), append(mine, b)
	}
	t.Logf("%.2f times as fast (%s); seconds %s against %s\nisocortex: ONNX Runtime %s, %d threads; the other: %s",
		median(ratios(theirs, mine)), spread(ratios(theirs, mine)), spread(mine), spread(theirs), enginetest.Open(t).Version(), threads, p.versions)
}
