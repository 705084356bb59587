package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/study"
)

// run is the verb that carries out a study.
func (a *app) run() *cobra.Command {
	var set []string
	out := ""
	cmd := &cobra.Command{
		Use:   "run STUDY.yaml [-o FOLDER]",
		Short: "Carry out a study",
		Long: `The result is a folder: the study with every default filled in, RDMs, scores,
figures, and report.html, which shows them.`,
		Example: "  isocortex run demo/data/study.yaml -o again\n" +
			"  isocortex run demo/data/study.yaml -o tau \\\n" +
			"    --set rsa.comparator=kendall-tau-a --set inference.draws=1000",
		Args:              operands(1, 1),
		ValidArgsFunction: studies,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.read(cmd, args[0], set)
			if err != nil {
				return err
			}
			if out == "" {
				out = file.Stem(args[0]) + "-result"
			}
			return a.carryOut(cmd, s, out)
		},
	}
	cmd.Flags().StringArrayVar(&set, "set", nil, "`key=value` that replaces one of the study, such as rsa.comparator=pearson")
	cmd.Flags().StringVarP(&out, "output", "o", "", "`folder` for the result (default: named after the study)")
	return cmd
}

// read reads a study, with what the command line says otherwise.
func (a *app) read(cmd *cobra.Command, path string, set []string) (*study.Study, error) {
	choices := study.Choices{Measures: rdm.MeasureNames(), Comparators: comparatorNames(), Presets: presetNames()}
	s, err := study.Read(path, study.Options{Choices: choices, Set: set})
	if err != nil {
		return nil, err
	}
	if cmd.Flags().Changed("seed") {
		s.Seed = a.flags.seed
	}
	return s, nil
}

// carryOut runs a study and says where its result is.
func (a *app) carryOut(cmd *cobra.Command, s *study.Study, out string) error {
	env := a.environment()
	env.Command = a.args
	if err := s.Run(cmd.Context(), out, env, study.Local{}); err != nil {
		return err
	}
	page := filepath.Join(out, "report.html")
	return a.print(map[string]string{"result": out, "report": page}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n", page)
	})
}
