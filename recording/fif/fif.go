// Package fif reads and writes the files of Neuromag systems and of MNE.
//
// A file is a list of tags, each with a kind and a type, in blocks that lie in
// each other. A recording may go on in further files, as one can address 2 GB
// only: Open follows them.
//
// Numbers of the format (kinds, types, structures) follow its public description
// by Hämäläinen (MNE manual, appendix) and what files of MaxFilter and MNE hold.
package fif

import (
	"errors"
	"sort"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// Options say what is let pass.
type Options struct {
	Strict   bool // what else is a warning, such as a file that was cut, is an error
	Shielded bool // read what active shielding has left uncorrected, which means little by itself
}

// Raw is a continuous recording. It implements recording.Recording.
type Raw struct {
	header  *recording.Header
	gains   []float64
	sources sources
	buffers []buffer
	gate    recording.Gate
}

// A buffer is a stretch of samples that lie together in a file.
type buffer struct {
	from   recording.Stored
	length int
	source *source
	data   tag // of size 0 for a gap
}

// end returns the first sample behind the buffer.
func (b buffer) end() recording.Stored { return b.from + recording.Stored(b.length) }

// Open opens a recording and the files in which it goes on.
//
//	errors   *file.ParseError for what breaks the format; a part that is not
//	         there, or does not go on where the last one ended
func Open(path string, o Options) (*Raw, error) {
	r := &Raw{}
	if err := r.open(path, o); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// open reads the parts one after the other.
func (r *Raw) open(path string, o Options) error {
	err := r.sources.follow(path, func(s *source) (next string, err error) {
		p, err := s.part(o)
		if err != nil {
			return "", err
		}
		return p.next, r.append(p, s)
	})
	if err != nil {
		return err
	}
	return r.header.Valid()
}

// append adds a part to the recording.
func (r *Raw) append(p *part, s *source) error {
	if r.header == nil {
		r.header, r.gains = &p.header, p.gains
	} else if err := r.follows(p); err != nil {
		return err
	} else {
		r.header.Parts = append(r.header.Parts, s.path)
		for _, a := range p.header.Annotations {
			a.Onset += float64(r.header.Length) / r.header.Rate
			r.header.Annotations = append(r.header.Annotations, a)
		}
	}
	for _, b := range p.buffers {
		b.from += recording.Stored(r.header.Length)
		r.buffers = append(r.buffers, b)
	}
	r.header.Length += p.length
	r.header.Warnings = append(r.header.Warnings, s.warnings...)
	return nil
}

// follows returns an error unless the part goes on where the recording ends.
func (r *Raw) follows(p *part) error {
	h, next := r.header, &p.header
	if err := sameChannels(h, next, r.gains, p.gains); err != nil {
		return err
	}
	if want := h.Acquired(recording.Stored(h.Length)); next.First != want {
		return file.Malformed(next.Path, -1, "", "it begins with sample %d, but the part before it ends before %d", next.First, want)
	}
	return nil
}

// sameChannels returns an error unless a part has the channels, gains and rate of
// the first.
func sameChannels(first, next *recording.Header, gains, more []float64) error {
	if next.Rate != first.Rate || len(next.Channels) != len(first.Channels) {
		return file.Malformed(next.Path, -1, "", "%d channels at %g Hz, but the part before it, %s, has %d at %g Hz",
			len(next.Channels), next.Rate, first.Path, len(first.Channels), first.Rate)
	}
	for i, c := range next.Channels {
		if c.Name != first.Channels[i].Name || more[i] != gains[i] {
			return file.Malformed(next.Path, -1, "", "channel %d is %q with gain %g, but in the part before it %q with %g",
				i+1, c.Name, more[i], first.Channels[i].Name, gains[i])
		}
	}
	return nil
}

// Header describes the recording.
func (r *Raw) Header() *recording.Header { return r.header }

// Read sets dst to the signal, as recording.Recording says.
func (r *Raw) Read(dst []float64, channels []int, window recording.Window) error {
	return r.gate.Through(func() error {
		if err := r.header.Check(dst, channels, window); err != nil {
			return err
		}
		r.read(dst, channels, window)
		return nil
	})
}

// read decodes the buffers that the window lies in.
func (r *Raw) read(dst []float64, channels []int, window recording.Window) {
	first := sort.Search(len(r.buffers), func(i int) bool { return r.buffers[i].end() > window.From })
	for _, b := range r.buffers[first:] {
		if b.from >= window.To {
			break
		}
		r.decode(dst, channels, window, b)
	}
}

// decode writes what a buffer has of the window to its place in dst.
func (r *Raw) decode(dst []float64, channels []int, window recording.Window, b buffer) {
	from, to := max(window.From, b.from), min(window.To, b.end())
	rows := make([][]float64, len(channels))
	for i := range rows {
		rows[i] = dst[i*window.Len()+int(from-window.From):][:to-from]
	}
	if b.data.size == 0 {
		for _, row := range rows {
			clear(row)
		}
		return
	}
	_, width := filler(b.data.form & formMask)
	stride := width * len(r.header.Channels)
	p := pieces{rows: rows, channels: channels, gains: r.gains, stride: stride}
	p.decode(b.source.bytes(b.data)[int(from-b.from)*stride:], b.data.form&formMask)
}

// Close gives the files back.
func (r *Raw) Close() error { return r.gate.Shut(r.sources.close) }

// defect is one of the file as a whole.
func (s *source) defect(format string, args ...any) error {
	return file.Malformed(s.path, -1, "", format, args...)
}
