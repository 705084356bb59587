package fif

import (
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// A part is what one file has of a recording.
type part struct {
	info
	buffers []buffer
	length  int
	next    string // path of the file in which the recording goes on
}

// part reads the header of one file and finds its buffers.
func (s *source) part(o Options) (*part, error) {
	root, err := s.tree()
	if err != nil {
		return nil, err
	}
	in, err := s.info(root)
	if err != nil {
		return nil, err
	}
	p := &part{info: *in}
	raw := root.first(rawData, continuousData, shieldedData)
	switch {
	case raw == nil:
		return nil, s.defect("it has no continuous signal%s", s.insteadOf(root))
	case raw.kind == shieldedData && !o.Shielded:
		return nil, file.Unsupported(s.path, -1, "", "it was recorded with active shielding, which has to be corrected first, as by MaxFilter")
	}
	if err := s.buffers(raw, p); err != nil {
		return nil, err
	}
	if err := s.annotations(root, p); err != nil {
		return nil, err
	}
	if p.next, err = s.next(root); err != nil {
		return nil, err
	}
	if o.Strict && len(s.warnings) > 0 {
		return nil, s.defect("%s", strings.Join(s.warnings, "; "))
	}
	return p, nil
}

// insteadOf says what a file holds that has no continuous signal.
func (s *source) insteadOf(root *node) string {
	for b, what := range map[block]string{373: "epochs", 122: "epochs", 104: "averages", 355: "a covariance", components: "components"} {
		if root.first(b) != nil {
			return fmt.Sprintf(", but %s", what)
		}
	}
	return ""
}

// buffers finds the samples. Gaps are counted in buffers of the length before
// them, or after them at the start, where they only move the first sample.
func (s *source) buffers(raw *node, p *part) error {
	skipped, last := 0, 0 // samples not stored since the last buffer, and its length
	pending := 0          // buffers to skip, before the first
	for _, t := range raw.tags {
		switch t.kind {
		case firstIndex, dataSkip, dataSkipTimes:
			n, err := s.int(t)
			if err != nil {
				return err
			}
			if n < 0 && t.kind != firstIndex {
				return s.malformed(t, "it is %d", n)
			}
			switch {
			case t.kind == firstIndex:
				p.header.First = recording.Acquired(n)
			case t.kind == dataSkipTimes:
				skipped += n
			case p.length == 0:
				pending += n
			default:
				skipped += n * last
			}
			if p.length+skipped > math.MaxInt32 || pending > math.MaxInt32 {
				return s.malformed(t, "with it the recording has more samples than the format can count")
			}
		case dataBuffer:
			n, err := s.lengthOf(t, p)
			if err != nil {
				return err
			}
			if n == 0 {
				n = last
				s.warn("a buffer of samples at byte %d is empty: it is read as %d samples of 0", t.at, n)
				skipped += n
				continue
			}
			if p.length == 0 {
				p.header.First += recording.Acquired(pending*n + skipped)
				skipped = 0
			}
			p.gap(&skipped)
			p.add(buffer{length: n, source: s, data: t})
			last = n
		}
	}
	p.gap(&skipped)
	if s.cut.kind == dataBuffer {
		n, err := s.lengthOf(s.cut, p)
		s.warn("the last buffer is not whole in the file: its %d samples are left out", n)
		return err
	}
	return nil
}

// add appends a buffer.
func (p *part) add(b buffer) {
	b.from = recording.Stored(p.length)
	p.buffers = append(p.buffers, b)
	p.length += b.length
}

// gap appends samples that were not stored, and says so.
func (p *part) gap(missing *int) {
	if *missing == 0 {
		return
	}
	p.header.Annotations = append(p.header.Annotations, recording.Annotation{
		Onset: float64(p.length) / p.header.Rate, Duration: float64(*missing) / p.header.Rate, Text: "BAD_ACQ_SKIP",
	})
	p.add(buffer{length: *missing})
	*missing = 0
}

// samplesOf returns the number of samples in a buffer.
func (s *source) lengthOf(t tag, p *part) (int, error) {
	form := t.form & formMask
	if t.size == 0 || form == 0 {
		return 0, nil
	}
	_, width := filler(form)
	switch {
	case form == formComplex64 || form == formComplex128:
		return 0, file.Unsupported(s.path, t.at, t.kind.String(), "samples are complex numbers")
	case width == 0:
		return 0, s.malformed(t, "samples of type %d", form)
	}
	one := int64(width * len(p.header.Channels))
	if one == 0 || t.size%one != 0 {
		return 0, s.malformed(t, "its %d bytes are no samples of %d channels of %d bytes", t.size, len(p.header.Channels), width)
	}
	return int(t.size / one), nil
}

// annotations reads what was noted about stretches of the signal. Onsets count
// from a date of their own, where they have one, else from the first sample.
func (s *source) annotations(root *node, p *part) error {
	for _, b := range root.find(annotations) {
		starts, found := b.tag(rangeStart)
		ends, closed := b.tag(rangeEnd)
		words, named := b.tag(comment)
		if !found || !closed || !named {
			continue // none
		}
		onsets, err := s.floats(starts)
		if err != nil {
			return err
		}
		until, err := s.floats(ends)
		if err != nil {
			return err
		}
		texts, err := s.names(words)
		if err != nil {
			return err
		}
		if len(onsets) != len(until) || len(onsets) != len(texts) {
			return s.malformed(starts, "%d onsets, %d ends and %d texts", len(onsets), len(until), len(texts))
		}
		shift := 0.0
		if t, found := b.tag(measured); found && !p.header.Measured.IsZero() {
			if from := s.date(t); !from.IsZero() {
				shift = p.header.Measured.Sub(from).Seconds() + float64(p.header.First)/p.header.Rate
			}
		}
		for i, text := range texts {
			p.header.Annotations = append(p.header.Annotations, recording.Annotation{
				Onset: onsets[i] - shift, Duration: until[i] - onsets[i], Text: text,
			})
		}
	}
	return nil
}

// next returns the path of the file in which the recording goes on, "" if it
// ends here.
//
//	errors   a file that is not there, with the names that were tried
func (s *source) next(root *node) (string, error) {
	const goesOn = 2
	for _, b := range root.find(reference) {
		role, found := b.tag(referenceRole)
		if !found {
			continue
		}
		if r, err := s.int(role); err != nil || r != goesOn {
			continue
		}
		var tried []string
		if t, found := b.tag(referenceName); found {
			name, err := s.text(t)
			if err != nil {
				return "", err
			}
			tried = append(tried, filepath.Base(name))
		}
		number := 0
		if t, found := b.tag(referenceNumber); found {
			n, err := s.int(t)
			if err != nil {
				return "", err
			}
			number = n
		}
		tried = append(tried, partNames(filepath.Base(s.path), number)...)
		for _, name := range tried {
			if path := filepath.Join(filepath.Dir(s.path), name); exists(path) && path != s.path {
				return path, nil
			}
		}
		return "", s.defect("the recording goes on in another file, which is not beside it (tried: %s)", strings.Join(slices.Compact(tried), ", "))
	}
	return "", nil
}

var (
	split = regexp.MustCompile(`_split-(\d+)_`)
	piece = regexp.MustCompile(`-(\d+)\.fif`)
)

// partNames returns how the next part of a renamed file may be called: name-1.fif
// after name.fif, or split-02 after split-01.
func partNames(name string, number int) []string {
	var names []string
	if m := split.FindStringSubmatchIndex(name); m != nil {
		n, _ := strconv.Atoi(name[m[2]:m[3]])
		names = append(names, fmt.Sprintf("%s%0*d%s", name[:m[2]], m[3]-m[2], n+1, name[m[3]:]))
	}
	stem, ending := strings.TrimSuffix(name, ".gz"), ""
	if stem != name {
		ending = ".gz"
	}
	if m := piece.FindStringSubmatchIndex(stem); m != nil {
		n, _ := strconv.Atoi(stem[m[2]:m[3]])
		return append(names, fmt.Sprintf("%s%d.fif%s", stem[:m[2]], n+1, ending))
	}
	return append(names, fmt.Sprintf("%s-%d.fif%s", strings.TrimSuffix(stem, ".fif"), max(number, 1), ending))
}
