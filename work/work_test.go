package work_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/work"
)

func ExampleBudget_Each() {
	squares := make([]int, 5)
	err := work.Budget{}.Each(context.Background(), "", len(squares), func(i int) error {
		squares[i] = i * i
		return nil
	})
	fmt.Println(squares, err)
	// Output: [0 1 4 9 16] <nil>
}

func TestEachRunsEveryPieceOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.IntRange(0, 200).Draw(t, "pieces")
		threads := rapid.IntRange(0, 9).Draw(t, "threads")
		calls := make([]int32, pieces)
		err := work.Budget{Threads: threads}.Each(t.Context(), "", pieces, func(i int) error {
			atomic.AddInt32(&calls[i], 1)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(calls, func(n int32) bool { return n != 1 }); i >= 0 {
			t.Fatalf("piece %d ran %d times", i, calls[i])
		}
	})
}

func TestEachReturnsTheFirstErrorAndStops(t *testing.T) {
	var ran atomic.Int32
	err := work.Budget{Threads: 1}.Each(t.Context(), "", 100, func(i int) error {
		ran.Add(1)
		if i >= 3 {
			return fmt.Errorf("piece %d", i)
		}
		return nil
	})
	if err == nil || err.Error() != "piece 3" || ran.Load() != 4 {
		t.Errorf("err = %v after %d pieces, want piece 3 after 4", err, ran.Load())
	}
}

func TestEachTurnsAPanicIntoAnError(t *testing.T) {
	err := work.Budget{}.Each(t.Context(), "", 10, func(i int) error { panic("broken") })
	var panicked *work.PanicError
	if !errors.As(err, &panicked) || panicked.Value != "broken" || panicked.Stack == "" {
		t.Errorf("err = %v, want a PanicError with a stack", err)
	}
}

func TestEachEndsWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	err := work.Budget{Threads: 1}.Each(ctx, "", 1000, func(i int) error {
		if i == 5 {
			cancel(interrupted)
		}
		return nil
	})
	if !errors.Is(err, interrupted) {
		t.Errorf("err = %v, want the cause of the interruption", err)
	}
}

func TestProgressBeginsAndEnds(t *testing.T) {
	var reports []work.Progress
	budget := work.Budget{Threads: 1, Progress: func(p work.Progress) { reports = append(reports, p) }}
	if err := budget.Each(t.Context(), "count", 3, func(int) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if len(reports) < 2 || reports[0].Done != 0 || reports[len(reports)-1].Done != 3 {
		t.Errorf("reports = %v, want one at 0 and one at 3 of 3", reports)
	}
}

func TestLeftExtrapolates(t *testing.T) {
	p := work.Progress{Done: 1, Total: 4, Elapsed: time.Second}
	if got := p.Left(); got != 3*time.Second {
		t.Errorf("left = %v, want 3s", got)
	}
}

// Shards are consecutive, cover everything, and all but the last are full.
func TestShardLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, size := rapid.IntRange(0, 1000).Draw(t, "n"), rapid.IntRange(1, 100).Draw(t, "size")
		next := 0
		shards := work.Shards(n, size)
		for i, s := range shards {
			if s.From != next || s.Len() < 1 || (i < len(shards)-1 && s.Len() != size) {
				t.Fatalf("shard %d of %d in shards of %d is %v", i, n, size, s)
			}
			next = s.To
		}
		if next != n {
			t.Fatalf("shards end at %d, want %d", next, n)
		}
	})
}

func TestProgressCountsFromWhereItBegan(t *testing.T) {
	p := work.Progress{Done: 30, Total: 50, Before: 20, Elapsed: 5 * time.Second}
	if p.Left() != 10*time.Second || p.Rate() != 2 {
		t.Errorf("left %v at %g per second, want 10s at 2", p.Left(), p.Rate())
	}
	if none := (work.Progress{Done: 20, Total: 50, Before: 20}); none.Left() != 0 || none.Rate() != 0 {
		t.Errorf("left %v at %g per second before anything was done", none.Left(), none.Rate())
	}
}
