// Package step holds each verb of isocortex once.
//
// A step is a plain struct of options that says what it reads, what it writes
// and what it will cost, and then does it. The command line fills one from its
// flags, a study fills many from its file; neither knows how a verb works.
package step

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/fingerprint"
	"github.com/isocortex/isocortex/work"
)

// A Step is one verb with all its options.
type Step interface {
	// Verb is the word on the command line.
	Verb() string
	// Inputs are the files that must exist before Run.
	Inputs() []string
	// Outputs are the files that exist after Run.
	Outputs() []string
	// Cost says in words what Run will take; of the inputs it reads headers at most.
	Cost() string
	// Run does it. Outputs are written whole or not at all.
	Run(ctx context.Context, env *Env) error
}

// A Repeatable step always writes the same, given the same inputs and options,
// and all of it to one file or folder: what it wrote can be kept and used again.
type Repeatable interface {
	Step
	// To is the same step writing elsewhere.
	To(out string) Step
}

// An Env is what steps share: the engine, the threads, the seed, and somebody
// to be warned.
type Env struct {
	Budget  work.Budget
	Seed    uint64
	Version string                         // of the program, for the provenance
	Command []string                       // arguments of the program, for the provenance
	Open    func() (*engine.Engine, error) // finds and opens the engine, or says ErrNoEngine; called at most once
	Memory  *fingerprint.Memory            // of files that were read before; may be nil

	// Unfinished is a folder where the step at work keeps what it has done so far,
	// so that it goes on there after the program was killed; "": inside its output.
	Unfinished string

	once   sync.Once
	opened *engine.Engine
	failed error
	engine string // identity, said by a step that was carried out earlier

	mutex    sync.Mutex
	warnings []string
	leftOut  bool
	Warn     func(text string) // told every warning when it first comes; may be nil
	Note     func(text string) // told what a step decided by itself, which is no cause for alarm; may be nil
}

// Engine opens the engine when it is first needed.
func (e *Env) Engine() (*engine.Engine, error) {
	e.once.Do(func() {
		if e.Open == nil {
			e.failed = ErrNoEngine
			return
		}
		e.opened, e.failed = e.Open()
	})
	return e.opened, e.failed
}

// ErrNoEngine says that this build has no engine and nobody named one.
var ErrNoEngine = errors.New("no engine")

// Multiplier returns the engine's matrix product, or the plain one of Go with a
// warning where Open says ErrNoEngine.
func (e *Env) Multiplier() (engine.Multiplier, error) {
	opened, err := e.Engine()
	switch {
	case errors.Is(err, ErrNoEngine):
		e.warn(fmt.Sprintf("products are computed in plain Go, slowly: %v", err))
		return engine.Plain{}, nil
	case err != nil:
		return nil, err
	}
	return opened.Multiplier(), nil
}

// drawing returns the engine's matrix product for the draws of a comparator that
// has a use for it, nil where no engine opens: they take twice as long without.
func (e *Env) drawing(c compare.Comparator) engine.Multiplier {
	if !c.SumsProducts() {
		return nil
	}
	opened, err := e.Engine()
	if err != nil {
		return nil
	}
	return opened.Multiplier()
}

// engineVersion is the identity of the engine, or "" if it was not needed.
func (e *Env) engineVersion() string {
	if e.opened == nil {
		return e.engine
	}
	return e.opened.Identity()
}

// Said is what a step says beside its output.
type Said struct {
	Warnings []string `json:"warnings,omitempty"`
	LeftOut  bool     `json:"left_out,omitempty"`
	Engine   string   `json:"engine,omitempty"` // identity, if it was needed by then
}

// During returns what is said while run runs.
func (e *Env) During(run func() error) (Said, error) {
	e.mutex.Lock()
	before, leftOut := len(e.warnings), e.leftOut
	e.leftOut = false
	e.mutex.Unlock()
	err := run()
	e.mutex.Lock()
	defer e.mutex.Unlock()
	said := Said{slices.Clone(e.warnings[before:]), e.leftOut, e.engineVersion()}
	e.leftOut = e.leftOut || leftOut
	return said, err
}

// Repeat says again what was said by a step that is not carried out again.
func (e *Env) Repeat(said Said) {
	e.warn(said.Warnings...)
	e.leave(said.LeftOut)
	if said.Engine != "" {
		e.engine = said.Engine
	}
}

// Close gives the engine back.
func (e *Env) Close() error {
	if e.opened == nil {
		return nil
	}
	return e.opened.Close()
}

// warn records a warning, and passes it on the first time.
func (e *Env) warn(texts ...string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	for _, text := range texts {
		again := slices.Contains(e.warnings, text)
		e.warnings = append(e.warnings, text)
		if e.Warn != nil && !again {
			e.Warn(text)
		}
	}
}

// note says what was decided.
func (e *Env) note(text string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.Note != nil {
		e.Note(text)
	}
}

// matched passes on what a matching warns of.
func (e *Env) matched(m dataset.Matching) {
	e.warn(m.Warnings...)
	e.leave(slices.ContainsFunc(m.LeftOut, func(labels []string) bool { return len(labels) > 0 }))
}

// leave records that something that inputs hold is in no result, if so.
func (e *Env) leave(out bool) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.leftOut = e.leftOut || out
}

// LeftOut reports whether something that inputs hold is in no result: conditions
// that other inputs do not have, models whose score is undefined. The warnings
// name it.
func (e *Env) LeftOut() bool {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.leftOut
}

// Warnings lists every warning so far, once, in the order in which they came.
func (e *Env) Warnings() []string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return uniqueInOrder(e.warnings)
}
