package edf

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/isocortex/isocortex/recording"
)

// header describes the recording.
func (l *layout) header() (*recording.Header, error) {
	h := &recording.Header{
		Path: l.path, Parts: []string{l.path}, Format: l.format,
		Rate: float64(l.most) / l.duration, Length: l.count * l.most,
		Measured: l.date(), Line: math.NaN(),
	}
	h.Highpass, h.Lowpass = l.filters()
	names := l.names()
	for i, place := range l.shown {
		s := l.signals[place]
		c := recording.Channel{
			Name: names[i], Kind: kindOf(s), Unit: s.unit,
			Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere,
		}
		if s.perRecord != l.most {
			c.Rate = float64(s.perRecord) / l.duration
		}
		h.Channels = append(h.Channels, c)
	}
	if err := l.annotate(h); err != nil {
		return nil, err
	}
	h.Annotations = append(h.Annotations, l.outOfRange()...)
	h.Warnings = l.warnings
	return h, nil
}

// names returns the labels of the channels; equal ones are numbered.
func (l *layout) names() []string {
	names := make([]string, len(l.shown))
	for i, place := range l.shown {
		names[i] = l.signals[place].label
	}
	return recording.Distinct(names)
}

// kindOf tells what a signal measures by its label: EDF+ begins labels with the
// kind. What is in volts and says nothing else is EEG.
func kindOf(s signal) recording.Kind {
	kind, said := recording.KindOf(s.label)
	switch {
	case s.status:
		return recording.Stim
	case said:
		return kind
	case s.unit == "V":
		return recording.EEG
	}
	return recording.Other
}

var started = regexp.MustCompile(`(?i)Startdate (\d{2}-[A-Z]{3}-\d{4})`)

// date returns when the recording began. Two digits of a year from 85 on are of
// the last century; the full date of EDF+ wins.
func (l *layout) date() time.Time {
	when, err := time.Parse("02.01.06 15.04.05", l.began)
	if err != nil {
		return time.Time{}
	}
	year := when.Year() % 100
	if year += 1900; year < 1985 {
		year += 100
	}
	when = when.AddDate(year-when.Year(), 0, 0)
	if m := started.FindStringSubmatch(l.subject); m != nil {
		month := m[1][:3] + m[1][3:4] + strings.ToLower(m[1][4:6]) + m[1][6:]
		if day, err := time.Parse("02-Jan-2006", month); err == nil {
			when = day.Add(time.Duration(when.Hour())*time.Hour + time.Duration(when.Minute())*time.Minute + time.Duration(when.Second())*time.Second)
		}
	}
	return when
}

var pass = regexp.MustCompile(`(HP|LP):\s*(DC|[\d.]+)`)

// filters returns the filters that the header names, the widest of all signals.
func (l *layout) filters() (high, low float64) {
	high, low = math.NaN(), math.NaN()
	for _, place := range l.shown {
		if l.signals[place].status {
			continue
		}
		for _, m := range pass.FindAllStringSubmatch(l.signals[place].filter, -1) {
			v, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				v = 0 // DC
			}
			if m[1] == "HP" && !(v >= high) {
				high = v
			}
			if m[1] == "LP" && !(v <= low) && v > 0 {
				low = v
			}
		}
	}
	return high, low
}

// annotate reads the annotations of EDF+.
func (l *layout) annotate(h *recording.Header) error {
	var starts []float64 // of the records
	for record := range l.count {
		start := math.NaN()
		for _, s := range l.signals {
			if !s.note {
				continue
			}
			data := l.records[record*l.recordSize+s.at:][:s.perRecord*l.width]
			for entry := range strings.SplitSeq(string(data), "\x00") {
				note, ok := parse(entry)
				if !ok {
					if entry != "" {
						l.warn("record %d has an annotation that cannot be read: %.40q", record+1, entry)
					}
					continue
				}
				if math.IsNaN(start) {
					start = note.onset // of the record: the first of its first signal
				}
				h.Annotations = append(h.Annotations, note.annotations()...)
			}
		}
		starts = append(starts, start)
	}
	l.findGaps(h, starts)
	return nil
}

// findGaps notes where records do not follow each other, and counts onsets from
// the first of them.
func (l *layout) findGaps(h *recording.Header, starts []float64) {
	if len(starts) == 0 || math.IsNaN(starts[0]) {
		return
	}
	for i := range h.Annotations {
		h.Annotations[i].Onset -= starts[0]
	}
	if !l.gaps {
		return
	}
	const half = .5
	for i := 1; i < len(starts); i++ {
		gap := starts[i] - starts[i-1] - l.duration
		if math.Abs(gap)*h.Rate > half {
			h.Annotations = append(h.Annotations, recording.Annotation{Onset: float64(i) * l.duration, Text: fmt.Sprintf("BAD_GAP %g s", gap)})
			l.warn("records %d and %d are %g s apart: the signal is read as if they followed each other", i, i+1, gap)
		}
	}
}

// A note is one entry of an annotation signal.
type note struct {
	onset, duration float64
	texts           []string
}

var entry = regexp.MustCompile(`^([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?))?\x14((?s:.*))$`)

// parse reads an entry: onset, duration, texts, with control characters between.
func parse(text string) (n note, ok bool) {
	m := entry.FindStringSubmatch(text)
	if m == nil {
		return n, false
	}
	n.onset, _ = strconv.ParseFloat(m[1], 64)
	n.duration, _ = strconv.ParseFloat(m[2], 64)
	for word := range strings.SplitSeq(m[3], "\x14") {
		if word != "" {
			n.texts = append(n.texts, strings.ToValidUTF8(word, "\ufffd"))
		}
	}
	return n, true
}

// annotations returns the note as annotations; a text may end in @@ and the
// channel that it is about.
func (n note) annotations() []recording.Annotation {
	var list []recording.Annotation
	for _, text := range n.texts {
		a := recording.Annotation{Onset: n.onset, Duration: n.duration, Text: text}
		if word, channel, found := strings.Cut(text, "@@"); found {
			a.Text, a.Channels = word, []string{channel}
		}
		list = append(list, a)
	}
	return list
}

// outOfRange notes where BioSemi's reference electrode was out of range: the
// signal means nothing there.
func (l *layout) outOfRange() []recording.Annotation {
	const inRange = 1 << 20
	var list []recording.Annotation
	rate := float64(l.most) / l.duration
	for _, s := range l.signals {
		if !s.status {
			continue
		}
		from := -1
		end := func(to int) {
			if from >= 0 {
				list = append(list, recording.Annotation{Onset: float64(from) / rate, Duration: float64(to-from) / rate, Text: "BAD_CMS"})
				from = -1
			}
		}
		for i := range l.count * l.most {
			data := l.records[i/l.most*l.recordSize+s.at:]
			if l.number(data, i%l.most*s.perRecord/l.most)&inRange != 0 {
				end(i)
			} else if from < 0 {
				from = i
			}
		}
		end(l.count * l.most)
	}
	return list
}
