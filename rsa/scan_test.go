package rsa_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// streamed makes the RDMs of subjects one point at a time, and counts the points.
func streamed(subjects rsa.Subjects, made *atomic.Int64) rsa.Subjects {
	stream := subjects
	stream.RDVs = nil
	stream.At = func(_ context.Context, point int) (rdvs [][]float64, err error) {
		made.Add(1)
		for _, points := range subjects.RDVs {
			rdvs = append(rdvs, points[point])
		}
		return rdvs, nil
	}
	return stream
}

// RDMs that are made one at a time give what those that are kept give, to the bit,
// and each is made once.
func TestRDMsMadeOneAtATime(t *testing.T) {
	models, subjects := simulated(7, 8, 6, 2)
	models[1].RDV[3] = math.NaN()
	subjects.RDVs[2][1][4] = math.NaN()
	subjects.Names = strings.Split("abcdefg", "")
	subjects.Times, subjects.Channels = []float64{0, 0.1, 0.2}, []string{"Fz", "Oz"}
	subjects.Neighbors = &rsa.Neighbors{Adjacency: inference.Line(2)}
	for _, e := range []rsa.Evaluation{
		{Test: rsa.SignFlip, Correction: rsa.ClusterMass, BootstrapOver: "subjects", BootstrapDraws: 20},
		{Test: rsa.Student, BootstrapOver: rsa.None},
		{Test: rsa.None, BootstrapOver: rsa.None},
	} {
		var made atomic.Int64
		got, want := run(t, e, models, streamed(subjects, &made)), run(t, e, models, subjects)
		if made.Load() != 6 {
			t.Errorf("%d points were made, want 6", made.Load())
		}
		same := cmp.Comparer(func(x, y rsa.Number) bool { return x == y || x != x && y != y })
		if diff := cmp.Diff(want, got, same, cmp.AllowUnexported(inference.Adjacency{})); diff != "" {
			t.Errorf("%s (-kept +made):\n%s", e.Test, diff)
		}
	}
	chosen := run(t, rsa.Evaluation{BootstrapDraws: 20}, models, streamed(subjects, new(atomic.Int64)))
	if chosen.Test != rsa.SignFlip || chosen.BootstrapOver != "subjects" || !strings.Contains(chosen.TestReason, "not kept") {
		t.Errorf("%s since %s, bootstrap over %s", chosen.Test, chosen.TestReason, chosen.BootstrapOver)
	}
}

func TestRDMsThatAreNotKept(t *testing.T) {
	models, subjects := simulated(3, 6, 3, 1)
	subjects.Names, subjects.Times = []string{"a", "b", "c"}, []float64{0, 1, 2}
	stream := streamed(subjects, new(atomic.Int64))
	short, few, broken := stream, stream, stream
	short.At = func(context.Context, int) ([][]float64, error) { return make([][]float64, 3), nil }
	few.At = func(context.Context, int) ([][]float64, error) { return nil, nil }
	broken.At = func(context.Context, int) ([][]float64, error) { return nil, errors.New("out of paper") }
	for want, c := range map[string]struct {
		e rsa.Evaluation
		s rsa.Subjects
	}{
		"a label permutation test needs all RDMs again":   {rsa.Evaluation{Test: rsa.LabelPermutation}, stream},
		"a bootstrap over conditions needs all RDMs":      {rsa.Evaluation{BootstrapOver: "conditions"}, stream},
		"0 RDMs were made for 3 subjects":                 {rsa.Evaluation{}, few},
		`subject "a" has 0 pairs at point`:                {rsa.Evaluation{}, short},
		"out of paper":                                    {rsa.Evaluation{}, broken},
		"one or more models and one or more subjects are": {rsa.Evaluation{}, rsa.Subjects{At: stream.At}},
	} {
		if _, err := c.e.Run(t.Context(), models, c.s, work.Budget{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}
