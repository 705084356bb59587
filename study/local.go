package study

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/step"
)

// Local carries out plans in this process, one task after the other; every
// task uses all threads of the budget.
//
// With a store, a task whose inputs, options and program are those of an earlier
// one is not carried out: what was made then is put in its place.
type Local struct {
	Store   *cache.Store                 // of what was made before; nil makes everything anew
	Program string                       // identifies what computes, program and engine
	Done    func(task Task, reused bool) // told of every step that can be kept; may be nil
}

// Execute runs the tasks in the order of the plan.
func (l Local) Execute(ctx context.Context, plan *Plan, env *step.Env) error {
	w := &worker{Local: l, plan: plan, env: env, tasks: make([]state, len(plan.Tasks))}
	if err := w.begin(); err != nil {
		return err
	}
	for i, task := range plan.Tasks {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := w.carryOut(ctx, i); err != nil {
			return fmt.Errorf("%s: %w", task.Name, err)
		}
		if err := w.discard(i); err != nil {
			return err
		}
		debug.FreeOSMemory() // what a task held is of no use to the next
	}
	return w.end()
}

// A worker is a Local at work on one plan.
type worker struct {
	Local
	plan     *Plan
	env      *step.Env
	tasks    []state
	manifest manifest
}

// state is what has become of a task.
type state struct {
	entry  *cache.Entry // nil for a task that is not kept
	placed bool         // its output is where the plan wants it
}

// carryOut makes the output of a task be there, by whatever costs less. That of
// a scratch task is put in its place when somebody is about to read it.
func (w *worker) carryOut(ctx context.Context, i int) error {
	task := w.plan.Tasks[i]
	repeatable, ok := task.Step.(step.Repeatable)
	if w.Store == nil || !ok {
		if err := w.provide(ctx, task.After); err != nil {
			return err
		}
		w.tasks[i].placed = true
		if ok {
			w.done(task, false)
		}
		return task.Step.Run(ctx, w.env)
	}
	key, err := w.key(ctx, repeatable)
	if err != nil {
		return err
	}
	entry := w.Store.Find(key)
	if entry == nil || !task.Scratch && !entry.Whole() {
		return w.perform(ctx, i, key)
	}
	var said step.Said
	if err := json.Unmarshal(entry.Record.Said, &said); err != nil {
		return w.perform(ctx, i, key)
	}
	w.env.Repeat(said)
	entry.Used()
	w.tasks[i].entry = entry
	w.done(task, true)
	if task.Scratch {
		return nil
	}
	return w.place(i)
}

func (w *worker) done(task Task, reused bool) {
	if w.Done != nil {
		w.Done(task, reused)
	}
}

// perform carries out a task and keeps what it wrote.
func (w *worker) perform(ctx context.Context, i int, key cache.Key) error {
	task := w.plan.Tasks[i]
	if err := w.provide(ctx, task.After); err != nil {
		return err
	}
	stage, err := w.Store.Stage()
	if err != nil {
		return err
	}
	w.env.Unfinished = w.Store.Unfinished(key)
	said, err := w.env.During(func() error {
		return task.Step.(step.Repeatable).To(stage.Output).Run(ctx, w.env)
	})
	w.env.Unfinished = ""
	if err != nil {
		stage.Abandon()
		return err
	}
	record := cache.Record{Verb: task.Step.Verb(), Name: task.Name}
	if record.Said, err = json.Marshal(said); err != nil {
		return err
	}
	if task.Scratch {
		record.Content = cache.Scratch(key)
	}
	if w.tasks[i].entry, err = w.Store.Keep(ctx, key, stage, record, w.env.Budget); err != nil {
		return err
	}
	w.done(task, false)
	return w.place(i)
}

// provide makes the outputs of tasks be in their places: those of scratch tasks
// that were found in the store, whole or not, are not yet.
func (w *worker) provide(ctx context.Context, tasks []int) error {
	for _, i := range tasks {
		s := w.tasks[i]
		switch {
		case s.placed:
		case s.entry.Whole():
			if err := w.place(i); err != nil {
				return err
			}
		default:
			if err := w.perform(ctx, i, s.entry.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// place puts the output of a task where the plan wants it, and removes what an
// earlier run had left there.
func (w *worker) place(i int) error {
	s := &w.tasks[i]
	out := w.plan.Tasks[i].Step.Outputs()[0]
	if err := w.manifest.clear(w.plan.Out, w.relative(out), s.entry.Record); err != nil {
		return err
	}
	s.placed = true
	if err := s.entry.Place(out); err != nil {
		return err
	}
	if w.plan.Tasks[i].Scratch {
		return nil
	}
	return w.manifest.add(w.plan.Out, w.relative(out), s.entry)
}

// relative is a path as seen from the result folder.
func (w *worker) relative(path string) string {
	below, err := filepath.Rel(w.plan.Out, path)
	if err != nil {
		panic(fmt.Sprintf("study: the output %s lies outside of %s", path, w.plan.Out))
	}
	return filepath.ToSlash(below)
}

// discard removes the outputs of scratch tasks that nobody will read any more
// once task i is done.
func (w *worker) discard(i int) error {
	for j, task := range w.plan.Tasks {
		reads := func(t Task) bool { return slices.Contains(t.After, j) }
		if !task.Scratch || !reads(w.plan.Tasks[i]) || slices.ContainsFunc(w.plan.Tasks[i+1:], reads) {
			continue
		}
		out := task.Step.Outputs()[0]
		if err := os.RemoveAll(out); err != nil {
			return err
		}
		_ = os.Remove(filepath.Dir(out)) // only an empty folder goes
		if entry := w.tasks[j].entry; entry != nil {
			if err := entry.Drop(); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin reads what an earlier run left in the result folder, and removes what
// no task of this plan will write again.
func (w *worker) begin() error {
	if w.Store == nil {
		return nil
	}
	w.env.Memory = w.Store.Memory
	var err error
	if w.manifest, err = readManifest(w.plan.Out); err != nil {
		return err
	}
	var outputs []string
	for _, path := range w.plan.outputs() {
		outputs = append(outputs, w.relative(path))
	}
	return w.manifest.keep(w.plan.Out, outputs)
}

// end remembers the fingerprints of inputs.
func (w *worker) end() error {
	if w.Store == nil {
		return nil
	}
	return w.Store.Memory.Save()
}

// A recipe is everything that decides about the output of a step.
type recipe struct {
	Program string
	Verb    string
	Options any
	Inputs  []ingredient
}

// An ingredient is an input: its name may become a label, its place does not.
type ingredient struct{ Name, Content string }

// key is that of the step's recipe.
func (w *worker) key(ctx context.Context, s step.Repeatable) (cache.Key, error) {
	r := recipe{Program: w.Program, Verb: s.Verb()}
	inputs := s.Inputs()
	for _, path := range inputs {
		content, err := w.content(ctx, path)
		if err != nil {
			return "", err
		}
		name := filepath.Base(path)
		if inside(w.plan.Out, path) {
			name = w.relative(path)
		}
		r.Inputs = append(r.Inputs, ingredient{name, content})
	}
	data, err := json.Marshal(s.To(""))
	if err != nil {
		return "", fmt.Errorf("internal error: options of %s: %w", s.Verb(), err)
	}
	if err := json.Unmarshal(data, &r.Options); err != nil {
		return "", err
	}
	r.Options = withoutPlaces(r.Options, inputs, w.plan.Out)
	return cache.NewKey(r)
}

// content identifies an input: what a task of the plan made by its entry, other
// files by their bytes.
func (w *worker) content(ctx context.Context, path string) (string, error) {
	for i, task := range w.plan.Tasks {
		if w.tasks[i].entry == nil {
			continue
		}
		output := task.Step.Outputs()[0]
		if output == path || task.Scratch && inside(output, path) { // what is scratch need not be there
			return w.tasks[i].entry.Record.Content, nil
		}
	}
	prints, err := w.Store.Memory.Of(ctx, []string{path}, w.env.Budget)
	if err != nil {
		return "", err
	}
	return prints[0].SHA256, nil
}

// withoutPlaces replaces paths among the values of options: inputs, which may
// name a variable behind #, by their number, and the result folder by a word. So
// nothing is made again because a folder was moved.
func withoutPlaces(value any, inputs []string, out string) any {
	switch v := value.(type) {
	case string:
		path, variable := Path(v).Split()
		if n := slices.Index(inputs, path); n >= 0 {
			return fmt.Sprintf("input %d#%s", n, variable)
		}
		if v == out || strings.HasPrefix(v, out+string(filepath.Separator)) {
			return "result" + strings.TrimPrefix(v, out)
		}
	case []any:
		for i := range v {
			v[i] = withoutPlaces(v[i], inputs, out)
		}
	case map[string]any:
		for key := range v {
			v[key] = withoutPlaces(v[key], inputs, out)
		}
	}
	return value
}
