package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/step"
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
			steps := tasks(plan)
			a.forecast(cmd.Context(), plan, steps)
			return a.print(planned{Study: s.YAML(), Steps: steps}, func(w io.Writer) { showPlan(w, s, steps) })
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

	Forecast *step.Forecast `json:"forecast,omitempty"` // of the disk, and of passes through the network
}

// tasks lists the steps of a plan for programs.
func tasks(plan *study.Plan) []task {
	list := make([]task, len(plan.Tasks))
	for i, t := range plan.Tasks {
		list[i] = task{Name: t.Name, Verb: t.Step.Verb(), Cost: t.Step.Cost(), After: t.After, Inputs: t.Step.Inputs(), Outputs: t.Step.Outputs()}
	}
	return list
}

// forecast adds what networks will take, as far as they can be run.
func (a *app) forecast(ctx context.Context, plan *study.Plan, steps []task) {
	for i, t := range plan.Tasks {
		if f, ok := t.Step.(step.Forecaster); ok {
			var err error
			if steps[i].Forecast, err = f.Forecast(ctx, a.environment()); err != nil {
				steps[i].Forecast = &step.Forecast{Text: fmt.Sprintf("what it takes of the disk is not known: %v", err)}
			}
		}
		if steps[i].Forecast != nil {
			for _, text := range steps[i].Forecast.Warnings {
				a.warn(t.Name + ": " + text)
			}
		}
	}
}

// showPlan prints a study and its steps for people: a file that can be run.
func showPlan(w io.Writer, s *study.Study, steps []task) {
	fmt.Fprintf(w, "%s\n# What it takes:\n", s.YAML())
	longest := 0
	for _, t := range steps {
		longest = max(longest, utf8.RuneCountInString(t.Name))
	}
	for i, t := range steps {
		line := fmt.Sprintf("# %3d  %-*s  %s", i+1, longest, t.Name, t.Cost)
		fmt.Fprintln(w, strings.TrimRight(line, " "))
		if t.Forecast != nil {
			fmt.Fprintf(w, "#      %-*s  %s\n", longest, "", t.Forecast.Text)
		}
	}
}
