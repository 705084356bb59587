package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/stimulus"
)

// require marks flags without which a verb cannot run.
func require(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was not registered: a mistake in this program
		}
	}
}

// presetNames lists the ways to prepare pictures.
func presetNames() string {
	names := make([]string, len(stimulus.Presets))
	for i, p := range stimulus.Presets {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}

// list writes choices for help.
func list(names []string) string { return strings.Join(names, ", ") }
