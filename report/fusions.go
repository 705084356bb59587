package report

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rsa"
)

// Fusion is what a brain that was measured over time has in common with regions
// and layers.
type Fusion struct {
	Brain    int      `json:"brain"` // index into Page.Brains
	Times    []Number `json:"times"` // s from onset
	Level    float64  `json:"level"`
	Tested   bool     `json:"tested"`
	Percent  string   `json:"percent"`  // level of the intervals: "95 %"; empty when there are none
	Variance string   `json:"variance"` // that is shared: "ranks"; "" without layers
	Controls []string `json:"controls"`
	Panels   []Panel  `json:"panels"` // regions over time; then, for each region, what layers share with it
	Later    []Later  `json:"later"`

	over string // what the bootstrap drew
}

// Panel is courses that share an axis.
type Panel struct {
	Title   string   `json:"title"`
	Measure string   `json:"measure"`
	Limit   []Number `json:"limit"` // the most that a layer can share; nil where there is no such
	Lines   []Model  `json:"lines"`
}

// Later is how much later one peak comes than another.
type Later struct {
	Of        string     `json:"of"`
	From      string     `json:"from"`
	To        string     `json:"to"`
	Time      Number     `json:"time"` // s
	Interval  *[2]Number `json:"interval"`
	Corrected Number     `json:"corrected"`
}

// fusions reads fusion/BRAIN/fusion.json.
func (r *reader) fusions() error {
	for brain, name := range r.folders {
		path := filepath.Join("fusion", name, "fusion.json")
		data, err := r.optional(path)
		if err != nil {
			return err
		}
		if data == nil {
			continue
		}
		found := &rsa.FusionResult{}
		err = json.Unmarshal(data, found)
		if err == nil {
			err = found.Check()
		}
		if err == nil && found.Regions.Times == nil {
			err = fmt.Errorf("no times")
		}
		if err != nil {
			return file.Malformed(filepath.Join(r.folder, path), -1, "regions", "%w", err)
		}
		r.page.Fusions = append(r.page.Fusions, newFusion(brain, found))
	}
	return nil
}

func newFusion(brain int, found *rsa.FusionResult) Fusion {
	e := found.Regions
	f := Fusion{
		Brain: brain, Times: numbers(e.Times), Level: e.Level, Tested: e.Test != rsa.None,
		Variance: found.Variance, Controls: list(found.Controls), Later: []Later{}, over: over(e),
	}
	if e.BootstrapOver != rsa.None {
		f.Percent = percent(e.Interval)
	}
	f.Panels = []Panel{{Title: "Regions", Measure: symbol(e.Comparator), Lines: newModels(e)}}
	for i, region := range e.Models {
		if found.Layers == nil {
			break
		}
		each := len(found.Layers.Models)
		panel := Panel{Title: region.Name, Measure: "shared variance", Limit: numbers(found.Explained[i])}
		for _, c := range found.Commonality[i*each : (i+1)*each] {
			panel.Lines = append(panel.Lines, newModel(rsa.ModelResult{Name: c.Layer, Network: c.Network, Course: c.Course, Peak: c.Peak}))
		}
		f.Panels = append(f.Panels, panel)
	}
	for _, d := range found.Differences {
		of := d.Of
		if d.Layer != "" {
			of = "shared with " + d.Layer
		}
		f.Later = append(f.Later, Later{of, d.From, d.To, Number(d.Time), interval(d.CI), optional(d.Corrected)})
	}
	return f
}

// fusionMethods says how the first brain was fused.
func (r *reader) fusionMethods() []Section {
	if len(r.page.Fusions) == 0 {
		return nil
	}
	f := r.page.Fusions[0]
	text := fmt.Sprintf("RDMs of %s at %s were compared by %s with the pooled RDM of each region.", r.page.Brains[f.Brain].Name, plural(len(f.Times), "time"), f.Panels[0].Measure)
	if f.Variance != "" {
		text += fmt.Sprintf(" What a region and a layer share is the variance of %s over pairs that both explain together, R²(region) + R²(layer) − R²(both) (commonality analysis)", f.Variance)
		if len(f.Controls) > 0 {
			text += fmt.Sprintf(", each less what %s explains", strings.Join(f.Controls, " and "))
		}
		text += ", mean over subjects; it was tested by permutation of the conditions."
	}
	if f.Percent != "" {
		text += fmt.Sprintf(" Intervals of the latencies of peaks, and of how much later one comes than another, are %s percentile intervals of peaks found anew in every draw of %s; those of their scores hold wherever the peak is.", f.Percent, f.over)
	}
	return []Section{{"Fusion", text}}
}
