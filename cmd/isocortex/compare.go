package main

import (
	"fmt"
	"io"
	"math"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/step"
)

// compare is the verb that compares two RDMs.
func (a *app) compare() *cobra.Command {
	var s step.Compare
	var source step.Source
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Tell how alike two RDMs are",
		Long: `Conditions are matched by label; where a file has no labels, by position, with a
warning. With --json the answer is {"comparator", "score", "pairs",
"conditions", "matched"}.`,
		Example: "  isocortex compare early.npz late.npz --comparator kendall-tau-b\n" +
			"  isocortex compare a.npy b.npy --axes pair",
		Args:              operands(2, 2),
		ValidArgsFunction: rdms,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.A, s.B = sources(args, source)[0], sources(args, source)[1]
			found, err := s.Compare(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			if math.IsNaN(float64(found.Score)) {
				a.warn("the score is undefined: an RDM is constant, or too few pairs are known in both")
			}
			return a.print(found, func(w io.Writer) {
				fmt.Fprintf(w, "%s  %.6f  over %d pairs of %d conditions, matched by %s\n",
					found.Comparator, found.Score, found.Pairs, found.Conditions, found.Matched)
			})
		},
	}
	comparatorFlag(cmd, &s.Comparator)
	cmd.Flags().BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	sourceFlags(cmd, &source)
	return cmd
}

// comparatorFlag is the flag that names a comparator.
func comparatorFlag(cmd *cobra.Command, name *string) {
	*name = step.DefaultComparator
	choose(cmd, choice{name, comparatorNames()}, "comparator", "similarity of RDMs")
}

// comparatorNames lists the comparators.
func comparatorNames() []string {
	names := make([]string, len(compare.Comparators))
	for i, c := range compare.Comparators {
		names[i] = c.Name
	}
	return names
}
