package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/study"
)

// check is the verb that shows what a study would do.
func (a *app) check() *cobra.Command {
	var set []string
	cmd := &cobra.Command{
		Use:   "check STUDY.yaml",
		Short: "Show a study: every default, its steps, what is wrong with it",
		Example: "  isocortex check demo/data/study.yaml\n" +
			"  isocortex check demo/data/study.yaml --set rdm.networks.measure=euclidean",
		Args:              operands(1, 1),
		ValidArgsFunction: studies,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.read(cmd, args[0], set)
			if err != nil {
				return err
			}
			plan, err := s.Plan("RESULT")
			if err != nil {
				return err
			}
			return a.print(planned{Study: s.YAML(), Steps: tasks(plan)}, func(w io.Writer) { showPlan(w, s, plan) })
		},
	}
	cmd.Flags().StringArrayVar(&set, "set", nil, "`key=value` that replaces one of the study")
	return cmd
}

// planned is what check prints for programs.
type planned struct {
	Study string `json:"study"` // with every default filled in
	Steps []task `json:"steps"`
}

// task is one step of a study.
type task struct {
	Name    string   `json:"name"`
	Verb    string   `json:"verb"`
	Cost    string   `json:"cost"`
	After   []int    `json:"after"` // places of the steps whose outputs it reads
	Inputs  []string `json:"inputs"`
	Outputs []string `json:"outputs"`
}

// tasks lists the steps of a plan for programs.
func tasks(plan *study.Plan) []task {
	list := make([]task, len(plan.Tasks))
	for i, t := range plan.Tasks {
		list[i] = task{t.Name, t.Step.Verb(), t.Step.Cost(), t.After, t.Step.Inputs(), t.Step.Outputs()}
	}
	return list
}

// showPlan prints a study and its steps for people: a file that can be run.
func showPlan(w io.Writer, s *study.Study, plan *study.Plan) {
	fmt.Fprintf(w, "%s\n# What it takes:\n", s.YAML())
	longest := 0
	for _, t := range plan.Tasks {
		longest = max(longest, utf8.RuneCountInString(t.Name))
	}
	for i, t := range plan.Tasks {
		line := fmt.Sprintf("# %3d  %-*s  %s", i+1, longest, t.Name, t.Step.Cost())
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}
