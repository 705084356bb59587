package main

import (
	_ "embed"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/engine/library"
)

// licenses is the verb that shows under which terms the program may be used.
func (a *app) licenses() *cobra.Command {
	return &cobra.Command{
		Use:               "licenses",
		Short:             "Show the licenses of isocortex and of what is inside it",
		Args:              operands(0, 0),
		ValidArgsFunction: nothing,
		RunE: func(*cobra.Command, []string) error {
			texts := []string{licenses, library.Licenses()}
			return a.print(texts, func(w io.Writer) { fmt.Fprintf(w, "%s\n%s\n", texts[0], texts[1]) })
		},
	}
}

// licenses holds the terms of the program and of the Go modules in it.
//
//go:generate go test -run TestLicensesOfAllThatIsInside . -update
//go:embed licenses.txt
var licenses string
