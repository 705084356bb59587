package step

import (
	"fmt"
	"image/color"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// ofFusion draws what 'isocortex fusion' saved: what layers and each region share
// over time, a panel for each region; without layers, the regions over time. The
// courses of regions and layers come with it.
func (s Plot) ofFusion() ([]drawing, error) {
	if s.Brain != "" || s.Network != "" || s.Comparator != "" {
		return nil, fmt.Errorf("%s is a fusion: it has neither brains nor networks nor comparators to choose", s.From)
	}
	folder, err := result.Open(s.From)
	if err != nil {
		return nil, err
	}
	found := &rsa.FusionResult{}
	if err := folder.ReadJSON(fusionFile, found); err != nil {
		return nil, err
	}
	if err := found.Check(); err != nil {
		return nil, file.Malformed(folder.Path(fusionFile), -1, "regions", "%w", err)
	}
	regions := timeCourse(found.Regions, "Regions", everyPlace(found.Regions.Models))
	if found.Layers == nil {
		return []drawing{{PlotFusion, "fusion", regions}}, nil
	}
	return []drawing{
		{PlotFusion, "fusion", shared(found)},
		{PlotCourse, "time course regions", regions},
		{PlotCourse, "time course layers", timeCourse(found.Layers, "Layers", everyPlace(found.Layers.Models))},
	}, nil
}

func everyPlace[T any](of []T) []int {
	places := make([]int, len(of))
	for i := range places {
		places[i] = i
	}
	return places
}

// regionGray is the line of all that a region explains.
var regionGray = color.RGBA{150, 155, 160, 255}

// shared draws what layers share with each region, and all that the region
// explains.
func shared(found *rsa.FusionResult) (f figure.TimeCourses) {
	level := found.Regions.Level
	for i, region := range found.Regions.Models {
		panel := figure.TimeCourse{Title: region.Name, Measure: "shared variance", Times: found.Regions.Times}
		panel.Lines = []figure.Line{{Name: "explained by the region", Score: floats(found.Explained[i]), Color: regionGray}}
		for k, c := range found.Commonality {
			if c.Region != region.Name {
				continue
			}
			m := rsa.ModelResult{Name: c.Layer, Score: c.Peak.Score, Course: c.Course, Peak: c.Peak}
			l := line(found.Regions, m)
			if !(float64(atPeak(c.Peak, c.Course.Corrected)) <= level) {
				l.Peak = nil // the largest of nothing
			}
			l.Color = figure.Layer(k%len(found.Layers.Models), len(found.Layers.Models))
			panel.Lines = append(panel.Lines, l)
		}
		f.Panels = append(f.Panels, panel)
	}
	return f
}
