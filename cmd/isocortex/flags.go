package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/variable"
)

// require marks flags without which a verb cannot run.
func require(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was not registered: a mistake in this program
		}
	}
}

// missing lists the required flags that were not given.
func missing(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Annotations[cobra.BashCompOneRequiredFlag] != nil && !f.Changed {
			names = append(names, "--"+f.Name)
		}
	})
	return names
}

// operands checks how many files or folders a verb is given. A negative most
// is no limit.
func operands(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if n := len(args); n < least || most >= 0 && n > most {
			return fmt.Errorf("%s was given %s; usage: %s", cmd.Name(), files(n), useLine(cmd))
		}
		return nil
	}
}

// files writes how many files there are.
func files(n int) string {
	switch n {
	case 0:
		return "no file"
	case 1:
		return "1 file"
	default:
		return fmt.Sprintf("%d files", n)
	}
}

// useLine writes how a verb is used.
func useLine(cmd *cobra.Command) string { return strings.TrimSuffix(cmd.UseLine(), " [flags]") }

// A choice is a flag whose value is one of some names.
type choice struct {
	value *string
	names []string
}

// choose adds a flag that takes one of the names. The usage ends with their
// list, so that help cannot go stale.
func choose(cmd *cobra.Command, c choice, flag, usage string) {
	cmd.Flags().Var(c, flag, fmt.Sprintf("%s: %s", usage, strings.Join(c.names, ", ")))
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(c.names, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // registered twice: a mistake in this program
	}
}

// String is the name chosen.
func (c choice) String() string { return *c.value }

// Type is what help calls the value.
func (c choice) Type() string { return "name" }

// Set chooses a name.
func (c choice) Set(name string) error {
	if !slices.Contains(c.names, name) {
		return fmt.Errorf("must be one of %s%s", strings.Join(c.names, ", "), nearest.Hint(name, c.names))
	}
	*c.value = name
	return nil
}

// words is a flag whose value is names or files, separated by commas. It may be
// given again, to add to them.
type words []string

// String is the list.
func (w *words) String() string { return strings.Join(*w, ",") }

// Type is what help calls the value.
func (w *words) Type() string { return "names" }

// Set adds to the list. Blanks around a comma do not count.
func (w *words) Set(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word == "" {
			return errors.New("must be names, separated by commas")
		}
		*w = append(*w, word)
	}
	return nil
}

// A target is a flag whose value is a file to be written.
type target struct {
	path   *string
	ending string // that the name must have
}

// String is the path.
func (t target) String() string { return *t.path }

// Type is what help calls the value.
func (t target) Type() string { return "file" }

// Set names the file.
func (t target) Set(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return errors.New("is a folder: name a file in it")
	}
	if !strings.EqualFold(filepath.Ext(path), t.ending) {
		return fmt.Errorf("must end in %s, by which programs know what is inside", t.ending)
	}
	if file, name := variable.Split(path); name != "" {
		return fmt.Errorf("would be read as %q in %s: leave the # out", name, file)
	}
	*t.path = path
	return nil
}

// A natural is a flag whose value is a whole number, 0 or more.
type natural int

// String is the number.
func (n *natural) String() string { return strconv.Itoa(int(*n)) }

// Type is what help calls the value.
func (n *natural) Type() string { return "number" }

// Set reads a number.
func (n *natural) Set(text string) error {
	value, err := strconv.Atoi(text)
	if err != nil || value < 0 {
		return errors.New("must be a whole number, 0 or more")
	}
	*n = natural(value)
	return nil
}

// positive is a flag whose value is 1 or more: 0, which stands for the default
// inside, would be taken for none.
type positive struct{ *natural }

// Set reads a number.
func (p positive) Set(text string) error {
	if value, err := strconv.Atoi(text); err != nil || value < 1 {
		return errors.New("must be a whole number, 1 or more")
	}
	return p.natural.Set(text)
}

// A span is a flag whose value is a stretch of time.
type span struct {
	text string
	set  func(unit.Span)
}

// String is the span as it was written.
func (s *span) String() string { return s.text }

// Type is what help calls the value.
func (s *span) Type() string { return "span" }

// Set reads a span.
func (s *span) Set(text string) error {
	value, err := unit.ParseSpan(text, unit.Time)
	if err != nil {
		return err
	}
	s.text = text
	s.set(value)
	return nil
}

// A quantity is a flag whose value is a number with a unit.
type quantity struct {
	text  string
	value *float64 // in SI units
	of    unit.Dimension
}

// String is the quantity as it was written.
func (q *quantity) String() string { return q.text }

// Type is what help calls the value.
func (q *quantity) Type() string { return "quantity" }

// Set reads a quantity.
func (q *quantity) Set(text string) error {
	value, err := unit.Parse(text, q.of)
	if err != nil {
		return err
	}
	q.text, *q.value = text, value
	return nil
}

// A size is a flag whose value is a number of bytes; 0 is none.
type size int64

// String is the size with its unit.
func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return unit.Bytes(int64(*s))
}

// Type is what help calls the value.
func (s *size) Type() string { return "size" }

// Set reads a size.
func (s *size) Set(text string) error {
	bytes, err := unit.Parse(text, unit.Size)
	if err != nil {
		return err
	}
	if bytes < 1 {
		return errors.New("must be more than 0 B")
	}
	*s = size(bytes)
	return nil
}

// A device is a flag whose value names what computes networks.
type device engine.Device

// String is the name of the device.
func (d *device) String() string { return engine.Device(*d).String() }

// Type is what help calls the value.
func (d *device) Type() string { return "name" }

// Set reads a name.
func (d *device) Set(text string) error {
	value, err := engine.ParseDevice(text)
	*d = device(value)
	return err
}

// presetNames lists the ways to prepare pictures.
func presetNames() []string {
	names := make([]string, len(stimulus.Presets))
	for i, p := range stimulus.Presets {
		names[i] = p.Name
	}
	return names
}
