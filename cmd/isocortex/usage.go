package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/isocortex/isocortex/nearest"
)

// A usageError is a command line that says nothing the program understands.
type usageError struct {
	error
	path string // of the verb: "isocortex rdm"
}

// Unwrap returns what was wrong.
func (e usageError) Unwrap() error { return e.error }

// strict makes every verb below cmd refuse wrong operands and missing flags as
// wrong usage.
func strict(cmd *cobra.Command) {
	check := cmd.Args
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if check != nil {
			if err := check(cmd, args); err != nil {
				return usageError{err, cmd.CommandPath()}
			}
		}
		if names := missing(cmd); names != nil {
			return usageError{fmt.Errorf("%s needs %s", cmd.Name(), strings.Join(names, ", ")), cmd.CommandPath()}
		}
		return nil
	}
	for _, verb := range cmd.Commands() {
		strict(verb)
	}
}

// misread says what was wrong with a flag, in the words of this program.
func (a *app) misread(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var valueless *pflag.ValueRequiredError
	switch {
	case cmd == cmd.Root() && a.verb(cmd) != "":
		return unknownVerb(cmd, a.verb(cmd))
	case errors.As(err, &unknown):
		err = unknownFlag(cmd, unknown.GetSpecifiedName())
	case errors.As(err, &invalid):
		err = fmt.Errorf("--%s %q: %w", invalid.GetFlag().Name, invalid.GetValue(), reason(invalid.Unwrap()))
	case errors.As(err, &valueless):
		kind, _ := pflag.UnquoteUsage(valueless.GetFlag())
		err = fmt.Errorf("--%s needs a %s behind it", valueless.GetFlag().Name, kind)
	}
	return usageError{err, cmd.CommandPath()}
}

// reason says why a value of a flag cannot be read.
func reason(err error) error {
	var number *strconv.NumError
	switch {
	case errors.Is(err, strconv.ErrRange):
		return errors.New("is out of range")
	case errors.As(err, &number):
		return errors.New("must be a number")
	default:
		return err
	}
}

// verb returns the first operand of a command line whose flags belong to an
// unknown verb, or "".
func (a *app) verb(root *cobra.Command) string {
	flags := root.Flags()
	flags.ParseErrorsAllowlist.UnknownFlags = true
	_ = flags.Parse(a.args)
	return flags.Arg(0)
}

// unknownVerb offers the verbs that may have been meant.
func unknownVerb(root *cobra.Command, word string) error {
	var names []string
	for _, verb := range root.Commands() {
		if !verb.Hidden {
			names = append(names, verb.Name())
		}
	}
	meant := nearest.Hint(word, names)
	if _, err := os.Stat(word); err == nil && meant == "" {
		verb := "info"
		if ending := filepath.Ext(word); ending == ".yaml" || ending == ".yml" {
			verb = "run"
		}
		meant = fmt.Sprintf("; a verb goes before a file: 'isocortex %s %s'", verb, word)
	}
	return usageError{fmt.Errorf("%q is not a verb%s", word, meant), root.CommandPath()}
}

// unknownFlag offers the flags that may have been meant.
func unknownFlag(cmd *cobra.Command, name string) error {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	dashes := "--"
	if len(name) == 1 {
		dashes = "-"
	}
	return fmt.Errorf("%s has no flag %s%s%s", cmd.Name(), dashes, name, nearest.Hint("--"+name, names))
}
