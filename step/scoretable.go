package step

import (
	"fmt"

	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// A Row is what was found for one model, or for one at one time or channel. What
// does not apply is NaN.
type Row struct {
	Network, Model    string
	Score, Low, High  rsa.Number // and its interval
	P, Corrected      rsa.Number
	Max, HeldOut      rsa.Number // of a peak: see rsa.PeakResult
	Time              rsa.Number // seconds from stimulus onset
	TimeLow, TimeHigh rsa.Number // interval of a latency
	Channel           string     // in place of a time
	Fixed             rsa.Number // score with the mean RDM of the subjects
}

// scoreTable collects rows.
type scoreTable struct {
	description string
	found       *rsa.Result
	rows        []Row
}

func newScoreTable(description string, found *rsa.Result) *scoreTable {
	return &scoreTable{description: description, found: found}
}

func (t *scoreTable) add(row Row) { t.rows = append(t.rows, row) }

// finish makes the table; peaks says that times are those of peaks and have
// intervals.
func (t *scoreTable) finish(peaks bool) *result.Table {
	share := fmt.Sprintf("%g %%", 100*t.found.Interval)
	over := "bootstrap over " + t.found.BootstrapOver
	if t.found.BootstrapOver == rsa.Dual {
		over = "dual bootstrap"
	}
	places := "times"
	switch {
	case t.found.Channels != nil && t.found.Times != nil:
		places = "channels and times"
	case t.found.Channels != nil:
		places = "channels"
	}
	table := &result.Table{Description: t.description, Columns: []result.Column{
		t.text("network", "Network or file that the model comes from.", func(r Row) string { return r.Network }),
		t.text("model", "Layer or model RDM.", func(r Row) string { return r.Model }),
	}}
	about := "Channel that the RDMs are of."
	if peaks {
		about = "Channel of the largest mean score."
	}
	if t.found.Channels != nil {
		table.Columns = append(table.Columns, t.text("channel", about, func(r Row) string { return r.Channel }))
	}
	if t.found.Times != nil {
		table.Columns = append(table.Columns, t.times(peaks, share+" interval of the latency, "+over)...)
	}
	table.Columns = append(table.Columns,
		t.number("score", "Mean over subjects of "+t.found.Comparator+" with the subject's RDM.", "", func(r Row) rsa.Number { return r.Score }),
		t.number("score_low", "Lower end of the "+share+" interval of the score, "+over+".", "", func(r Row) rsa.Number { return r.Low }),
		t.number("score_high", "Upper end of the "+share+" interval of the score, "+over+".", "", func(r Row) rsa.Number { return r.High }),
		t.number("p", "P value of the "+t.found.Test+" test, tail "+t.found.Tail+", uncorrected.", "", func(r Row) rsa.Number { return r.P }),
		t.number("p_corrected", "P value corrected over all models and "+places+" by "+t.found.Correction+".", "", func(r Row) rsa.Number { return r.Corrected }),
	)
	if t.found.Channels != nil && !peaks && t.found.Subjects > 1 {
		table.Columns = append(table.Columns,
			t.number("fixed", "Score with the mean RDM of the subjects: a fixed effect, of these subjects and no others, untested.", "", func(r Row) rsa.Number { return r.Fixed }))
	}
	if peaks && (t.found.Times != nil || t.found.Channels != nil) {
		table.Columns = append(table.Columns,
			t.number("p_max", "P value of the largest score of all "+places+" against the largest of every draw, uncorrected over models.", "", func(r Row) rsa.Number { return r.Max }),
			t.number("held_out", "Mean score in half of the subjects at the place of the largest score in the others.", "", func(r Row) rsa.Number { return r.HeldOut }))
	}
	return table
}

// times are the columns of times, or of latencies with their intervals.
func (t *scoreTable) times(peaks bool, ends string) []result.Column {
	value := func(r Row) rsa.Number { return r.Time }
	if !peaks {
		return []result.Column{t.number("time", "Time from stimulus onset.", "s", value)}
	}
	return []result.Column{
		t.number("time", "Latency: time of the largest mean score.", "s", value),
		t.number("time_low", "Lower end of the "+ends+".", "s", func(r Row) rsa.Number { return r.TimeLow }),
		t.number("time_high", "Upper end of the "+ends+".", "s", func(r Row) rsa.Number { return r.TimeHigh }),
	}
}

// text makes a column of labels.
func (t *scoreTable) text(name, description string, value func(Row) string) result.Column {
	column := result.Column{Name: name, Description: description, Text: make([]string, len(t.rows))}
	for i, row := range t.rows {
		column.Text[i] = value(row)
	}
	return column
}

// number makes a column of numbers.
func (t *scoreTable) number(name, description, unit string, value func(Row) rsa.Number) result.Column {
	column := result.Column{Name: name, Description: description, Unit: unit, Numbers: make([]float64, len(t.rows))}
	for i, row := range t.rows {
		column.Numbers[i] = float64(value(row))
	}
	return column
}
