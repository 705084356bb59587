package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// mostShown is how many differences are named; the table has them all.
const mostShown = 8

// showDifferences prints which models differ, and which fall short of the noise
// ceiling: one line for each.
func showDifferences(w io.Writer, found *rsa.Result) {
	if found.DifferenceTest == nil {
		return
	}
	var differ, below []string
	for _, d := range step.Differences(found) {
		switch {
		case !(float64(d.Corrected) <= found.Level):
		case d.B == step.LowerCeiling && d.Difference < 0:
			below = append(below, d.A)
		case d.B == step.LowerCeiling:
		case d.Difference > 0:
			differ = append(differ, d.A+" > "+d.B+atTime(d))
		default:
			differ = append(differ, d.B+" > "+d.A+atTime(d))
		}
	}
	if pairs := len(found.Differences); pairs > 0 {
		fmt.Fprintf(w, "%d of %d pairs of models differ at p ≤ %g (%s, %s, %s corrected)%s\n",
			len(differ), pairs, found.Level, found.DifferenceTest.Test, found.DifferenceTest.Tail, found.DifferenceTest.Correction, named(differ))
	}
	if found.Models[0].BelowCeiling != nil {
		fmt.Fprintf(w, "%d of %d models lie below the noise ceiling%s\n", len(below), len(found.Models), named(below))
	}
}

// atTime says when two models were compared.
func atTime(d rsa.Difference) string {
	if d.Time == nil {
		return ""
	}
	return fmt.Sprintf(" at %s ms", number(1000**d.Time, 0))
}

// showBest prints the best model, with what allows for its choice.
func showBest(w io.Writer, found *rsa.Result) {
	best := found.Best
	if best == nil || best.P == nil && best.HeldOut == nil {
		return
	}
	fmt.Fprintf(w, "highest: %s, %s", best.Name, number(best.Score, 4))
	if best.P != nil {
		fmt.Fprintf(w, "; p %s against the highest of every draw", probability(*best.P))
	}
	if best.HeldOut != nil {
		fmt.Fprintf(w, "; %s in subjects who did not choose it", number(*best.HeldOut, 4))
	}
	fmt.Fprintln(w)
}

// named lists the first of some names.
func named(names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) > mostShown:
		return fmt.Sprintf(": %s and %d more", strings.Join(names[:mostShown], ", "), len(names)-mostShown)
	}
	return ": " + strings.Join(names, ", ")
}
