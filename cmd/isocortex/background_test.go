package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a script waits for something to happen.
const patience = 30 * time.Second

// background holds the commands of scripts that watch a program while it runs:
//
//	start isocortex VERB...        start it
//	await stdout|stderr PATTERN    wait until it has said something
//	fetch PATTERN                  get the address it printed; the page must match
//	interrupt CODE                 as Ctrl-C does; it must end with the code
//	gone                           nobody must answer at the address any more
var background = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"start":     start,
	"await":     await,
	"fetch":     fetch,
	"interrupt": interrupt,
	"gone":      gone,
}

// A started program is the one that a script has in the background.
type started struct {
	cmd            *exec.Cmd
	stdout, stderr said
}

// said is what a running program has written so far.
type said struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

// Write adds to what was said.
func (s *said) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.Write(p)
}

// String is all that was said.
func (s *said) String() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.String()
}

// programs are the started programs, by script.
var programs sync.Map

func start(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	p := &started{cmd: exec.Command(path, args[1:]...)}
	p.cmd.Dir = ts.MkAbs(".")
	p.cmd.Env = append(os.Environ(), "ISOCORTEX_ONNXRUNTIME="+ts.Getenv("ISOCORTEX_ONNXRUNTIME"))
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	ts.Check(p.cmd.Start())
	ts.Defer(func() { _ = p.cmd.Process.Kill() })
	programs.Store(ts, p)
}

// running is the program that the script started.
func running(ts *testscript.TestScript) *started {
	p, has := programs.Load(ts)
	if !has {
		ts.Fatalf("nothing was started")
	}
	return p.(*started)
}

func await(ts *testscript.TestScript, _ bool, args []string) {
	p := running(ts)
	output := map[string]*said{"stdout": &p.stdout, "stderr": &p.stderr}[args[0]]
	pattern := regexp.MustCompile("(?m)" + args[1])
	for end := time.Now().Add(patience); !pattern.MatchString(output.String()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("no %q in %s after %v:\n%s\n%s", args[1], args[0], patience, &p.stdout, &p.stderr)
		}
	}
}

// address is what the program printed, and all that it printed.
func address(ts *testscript.TestScript) string {
	text := running(ts).stdout.String()
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+/\n$`).MatchString(text) {
		ts.Fatalf("standard output is %q, want an address of this machine and nothing else", text)
	}
	return strings.TrimSpace(text)
}

func fetch(ts *testscript.TestScript, _ bool, args []string) {
	response, err := http.Get(address(ts))
	ts.Check(err)
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	ts.Check(err)
	if response.StatusCode != http.StatusOK || !regexp.MustCompile(args[0]).Match(page) {
		ts.Fatalf("status %s, %d bytes, want a page with %q", response.Status, len(page), args[0])
	}
}

func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	p := running(ts)
	ts.Check(p.cmd.Process.Signal(os.Interrupt))
	timer := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	_ = p.cmd.Wait()
	if got := p.cmd.ProcessState.ExitCode(); args[0] != "130" || got != exitInterrupted {
		ts.Fatalf("exit code %d, want %s\n%s", got, args[0], &p.stderr)
	}
	if text := p.stderr.String(); !strings.HasSuffix(text, "isocortex: interrupted\n") {
		ts.Fatalf("standard error ends otherwise than with the interruption:\n%s", text)
	}
}

func gone(ts *testscript.TestScript, _ bool, _ []string) {
	if response, err := http.Get(address(ts)); err == nil {
		response.Body.Close()
		ts.Fatalf("%s still answers", address(ts))
	}
}
