package step

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// LowerCeiling stands for the other model where a model is compared with the
// lower noise ceiling.
const LowerCeiling = "noise ceiling"

// Differences lists what was found for pairs of models, then for each model and
// the noise ceiling.
func Differences(found *rsa.Result) []rsa.Difference {
	all := append([]rsa.Difference(nil), found.Differences...)
	for _, m := range found.Models {
		if m.BelowCeiling == nil {
			continue
		}
		d := rsa.Difference{A: m.FullName(), B: LowerCeiling, Difference: m.BelowCeiling.Difference, P: m.BelowCeiling.P, Corrected: m.BelowCeiling.Corrected}
		if m.Peak != nil {
			d.Time, d.Channel = &m.Peak.Time, m.Peak.Channel
		}
		all = append(all, d)
	}
	return all
}

// differenceTable has one row per pair of models, and per model and ceiling.
func differenceTable(found *rsa.Result) *result.Table {
	all := Differences(found)
	var a, b, channel []string
	var time, difference, p, corrected []float64
	for _, d := range all {
		a, b, channel = append(a, d.A), append(b, d.B), append(channel, d.Channel)
		if d.Time == nil {
			d.Time = new(rsa.Number(math.NaN()))
		}
		time, difference = append(time, float64(*d.Time)), append(difference, float64(d.Difference))
		p, corrected = append(p, float64(d.P)), append(corrected, float64(d.Corrected))
	}
	t := found.DifferenceTest
	table := &result.Table{Description: "What was found for each pair of models, and for each model and the lower noise ceiling.", Columns: []result.Column{
		{Name: "a", Description: "Model, behind its network if it has one.", Text: a},
		{Name: "b", Description: "Another model, or " + LowerCeiling + ": its lower bound.", Text: b},
	}}
	if found.Channels != nil {
		table.Columns = append(table.Columns, result.Column{Name: "channel", Description: "Channel of the largest score of both, or of the model.", Text: channel})
	}
	if found.Times != nil {
		table.Columns = append(table.Columns, result.Column{Name: "time", Description: "Time from stimulus onset: the peak of the mean course of both, or of the model.", Unit: "s", Numbers: time})
	}
	table.Columns = append(table.Columns,
		result.Column{Name: "difference", Description: fmt.Sprintf("Mean %s of a less that of b.", found.Comparator), Numbers: difference},
		result.Column{Name: "p", Description: fmt.Sprintf("P value of the difference by the %s, %s, uncorrected.", t.Test, t.Tail), Numbers: p},
		result.Column{Name: "p_corrected", Description: fmt.Sprintf("P value corrected by %s over all pairs of models, or over all models.", t.Correction), Numbers: corrected})
	return table
}
