package main

import (
	"fmt"
	"io"
	"strings"

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
		Example: "  isocortex compare layers.npz eeg.npz --comparator kendall-tau-b\n" +
			"  isocortex compare a.npy b.npy --axes condition,condition",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.A, s.B = sources(args, source)[0], sources(args, source)[1]
			found, err := s.Compare(cmd.Context(), a.environment())
			if err != nil {
				return err
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
	cmd.Flags().StringVar(name, "comparator", step.DefaultComparator, "`name` of the similarity of RDMs: "+strings.Join(comparatorNames(), ", "))
}

// comparatorNames lists the comparators.
func comparatorNames() []string {
	names := make([]string, len(compare.Comparators))
	for i, c := range compare.Comparators {
		names[i] = c.Name
	}
	return names
}
