package fif

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// channelBytes is the structure of a channel with a range and a calibration.
func channelBytes(c recording.Channel, scale, cal float64) []byte {
	data := encodeChannel(0, c)
	copy(data[12:], singles(scale, cal))
	return data
}

// A madeFile is put together tag by tag.
type madeFile struct {
	rate  float64
	info  func(e *encoder) // what else measurement information has
	kind  block            // of the signal; 0: rawData
	tags  func(e *encoder) // of the signal
	count int32            // of channels; 0: 2
}

// bytes returns a file of two channels, the second with a negative calibration.
func (f madeFile) bytes(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	e := newEncoder(&b)
	if f.kind == 0 {
		f.kind = rawData
	}
	if f.count == 0 {
		f.count = 2
	}
	err := e.file(func() {
		e.block(measurement, func() {
			e.block(measurementInfo, func() {
				e.int(channelCount, f.count)
				if f.rate != 0 {
					e.float(samplingRate, f.rate)
				}
				e.tag(channelInfo, formChannel, channelBytes(recording.Channel{Name: "MEG0111", Kind: recording.Magnetometer, Unit: "T"}, 2, .25))
				e.tag(channelInfo, formChannel, channelBytes(recording.Channel{Name: "EEG001", Kind: recording.EEG, Unit: "V"}, .5, -4))
				if f.info != nil {
					f.info(e)
				}
			})
			e.block(f.kind, func() { f.tags(e) })
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// saved writes bytes to a file and returns its path.
func saved(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.fif")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// short are numbers of two bytes.
func short(numbers ...int16) []byte {
	var data []byte
	for _, n := range numbers {
		data = binary.BigEndian.AppendUint16(data, uint16(n))
	}
	return data
}

// Buffers of every type, one after the other, are multiplied by range and
// calibration.
func TestBuffersOfEveryType(t *testing.T) {
	data := madeFile{rate: 100, tags: func(e *encoder) {
		e.int(firstIndex, 7)
		e.tag(dataBuffer, formDAU, short(1, -1, 2, 3))
		e.tag(dataBuffer, formInt16, short(-32768, 32767))
		e.tag(dataBuffer, formDAU13, short(5, 6))
		e.tag(dataBuffer, formDAU14, short(7, 8))
		e.tag(dataBuffer, formInt32, words(1<<30, -9))
		e.tag(dataBuffer, formFloat32, singles(.25, -.5))
		e.tag(dataBuffer, formFloat64, doubles([]float64{1e-20, math.Pi}))
	}}.bytes(t)
	r, err := Open(saved(t, data), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if h := r.Header(); h.First != 7 || h.Length != 8 || h.Channels[0].Unit != "T" || h.Channels[1].Kind != recording.EEG {
		t.Errorf("%+v", h)
	}
	want := []float64{1, 2, -32768, 5, 7, 1 << 30, .25, 1e-20, -1, 3, 32767, 6, 8, -9, -.5, math.Pi}
	for i := range want {
		want[i] *= []float64{.5, -2}[i/8]
	}
	if diff := cmp.Diff(want, contents(t, r)); diff != "" {
		t.Error(diff)
	}
}

// Gaps at the beginning move the first sample, in the middle they are zeros that
// are marked as bad.
func TestSkips(t *testing.T) {
	two := func(e *encoder) { e.tag(dataBuffer, formDAU, short(1, 1, 2, 2)) }
	bad := func(onset, duration float64) []recording.Annotation {
		return []recording.Annotation{{Onset: onset, Duration: duration, Text: "BAD_ACQ_SKIP"}}
	}
	for name, c := range map[string]struct {
		tags     func(e *encoder)
		first    recording.Acquired
		signal   []float64 // of the first channel
		gaps     []recording.Annotation
		warnings int
	}{
		"none":                {func(e *encoder) { two(e); two(e) }, 0, []float64{1, 2, 1, 2}, nil, 0},
		"buffers before":      {func(e *encoder) { e.int(firstIndex, 100); e.int(dataSkip, 3); two(e) }, 106, []float64{1, 2}, nil, 0},
		"buffers between":     {func(e *encoder) { two(e); e.int(dataSkip, 2); two(e) }, 0, []float64{1, 2, 0, 0, 0, 0, 1, 2}, bad(.02, .04), 0},
		"times between":       {func(e *encoder) { two(e); e.int(dataSkipTimes, 1); two(e) }, 0, []float64{1, 2, 0, 1, 2}, bad(.02, .01), 0},
		"times before":        {func(e *encoder) { e.int(dataSkipTimes, 5); two(e) }, 5, []float64{1, 2}, nil, 0},
		"an empty buffer":     {func(e *encoder) { two(e); e.tag(dataBuffer, 0, nil); two(e) }, 0, []float64{1, 2, 0, 0, 1, 2}, bad(.02, .02), 1},
		"an unknown tag":      {func(e *encoder) { two(e); e.int(9999, 1) }, 0, []float64{1, 2}, nil, 0},
		"continuous, of old":  {func(e *encoder) { two(e) }, 0, []float64{1, 2}, nil, 0},
		"shielded, if wanted": {func(e *encoder) { two(e) }, 0, []float64{1, 2}, nil, 0},
	} {
		kind := map[string]block{"continuous, of old": continuousData, "shielded, if wanted": shieldedData}[name]
		r, err := Open(saved(t, madeFile{rate: 100, kind: kind, tags: c.tags}.bytes(t)), Options{Shielded: true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h := r.Header()
		for i := range c.signal {
			c.signal[i] *= .5
		}
		if diff := cmp.Diff(c.signal, contents(t, r)[:h.Length]); diff != "" || h.First != c.first || len(h.Warnings) != c.warnings {
			t.Errorf("%s: first %d, warnings %q, %s", name, h.First, h.Warnings, diff)
		}
		if diff := cmp.Diff(c.gaps, h.Annotations, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		r.Close()
	}
}

// withDirectory adds a directory of all tags behind a file, and a pointer to it.
func withDirectory(t *testing.T, data []byte) []byte {
	t.Helper()
	s := &source{path: "x", data: data}
	if err := s.scan(); err != nil {
		t.Fatal(err)
	}
	out := slices.Clone(data)
	copy(out[2*headerSize+idSize:], words(int32(len(data))))
	out = append(out, words(int32(directory), 32, int32(headerSize*len(s.tags)), -1)...)
	for _, tag := range s.tags {
		if tag.kind == directoryPointer {
			tag.at = headerSize + idSize + headerSize
		}
		out = append(out, words(int32(tag.kind), int32(tag.form), int32(tag.size), int32(tag.at-headerSize))...)
	}
	return out
}

// A directory is used where it holds; where it does not, tags are read one after
// the other, with a warning.
func TestDirectories(t *testing.T) {
	plain := madeFile{rate: 100, tags: func(e *encoder) { e.tag(dataBuffer, formDAU, short(1, 2, 3, 4)) }}.bytes(t)
	listed := withDirectory(t, plain)
	const pointer = 2*headerSize + idSize
	pointing := func(data []byte, to int) []byte {
		out := slices.Clone(data)
		copy(out[pointer:], words(int32(to)))
		return out
	}
	wrong := slices.Clone(listed)
	copy(wrong[len(wrong)-headerSize:], words(int32(dataBuffer)))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"none":         {plain, ""},
		"one":          {listed, ""},
		"past the end": {pointing(plain, 1<<30), "is not there"},
		"elsewhere":    {pointing(plain, headerSize), "is not there"},
		"wrong":        {wrong, "does not agree with its tags"},
	} {
		r, err := Open(saved(t, c.data), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if said := strings.Join(r.Header().Warnings, "; "); c.want == "" && said != "" || !strings.Contains(said, c.want) {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
		if got := contents(t, r); !slices.Equal(got, []float64{.5, 1.5, -4, -8}) {
			t.Errorf("%s: %v", name, got)
		}
		r.Close()
	}
}

// What no recording can be is an error that says so.
func TestRefuses(t *testing.T) {
	good := func(e *encoder) { e.tag(dataBuffer, formDAU, short(1, 2)) }
	for want, f := range map[string]madeFile{
		"no sampling rate":             {tags: good},
		"it is -1":                     {rate: -1, tags: good},
		"it is 3, but 2 channels":      {rate: 1, count: 3, tags: good},
		"active shielding":             {rate: 1, kind: shieldedData, tags: good},
		"but epochs":                   {rate: 1, kind: epochs, tags: good},
		"are no samples of 2 channels": {rate: 1, tags: func(e *encoder) { e.tag(dataBuffer, formDAU, short(1, 2, 3)) }},
		"samples of type 10":           {rate: 1, tags: func(e *encoder) { e.tag(dataBuffer, formString, short(1, 2)) }},
		"complex":                      {rate: 1, tags: func(e *encoder) { e.tag(dataBuffer, formComplex64, make([]byte, 16)) }},
		"it is -2":                     {rate: 1, tags: func(e *encoder) { e.int(dataSkip, -2); good(e) }},
		"more samples than the format": {rate: 1, tags: func(e *encoder) {
			good(e)
			e.int(dataSkipTimes, math.MaxInt32)
			e.int(dataSkipTimes, math.MaxInt32)
			good(e)
		}},
		`both named "MEG0111"`: {rate: 1, count: 3, info: func(e *encoder) {
			e.tag(channelInfo, formChannel, channelBytes(recording.Channel{Name: "MEG0111"}, 1, 1))
		}, tags: func(e *encoder) { e.tag(dataBuffer, formDAU, short(1, 2, 3)) }},
		"2 blocks of measurement information": {rate: 1, tags: func(e *encoder) { e.block(measurementInfo, func() {}); good(e) }},
		"block 102 is closed by 105":          {rate: 1, tags: func(e *encoder) { good(e); e.int(blockEnd, 105) }},
		"vectors of 3 numbers for 2 channels": {rate: 1, tags: good, info: func(e *encoder) {
			e.block(projection, func() {
				e.names(projectionNames, []string{"a", "b"})
				e.tag(projectionVectors, dense|formFloat32, append(singles(1, 2, 3), words(3, 1, 2)...))
			})
		}},
		"a matrix of [2 2] numbers of 4 bytes": {rate: 1, tags: good, info: func(e *encoder) {
			e.block(projection, func() {
				e.names(projectionNames, []string{"a", "b"})
				e.tag(projectionVectors, dense|formFloat32, append(singles(1, 2, 3), words(2, 2, 2)...))
			})
		}},
		"goes on in another file, which is not": {rate: 1, tags: func(e *encoder) { good(e); e.goesOn("x.fif", 1) }},
		"signal space separation of order 101":  {rate: 1, tags: good, info: func(e *encoder) { e.block(sssInfo, func() { e.int(sssOrder, 101) }) }},
		"blocks lie in each other more than": {rate: 1, tags: func(e *encoder) {
			for range 100 {
				e.int(blockStart, 1)
			}
		}},
	} {
		_, err := Open(saved(t, f.bytes(t)), Options{})
		if !errors.Is(err, file.ErrMalformed) && !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	loop := madeFile{rate: 1, tags: good}.bytes(t)
	copy(loop[headerSize+idSize+12:], words(4)) // the second tag says that the next begins within the first
	if _, err := Open(saved(t, loop), Options{}); err == nil || !strings.Contains(err.Error(), "which has been read") {
		t.Errorf("a loop: %v", err)
	}
}
