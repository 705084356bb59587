package figure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/figure"
)

func examplePanels() figure.TimeCourses {
	var f figure.TimeCourses
	for i, name := range []string{"EVC", "LOC", "IT", "PHC"} {
		panel := exampleTimeCourse()
		panel.Title = name
		for l := range panel.Lines {
			panel.Lines[l].Peak = nil
			if l == i {
				panel.Lines[l].Peak = &figure.Mark{Time: 0.1 + 0.05*float64(i), Score: 0.2 + 0.05*float64(i), From: 0.08 + 0.05*float64(i), To: 0.13 + 0.05*float64(i)}
			}
		}
		f.Panels = append(f.Panels, panel)
	}
	return f
}

func ExampleTimeCourses() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	course := figure.TimeCourse{
		Title: "EVC", Measure: "shared variance", Times: []float64{-0.1, 0, 0.1, 0.2},
		Lines: []figure.Line{{Name: "conv1", Score: []float64{0, 0.01, 0.3, 0.1}}},
	}
	fmt.Println(figure.TimeCourses{Panels: []figure.TimeCourse{course, course}}.Write(filepath.Join(folder, "courses.svg")))
	// Output: <nil>
}

func TestWrongPanels(t *testing.T) {
	short := examplePanels()
	short.Panels[2].Lines[0].Score = nil
	for want, f := range map[string]figure.TimeCourses{
		"no course to draw":    {},
		`"IT": line "conv1": `: short,
	} {
		if err := f.Write(filepath.Join(t.TempDir(), "x.svg")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
