// Package fieldtrip reads what FieldTrip, the toolbox of MATLAB, has saved of a
// recording: its raw structures of one trial as recordings, those of several
// trials, and averages over them, as epochs.
//
//	r, err := fieldtrip.Open("subject_1.mat")
//	r, err := fieldtrip.Open("subject_1.mat#data")
//
// A structure has the names of channels, trials of channels × times, and the
// times of each; hdr, grad and elec say what channels measure and where they are.
// What was done to the signal, in cfg, is not read.
//
// Units are those of hdr.chanunit, else those of sensors. Gradiometers whose
// sensors are described per cm or mm, as their positions are, keep the signal
// that the recording system wrote, in T/m: FieldTrip converts the one and not
// the other. Axial gradiometers in tesla are of the kind of magnetometers, as in
// FIF.
//
//	source   Oostenveld et al. (2011), doi:10.1155/2011/156869
package fieldtrip

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/variable"
)

// Options say what is let pass.
type Options struct {
	Strict bool // what else is a warning is an error
}

// Detect reports whether the MAT file at an address has a structure of FieldTrip.
func Detect(address string) bool {
	path, name := variable.Split(address)
	f, err := mat.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	names, err := structures(f)
	return err == nil && len(names) > 0 && (name == "" || slices.Contains(names, name))
}

// structures names the variables that look like those of FieldTrip: labels with
// signal, or what was made of signal.
func structures(f *mat.File) ([]string, error) {
	var names []string
	for _, v := range f.Variables() {
		if v.Class != mat.Struct {
			continue
		}
		in := record{path: f.Path(), name: v.Name}
		part, err := f.Find(v.Name)
		if err != nil {
			return nil, in.located("", err)
		}
		if part.Len() != 1 {
			continue
		}
		fields, err := part.Fields()
		if err != nil {
			return nil, in.located("", err)
		}
		signal := slices.ContainsFunc([]string{"trial", "avg", "individual", "powspctrm", "fourierspctrm"}, func(s string) bool { return slices.Contains(fields, s) })
		if signal && slices.Contains(fields, "label") {
			names = append(names, v.Name)
		}
	}
	return names, nil
}

// open finds the structure at an address.
func open(address string) (*mat.File, record, error) {
	path, name := variable.Split(address)
	f, err := mat.Open(path)
	if err != nil {
		return nil, record{}, err
	}
	r, err := choose(f, name)
	if err != nil {
		return nil, record{}, errors.Join(err, f.Close())
	}
	return f, r, nil
}

// choose returns the structure with the name, or the only one.
func choose(f *mat.File, name string) (record, error) {
	names, err := structures(f)
	if err != nil {
		return record{}, err
	}
	switch {
	case len(names) == 0:
		return record{}, file.Unsupported(f.Path(), -1, "format", "no structure of FieldTrip is in it: one has the fields label, time, and trial or avg")
	case name == "" && len(names) > 1:
		return record{}, file.Unsupported(f.Path(), -1, "format", "it has several structures: name one, as %s#%s; there are %s", f.Path(), names[0], strings.Join(names, ", "))
	case name == "":
		name = names[0]
	case !slices.Contains(names, name):
		return record{}, file.Unsupported(f.Path(), -1, name, "no structure of FieldTrip; those are %s", strings.Join(names, ", "))
	}
	part, err := f.Find(name)
	if err != nil {
		return record{}, err
	}
	return newRecord(f.Path(), name, part)
}

// Recording is an open structure of one trial. It implements
// recording.Recording.
type Recording struct {
	header *recording.Header
	signal *signal
}

// Open opens a recording: a raw structure with one trial, of a file that holds
// nothing else of FieldTrip, or is named after "#".
//
//	errors   *file.ParseError for what breaks the format; a structure of several
//	         trials
//	cost     that of names and positions; what the file has compressed is inflated
func Open(address string, o Options) (*Recording, error) {
	f, r, err := open(address)
	if err != nil {
		return nil, err
	}
	e, err := read(r, o)
	if err == nil && len(e.header.Trials) != 1 {
		err = file.Unsupported(r.path, -1, r.name+".trial", "%d trials are epochs and no continuous recording", len(e.header.Trials))
	}
	if err == nil && e.signal.average {
		err = file.Unsupported(r.path, -1, r.name+".avg", "an average over trials is no continuous recording")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	e.signal.file = f
	h := e.header.Header
	h.First = e.header.Trials[0].Event.At + recording.Acquired(e.header.Start)
	return &Recording{header: &h, signal: e.signal}, nil
}

// Header describes the recording.
func (r *Recording) Header() *recording.Header { return r.header }

// Read sets dst to the signal, as recording.Recording says. The first reads all
// of it into memory.
func (r *Recording) Read(dst []float64, channels []int, window recording.Window) error {
	return r.signal.gate.Through(func() error {
		if err := r.header.Check(dst, channels, window); err != nil {
			return err
		}
		return r.signal.read(dst, 0, channels, window)
	})
}

// Close gives the file back.
func (r *Recording) Close() error { return r.signal.close() }

// signal reads trials one by one and keeps the last.
type signal struct {
	file    *mat.File
	record  record      // they lie in
	field   string      // of it
	trials  []*mat.Part // channels × times; one array of trials × channels × times where it is stacked
	gains   []float64   // of the channels
	length  int
	stacked bool
	average bool

	gate   recording.Gate
	mutex  sync.Mutex // over what follows
	kept   int        // the place in trials of
	values []float64
}

// read sets dst to a window of channels of a trial.
func (s *signal) read(dst []float64, trial int, channels []int, w recording.Window) error {
	place, from := trial, 0
	if s.stacked {
		place, from = 0, trial*len(s.gains)*s.length
	}
	values, err := s.load(place)
	if err != nil {
		return err
	}
	for i, c := range channels {
		row := values[from+c*s.length:][w.From:w.To]
		for j, v := range row {
			dst[i*w.Len()+j] = v * s.gains[c]
		}
	}
	return nil
}

// load returns the numbers of a part.
func (s *signal) load(place int) ([]float64, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.values != nil && s.kept == place {
		return s.values, nil
	}
	values, err := s.record.numbers(s.field, s.trials[place])
	if err == nil {
		s.kept, s.values = place, values
	}
	return values, err
}

// close gives the file back.
func (s *signal) close() error {
	return s.gate.Shut(func() error {
		s.values = nil
		return s.file.Close()
	})
}
