package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// showMixtureTests prints what the bootstrap says of mixtures and of differences
// between them; with times, at the time of the highest score.
func showMixtureTests(w io.Writer, found *step.Reweighted) {
	r := found.Inference
	fmt.Fprintf(w, "\nbootstrap over %s of %d draws; it generalizes to %s; means of %d choices of folds, p corrected by %s\n",
		r.Over, r.Draws, population(r.GeneralizesTo), r.Choices, r.Correction)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "mixture\tkind\tmean\tinterval\tp\tp corrected\tfrom ceiling\tp corrected")
	for i, m := range found.Models {
		at, _ := rsa.Highest(m.Score)
		fmt.Fprintf(table, "%s\t%s\t%s", m.Name, m.Kind, estimateCells(r.Models[i].Score, at))
		if ceiling := r.Models[i].FromCeiling; ceiling != nil {
			fmt.Fprintf(table, "\t%s\t%s", number(ceiling.Value[at], 4), probability(ceiling.Corrected[at]))
		}
		fmt.Fprintln(table)
	}
	if found.Times != nil || r.Differences == nil {
		return // each mixture is highest at a time of its own
	}
	table.Flush()
	showLead(w, found)
}

// showLead prints by how much the mixture of the highest mean leads.
func showLead(w io.Writer, found *step.Reweighted) {
	var means []rsa.Number
	for _, m := range found.Inference.Models {
		means = append(means, m.Score.Value[0])
	}
	best, _ := rsa.Highest(means)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintf(w, "\n%s, %s, less other mixtures\n", found.Models[best].Name, found.Models[best].Kind)
	fmt.Fprintln(table, "mixture\tkind\tdifference\tinterval\tp\tp corrected")
	for _, d := range found.Inference.Differences {
		switch {
		case d.Second == best:
			d.Second, d.Estimate = d.First, d.Reversed()
		case d.First != best:
			continue
		}
		other := found.Models[d.Second]
		fmt.Fprintf(table, "%s\t%s\t%s\n", other.Name, other.Kind, estimateCells(d.Estimate, 0))
	}
}

// estimateCells are the cells of an estimate at a time.
func estimateCells(e rsa.Estimate, time int) string {
	return fmt.Sprintf("%s\t%s\t%s\t%s", number(e.Value[time], 4), interval(e.Low[time], e.High[time], 4), probability(e.P[time]), probability(e.Corrected[time]))
}
