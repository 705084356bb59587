package sensor

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/triangulation"
)

// A positionFormat reads a file of positions.
type positionFormat struct {
	endings []string
	read    func(t *text) (*Layout, error)
}

var positionFormats = []positionFormat{
	{[]string{".lay"}, readLay},
	{[]string{".lout"}, readLay},
	{[]string{".sfp"}, readSFP},
	{[]string{".elc"}, readELC},
	{[]string{".locs", ".loc"}, readLocs},
	{[]string{".tsv", ".csv", ".txt"}, readTable},
}

// Endings lists those of files that Read reads.
func Endings() (endings []string) {
	for _, f := range positionFormats {
		endings = append(endings, f.endings...)
	}
	return endings
}

// mostText is the size of the largest file that is read: thousands of sensors.
const mostText = 1 << 22

// Read reads a file of positions: .lay of FieldTrip, .lout of Neuromag, .locs of
// EEGLAB, which are on paper; .sfp of BESA, .elc of ASA, and tables with the
// columns name, x, y and z, or site, theta and phi. Those in space are seen from
// the center of the sphere that is fitted to them.
//
//	errors   *file.ParseError with the line; names that stand twice; an ending that
//	         is not one of Endings
func Read(path string) (*Layout, error) {
	ending := strings.ToLower(filepath.Ext(path))
	k := slices.IndexFunc(positionFormats, func(f positionFormat) bool { return slices.Contains(f.endings, ending) })
	if k < 0 {
		return nil, fmt.Errorf("%s: files of positions end in %s", path, strings.Join(Endings(), ", "))
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > mostText {
		return nil, file.Malformed(path, -1, "file", "%d bytes are no positions of sensors: the largest that is read has %d", info.Size(), mostText)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	l, err := positionFormats[k].read(&text{path: path, rest: data})
	if err != nil {
		return nil, err
	}
	return l, l.distinct(path)
}

// distinct complains about a name that stands twice.
func (l *Layout) distinct(path string) error {
	seen := map[string]bool{}
	for _, name := range l.Names {
		if seen[plain(name)] {
			return file.Malformed(path, -1, "name", "sensor %s stands twice", name)
		}
		seen[plain(name)] = true
	}
	return nil
}

// text is a file of lines.
type text struct {
	path   string
	rest   []byte
	number int // of the line, from 1
	line   string
}

// next goes to the next line that is not empty and no remark.
func (t *text) next() bool {
	for len(t.rest) > 0 {
		var line []byte
		line, t.rest, _ = bytes.Cut(t.rest, []byte("\n"))
		t.number++
		t.line = strings.TrimSpace(string(line))
		if t.line != "" && t.line[0] != '#' && t.line[0] != '%' {
			return true
		}
	}
	return false
}

// wrong says what is wrong with the line.
func (t *text) wrong(field, format string, args ...any) error {
	return file.Malformed(t.path, -1, fmt.Sprintf("line %d, %s", t.number, field), format, args...)
}

// numbers reads finite numbers.
func (t *text) numbers(fields ...string) ([]float64, error) {
	values := make([]float64, len(fields))
	for i, f := range fields {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 1e9 {
			return nil, t.wrong("number", "%q is no number of a position", f)
		}
		values[i] = v
	}
	return values, nil
}

// A collection is what lines gave.
type collection struct {
	names  []string
	places []triangulation.Point
	space  []recording.Vector
}

// flat makes a layout of places on paper.
func (c *collection) flat(t *text) (*Layout, error) {
	if len(c.names) < 3 {
		return nil, file.Malformed(t.path, -1, "sensors", "it has %d sensors: three are needed", len(c.names))
	}
	l := inPlane(filepath.Base(t.path), c.names, c.places)
	if l.Radius == 0 {
		return nil, file.Malformed(t.path, -1, "sensors", "all sensors are at one place")
	}
	return l, nil
}

// solid makes a layout of places in space. Coils are seen from the default sphere.
func (c *collection) solid(t *text) (*Layout, error) {
	if len(c.names) < 4 {
		return nil, file.Malformed(t.path, -1, "sensors", "it has %d sensors: four are needed", len(c.names))
	}
	channels := make([]recording.Channel, len(c.names))
	sphere, err := FitSphere(c.space)
	for i, name := range c.names {
		channels[i] = recording.Channel{Name: name, Kind: kindOf(name), Position: c.space[i]}
		if channels[i].Kind != "" {
			sphere, err = DefaultSphere, nil
		}
	}
	if err != nil {
		return nil, file.Malformed(t.path, -1, "sensors", "%w", err)
	}
	return project(filepath.Base(t.path), sphere, channels), nil
}

// readLay reads lines of number, x, y, width, height, name. A first line of four
// numbers is the size of the paper.
func readLay(t *text) (*Layout, error) {
	var c collection
	for t.next() {
		fields := strings.Fields(t.line)
		if t.number == 1 && len(fields) == 4 {
			continue
		}
		if len(fields) < 6 {
			return nil, t.wrong("fields", "it has %d, not number, x, y, width, height, name", len(fields))
		}
		name := strings.Join(fields[5:], " ")
		if name == "COMNT" || name == "SCALE" {
			continue
		}
		at, err := t.numbers(fields[1:3]...)
		if err != nil {
			return nil, err
		}
		c.names, c.places = append(c.names, name), append(c.places, triangulation.Point{X: at[0], Y: at[1]})
	}
	return c.flat(t)
}

// readLocs reads lines of number, degrees from the nose to the right, distance
// from the middle (0.5 at the edge of the head), name.
func readLocs(t *text) (*Layout, error) {
	var c collection
	for t.next() {
		fields := strings.Fields(t.line)
		if len(fields) < 4 {
			return nil, t.wrong("fields", "it has %d, not number, angle, radius, name", len(fields))
		}
		at, err := t.numbers(fields[1:3]...)
		if err != nil {
			return nil, err
		}
		sin, cos := math.Sincos(at[0] * math.Pi / 180)
		c.names, c.places = append(c.names, strings.TrimRight(fields[3], ".")), append(c.places, triangulation.Point{X: at[1] * sin, Y: at[1] * cos})
	}
	l, err := c.flat(t)
	if err == nil {
		l.Center, l.Radius = triangulation.Point{}, 0.5
	}
	return l, err
}

// fiducials are points of the head that are no sensors.
var fiducials = []string{"fidnz", "fidt9", "fidt10", "nasion", "nz", "lpa", "rpa", "lefttragus", "righttragus"}

// readSFP reads lines of name, x, y, z.
func readSFP(t *text) (*Layout, error) {
	var c collection
	for t.next() {
		fields := strings.Fields(t.line)
		if len(fields) != 4 {
			return nil, t.wrong("fields", "it has %d, not name, x, y, z", len(fields))
		}
		if err := c.point(t, fields[0], fields[1:]); err != nil {
			return nil, err
		}
	}
	return c.solid(t)
}

// point adds a place in space, unless it is that of a fiducial.
func (c *collection) point(t *text, name string, at []string) error {
	v, err := t.numbers(at...)
	if err != nil || slices.Contains(fiducials, plain(name)) {
		return err
	}
	c.names, c.space = append(c.names, name), append(c.space, recording.Vector(v))
	return nil
}

// readELC reads a part of positions, each after a name and a colon or not, and a
// part of labels.
func readELC(t *text) (*Layout, error) {
	var c collection
	var places [][]string
	part := ""
	for t.next() {
		switch word := strings.ToLower(t.line); {
		case word == "positions", word == "labels":
			part = word
		case part == "positions":
			name, at, named := strings.Cut(t.line, ":")
			if !named {
				name, at = "", t.line
			}
			places = append(places, append([]string{strings.TrimSpace(name)}, strings.Fields(at)...))
		case part == "labels":
			c.names = append(c.names, strings.Fields(t.line)...)
		}
	}
	names := c.names
	c.names = nil
	if len(names) != 0 && len(names) != len(places) {
		return nil, file.Malformed(t.path, -1, "labels", "%d labels for %d positions", len(names), len(places))
	}
	for i, p := range places {
		if len(names) > 0 {
			p[0] = names[i]
		}
		if len(p) != 4 || p[0] == "" {
			return nil, file.Malformed(t.path, -1, "positions", "position %d is %q, not three numbers with a name", i+1, strings.Join(p, " "))
		}
		if err := c.point(t, p[0], p[1:]); err != nil {
			return nil, err
		}
	}
	return c.solid(t)
}
