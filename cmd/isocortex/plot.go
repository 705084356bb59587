package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// plot is the verb that draws figures for papers.
func (a *app) plot() *cobra.Command {
	var s step.Plot
	var times string
	cmd := &cobra.Command{
		Use:   "plot RESULT|FILE -o FIGURE",
		Short: "Draw a result or RDMs for a paper: SVG, PDF or PNG",
		Long: `Of a result: all brains at a glance; per brain the scores of all models; per
network their course over time; the RDM of the brain, and that of the best layer
of every network, or of every layer of one. Of a folder that 'isocortex rsa'
wrote: scores, and their course. Of a fusion: a panel for each region, and
courses. Of a file: its RDMs. Asked for by name, each RDM is drawn as a map of
the conditions (mds), with its Shepard plot (shepard), or as a tree
(dendrogram), and all are compared with each other (models). What classifiers of
one time tell apart at another ('isocortex rdm --generalize') is one heat map
(generalization). A figure that ends
in .svg, .pdf or .png takes one figure, or all matrices side by side; anything
else is a folder, which takes each as a file.

Maps of the scalp (scalp) are drawn of a result whose models were scored at
channels, of a folder of 'isocortex rsa' that did this, of a Dataset, or of a
table with a column "channel" and columns of numbers, each of which becomes a
map. The columns p, corrected and significant mark sensors with a disk, on one
map alone those whose name begins with that of its column ("fc6 corrected"). Of
several networks of a result it is the best layer of each, of one all layers;
over times it is the best layer at --times.`,
		Example: "  isocortex plot demo --what scores -o scores.pdf\n" +
			"  isocortex plot demo --what rdm --network \"Four layers\" -o layers.png\n" +
			"  isocortex plot demo -o figures --format .pdf\n" +
			"  isocortex plot demo --what mds -o maps\n" +
			"  isocortex plot demo/rdm/brain.npz --table conditions.tsv -o brains\n" +
			"  isocortex plot scores.tsv --what scalp --sensors biosemi128 -o maps.svg\n" +
			"  isocortex plot accuracies.tsv --what scalp --sensors 10-20 \\\n" +
			"    --chance 0.5 -o maps.svg\n" +
			"  isocortex plot epochs.npz --what scalp --times \"100 ms, 170 ms\" -o maps.svg",
		Args: operands(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.From = args[0]
			var err error
			if s.Scalp.Times, err = instants(times); err != nil {
				return usageError{err, cmd.CommandPath()}
			}
			return a.do(cmd, s)
		},
	}
	flags := cmd.Flags()
	choose(cmd, choice{&s.What, step.Plots}, "what", "kind of figure (default: scores, course, rdm and brains)")
	flags.StringVar(&s.Brain, "brain", "", "`name` of a brain of the result (default: all)")
	flags.StringVar(&s.Network, "network", "", "`name` of a network of the result (default: all)")
	choose(cmd, choice{&s.Comparator, comparatorNames()}, "comparator", "whose scores (default: what there is)")
	s.Order, s.Format = step.Orders[0], figure.Formats[0]
	choose(cmd, choice{&s.Order, step.Orders}, "order", "rows of matrices")
	flags.StringVar(&s.Table, "table", "", "`file` (.tsv) of stimuli with their categories, for a file of RDMs")
	flags.StringVar(&s.Pictures, "pictures", "", "`folder` of pictures called as the conditions are (default: those of the result)")
	s.Edges = step.Edges[0]
	choose(cmd, choice{&s.Edges, step.Edges}, "edges", "what stands along the edges of matrices")
	choose(cmd, choice{&s.Scaling, embedding.Scalings}, "scaling", "of maps (default: classical, or what missing pairs allow)")
	choose(cmd, choice{&s.Linkage, linkageNames()}, "linkage", "of trees (default: average)")
	flags.StringVar(&s.Scalp.Sensors, "sensors", "", "of scalp: a `system` (10-20, biosemi128, ...), a file of positions or a recording")
	flags.StringVar(&times, "times", "", "of scalp: `times` of a Dataset, such as \"100 ms, 170 ms\" (default: six of them)")
	choose(cmd, choice{&s.Scalp.Merging, step.Mergings()}, "merge", "pairs of gradiometers (default: rms of fields, mean of scores)")
	flags.IntVar(&s.Scalp.Best, "best", 0, "of scalp: stars for the `n` highest sensors of each map")
	flags.Float64Var(&s.Scalp.Chance, "chance", 0, "of scalp: color accuracies from this `share`, such as 0.5, which is white")
	choose(cmd, choice{&s.Format, figure.Formats}, "format", "of the figures in a folder")
	flags.StringVarP(&s.Out, "output", "o", "", "`file` (.svg, .pdf, .png) or folder for the figures")
	require(cmd, "output")
	return cmd
}

// instants reads times between commas; nil for none.
func instants(text string) (seconds []float64, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		at, err := unit.Parse(part, unit.Time)
		if err != nil {
			return nil, fmt.Errorf("--times: %w", err)
		}
		seconds = append(seconds, at)
	}
	return seconds, nil
}

// linkageNames lists the linkages.
func linkageNames() (names []string) {
	for _, l := range embedding.Linkages {
		names = append(names, l.Name)
	}
	return names
}
