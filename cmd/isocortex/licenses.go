package main

import (
	_ "embed"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/engine/library"
)

// licenses is the verb that shows under which terms the program may be used.
func (a *app) licenses() *cobra.Command {
	return &cobra.Command{
		Use:   "licenses",
		Short: "Show the licenses of isocortex and of what is inside it",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.stdout, "%s\n\n%s\n", licenses, library.Licenses())
			return err
		},
	}
}

// licenses holds the terms of the program and of the Go modules in it.
//
//go:embed licenses.txt
var licenses string
