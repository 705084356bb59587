package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// width is that of a terminal that nobody has made wider.
const width = 80

// A group is verbs that help shows together.
type group struct {
	title string
	verbs []*cobra.Command
}

// groups lists the verbs as help shows them.
func (a *app) groups() []group {
	return []group{
		{"A study, from its file to a report", []*cobra.Command{a.demo(), a.check(), a.run(), a.cache()}},
		{"The steps of a study, one by one", []*cobra.Command{a.activations(), a.dataset(), a.epochs(), a.rdm(), a.compare(), a.rsa()}},
		{"What more RDMs and layers tell", []*cobra.Command{
			a.reweight(), a.partition(), a.weigh(), a.remix(), a.fusion(), a.searchlight(), a.reliability(),
		}},
		{"Looking at files and results", []*cobra.Command{a.info(), a.networks(), a.plot(), a.report(), a.view(), a.export()}},
	}
}

// about adds the verbs that every program has, two of which cobra provides.
func (a *app) about(root *cobra.Command) group {
	help := helpVerb()
	root.SetHelpCommand(help)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	completion, _, err := root.Find([]string{"completion"})
	if err != nil {
		panic(err) // it was just added
	}
	tuneCompletion(completion)
	licenses := a.licenses()
	root.AddCommand(licenses)
	return group{"The program itself", []*cobra.Command{help, completion, licenses}}
}

const introduction = `isocortex compares what deep networks compute with what brains measure.

Usage:
  isocortex VERB [flags] FILE...
`

const farewell = `
Start with 'isocortex demo': a whole study with known truth, in under a minute.
'isocortex help VERB' tells more about a verb, with examples;
'isocortex help exit-codes' tells what exit codes mean.
Results go to -o or to standard output, talk and progress to standard error.
'isocortex --version' tells which one this is.
`

// help returns the text that explains a command.
func help(cmd *cobra.Command, groups []group) string {
	var text strings.Builder
	if cmd == cmd.Root() {
		text.WriteString(introduction)
		for _, g := range groups {
			fmt.Fprintf(&text, "\n%s:\n%s", g.title, list(g.verbs))
		}
		fmt.Fprintf(&text, "\nFlags of every verb:\n%s%s", cmd.PersistentFlags().FlagUsagesWrapped(width), farewell)
		return text.String()
	}
	text.WriteString(cmd.Short + ".\n")
	if cmd.Long != "" {
		fmt.Fprintf(&text, "\n%s\n", strings.Trim(cmd.Long, "\n"))
	}
	if cmd.Runnable() {
		fmt.Fprintf(&text, "\nUsage:\n  %s\n", useLine(cmd))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&text, "\nOne of:\n%s", list(cmd.Commands()))
	}
	if cmd.Example != "" {
		fmt.Fprintf(&text, "\nExamples:\n%s\n", cmd.Example)
	}
	if cmd.Runnable() {
		cmd.InitDefaultHelpFlag()
		fmt.Fprintf(&text, "\nFlags:\n%s", cmd.LocalFlags().FlagUsagesWrapped(width))
		fmt.Fprintf(&text, "\nFlags of every verb:\n%s", cmd.InheritedFlags().FlagUsagesWrapped(width))
	}
	return text.String()
}

// list shows commands with what they do.
func list(commands []*cobra.Command) string {
	var text strings.Builder
	for _, cmd := range commands {
		fmt.Fprintf(&text, "  %-12s %s\n", cmd.Name(), cmd.Short)
	}
	return text.String()
}

// helpVerb is the verb that explains the others.
func helpVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "help [VERB]",
		Short: "Explain a verb, with examples",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 || found == cmd.Root() && len(args) > 0 {
				return unknownVerb(cmd.Root(), strings.Join(args, " "))
			}
			return found.Help()
		},
	}
}

// exitCodes is the help topic on exit codes.
func exitCodes() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit code of a command means",
		Long: `    0  done
    1  failed; the error says what was wrong, where, and what to try
    2  the command line was not understood
    3  done, but something that was named was left out; a warning says what
  130  interrupted`,
	}
}
