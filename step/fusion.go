package step

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// Fusion compares RDMs over time with those of regions and of layers, and finds
// what they share.
type Fusion struct {
	Times      []Source // RDMs per subject and time, as of M/EEG
	Regions    []Source // RDMs per subject; a file is a region, or several by their label
	Models     []Source // every RDM in them is a layer; may be none
	Controls   []Source // RDMs whose part is taken from what is shared; may be none
	Brain      string   // what the times are of, for people; may be ""
	Measure    string   // of files of responses; "" for DefaultMeasure
	Comparator string   // "" for DefaultComparator
	Fusion     rsa.Fusion
	Strict     bool   // matching by position is an error
	Out        string // folder; "" saves nothing
}

// Verb is "fusion".
func (Fusion) Verb() string { return "fusion" }

// Inputs are the files of all sources.
func (s Fusion) Inputs() []string {
	return RDM{From: slices.Concat(s.Times, s.Regions, s.Models, s.Controls)}.Inputs()
}

// Outputs is the folder, if there is one.
func (s Fusion) Outputs() []string { return RSA{Out: s.Out}.Outputs() }

// To is the same step writing elsewhere.
func (s Fusion) To(out string) Step { s.Out = out; return s }

// Cost names what is drawn.
func (s Fusion) Cost() string { return RSA{Evaluation: s.Fusion.Evaluation}.Cost() }

// Run fuses and saves.
func (s Fusion) Run(ctx context.Context, env *Env) error {
	found, err := s.Fuse(ctx, env)
	if err != nil {
		return err
	}
	return s.Save(found)
}

// Fuse returns what Run saves.
func (s Fusion) Fuse(ctx context.Context, env *Env) (*rsa.FusionResult, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, DefaultComparator))
	if err != nil {
		return nil, err
	}
	data, notes, done, err := s.read(ctx, env)
	if err != nil {
		return nil, err
	}
	defer done()
	fusion := s.Fusion
	fusion.Comparator = comparator
	found, err := fusion.Run(ctx, data, env.Budget)
	if err != nil {
		return nil, err
	}
	env.warn(found.Warnings...)
	env.leave(slices.ContainsFunc(found.Regions.Models, func(m rsa.ModelResult) bool { return math.IsNaN(float64(m.Score)) }))
	found.Warnings = slices.Concat(notes, found.Warnings)
	return found, nil
}

// read reads all sources and brings them to the conditions that they share.
// The files that they view are needed until done.
func (s Fusion) read(ctx context.Context, env *Env) (data rsa.FusionData, notes []string, done func(), err error) {
	var all [3][]Source // regions, layers, controls
	for i, sources := range [][]Source{s.Regions, s.Models, s.Controls} {
		if all[i], err = spread(sources); err != nil {
			return data, nil, nil, err
		}
	}
	sides, err := RSA{Models: slices.Concat(all[0], all[1], all[2]), Subjects: s.Times, Measure: s.Measure}.read(ctx, env)
	if err != nil {
		return data, nil, nil, err
	}
	matching, err := sides.match(s.Strict)
	if err != nil {
		return data, nil, nil, err
	}
	env.matched(matching)
	sides.reorder(matching)
	toLayers, toControls := len(all[0]), len(all[0])+len(all[1])
	var said [4][]string
	if data.Times, said[0], err = subjects(sides.subjects); err != nil {
		return data, nil, nil, err
	}
	if data.Regions, said[1], err = regions(sides.models[:toLayers]); err != nil {
		return data, nil, nil, err
	}
	if data.Layers, said[2], err = models(sides.models[toLayers:toControls]); err != nil {
		return data, nil, nil, err
	}
	if data.Controls, said[3], err = models(sides.models[toControls:]); err != nil {
		return data, nil, nil, err
	}
	data.Times.Brain, data.Times.Labels, data.Times.Matched = s.Brain, matching.Labels, matching.How
	cautions, err := cautions(s.Comparator, slices.Concat(sides.models, sides.subjects))
	if err != nil {
		return data, nil, nil, err
	}
	more := slices.Concat(append(said[:], cautions)...)
	env.warn(more...)
	return data, slices.Concat(sides.notes, matching.Warnings, more), sides.close, nil
}

// regions sorts the RDMs of stacks by region and subject: by the label region, or
// a stack is one.
func regions(stacks []stack) (all []rsa.Region, notes []string, err error) {
	for _, s := range stacks {
		if s.Times != nil {
			return nil, nil, fmt.Errorf("%s: RDMs of regions have no times: those over time are measured otherwise", s.source.Path)
		}
		names := s.Labels["region"]
		if names == nil {
			names = slices.Repeat([]string{s.source.name()}, s.Len())
		}
		for _, name := range uniqueInOrder(names) {
			var own []int
			for k := range names {
				if names[k] == name {
					own = append(own, k)
				}
			}
			part, note := stack{s.Pick(own), s.source}.meanOfSessions()
			if note != "" {
				notes = append(notes, note)
			}
			all = append(all, region(name, part))
		}
	}
	return all, notes, nil
}

// region is one of the RDMs of its subjects. An RDM without a name is of the
// group.
func region(name string, of stack) rsa.Region {
	r := rsa.Region{Name: name}
	if people := of.people(); len(uniqueInOrder(people)) == of.Len() {
		r.Names = people
	}
	for k := range of.Len() {
		r.RDVs = append(r.RDVs, of.RDV(k))
	}
	return r
}

// fusionFile is the name of a saved fusion.
const fusionFile = "fusion.json"

// Save writes a result of Fuse as JSON and tables.
func (s Fusion) Save(found *rsa.FusionResult) error {
	folder, err := result.Create(s.Out)
	if err != nil {
		return err
	}
	if err := folder.WriteJSON(fusionFile, found); err != nil {
		return err
	}
	for name, table := range fusionTables(found) {
		if err := folder.WriteTable(name, table); err != nil {
			return err
		}
	}
	return nil
}

// fusionTables shows a fusion as tables.
func fusionTables(found *rsa.FusionResult) map[string]*result.Table {
	all := map[string]*result.Table{
		"regions.tsv": modelTable(found.Regions), "regions_timecourse.tsv": courseTable(found.Regions),
	}
	if len(found.Differences) > 0 {
		all["latencies.tsv"] = latencyTable(found)
	}
	if found.Layers == nil {
		return all
	}
	all["layers.tsv"], all["layers_timecourse.tsv"] = modelTable(found.Layers), courseTable(found.Layers)
	all["layers_regions.tsv"] = insideTable(found)
	all["commonality.tsv"], all["commonality_timecourse.tsv"] = commonalityTable(found), commonalityCourseTable(found)
	return all
}
