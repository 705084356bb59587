package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/step"
)

// report is the verb that writes the page of a result.
func (a *app) report() *cobra.Command {
	var s step.Report
	cmd := &cobra.Command{
		Use:               "report RESULT [-o report.html]",
		Short:             "Write the interactive page of a result: one file, works offline",
		Example:           "  isocortex report demo -o report.html",
		Args:              operands(1, 1),
		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Folder = args[0]
			if s.Out == "" {
				s.Out = filepath.Join(s.Folder, "report.html")
			}
			return a.do(cmd, s)
		},
	}
	cmd.Flags().VarP(target{&s.Out, ".html"}, "output", "o", "`file` for the page (default: report.html in the result)")
	return cmd
}
