package fif

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// Epochs are pieces of signal around events in a file, or in several that follow
// each other. They implement recording.Epochs.
type Epochs struct {
	header  *recording.EpochsHeader
	cals    []float64
	sources sources
	parts   []epochsPart
	gate    recording.Gate
}

// An epochsPart is what one file has of the epochs.
type epochsPart struct {
	header *recording.EpochsHeader
	cals   []float64
	signal matrix // epochs × channels × samples
	first  int    // epoch
	next   string // path of the file in which the epochs go on
}

// OpenEpochs opens a file of epochs and the files in which they go on.
//
//	errors   *file.ParseError for what breaks the format; a file of something else;
//	         a part that is not there, or has other channels or times
func OpenEpochs(path string, o Options) (*Epochs, error) {
	e := &Epochs{}
	err := e.sources.follow(path, func(s *source) (next string, err error) {
		p, err := s.epochs()
		if err == nil {
			err = e.append(p)
		}
		if err == nil && o.Strict && len(s.warnings) > 0 {
			err = s.defect("%s", strings.Join(s.warnings, "; "))
		}
		if err != nil {
			return "", err
		}
		e.header.Warnings = append(e.header.Warnings, s.warnings...)
		return p.next, nil
	})
	if err == nil {
		err = e.header.Valid()
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// append adds a part to the epochs.
func (e *Epochs) append(p *epochsPart) error {
	if e.header == nil {
		e.header, e.cals = p.header, p.cals
	} else if err := e.follows(p); err != nil {
		return err
	} else {
		p.first = len(e.header.Trials)
		e.header.Trials = append(e.header.Trials, p.header.Trials...)
		e.header.Parts = append(e.header.Parts, p.header.Path)
	}
	e.parts = append(e.parts, *p)
	return nil
}

// follows returns an error unless the part has epochs of the same kind.
func (e *Epochs) follows(p *epochsPart) error {
	h, next := e.header, p.header
	if err := sameChannels(&h.Header, &next.Header, e.cals, p.cals); err != nil {
		return err
	}
	if next.Start != h.Start || next.Length != h.Length || !slices.Equal(next.Columns, h.Columns) {
		return file.Malformed(next.Path, -1, "", "epochs of %d samples from %d on with columns %q, but in the part before it, %s, of %d from %d on with %q",
			next.Length, next.Start, next.Columns, h.Path, h.Length, h.Start, h.Columns)
	}
	return nil
}

// epochs reads all but the signal.
func (s *source) epochs() (*epochsPart, error) {
	root, err := s.tree()
	if err != nil {
		return nil, err
	}
	in, err := s.info(root)
	if err != nil {
		return nil, err
	}
	block := root.first(epochs, oldEpochs)
	if block == nil {
		return nil, s.defect("it has no epochs")
	}
	p := &epochsPart{header: &recording.EpochsHeader{Header: in.header}, cals: in.cals}
	for _, part := range []func(*node, *epochsPart) error{s.extent, s.trials, s.metadata} {
		if err := part(block, p); err != nil {
			return nil, err
		}
	}
	p.next, err = s.next(root)
	return p, err
}

// extent reads where epochs begin and end, and finds their signal.
func (s *source) extent(n *node, p *epochsPart) error {
	h := p.header
	h.Baseline = [2]float64{math.NaN(), math.NaN()}
	for i, k := range []kind{rangeStart, rangeEnd} {
		if t, found := n.tag(k); found {
			value, err := s.float(t)
			if err != nil {
				return err
			}
			h.Baseline[i] = value
		}
	}
	var ends [2]int
	for i, k := range []kind{firstIndex, lastIndex} {
		t, found := n.tag(k)
		if !found {
			return s.defect("its epochs have no %v", k)
		}
		value, err := s.int(t)
		if err != nil {
			return err
		}
		ends[i] = value
	}
	t, found := n.tag(epochData)
	if !found {
		return s.defect("its epochs have no signal")
	}
	var err error
	if p.signal, err = s.matrix(t, 3); err != nil {
		return err
	}
	h.Start, h.Length = ends[0], ends[1]-ends[0]+1
	if sizes := p.signal.sizes; sizes[1] != len(h.Channels) || sizes[2] != h.Length {
		return s.malformed(t, "%d channels × %d samples in an epoch, but %d channels × %d are described", sizes[1], sizes[2], len(h.Channels), h.Length)
	}
	return nil
}

// trials reads the events of the epochs and their names.
func (s *source) trials(n *node, p *epochsPart) error {
	block := n.first(events)
	t, found := block.tag(eventList)
	if !found {
		return s.defect("its epochs have no events")
	}
	list, err := s.events(t)
	if err != nil {
		return err
	}
	if len(list) != p.signal.sizes[0] {
		return s.malformed(t, "%d events for %d epochs", len(list), p.signal.sizes[0])
	}
	names := map[int]string{}
	if t, found := block.tag(comment); found {
		if names, err = s.eventNames(t); err != nil {
			return err
		}
	}
	for _, event := range list {
		name, named := names[event.Code]
		if !named {
			name = strconv.Itoa(event.Code)
		}
		p.header.Trials = append(p.header.Trials, recording.Trial{Event: event, Name: name})
	}
	return nil
}

// events reads triples of sample, code before, code.
func (s *source) events(t tag) ([]recording.Event, error) {
	numbers, err := s.ints(t)
	if err != nil {
		return nil, err
	}
	if len(numbers)%3 != 0 {
		return nil, s.malformed(t, "%d numbers are no triples", len(numbers))
	}
	var list []recording.Event
	for triple := range slices.Chunk(numbers, 3) {
		list = append(list, recording.Event{At: recording.Acquired(triple[0]), Before: int(triple[1]), Code: int(triple[2])})
	}
	return list, nil
}

// eventNames reads "name:code;name:code"; names may have colons.
func (s *source) eventNames(t tag) (map[int]string, error) {
	text, err := s.text(t)
	if err != nil {
		return nil, err
	}
	names := map[int]string{}
	for pair := range strings.SplitSeq(text, ";") {
		colon := strings.LastIndex(pair, ":")
		code, err := strconv.Atoi(pair[colon+1:])
		if colon < 0 || err != nil {
			return nil, s.malformed(t, "%q is no name and code of an event", pair)
		}
		names[code] = pair[:colon]
	}
	return names, nil
}

// metadata reads the table of trials, which is a list of records in JSON.
func (s *source) metadata(n *node, p *epochsPart) error {
	t, found := n.first(metadata).tag(comment)
	if !found {
		return nil
	}
	text, err := s.text(t)
	if err != nil {
		return err
	}
	var records []map[string]any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&records); err != nil {
		return s.malformed(t, "the table of trials: %v", err)
	}
	if len(records) != len(p.header.Trials) {
		return s.malformed(t, "the table of trials has %d rows for %d epochs", len(records), len(p.header.Trials))
	}
	for i, record := range records {
		if i == 0 {
			for column := range record {
				p.header.Columns = append(p.header.Columns, column)
			}
			slices.Sort(p.header.Columns)
		}
		for _, column := range p.header.Columns {
			p.header.Trials[i].Values = append(p.header.Trials[i].Values, word(record[column]))
		}
	}
	return nil
}

// word is a value of JSON as a table has it; nothing is n/a, as in BIDS.
func word(value any) string {
	switch v := value.(type) {
	case nil:
		return "n/a"
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	data, _ := json.Marshal(value)
	return string(data)
}

// Header describes the epochs.
func (e *Epochs) Header() *recording.EpochsHeader { return e.header }

// Read sets dst to the signal of epochs, as recording.Epochs says.
func (e *Epochs) Read(dst []float64, epochs, channels []int) error {
	return e.gate.Through(func() error {
		if err := e.header.Check(dst, epochs, channels); err != nil {
			return err
		}
		one := len(channels) * e.header.Length
		for i, epoch := range epochs {
			e.read(dst[i*one:][:one], epoch, channels)
		}
		return nil
	})
}

// read sets dst to the signal of one epoch.
func (e *Epochs) read(dst []float64, epoch int, channels []int) {
	part := sort.Search(len(e.parts), func(i int) bool { return e.parts[i].first > epoch }) - 1
	samples, m := e.header.Length, e.parts[part].signal
	for j, c := range channels {
		row := dst[j*samples:][:samples]
		data := m.data[((epoch-e.parts[part].first)*m.sizes[1]+c)*samples*m.width:]
		for k := range row {
			row[k] = m.number(data[k*m.width:]) * e.cals[c]
		}
	}
}

// Close gives the files back.
func (e *Epochs) Close() error { return e.gate.Shut(e.sources.close) }
