package step

import (
	"math"
	"slices"
	"strings"
)

// scoredChannels are the columns of the table of channels that 'isocortex rsa'
// writes: a row per model and channel.
var scoredChannels = []string{"network", "model", "channel", "score", "p_corrected"}

// isScoredChannels reports whether a table is one of models at channels.
func isScoredChannels(t *labelTable) bool {
	return !slices.ContainsFunc(scoredChannels, func(name string) bool { return t.labels[name] == nil })
}

// models makes a map per model of the scores of subjects, whose disks are their
// test, and one of the fixed effect where there are several subjects.
func (t *labelTable) models() (*scalpTable, error) {
	table := &scalpTable{channels: uniqueInOrder(t.labels["channel"]), disk: said["corrected"]}
	tested, err := t.marks("p_corrected")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(tested))
	for i := range names {
		names[i] = strings.TrimSpace(t.labels["network"][i] + " " + t.labels["model"][i])
	}
	for _, column := range []string{"score", "fixed"} {
		if t.labels[column] == nil {
			continue
		}
		scores, err := t.numbers(column)
		if err != nil {
			return nil, err
		}
		for _, model := range uniqueInOrder(names) {
			c := scalpColumn{title: model, values: slices.Repeat([]float64{math.NaN()}, len(table.channels)), disks: make([]bool, len(table.channels))}
			if column == "fixed" {
				c.title += ", fixed effect of the mean RDM, untested"
			}
			for i, name := range names {
				if name == model {
					at := slices.Index(table.channels, t.labels["channel"][i])
					c.values[at], c.disks[at] = scores[i], tested[i] && column == "score"
				}
			}
			table.columns = append(table.columns, c)
		}
	}
	return table, nil
}
