package rsa_test

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// One draw of a bootstrap over subjects and conditions: 8 models, 8 subjects,
// 92 conditions. Read ns/draw.
func BenchmarkBootstrapDraw(b *testing.B) {
	const draws = 400
	models, subjects := simulated(8, 92, 1)
	for len(models) < 8 {
		other, _ := simulated(1, 92, 1, len(models))
		models = append(models, other[0])
	}
	subjects = single(subjects, 0)
	for _, c := range quick {
		b.Run(c.Name, func(b *testing.B) {
			e := rsa.Evaluation{Comparator: c, Test: rsa.None, BootstrapOver: "both", BootstrapDraws: draws, Multiplier: enginetest.Open(b).Multiplier()}
			benchmark(b, e, models, subjects, draws)
		})
	}
}

// One draw of the time course of a network in the EEG of a group: 22 layers,
// 218 times, 49 conditions, tau-b.
func BenchmarkTimeCourseDraw(b *testing.B) {
	const draws = 20
	models, subjects := eeg(b)
	tau, _ := compare.ByName("tau-b")
	for _, e := range []rsa.Evaluation{
		{Comparator: tau, Test: rsa.None, BootstrapOver: "conditions", BootstrapDraws: draws},
		{Comparator: tau, Test: rsa.LabelPermutation, BootstrapOver: rsa.None, Draws: draws},
	} {
		b.Run(fmt.Sprintf("test %s, bootstrap %s", e.Test, e.BootstrapOver), func(b *testing.B) {
			benchmark(b, e, models, subjects, draws)
		})
	}
}

func benchmark(b *testing.B, e rsa.Evaluation, models []rsa.Model, subjects rsa.Subjects, draws int) {
	for b.Loop() {
		if _, err := e.Run(b.Context(), models, subjects, work.Budget{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*draws), "ns/draw")
}
