package step

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// holdsScores reports whether a folder is one that RSA wrote, outside a result.
func holdsScores(folder string) bool {
	for _, comparator := range compare.Comparators {
		if _, err := os.Stat(filepath.Join(folder, comparator.Name+".json")); err == nil {
			return true
		}
	}
	return false
}

// ofScores draws a folder that RSA wrote: scores, without the RDMs.
func (s Plot) ofScores() ([]drawing, error) {
	if s.Brain != "" {
		return nil, fmt.Errorf("%s has the scores of one comparison: brains are chosen in the result of a study", s.From)
	}
	folder, err := result.Open(s.From)
	if err != nil {
		return nil, err
	}
	found, err := s.read(folder, "")
	if err != nil {
		return nil, err
	}
	drawings, _, err := s.courses(found)
	for i := range drawings {
		drawings[i].name = safeName(drawings[i].name)
	}
	return drawings, err
}

// courses draws scores, and their time courses if there are any, and returns the
// networks that were chosen.
func (s Plot) courses(found *rsa.Result) ([]drawing, []string, error) {
	names, models := networks(found)
	names, err := chosen("network", s.Network, names)
	if err != nil {
		return nil, nil, err
	}
	drawings := []drawing{{PlotScores, strings.TrimSpace("scores " + s.Network), bars(found, found.Brain, s.Network)}}
	for _, name := range names {
		if len(found.Times) > 1 && found.Channels == nil { // channels have maps
			title := strings.Trim(found.Brain+": "+name, ": ")
			drawings = append(drawings, drawing{PlotCourse, strings.TrimSpace("time course " + name), timeCourse(found, title, models[name])})
		}
	}
	return drawings, names, nil
}
