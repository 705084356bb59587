package fif

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/isocortex/isocortex/recording"
)

// Epochs are pieces of signal around events in a file. They implement
// recording.Epochs.
type Epochs struct {
	header *recording.EpochsHeader
	cals   []float64
	source *source
	signal matrix // epochs × channels × samples

	mutex  sync.RWMutex // read-locked by a Read, locked by Close
	closed bool
}

// OpenEpochs opens a file of epochs.
//
//	errors   *file.ParseError for what breaks the format; a file of something else
func OpenEpochs(path string) (*Epochs, error) {
	s, err := open(path)
	if err != nil {
		return nil, err
	}
	e, err := s.epochs()
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	e.header.Warnings = s.warnings
	return e, nil
}

// epochs reads all but the signal.
func (s *source) epochs() (*Epochs, error) {
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
	if next, err := s.next(root); err != nil {
		return nil, err
	} else if next != "" {
		s.warn("more epochs are in %s, which is not read with it", next)
	}
	e := &Epochs{header: &recording.EpochsHeader{Header: in.header}, cals: in.cals, source: s}
	for _, part := range []func(*node, *Epochs) error{s.extent, s.trials, s.metadata} {
		if err := part(block, e); err != nil {
			return nil, err
		}
	}
	return e, e.header.Valid()
}

// extent reads where epochs begin and end, and finds their signal.
func (s *source) extent(n *node, e *Epochs) error {
	h := e.header
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
	if e.signal, err = s.matrix(t, 3); err != nil {
		return err
	}
	h.Start, h.Length = ends[0], ends[1]-ends[0]+1
	if sizes := e.signal.sizes; sizes[1] != len(h.Channels) || sizes[2] != h.Length {
		return s.malformed(t, "%d channels × %d samples in an epoch, but %d channels × %d are described", sizes[1], sizes[2], len(h.Channels), h.Length)
	}
	return nil
}

// trials reads the events of the epochs and their names.
func (s *source) trials(n *node, e *Epochs) error {
	block := n.first(events)
	t, found := block.tag(eventList)
	if !found {
		return s.defect("its epochs have no events")
	}
	list, err := s.events(t)
	if err != nil {
		return err
	}
	if len(list) != e.signal.sizes[0] {
		return s.malformed(t, "%d events for %d epochs", len(list), e.signal.sizes[0])
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
		e.header.Trials = append(e.header.Trials, recording.Trial{Event: event, Name: name})
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
func (s *source) metadata(n *node, e *Epochs) error {
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
	if len(records) != len(e.header.Trials) {
		return s.malformed(t, "the table of trials has %d rows for %d epochs", len(records), len(e.header.Trials))
	}
	for i, record := range records {
		if i == 0 {
			for column := range record {
				e.header.Columns = append(e.header.Columns, column)
			}
			slices.Sort(e.header.Columns)
		}
		for _, column := range e.header.Columns {
			e.header.Trials[i].Values = append(e.header.Trials[i].Values, word(record[column]))
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
	e.mutex.RLock()
	defer e.mutex.RUnlock()
	if e.closed {
		return recording.ErrClosed
	}
	if err := e.header.Check(dst, epochs, channels); err != nil {
		return err
	}
	samples, m := e.header.Length, e.signal
	for i, epoch := range epochs {
		for j, c := range channels {
			row := dst[(i*len(channels)+j)*samples:][:samples]
			data := m.data[(epoch*m.sizes[1]+c)*samples*m.width:]
			for k := range row {
				row[k] = m.number(data[k*m.width:]) * e.cals[c]
			}
		}
	}
	return nil
}

// Close gives the file back.
func (e *Epochs) Close() error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	return e.source.close()
}
