package rdm_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/rdm"
)

// What is joined part by part is the stack of the parts in memory, to the byte of
// its file, wherever the parts are and whatever the order of their conditions.
func TestJoinedIsTheStackOfItsParts(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		joined := drawnParts(t, folder)
		defer joined.Close()
		stack, err := joined.Stack()
		if err != nil {
			t.Fatal(err)
		}
		var one []float64
		for i, part := range joined.Parts {
			one = append(one, part.Reorder(joined.Index[i]).Dissimilarities...)
		}
		if !slices.EqualFunc(stack.Dissimilarities, one, same) {
			t.Errorf("%v, want %v", stack.Dissimilarities, one)
		}
		whole, parts := filepath.Join(folder, "whole.npz"), filepath.Join(folder, "parts.npz")
		if err := stack.Write(whole); err != nil {
			t.Fatal(err)
		}
		if err := joined.Write(parts); err != nil {
			t.Fatal(err)
		}
		want, _ := os.ReadFile(whole)
		if got, _ := os.ReadFile(parts); !bytes.Equal(got, want) {
			t.Errorf("%d bytes differ from %d", len(got), len(want))
		}
	})
}

// drawnParts returns stacks of some subjects each, some of them set aside.
func drawnParts(t *rapid.T, folder string) *rdm.Joined {
	size := rapid.IntRange(2, 5).Draw(t, "conditions")
	joined := &rdm.Joined{Head: &rdm.RDMs{Size: size, Labels: map[string][]string{"subject": nil}}}
	places := make([]int, size)
	for i := range places {
		places[i] = i
	}
	for range rapid.IntRange(1, 4).Draw(t, "parts") {
		count := rapid.IntRange(1, 3).Draw(t, "RDMs")
		numbers := rapid.SliceOfN(rapid.Float64(), count*rdm.Pairs(size), count*rdm.Pairs(size))
		part := &rdm.RDMs{Size: size, Dissimilarities: numbers.Draw(t, "dissimilarities")}
		if rapid.Bool().Draw(t, "aside") {
			if err := part.SetAside(folder); err != nil {
				t.Fatal(err)
			}
		}
		for range count {
			joined.Head.Labels["subject"] = append(joined.Head.Labels["subject"], fmt.Sprint(len(joined.Head.Labels["subject"])))
		}
		joined.Parts, joined.Index = append(joined.Parts, part), append(joined.Index, rapid.Permutation(places).Draw(t, "order"))
	}
	return joined
}

// What is set aside is as it was, and leaves no file behind.
func TestSetAside(t *testing.T) {
	folder, r := t.TempDir(), stack()
	if err := r.SetAside(folder); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stack(), r, alike); diff != "" {
		t.Error(diff)
	}
	view := &r.Dissimilarities[0]
	if err := r.SetAside(folder); err != nil || &r.Dissimilarities[0] != view {
		t.Errorf("set aside again: %v", err)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	if copied := r.FromSimilarities(); copied.Close() != nil || copied.Dissimilarities[0] != 1-r.Dissimilarities[0] {
		t.Error("a copy ends with the file, or ends it")
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := stack().SetAside(filepath.Join(folder, "none", "\x00")); err == nil {
		t.Error("there is no such folder")
	}
}

// RDMs that contradict each other are not written.
func TestJoinedChecks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.npz")
	joined := rdm.Join(stack())
	joined.Head.Times = joined.Head.Times[1:]
	if err := joined.Write(path); err == nil {
		t.Error("a time is missing, and no error says so")
	}
	if err := (&rdm.Joined{Head: &rdm.RDMs{Size: 3}}).Write(path); err == nil {
		t.Error("there are no RDMs, and no error says so")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file is left")
	}
}
