package eeglab

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
)

// A set is a dataset: what is in the struct EEG, or, of newer files, lies open.
type set struct {
	path   string
	file   *mat.File
	prefix string   // of the addresses of fields: "EEG." or ""
	fields []string // that there are
	header recording.Header
	signal signal

	events  []event
	columns []string          // fields of events that are no time of theirs
	list    []recording.Trial // of a dataset of epochs

	channels, times, trials int
	start                   int // time of an epoch that is first, counted from its event
}

// Most of what there may be: of channels more than any amplifier has.
const mostChannels, mostTimes = 10000, math.MaxInt32

// Is reports whether a MAT file is a dataset of EEGLAB, or several.
func Is(path string) bool {
	f, err := mat.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	names := variables(f)
	has := func(name string) bool { return slices.Contains(names, name) }
	return has("EEG") || has("ALLEEG") || has("nbchan") && has("pnts") && has("data")
}

// variables names what is in a file.
func variables(f *mat.File) []string {
	var names []string
	for _, v := range f.Variables() {
		names = append(names, v.Name)
	}
	return names
}

// readSet reads a dataset and opens its signal.
func readSet(path string) (*set, error) {
	f, err := mat.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := &set{path: path, file: f, header: recording.Header{
		Path: path, Parts: []string{path}, Format: "EEGLAB", Highpass: math.NaN(), Lowpass: math.NaN(), Line: math.NaN(),
	}}
	for _, part := range []func() error{s.find, s.sizes, s.readChannels, s.readEvents, s.open} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// find finds where the fields are.
func (s *set) find() error {
	names := variables(s.file)
	switch {
	case slices.Contains(names, "ALLEEG"):
		return file.Unsupported(s.path, -1, "ALLEEG", "it holds several datasets: save them one by one in EEGLAB")
	case !slices.Contains(names, "EEG"):
		s.fields = names
		return nil
	}
	p, err := s.file.Find("EEG")
	if err != nil {
		return err
	}
	if p.Class() != mat.Struct || p.Len() != 1 {
		return file.Unsupported(s.path, -1, "EEG", "it is %d datasets in one %s array: save them one by one in EEGLAB", p.Len(), p.Class())
	}
	s.prefix = "EEG."
	s.fields, err = p.Fields()
	return err
}

// need finds a field that every dataset has.
func (s *set) need(field string) (*mat.Part, error) {
	if !slices.Contains(s.fields, field) {
		return nil, s.malformed(field, "the dataset has no such field: is it whole, and of EEGLAB?")
	}
	return s.file.Find(s.prefix + field)
}

// value reads a field that every dataset has.
func (s *set) value(field string) (mat.Value, error) {
	p, err := s.need(field)
	if err != nil {
		return mat.Value{}, err
	}
	return p.Read()
}

// scalar reads a field that is one number.
func (s *set) scalar(field string) (float64, error) {
	v, err := s.value(field)
	if err != nil {
		return 0, err
	}
	x := single(v)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, s.malformed(field, "it is not one number")
	}
	return x, nil
}

// whole reads a field that is a whole number from 1 to most.
func (s *set) whole(field string, most float64) (int, error) {
	x, err := s.scalar(field)
	if err != nil {
		return 0, err
	}
	if x != math.Trunc(x) || x < 1 || x > most {
		return 0, s.malformed(field, "it is %g, not a whole number from 1 to %g", x, most)
	}
	return int(x), nil
}

// text reads a field that is a text.
func (s *set) text(field string) (string, error) {
	v, err := s.value(field)
	if err != nil {
		return "", err
	}
	text, is := word(v)
	if !is {
		return "", s.malformed(field, "it is a %s array, not one text", v.Class)
	}
	return text, nil
}

// malformed is a defect in a field.
func (s *set) malformed(field, format string, args ...any) error {
	return file.Malformed(s.path, -1, s.prefix+field, format, args...)
}

// single returns the one number of a value, which may be written out; else NaN.
func single(v mat.Value) float64 {
	if text, is := word(v); is {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return math.NaN()
		}
		return x
	}
	if look := number(v); look != nil && v.Len() == 1 {
		return look(0)
	}
	return math.NaN()
}

// word returns the one row of a text without blanks around it; of no row, "".
func word(v mat.Value) (string, bool) {
	if v.Class != mat.Char || len(v.Text) > 1 {
		return "", false
	}
	return strings.TrimSpace(strings.Join(v.Text, "")), true
}

// sizes reads how many channels, times and epochs there are.
func (s *set) sizes() (err error) {
	if s.channels, err = s.whole("nbchan", mostChannels); err != nil {
		return err
	}
	if s.times, err = s.whole("pnts", mostTimes); err != nil {
		return err
	}
	if s.trials, err = s.whole("trials", mostTimes); err != nil {
		return err
	}
	if s.header.Rate, err = s.scalar("srate"); err != nil {
		return err
	}
	if !(s.header.Rate > 0) {
		return s.malformed("srate", "%g samples per second", s.header.Rate)
	}
	begin, err := s.scalar("xmin")
	if err != nil {
		return err
	}
	start := math.RoundToEven(begin * s.header.Rate)
	if math.Abs(start) > mostTimes || float64(s.times)*float64(s.trials) > mostTimes {
		return s.malformed("pnts", "%d times × %d epochs from %g s on are too many", s.times, s.trials, begin)
	}
	s.start, s.header.Length = int(start), s.times
	return nil
}
