package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/gonum"
	"github.com/isocortex/isocortex/engine/library"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/work"
)

// flags are those that every verb has.
type flags struct {
	threads     int
	seed        uint64
	quiet       bool
	json        bool
	onnxruntime string
	device      engine.Device
}

func (f *flags) register(set *pflag.FlagSet) {
	set.Var((*natural)(&f.threads), "threads", "`number` of threads to keep busy (default: one per processor)")
	set.Uint64Var(&f.seed, "seed", 1, "`number` that decides every random draw")
	set.BoolVarP(&f.quiet, "quiet", "q", false, "no progress, only warnings and errors")
	set.BoolVar(&f.json, "json", false, "print results, warnings and errors as JSON")
	set.StringVar(&f.onnxruntime, "onnxruntime", "", "`file` of another build of the engine")
	set.Var((*device)(&f.device), "device", "`name` of what computes networks, as far as the build has it: "+strings.Join(engine.DeviceNames(), ", "))
}

// app is one run of the program.
type app struct {
	args           []string
	stdout, stderr io.Writer
	flags          flags
	env            *step.Env
	restore        func() // undoes that gonum computes with the engine; nil before

	screen screen
}

// environment is what the steps of this run share.
func (a *app) environment() *step.Env {
	if a.env == nil {
		a.env = &step.Env{
			Budget:  work.Budget{Threads: a.flags.threads},
			Seed:    a.flags.seed,
			Version: result.Version(version),
			Open:    a.openEngine,
			Warn:    a.warn,
		}
		if !a.flags.quiet && !a.flags.json {
			a.env.Note = a.note
			a.screen.start(a.stderr)
			a.env.Budget.Progress = a.screen.show
		}
	}
	return a.env
}

// openEngine finds and opens the engine, and lets gonum's matrices use it. A step
// that computes with matrices asks for the engine first, or the last bits of its
// results would depend on whether an earlier step did.
func (a *app) openEngine() (*engine.Engine, error) {
	path, err := library.Find(a.flags.onnxruntime)
	if errors.Is(err, library.ErrNone) {
		return nil, noEngine{err}
	}
	if err != nil {
		return nil, err
	}
	opened, err := engine.Open(path)
	if err != nil {
		return nil, err
	}
	a.restore = gonum.Use(opened.Multiplier(), a.env.Budget)
	return opened, nil
}

// noEngine says what step.ErrNoEngine says, in the words of the error it wraps.
type noEngine struct{ error }

// Is reports whether target is step.ErrNoEngine.
func (noEngine) Is(target error) bool { return target == step.ErrNoEngine }

// Unwrap returns what was missing.
func (e noEngine) Unwrap() error { return e.error }

// finish gives back what the run holds.
func (a *app) finish() {
	a.screen.leave()
	if a.restore != nil {
		a.restore()
	}
	if a.env != nil {
		a.env.Close()
	}
}

// leftOut reports whether something that inputs hold is in no result.
func (a *app) leftOut() bool { return a.env != nil && a.env.LeftOut() }

// warn prints a warning at once, for programs as an object on a line.
func (a *app) warn(text string) {
	if a.flags.json {
		_ = json.NewEncoder(a.stderr).Encode(map[string]string{"warning": text})
		return
	}
	a.screen.leave()
	fmt.Fprintf(a.stderr, "isocortex: warning: %s\n", text)
}

// note tells people what was decided for them.
func (a *app) note(text string) {
	a.screen.leave()
	fmt.Fprintf(a.stderr, "isocortex: %s\n", text)
}

// print writes a result to standard output, as JSON if that is wanted and as
// text otherwise.
func (a *app) print(value any, text func(w io.Writer)) error {
	var out bytes.Buffer
	if !a.flags.json {
		text(&out)
	} else {
		encoder := json.NewEncoder(&out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false) // "Ledoit & Wolf" is for people, too
		if err := encoder.Encode(value); err != nil {
			return err
		}
	}
	a.screen.leave()
	if _, err := a.stdout.Write(out.Bytes()); err != nil {
		return fmt.Errorf("standard output: %w", errors.Unwrap(err))
	}
	return nil
}

// do runs a step. Programs are told what it wrote; people said it themselves.
func (a *app) do(cmd *cobra.Command, s step.Step) error {
	if err := s.Run(cmd.Context(), a.environment()); err != nil {
		return err
	}
	if !a.flags.json {
		return nil
	}
	return a.print(map[string][]string{"outputs": s.Outputs()}, nil)
}

// version is set by the build to what 'git describe' says.
var version string

// deliver prints what a step found, after saving it; save is nil where it is
// not to be kept.
func deliver[T any](a *app, found T, save func(T) error, show func(io.Writer, T)) error {
	if save != nil {
		if err := save(found); err != nil {
			return err
		}
	}
	return a.print(found, func(w io.Writer) { show(w, found) })
}

// saving is how to save what is found, or nil without a place for it.
func saving[T any](out string, save func(T) error) func(T) error {
	if out == "" {
		return nil
	}
	return save
}
