package step

import (
	"fmt"
	"math"
	"strings"

	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// fusionRow is a row of a table about a region and a layer.
type fusionRow struct {
	of, region, other, network, layer string
	time, value                       rsa.Number
	timeEnds, ends                    [2]rsa.Number
	p, corrected                      rsa.Number
}

func textColumn[R any](name, description string, rows []R, of func(R) string) result.Column {
	c := result.Column{Name: name, Description: description}
	for _, row := range rows {
		c.Text = append(c.Text, of(row))
	}
	return c
}

func numberColumn[R any](name, description string, rows []R, of func(R) rsa.Number) result.Column {
	c := result.Column{Name: name, Description: description}
	for _, row := range rows {
		c.Numbers = append(c.Numbers, float64(of(row)))
	}
	return c
}

// seconds gives a column its unit.
func seconds(c result.Column) result.Column { c.Unit = "s"; return c }

// names are the columns of a region and a layer.
func names(rows []fusionRow) []result.Column {
	return []result.Column{
		textColumn("region", "Region of the brain.", rows, func(r fusionRow) string { return r.region }),
		textColumn("network", "Network or file that the layer comes from.", rows, func(r fusionRow) string { return r.network }),
		textColumn("layer", "Layer or model RDM.", rows, func(r fusionRow) string { return r.layer }),
	}
}

// columns are those of a number with its interval and p values.
func columns(name, what, interval string, rows []fusionRow) []result.Column {
	return []result.Column{
		numberColumn(name, what, rows, func(r fusionRow) rsa.Number { return r.value }),
		numberColumn(name+"_low", "Lower end of its "+interval+".", rows, func(r fusionRow) rsa.Number { return r.ends[0] }),
		numberColumn(name+"_high", "Upper end of its "+interval+".", rows, func(r fusionRow) rsa.Number { return r.ends[1] }),
		numberColumn("p", "P value, uncorrected.", rows, func(r fusionRow) rsa.Number { return r.p }),
		numberColumn("p_corrected", "P value, corrected over all of the table.", rows, func(r fusionRow) rsa.Number { return r.corrected }),
	}
}

// intervalOf names the interval of a result.
func intervalOf(found *rsa.Result) string {
	return fmt.Sprintf("%g %% interval, bootstrap over %s", 100*found.Interval, found.BootstrapOver)
}

// sharedVariance is what commonality is, for the head of a column.
func sharedVariance(found *rsa.FusionResult) string {
	text := "Share of the variance of " + found.Variance + " of dissimilarities over time that region and layer explain together, mean over subjects"
	if len(found.Controls) > 0 {
		text += ", controls taken away: " + strings.Join(found.Controls, ", ")
	}
	return text
}

// commonalityTable has one row per region and layer, at its peak.
func commonalityTable(found *rsa.FusionResult) *result.Table {
	var rows []fusionRow
	for _, c := range found.Commonality {
		row := fusionRow{region: c.Region, network: c.Network, layer: c.Layer, time: c.Peak.Time, value: c.Peak.Score}
		row.timeEnds[0], row.timeEnds[1] = ends(c.Peak.TimeCI)
		row.ends[0], row.ends[1] = ends(c.Peak.ScoreCI)
		row.p, row.corrected = atPeak(c.Peak, c.Course.P), atPeak(c.Peak, c.Course.Corrected)
		rows = append(rows, row)
	}
	interval := intervalOf(found.Regions)
	table := &result.Table{Description: "What each region and layer have in common with the times, at the peak.", Columns: names(rows)}
	table.Columns = append(table.Columns,
		seconds(numberColumn("time", "Latency: time of the largest mean.", rows, func(r fusionRow) rsa.Number { return r.time })),
		seconds(numberColumn("time_low", "Lower end of its "+interval+".", rows, func(r fusionRow) rsa.Number { return r.timeEnds[0] })),
		seconds(numberColumn("time_high", "Upper end of its "+interval+".", rows, func(r fusionRow) rsa.Number { return r.timeEnds[1] })))
	table.Columns = append(table.Columns, columns("commonality", sharedVariance(found)+".", interval, rows)...)
	return table
}

// atPeak is the number at a peak, or NaN where there is none.
func atPeak(peak *rsa.PeakResult, values []rsa.Number) rsa.Number {
	if peak.Index < 0 {
		return rsa.Number(math.NaN())
	}
	return at(values, peak.Index)
}

// commonalityCourseTable has one row per region, layer and time.
func commonalityCourseTable(found *rsa.FusionResult) *result.Table {
	var rows []fusionRow
	for _, c := range found.Commonality {
		for t, time := range found.Regions.Times {
			rows = append(rows, fusionRow{
				region: c.Region, network: c.Network, layer: c.Layer, time: rsa.Number(time), value: at(c.Course.Score, t),
				ends: [2]rsa.Number{at(c.Course.Low, t), at(c.Course.High, t)}, p: at(c.Course.P, t), corrected: at(c.Course.Corrected, t),
			})
		}
	}
	table := &result.Table{Description: "What each region and layer have in common with each time.", Columns: names(rows)}
	table.Columns = append(table.Columns, seconds(numberColumn("time", "Time from stimulus onset.", rows, func(r fusionRow) rsa.Number { return r.time })))
	table.Columns = append(table.Columns, columns("commonality", sharedVariance(found)+".", intervalOf(found.Regions), rows)...)
	return table
}

// insideTable has one row per region and layer: how alike they are, without time.
func insideTable(found *rsa.FusionResult) *result.Table {
	var rows []fusionRow
	for _, inside := range found.InRegions {
		for _, m := range inside.Models {
			row := fusionRow{region: inside.Brain, network: m.Network, layer: m.Name, value: m.Score, p: number(m.P), corrected: number(m.Corrected)}
			row.ends[0], row.ends[1] = ends(m.CI)
			rows = append(rows, row)
		}
	}
	table := &result.Table{Description: "How alike each layer and the subjects of each region are.", Columns: names(rows)}
	what := "Mean over the region's subjects of " + found.Regions.Comparator + " with the subject's RDM."
	table.Columns = append(table.Columns, columns("score", what, fmt.Sprintf("%g %% interval", 100*found.Regions.Interval), rows)...)
	table.Columns[len(table.Columns)-1].Description = "P value, corrected over the layers of the region."
	return table
}

// latencyTable has one row per two peaks.
func latencyTable(found *rsa.FusionResult) *result.Table {
	var rows []fusionRow
	for _, d := range found.Differences {
		row := fusionRow{of: d.Of, region: d.From, other: d.To, network: d.Network, layer: d.Layer, value: d.Time, p: number(d.P), corrected: number(d.Corrected)}
		row.ends[0], row.ends[1] = ends(d.CI)
		rows = append(rows, row)
	}
	table := &result.Table{Description: "How much later one peak comes than another.", Columns: []result.Column{
		textColumn("of", "What the peaks are of: similarity of regions or of layers with the times, or commonality of regions with a layer.", rows, func(r fusionRow) string { return r.of }),
		textColumn("network", "Network of the layer.", rows, func(r fusionRow) string { return r.network }),
		textColumn("layer", "Layer, of commonality.", rows, func(r fusionRow) string { return r.layer }),
		textColumn("from", "Region or layer of the one peak.", rows, func(r fusionRow) string { return r.region }),
		textColumn("to", "Region or layer of the other peak.", rows, func(r fusionRow) string { return r.other }),
	}}
	differences := columns("difference", "Latency of the other peak less that of the one.", intervalOf(found.Regions), rows)
	for i := range 3 {
		differences[i] = seconds(differences[i])
	}
	differences[3].Description = "P value of both tails of the bootstrap, uncorrected."
	differences[4].Description = "P value corrected by " + found.Correction + " over all of a kind."
	table.Columns = append(table.Columns, differences...)
	return table
}
