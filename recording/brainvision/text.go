package brainvision

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
)

// mostText is more bytes than any header or marker file has: days of markers.
const mostText = 1 << 28

// A text is a file of sections that hold keys with values.
type text struct {
	path     string
	entries  []entry
	sections map[string]bool // in small letters
	comment  []string        // lines of the last section, which is free text
	warnings []string
}

// An entry is a line with a key and its value.
type entry struct {
	section, key string // in small letters
	name         string // the key as it is written
	value        string
	line         int   // counted from 1
	at           int64 // first byte of the line
}

// Is reports whether data begins as a header of BrainVision does.
func Is(data []byte) bool { return begins(data, "Header") }

// starts are the first lines of headers and markers: those of Recorder, of
// Analyzer ("Data Exchange"), of V-Amp, of the core format.
var starts = map[string]*regexp.Regexp{
	"Header": regexp.MustCompile(`^Brain ?Vision( Core| V-Amp)?( Data)?( Exchange)? Header File`),
	"Marker": regexp.MustCompile(`^Brain ?Vision( Core| V-Amp)?( Data)?( Exchange)? Marker File`),
}

// byteOrderMark is how editors of Windows begin files of UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

// begins reports whether data begins as a file of the kind does.
func begins(data []byte, kind string) bool {
	return starts[kind].Match(bytes.TrimPrefix(data[:min(len(data), 256)], byteOrderMark))
}

// readText reads a file of the kind: Header or Marker.
//
//	errors   *file.ParseError for a file of something else, and for a line that is
//	         none of a section, a comment, a key
func readText(path, kind string) (*text, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > mostText {
		return nil, file.Malformed(path, 0, "size", "%d bytes are no text of BrainVision", info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseText(path, kind, data)
}

// parseText reads the bytes of a file.
func parseText(path, kind string, data []byte) (*text, error) {
	if !begins(data, kind) {
		return nil, file.Malformed(path, 0, "first line", "%.40q does not begin a %s file of BrainVision", firstLine(data), strings.ToLower(kind))
	}
	t := &text{path: path, sections: map[string]bool{}}
	decode := t.codepage(data)
	section, at := "", int64(0)
	for number, line := range bytes.Split(data, []byte("\n")) {
		e := entry{section: section, line: number + 1, at: at}
		at += int64(len(line)) + 1
		words := strings.TrimSpace(decode(line))
		switch {
		case section == "comment":
			t.comment = append(t.comment, words)
		case number == 0 || words == "" || words[0] == ';':
		case words[0] == '[':
			section = strings.ToLower(strings.Trim(words, "[]"))
			t.sections[section] = true
		default:
			key, value, found := strings.Cut(words, "=")
			if !found && understood(section) {
				return nil, t.malformed(e, "%.60q is neither a section nor a key with a value", words)
			}
			e.name, e.value = strings.TrimSpace(key), strings.TrimSpace(value)
			e.key = strings.ToLower(e.name)
			t.entries = append(t.entries, e)
			switch {
			case at <= int64(len(data)): // it ends
			case section == "channel infos": // whose units may have lost letters
				return nil, t.malformed(e, "the line does not end: the file has been cut; if it is whole, add the end")
			default:
				t.warn("%s: the last line does not end: the file may have been cut", path)
			}
		}
	}
	return t, nil
}

// understood reports whether a section is one whose lines are read; "" is before
// the first.
func understood(section string) bool {
	switch section {
	case "", "common infos", "binary infos", "ascii infos", "channel infos", "coordinates", "marker infos":
		return true
	}
	return false
}

// firstLine returns the first line of data.
func firstLine(data []byte) []byte {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return line
}

var codepage = regexp.MustCompile(`(?im)^\s*Codepage\s*=\s*(\S+)`)

// codepage returns how bytes become letters: as the file says, else as UTF-8 if
// it is that, else as Windows does.
func (t *text) codepage(data []byte) func(line []byte) string {
	name := ""
	if m := codepage.FindSubmatch(data); m != nil {
		name = strings.ToUpper(string(m[1]))
	}
	switch valid := utf8.Valid(data); {
	case name == "ANSI":
		return windows
	case !valid && name == "UTF-8":
		t.warn("%s says that it is UTF-8 and is not: it is read as Windows writes text", t.path)
		return windows
	case !valid:
		return windows
	}
	return func(line []byte) string { return string(line) }
}

// high are the letters of bytes 80 to 9f of code page 1252; the others are those
// of Unicode.
var high = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}

// windows returns the letters of bytes in code page 1252.
func windows(line []byte) string {
	letters := make([]rune, len(line))
	for i, b := range line {
		letters[i] = rune(b)
		if b >= 0x80 && b < 0xa0 {
			letters[i] = high[b-0x80]
		}
	}
	return string(letters)
}

// get returns the entry of a key; its line is 0 where there is none.
func (t *text) get(section, key string) entry {
	section, name := strings.ToLower(section), strings.ToLower(key)
	for _, e := range t.entries {
		if e.section == section && e.key == name {
			return e
		}
	}
	return entry{section: section, key: name, name: key, at: -1}
}

// need returns the entry of a key that has to be there.
func (t *text) need(section, key string) (entry, error) {
	if !t.sections[strings.ToLower(section)] {
		return entry{}, file.Malformed(t.path, -1, "["+section+"]", "there is no such section")
	}
	e := t.get(section, key)
	if e.value == "" {
		return e, file.Malformed(t.path, e.at, key, "section [%s] does not say it", section)
	}
	return e, nil
}

// choice returns which of the words a key has that has to be there.
func (t *text) choice(section, key string, words ...string) (string, error) {
	e, err := t.need(section, key)
	if err != nil {
		return "", err
	}
	for _, word := range words {
		if strings.EqualFold(e.value, word) {
			return word, nil
		}
	}
	return "", file.Unsupported(t.path, e.at, e.name, "line %d: %q; what is read: %s", e.line, e.value, strings.Join(words, ", "))
}

// count reads a whole number from least on.
func (t *text) count(e entry, least int) (int, error) {
	n, err := strconv.Atoi(e.value)
	if err != nil || n < least || n > math.MaxInt32 {
		return 0, t.malformed(e, "%q is no whole number from %d on", e.value, least)
	}
	return n, nil
}

// number reads a number, whose point may be a comma.
func (t *text) number(e entry, word string) (float64, error) {
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(word), ",", ".", 1), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, t.malformed(e, "%q is no number", word)
	}
	return v, nil
}

// malformed is a defect in a line.
func (t *text) malformed(e entry, format string, args ...any) error {
	return file.Malformed(t.path, e.at, e.name, "line %d: %s", e.line, fmt.Sprintf(format, args...))
}

func (t *text) warn(format string, args ...any) {
	t.warnings = append(t.warnings, fmt.Sprintf(format, args...))
}
