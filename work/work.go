// Package work spreads long computations over threads without letting the
// threads show in the result.
//
// Work is cut into pieces whose number depends on the problem alone. Each piece
// writes to its own place; sums are added in the order of the pieces. So any
// number of threads gives the same bits.
//
//	budget := work.Budget{Threads: 4}
//	err := budget.Each(ctx, "bootstrap", draws, func(i int) error {
//		scores[i] = score(i)
//		return nil
//	})
package work

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A Budget says how many threads a computation may keep busy and who is told
// how far it has come. The zero Budget uses every processor and tells nobody.
type Budget struct {
	Threads  int            // goroutines at a time; 0 means one per processor
	Progress func(Progress) // called from several goroutines, at most some ten times a second per task; nil is silent
}

// Progress tells how far one task has come.
type Progress struct {
	Task    string        // what is being done, for people
	Done    int           // pieces finished
	Total   int           // pieces in all
	Before  int           // pieces of Done that were finished before the task began
	Unit    string        // what the pieces are, where people ask for their rate: "pictures"
	Elapsed time.Duration // since the task began
}

// Left estimates the time still needed from the pace so far; 0 before the
// first piece is finished.
func (p Progress) Left() time.Duration {
	if p.Done <= p.Before {
		return 0
	}
	return time.Duration(float64(p.Elapsed) / float64(p.Done-p.Before) * float64(p.Total-p.Done))
}

// Rate is the number of pieces per second so far; 0 before the task began.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Done-p.Before) / p.Elapsed.Seconds()
}

// Count returns the number of threads of the budget, at least 1.
func (b Budget) Count() int {
	if b.Threads > 0 {
		return b.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// A PanicError is a panic inside a piece of work, brought to the caller's
// goroutine as an error so that other pieces can end in order.
type PanicError struct {
	Value any    // what was panicked with
	Stack string // of the goroutine that panicked
}

// Error names the value of the panic.
func (e *PanicError) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// Each calls f for every i in 0..pieces-1, on at most b.Count() goroutines.
//
// A task that is not named reports no progress. The first error in the order of
// the pieces is returned among those that occurred; no new piece begins after
// an error or once ctx is done. Each returns after every started piece has
// ended.
func (b Budget) Each(ctx context.Context, task string, pieces int, f func(i int) error) error {
	run := &run{budget: b, task: task, pieces: pieces, f: f, start: time.Now(), failed: pieces}
	run.report(0)
	var workers sync.WaitGroup
	for range min(b.Count(), pieces) {
		workers.Go(func() { run.loop(ctx) })
	}
	workers.Wait()
	if run.err != nil {
		return run.err
	}
	return context.Cause(ctx)
}

// run is the shared state of one call of Each.
type run struct {
	budget Budget
	task   string
	pieces int
	f      func(i int) error
	start  time.Time

	next, done atomic.Int64
	told       atomic.Int64 // when progress was last reported, nanoseconds since start

	mutex  sync.Mutex
	failed int // lowest piece that failed
	err    error
}

func (r *run) loop(ctx context.Context) {
	for {
		i := int(r.next.Add(1)) - 1
		if i >= r.pieces || ctx.Err() != nil || r.stopped() {
			return
		}
		if err := r.piece(i); err != nil {
			r.fail(i, err)
			return
		}
		r.report(int(r.done.Add(1)))
	}
}

func (r *run) piece(i int) (err error) {
	defer func() {
		if value := recover(); value != nil {
			stack := make([]byte, 16<<10)
			err = &PanicError{Value: value, Stack: string(stack[:runtime.Stack(stack, false)])}
		}
	}()
	return r.f(i)
}

func (r *run) stopped() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.err != nil
}

func (r *run) fail(i int, err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if i < r.failed {
		r.failed, r.err = i, err
	}
}

// report tells the progress at the start, at the end, and every 100 ms between.
func (r *run) report(done int) {
	if r.budget.Progress == nil || r.task == "" {
		return
	}
	elapsed := time.Since(r.start)
	last := r.told.Load()
	due := done == 0 || done == r.pieces || elapsed.Nanoseconds()-last > 100*time.Millisecond.Nanoseconds()
	if due && (r.told.CompareAndSwap(last, elapsed.Nanoseconds()) || done == r.pieces) {
		r.budget.Progress(Progress{Task: r.task, Done: done, Total: r.pieces, Elapsed: elapsed})
	}
}

// A Span is the half-open range From..To of one shard.
type Span struct{ From, To int }

// Len returns the number of items in the span.
func (s Span) Len() int { return s.To - s.From }

// Shards cuts n items into spans of the given size; the last may be shorter.
//
// The size must depend on the problem alone, never on threads or free memory,
// if results are to be the same bits on every machine.
func Shards(n, size int) []Span {
	if size < 1 {
		panic(fmt.Sprintf("work: shards of size %d", size))
	}
	shards := make([]Span, 0, (n+size-1)/size)
	for from := 0; from < n; from += size {
		shards = append(shards, Span{from, min(from+size, n)})
	}
	return shards
}
