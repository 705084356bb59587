package fif

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// Events reads a file of events: FIF, or a text (.eve, .txt) with a line for each,
// of its sample, in some its time in s as well, the code before and the code.
//
//	errors   *file.ParseError for what breaks the format; a file of something else
func Events(path string) ([]recording.Event, error) {
	if ending := strings.ToLower(filepath.Ext(path)); ending == ".eve" || ending == ".txt" {
		return textEvents(path)
	}
	return within(path, func(s *source, root *node) ([]recording.Event, error) {
		t, found := root.first(events).tag(eventList)
		if !found {
			return nil, s.defect("it has no events")
		}
		return s.events(t)
	})
}

// textEvents reads events of a text. Lines that begin with # say nothing.
func textEvents(path string) ([]recording.Event, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var list []recording.Event
	for i, line := range strings.Split(string(data), "\n") {
		cells := strings.Fields(line)
		if len(cells) == 0 || cells[0][0] == '#' {
			continue
		}
		wrong := func(format string, args ...any) error {
			return file.Malformed(path, -1, fmt.Sprintf("line %d", i+1), format, args...)
		}
		if len(cells) == 4 {
			cells = slices.Delete(cells, 1, 2)
		}
		if len(cells) != 3 {
			return nil, wrong("%d numbers: an event has its sample, the code before and the code, or its time behind the sample", len(cells))
		}
		var numbers [3]int
		for k, cell := range cells {
			x, err := strconv.ParseFloat(cell, 64)
			if err != nil || x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
				return nil, wrong("%.20q is no whole number", cell)
			}
			numbers[k] = int(x)
		}
		list = append(list, recording.Event{At: recording.Acquired(numbers[0]), Before: numbers[1], Code: numbers[2]})
	}
	if list == nil {
		return nil, file.Malformed(path, -1, "", "it has no events")
	}
	return list, nil
}
