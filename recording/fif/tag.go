package fif

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/klauspost/compress/gzip"

	"github.com/isocortex/isocortex/file"
)

// headerSize is the number of bytes before the data of a tag.
const headerSize = 16

// A tag is one piece of a file: a few numbers, a text, a buffer of samples.
type tag struct {
	kind kind
	form uint32 // type of the data, and flags of matrices
	at   int64  // of the data
	size int64  // bytes of data
}

// A source is a file with its tags.
type source struct {
	path     string
	data     []byte
	mapping  *file.Mapping // nil for what was compressed
	tags     []tag
	cut      tag // the last, if the file ends before its data do
	warnings []string
	short    bool // the file ends before what it holds does
}

// largest is the largest file that the format can address.
const largest = math.MaxInt32

// open maps the file, or inflates it, and finds its tags.
func open(path string) (*source, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	s := &source{path: path, data: mapping.Bytes, mapping: mapping}
	if bytes.HasPrefix(s.data, []byte{0x1f, 0x8b}) {
		s.data, err = inflate(path, s.data)
		s.mapping = nil
		mapping.Close()
	}
	if err == nil {
		err = s.scan()
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// inflate returns the content of a compressed file.
func inflate(path string, data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, file.Malformed(path, 0, "gzip", "%v", err)
	}
	whole, err := io.ReadAll(io.LimitReader(r, largest+1))
	if err != nil {
		return nil, file.Malformed(path, int64(len(whole)), "gzip", "inflated to that byte: %v", err)
	}
	if len(whole) > largest {
		return nil, file.Malformed(path, largest, "gzip", "it inflates to more than a FIF file can be")
	}
	return whole, nil
}

func (s *source) close() error {
	if s.mapping == nil {
		return nil
	}
	return s.mapping.Close()
}

// sources are files of which each goes on in the next.
type sources []*source

// follow opens the files from a path on; read returns the path of the next.
func (list *sources) follow(path string, read func(*source) (next string, err error)) error {
	for path != "" {
		if slices.ContainsFunc(*list, func(s *source) bool { return s.path == path }) {
			return file.Malformed(path, -1, "", "what is in it is said to go on in a file that has been read")
		}
		s, err := open(path)
		if err != nil {
			return err
		}
		*list = append(*list, s)
		if path, err = read(s); err != nil {
			return err
		}
	}
	return nil
}

// close gives all files back.
func (list sources) close() error {
	var problems []error
	for _, s := range list {
		problems = append(problems, s.close())
	}
	return errors.Join(problems...)
}

// malformed is a defect at a tag.
func (s *source) malformed(t tag, format string, args ...any) error {
	return file.Malformed(s.path, t.at, t.kind.String(), format, args...)
}

func (s *source) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// ends warns that the file ends too early.
func (s *source) ends(format string, args ...any) {
	s.short = true
	s.warn(format, args...)
}

// Is reports whether data begins as FIF files do: with a file identifier.
func Is(data []byte) bool {
	return len(data) >= headerSize && binary.BigEndian.Uint32(data) == uint32(fileID) &&
		binary.BigEndian.Uint32(data[4:]) == formID && binary.BigEndian.Uint32(data[8:]) == idSize
}

// scan finds the tags: by the directory where the file has one that holds, else
// one after the other.
func (s *source) scan() error {
	if !Is(s.data) {
		return file.Malformed(s.path, 0, "file identifier", "this is no FIF file")
	}
	if s.directory() {
		return nil
	}
	s.tags = nil
	return s.walk()
}

// header returns the tag whose header begins at the position, and the position
// of the next that it names. The data may lie outside the file.
func (s *source) header(at int64) (t tag, next int32, err error) {
	if at < 0 || at+headerSize > int64(len(s.data)) {
		return t, 0, file.Malformed(s.path, at, "tag", "its header is not in the file, which has %d bytes", len(s.data))
	}
	h := s.data[at:]
	size := int32(binary.BigEndian.Uint32(h[8:]))
	t = tag{
		kind: kind(binary.BigEndian.Uint32(h)),
		form: binary.BigEndian.Uint32(h[4:]),
		at:   at + headerSize,
		size: int64(size),
	}
	if size < 0 {
		return t, 0, s.malformed(t, "its size is %d", size)
	}
	return t, int32(binary.BigEndian.Uint32(h[12:])), nil
}

// directory reads the list of tags that the second tag points to. It reports
// whether there is one that agrees with the tags.
func (s *source) directory() bool {
	pointer, _, err := s.header(headerSize + idSize)
	if err != nil || pointer.kind != directoryPointer || pointer.size != 4 || !s.holds(pointer) {
		return false
	}
	at := int64(int32(binary.BigEndian.Uint32(s.bytes(pointer))))
	if at <= 0 {
		return false
	}
	list, _, err := s.header(at)
	if err != nil || list.kind != directory || list.size%headerSize != 0 || !s.holds(list) {
		s.warn("the directory of the file, said to be at byte %d, is not there: the tags are read one after the other", at)
		return false
	}
	for entries := s.bytes(list); len(entries) > 0; entries = entries[headerSize:] {
		if !s.entry(entries) {
			s.warn("the directory of the file does not agree with its tags, which are read one after the other")
			return false
		}
	}
	return len(s.tags) > 0
}

// entry takes one entry of the directory, if it agrees with the tag.
func (s *source) entry(e []byte) bool {
	t, _, err := s.header(int64(int32(binary.BigEndian.Uint32(e[12:]))))
	if err != nil || !s.holds(t) || t.kind != kind(binary.BigEndian.Uint32(e)) ||
		t.form != binary.BigEndian.Uint32(e[4:]) || t.size != int64(int32(binary.BigEndian.Uint32(e[8:]))) {
		return false
	}
	s.tags = append(s.tags, t)
	return true
}

// walk follows the tags from the first.
func (s *source) walk() error {
	const follows, last = 0, -1
	end := int64(len(s.data))
	for at := int64(0); at < end; {
		if end-at < headerSize {
			s.ends("the file ends within the header of a tag, at byte %d", at)
			return nil
		}
		t, next, err := s.header(at)
		if err != nil {
			return err
		}
		if !s.holds(t) {
			s.cut = t
			s.ends("the file ends %d bytes before its last tag does, %v at byte %d", t.at+t.size-end, t.kind, at)
			return nil
		}
		s.tags = append(s.tags, t)
		switch {
		case next == last:
			return nil
		case next == follows:
			at = t.at + t.size
		case int64(next) <= at:
			return s.malformed(t, "the next tag is said to be at byte %d, which has been read", next)
		default:
			at = int64(next)
		}
	}
	return nil
}

// holds reports whether the data of the tag are in the file.
func (s *source) holds(t tag) bool { return t.at+t.size <= int64(len(s.data)) }

// bytes returns the data of a tag that the source holds.
func (s *source) bytes(t tag) []byte { return s.data[t.at : t.at+t.size : t.at+t.size] }

// exists reports whether there is a file.
func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
