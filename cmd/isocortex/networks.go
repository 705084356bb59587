package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/step"
)

// networks is the verb that tells of the networks that the program knows.
func (a *app) networks() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "networks [NAME]",
		Short: "Tell which networks are known, with their layers and weights",
		Long: `Lists the networks that the program knows by name; with a NAME all about one:
its layers, each with the shape of its responses and on which side of the
nonlinearity it lies, and the weights that its authors give away.

'networks pull NAME' downloads weights. From then on NAME stands for them
wherever a network file is taken. They are kept in the cache of the user, or in
the folder that ` + zoo.FolderVariable + ` names. Weights that you have yourself
need no pulling: name their file. It is told by its content: of PyTorch,
safetensors, Keras (.h5, .keras) or MatConvNet (.mat), whose average picture is
then subtracted too.

NAME@random:SEED is the network before training, for baselines: its weights are
drawn as He et al. (2015) do, the same for the same seed, biases are 0, and
normalizations change nothing. It stands wherever NAME does, and needs no file.`,
		Example: "  isocortex networks\n" +
			"  isocortex networks alexnet\n" +
			"  isocortex networks pull alexnet",
		Args:              operands(0, 1),
		ValidArgsFunction: nothing,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listNetworks()
			}
			known, err := step.DescribeNetwork(args[0])
			if err != nil {
				return err
			}
			return a.print(known, func(w io.Writer) { showNetwork(w, known) })
		},
	}
	cmd.AddCommand(a.networksPull())
	return cmd
}

// networksPull is the verb that downloads weights.
func (a *app) networksPull() *cobra.Command {
	var s step.Pull
	cmd := &cobra.Command{
		Use:   "pull NAME [FILE]",
		Short: "Download the public weights of a network",
		Long: `Downloads the weights of a network of which 'isocortex networks NAME' tells; of
several the first, or FILE. A download that was cut off goes on where it stopped.
What came is compared with the size and hash that the authors publish; where they
publish no hash, the one that was found is printed.

No other verb reaches the network. Without a way to it, download the file
elsewhere and put it where the error says.`,
		Example: "  isocortex networks pull alexnet\n" +
			"  isocortex networks pull resnet50 resnet50-19c8e357.pth --to weights",
		Args:              operands(1, 2),
		ValidArgsFunction: nothing,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Network = args[0]
			if len(args) > 1 {
				s.File = args[1]
			}
			got, err := s.Bring(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			return a.print(got, func(w io.Writer) { showPulled(w, got) })
		},
	}
	cmd.Flags().StringVar(&s.Out, "to", "", "`folder` for the file (default: where networks are looked for)")
	return cmd
}

// networkNames lists the networks of the zoo.
func networkNames() []string {
	var names []string
	for _, a := range zoo.Architectures {
		names = append(names, a.Name)
	}
	return names
}

// listNetworks prints a line for every network.
func (a *app) listNetworks() error {
	all, err := step.KnownNetworks()
	if err != nil {
		return err
	}
	return a.print(all, func(w io.Writer) {
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "name\ttitle\tparameters\tinput\tpreprocessing\tlayers\tstandard\tweights")
		for _, n := range all {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n",
				n.Name, n.Title, thousands(n.Parameters), times(n.Input[:]), n.Preprocessing, len(n.Layers), len(n.Standard), where(n))
		}
		fmt.Fprintln(table, "\npublic weights of\tfile\tsize\tSHA-256\tlicense")
		for _, n := range all {
			for _, c := range n.Weights {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", n.Name, c.File, bytesOf(c), hashOf(c), c.License)
			}
		}
		table.Flush()
	})
}

// where says in a word whether weights of a network can be had.
func where(n step.KnownNetwork) string {
	switch {
	case slices.ContainsFunc(n.Weights, func(w step.KnownWeights) bool { return w.There }):
		return "here"
	case len(n.Weights) > 0:
		return "to pull"
	default:
		return "your own"
	}
}

// showNetwork prints all about a network.
func showNetwork(w io.Writer, n step.KnownNetwork) {
	fmt.Fprintf(w, "%s: %s\n  %s\n  %s parameters; pictures of %s, prepared by %q\n  standard layers: %s\n",
		n.Name, n.Title, n.Source, thousands(n.Parameters), times(n.Input[:]), n.Preprocessing, strings.Join(n.Standard, ", "))
	fmt.Fprintf(w, "\n%d layers, and on which side of the nonlinearity they lie:\n", len(n.Layers))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range n.Layers {
		shape, units := "", ""
		if l.Units > 0 {
			shape, units = times(l.Shape), thousands(int64(l.Units))+" units"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", l.Name, cmp.Or(l.Side, "-"), shape, units, l.Operator)
	}
	table.Flush()
	if len(n.Weights) == 0 {
		fmt.Fprintln(w, "\nNo weights are known that its authors give away: name a file of your own.")
	}
	for _, c := range n.Weights {
		showCheckpoint(w, n.Name, c)
	}
}

// showCheckpoint prints what is known of a file of weights.
func showCheckpoint(w io.Writer, name string, c step.KnownWeights) {
	here := "not here: isocortex networks pull " + name + " " + c.File
	if c.There {
		here = "here: " + c.Path
	}
	fmt.Fprintf(w, "\n%s: size %s; SHA-256 %s\n  trained on %s; pictures are prepared by %q\n  license: %s\n  %s\n  %s\n",
		c.File, bytesOf(c), hashOf(c), c.Trained, c.Preprocessing, c.License, c.URL, here)
}

// bytesOf writes the size of a file of weights, as far as its authors say it.
func bytesOf(c step.KnownWeights) string {
	if c.Bytes > 0 {
		return fmt.Sprintf("%.1f MB", float64(c.Bytes)/1e6)
	}
	return cmp.Or(c.Size, "not published")
}

// hashOf writes the hash of a file of weights, or what its authors say of it.
func hashOf(c step.KnownWeights) string {
	if n := len(c.SHA256); n > 0 && n < 64 {
		return c.SHA256 + "…"
	}
	return cmp.Or(c.SHA256, "not published")
}

// showPulled prints where weights are.
func showPulled(w io.Writer, p step.Pulled) {
	how := "as its authors publish it"
	if !p.Checked {
		how = "for which its authors publish none"
	}
	verb := "brought"
	if p.There {
		verb = "was there"
	}
	fmt.Fprintf(w, "%s: %s, %d bytes; SHA-256 %s, %s\nlicense: %s\n", p.Path, verb, p.Bytes, p.SHA256, how, p.License)
}

// times writes lengths as people do: 3 × 224 × 224.
func times(lengths []int) string {
	words := make([]string, len(lengths))
	for i, n := range lengths {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, " × ")
}

// thousands writes a count in groups of three digits.
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
