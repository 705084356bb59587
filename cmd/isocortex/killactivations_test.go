package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/isocortex/isocortex/file"
)

// manyPictures is enough for an extraction of some seconds; their batches of three
// leave one picture over.
const manyPictures = 61

// long is whether extractions take seconds, so that the journal is written while
// they are at work, and not only when they are interrupted.
func long() bool { return os.Getenv("ISOCORTEX_LONG") != "" }

// slowNetwork takes some thousandths of a second for a picture; in a long test ten
// times more.
const slowNetwork = `network: 1
input: {channels: 3, height: 48, width: 48}
preprocessing: none
weights: {seed: 3}
layers:
  - {conv: conv1, to: 16, kernel: 3, pad: 1}
  - {relu: relu1}
  - {conv: conv2, to: 16, kernel: %d, pad: %d}
  - {maxpool: pool, kernel: 8, stride: 8}
`

// slowActivations lays out a network and pictures, and returns the command line
// that takes some seconds.
func slowActivations(t *testing.T, more ...string) (folder string, args []string) {
	t.Helper()
	folder = t.TempDir()
	kernel := 11
	if long() {
		kernel = 71
	}
	if err := file.WriteBytes(filepath.Join(folder, "slow.yaml"), fmt.Appendf(nil, slowNetwork, kernel, kernel/2)); err != nil {
		t.Fatal(err)
	}
	draw := rand.New(rand.NewPCG(5, 5))
	for i := range manyPictures {
		picture := image.NewGray(image.Rect(0, 0, 48, 48))
		for p := range picture.Pix {
			picture.Pix[p] = byte(draw.IntN(256))
		}
		var data bytes.Buffer
		if err := png.Encode(&data, picture); err != nil {
			t.Fatal(err)
		}
		if err := file.WriteBytes(filepath.Join(folder, "pictures", fmt.Sprintf("%02d.png", i)), data.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	args = []string{"activations", "--network", "slow.yaml", "--stimuli", "pictures", "--batch", "3", "-o", "out"}
	return folder, append(args, more...)
}

// rowJournal is the journal of an unfinished extraction in out.
func rowJournal(folder string) string {
	return filepath.Join(folder, "out", ".unfinished", "journal.jsonl")
}

// begunAt returns at which stimulus every batch of the journal begins.
func begunAt(t *testing.T, journal string) []int {
	t.Helper()
	var firsts []int
	for i, line := range lines(journal) {
		var rows struct {
			First  int
			Images []string
		}
		if err := json.Unmarshal([]byte(line), &rows); i == 0 || err != nil {
			continue
		}
		if rows.First%3 != 0 || len(rows.Images) != min(3, manyPictures-rows.First) {
			t.Errorf("a batch of %d pictures begins at %d: batches are multiples of 3 from picture 0", len(rows.Images), rows.First)
		}
		firsts = append(firsts, rows.First)
	}
	return firsts
}

// goesOn fails unless the journal begins with the batches that it had before, and
// has no batch twice.
func goesOn(t *testing.T, journal string, before []int) []int {
	t.Helper()
	now := begunAt(t, journal)
	if len(now) < len(before) || fmt.Sprint(now[:len(before)]) != fmt.Sprint(before) {
		t.Errorf("the journal had %v, and has %v", before, now)
	}
	seen := map[int]bool{}
	for _, first := range now {
		if seen[first] {
			t.Errorf("the batch at picture %d was computed twice", first)
		}
		seen[first] = true
	}
	return now
}

// reductions are the ways in which the killed extractions make layers shorter.
func reductions(t *testing.T) [][]string {
	t.Helper()
	all := [][]string{nil, {"--reduce", "pca:5"}, {"--reduce", "random:7"}, {"--reduce", "pool"}}
	if !long() {
		return all[:2]
	}
	return all
}

// ahead is how many lines of the journal an extraction is left to write before it
// is disturbed: its head, and in a long test batches.
func ahead() int {
	if long() {
		return 2
	}
	return 1
}

// An extraction that is killed at any moment goes on: what the journal has is
// never computed again, and the bytes are those of one that nobody disturbed.
func TestKilledActivationsGoOn(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(2, 2))
	for _, more := range reductions(t) {
		t.Run(strings.Join(more, " "), func(t *testing.T) {
			folder, args := slowActivations(t, more...)
			isocortex(t, folder, args...)
			want := contents(t, filepath.Join(folder, "out"))
			journal := rowJournal(folder)
			run := victim{folder, args, func() int { return len(lines(journal)) }}
			killed := 0
			for range max(1, kills()/8) {
				if err := os.RemoveAll(filepath.Join(folder, "out")); err != nil {
					t.Fatal(err)
				}
				var before []int
				for range 2 {
					if !run.kill(t, run.done()+ahead(), time.Duration(draw.IntN(300))*time.Millisecond) {
						continue
					}
					if _, err := os.Stat(filepath.Join(folder, "out", "layers.txt")); err == nil { // it looks whole, so it is
						compareFiles(t, contents(t, filepath.Join(folder, "out")), want)
						before = nil
						continue
					}
					killed++
					before = goesOn(t, journal, before)
				}
				isocortex(t, folder, args...)
				compareFiles(t, contents(t, filepath.Join(folder, "out")), want)
			}
			t.Logf("killed %d times while at work", killed)
			if killed == 0 && long() {
				t.Error("never killed while at work")
			}
		})
	}
}

// interruptAt starts the program, interrupts it once the journal has so many lines,
// and returns how many pictures it says are done.
func interruptAt(t *testing.T, folder string, args []string, atLeast int) int {
	t.Helper()
	cmd := program(t.Context(), t, folder, args)
	cmd.Args = cmd.Args[:len(cmd.Args)-1] // without --quiet
	var told said
	cmd.Stderr = &told
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	begun := func() bool {
		return len(lines(rowJournal(folder))) >= atLeast && strings.Contains(told.String(), "fingerprints of inputs")
	}
	for !begun() && len(ended) == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(30 * time.Millisecond)
	_ = cmd.Process.Signal(os.Interrupt)
	err := <-ended
	if err == nil {
		t.Skip("it had ended before it was interrupted")
	}
	var failed *exec.ExitError
	found := saysKept.FindStringSubmatch(told.String())
	if !errors.As(err, &failed) || failed.ExitCode() != exitInterrupted || found == nil || !strings.HasSuffix(told.String(), "isocortex: interrupted\n") {
		t.Fatalf("ended with %v, and says:\n%s", err, &told)
	}
	done, _ := strconv.Atoi(found[1])
	return done
}

// saysKept is what an interrupted extraction says.
var saysKept = regexp.MustCompile(`(?m)^isocortex: (\d+) of 61 pictures are done and kept: started again in the same way, it goes on from there$`)

// An interrupted extraction says how much is done and how to go on, and goes on
// behind that; on another number of threads too.
func TestInterruptedActivationsGoOn(t *testing.T) {
	t.Parallel()
	for _, more := range reductions(t) {
		t.Run(strings.Join(more, " "), func(t *testing.T) {
			folder, args := slowActivations(t, more...)
			first := interruptAt(t, folder, append(args, "--threads", "1"), ahead())
			before := begunAt(t, rowJournal(folder))
			if long() && len(before) == 0 || first != 3*len(before) {
				t.Errorf("it says that %d pictures are done, the journal has the batches at %v", first, before)
			}
			second := interruptAt(t, folder, append(args, "--threads", "2"), len(lines(rowJournal(folder)))+ahead()-1)
			goesOn(t, rowJournal(folder), before)
			if second < first {
				t.Errorf("%d pictures were done, and then %d", first, second)
			}
			isocortex(t, folder, args...)
			got := contents(t, filepath.Join(folder, "out"))
			if err := os.RemoveAll(filepath.Join(folder, "out")); err != nil {
				t.Fatal(err)
			}
			isocortex(t, folder, args...)
			compareFiles(t, got, contents(t, filepath.Join(folder, "out")))
		})
	}
}
