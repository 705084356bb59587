package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// partition is the verb that divides variance among sets of model RDMs.
func (a *app) partition() *cobra.Command {
	var s step.Partition
	var models, subjects []string
	var source step.Source
	cmd := &cobra.Command{
		Use:   "partition --set NAME=FILE,... --set ... --subjects FILE,...",
		Short: "Divide the variance of subjects' RDMs among sets of model RDMs",
		Long: `Two explanations that both fit a brain region may say the same or different
things. For two or three sets of model RDMs, such as early layers, late layers
and semantics, this tells what each set explains that no other does, and what
any of them explain together. A set is files, or with --models the names of RDMs
or networks in those files.

Every set, and all unions of sets, are fitted to some conditions of some
subjects (weights of 0 or more) and predict other conditions of other subjects.
What is shown is R², the share of variance explained there. Parts sum to what
all sets explain together. A part below 0 is shown as it is: on new data the
sets do more harm than good. RDMs of single people are noisy, so even a perfect
model leaves much variance unexplained. Files are read and conditions are
matched as 'isocortex rsa' does. Nine conditions or more are needed.`,
		Example: "  isocortex partition --set shape=silhouette.npz --set layers=layers.npz \\\n" +
			"    --subjects sensors.npz\n" +
			"  isocortex partition --models layers.npz --set early=conv1,conv2 \\\n" +
			"    --set late=fc6,fc7 --subjects sensors.npz -o parts",
		Args: noOperands,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Models, s.Subjects = sources(models, source), sources(subjects, source)
			if models == nil {
				s.Models, s.Sets = filesOfSets(s.Sets, source)
			}
			s.Folds.Seed = a.flags.seed
			found, err := s.Divide(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			return deliver(a, found, saving(s.Out, s.Save), showParts)
		},
	}
	flags := cmd.Flags()
	flags.Var((*sets)(&s.Sets), "set", "`NAME=FILES`, separated by commas; two or three times")
	flags.Var((*words)(&models), "models", "`files` or folders of model RDMs; sets then name RDMs or networks in them")
	subjectFlags(cmd, &subjects, &s.Measure)
	foldFlags(cmd, &s.Folds)
	flags.BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	sourceFlags(cmd, &source)
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	require(cmd, "set", "subjects")
	return cmd
}

// filesOfSets lists the files of all sets, each once, and the sets with every
// pattern expanded.
func filesOfSets(given []step.Set, like step.Source) (models []step.Source, expanded []step.Set) {
	for _, set := range given {
		whole := step.Set{Name: set.Name}
		for _, file := range sources(set.Members, like) {
			whole.Members = append(whole.Members, file.Path)
			if !slices.ContainsFunc(models, func(m step.Source) bool { return m.Path == file.Path }) {
				models = append(models, file)
			}
		}
		expanded = append(expanded, whole)
	}
	return models, expanded
}

// sets is a flag that names a set of model RDMs each time it is given.
type sets []step.Set

// String lists the sets.
func (s *sets) String() string {
	var all []string
	for _, set := range *s {
		all = append(all, set.Name+"="+strings.Join(set.Members, ","))
	}
	return strings.Join(all, " ")
}

// Type is what help calls the value.
func (s *sets) Type() string { return "NAME=FILES" }

// Set adds a set.
func (s *sets) Set(text string) error {
	name, members, found := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	if !found || name == "" {
		return errors.New("must be like early=conv1.npz,conv2.npz")
	}
	set := step.Set{Name: name}
	if err := (*words)(&set.Members).Set(members); err != nil {
		return err
	}
	*s = append(*s, set)
	return nil
}

// showParts prints shares of variance for people; with times, at the time at
// which all sets explain most.
func showParts(w io.Writer, found *step.Partitioned) {
	whole := found.Explained[len(found.Explained)-1]
	at, _ := rsa.Highest(whole.Mean)
	when := ""
	if found.Times != nil {
		when = fmt.Sprintf("; at %.1f ms, where all explain most", 1000*found.Times[at])
	}
	fmt.Fprintf(w, "held-out variance over %d conditions, matched by %s; %s; %d folds%s\n",
		found.Conditions, found.Matched, people(found.Subjects, found.Averaged), len(found.Folds), when)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "explained by\tR²\tin subjects")
	for _, share := range found.Explained {
		showShare(table, strings.Join(share.Sets, ", "), share, at)
	}
	fmt.Fprintln(table, "of which\t\t")
	for _, share := range found.Parts {
		showShare(table, exactly(share.Sets), share, at)
	}
}

// showShare prints one share at a time.
func showShare(w io.Writer, name string, share rsa.Share, time int) {
	low, high := rsa.Range(share.Subjects, time)
	fmt.Fprintf(w, "%s\t%s\t%s\n", name, number(share.Mean[time], 4), interval(low, high, 4))
}

// exactly says whose a part is.
func exactly(sets []string) string {
	if len(sets) == 1 {
		return sets[0] + " alone"
	}
	return strings.Join(sets, " and ")
}
