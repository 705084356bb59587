package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/study"
)

// run is the verb that carries out a study.
func (a *app) run() *cobra.Command {
	var set []string
	out := ""
	cmd := &cobra.Command{
		Use:   "run STUDY.yaml [-o FOLDER]",
		Short: "Carry out a study: from its file to a report",
		Example: "  isocortex run examples/eeg49/study.yaml -o eeg49\n" +
			"  isocortex run study.yaml --set rsa.comparator=kendall-tau-a --set inference.draws=1000",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := study.Read(args[0], options(set))
			if err != nil {
				return err
			}
			if out == "" {
				out = strings.TrimSuffix(filepath.Base(args[0]), filepath.Ext(args[0])) + "-result"
			}
			if cmd.Flags().Changed("seed") {
				s.Seed = a.flags.seed
			}
			return a.carryOut(cmd, s, out)
		},
	}
	cmd.Flags().StringArrayVar(&set, "set", nil, "`key=value` that replaces one of the study, such as rsa.comparator=pearson")
	cmd.Flags().StringVarP(&out, "output", "o", "", "`folder` for the result (default: named after the study)")
	return cmd
}

// options are the names that a study can choose from.
func options(set []string) study.Options {
	choices := study.Choices{Measures: rdm.MeasureNames(), Comparators: comparatorNames()}
	for _, p := range stimulus.Presets {
		choices.Presets = append(choices.Presets, p.Name)
	}
	return study.Options{Choices: choices, Set: set}
}

// carryOut runs a study and says where its result is.
func (a *app) carryOut(cmd *cobra.Command, s *study.Study, out string) error {
	env := a.environment()
	env.Command = os.Args[1:]
	if err := s.Run(cmd.Context(), out, env, study.Local{}); err != nil {
		return err
	}
	page := filepath.Join(out, "report.html")
	return a.print(map[string]string{"result": out, "report": page}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n", page)
	})
}

// check is the verb that shows what a study would do.
func (a *app) check() *cobra.Command {
	var set []string
	cmd := &cobra.Command{
		Use:     "check STUDY.yaml",
		Short:   "Show a study with every default filled in, its steps and its problems, touching no data",
		Example: "  isocortex check examples/eeg49/study.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := study.Read(args[0], options(set))
			if err != nil {
				return err
			}
			plan, err := s.Plan("RESULT")
			if err != nil {
				return err
			}
			steps := plan.Steps()
			return a.print(map[string]any{"study": s.YAML(), "steps": steps}, func(w io.Writer) {
				fmt.Fprintf(w, "%s\n# The steps:\n", s.YAML())
				for i, step := range steps {
					fmt.Fprintf(w, "#  %2d  %s\n", i+1, step)
				}
			})
		},
	}
	cmd.Flags().StringArrayVar(&set, "set", nil, "`key=value` that replaces one of the study")
	return cmd
}
