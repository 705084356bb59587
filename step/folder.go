package step

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/report"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/stimulus"
)

// Thumbnails saves small pictures of the stimuli and their table for the page.
type Thumbnails struct {
	Stimuli string // folder, glob or file of pictures
	Table   string // conditions and categories; may be ""
	Out     string // folder
}

// thumbnailSize is the longer side of a thumbnail in pixels.
const thumbnailSize = 96

// Verb is "thumbnails".
func (Thumbnails) Verb() string { return "thumbnails" }

// Inputs are the pictures, and their table.
func (s Thumbnails) Inputs() []string { return stimulusFiles(s.Stimuli, s.Table) }

// Outputs is the folder.
func (s Thumbnails) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s Thumbnails) To(out string) Step { s.Out = out; return s }

// Cost is next to nothing.
func (Thumbnails) Cost() string { return "" }

// Run reads, shrinks and saves.
func (s Thumbnails) Run(ctx context.Context, env *Env) error {
	set, err := ReadStimuli(s.Stimuli, s.Table, env)
	if err != nil {
		return err
	}
	if err := distinct("stimuli", set.Stimuli, func(s stimulus.Stimulus) string { return s.Label }); err != nil {
		return fmt.Errorf("%w: rename one", err)
	}
	n := len(set.Stimuli)
	labels, conditions, categories, files := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	err = env.Budget.Each(ctx, "", n, func(i int) error {
		one := set.Stimuli[i]
		picture, err := set.Open(i)
		if err != nil {
			return err
		}
		bytes, err := picture.Thumbnail(thumbnailSize).PNG()
		if err != nil {
			return fmt.Errorf("%s: %w", one.Path, err)
		}
		labels[i], conditions[i], categories[i], files[i] = one.Label, one.Condition, one.Category, safeName(one.Label)+".png"
		return file.WriteBytes(filepath.Join(s.Out, files[i]), bytes)
	})
	if err != nil {
		return err
	}
	folder, err := result.Create(s.Out)
	if err != nil {
		return err
	}
	return folder.WriteTable("stimuli.tsv", &result.Table{
		Description: "The stimuli, one row each.",
		Columns: []result.Column{
			{Name: "stimulus", Description: "Label: the name of the picture's file without its ending.", Text: labels},
			{Name: "condition", Description: "Label of the condition that the stimulus belongs to.", Text: conditions},
			{Name: "category", Description: "Category, as the study's table gives it.", Text: categories},
			{Name: "thumbnail", Description: "File of the small picture in this folder.", Text: files},
		},
	})
}

// Report writes the interactive page of a result folder.
type Report struct {
	Folder string
	Out    string // .html
}

// Verb is "report".
func (Report) Verb() string { return "report" }

// Inputs is what the page shows of the result folder.
func (s Report) Inputs() []string { return resultFiles(s.Folder, report.Shows...) }

// Outputs is the page.
func (s Report) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s Report) To(out string) Step { s.Out = out; return s }

// Cost is next to nothing.
func (Report) Cost() string { return "" }

// Run writes the page from what is saved.
func (s Report) Run(context.Context, *Env) error { return report.Write(s.Folder, s.Out) }

// Provenance saves what the results of a study were made from, and by what.
type Provenance struct {
	Title  string
	From   string   // folder of the study, to which paths are relative
	Files  []string // everything that was read; patterns are expanded
	Folder string   // the result folder
}

// Verb is "provenance".
func (Provenance) Verb() string { return "provenance" }

// Inputs is everything that was read.
func (s Provenance) Inputs() []string { return s.Files }

// Outputs is provenance.json.
func (s Provenance) Outputs() []string { return []string{filepath.Join(s.Folder, "provenance.json")} }

// Cost is reading every input once more.
func (Provenance) Cost() string { return "reads every input once" }

// Run hashes and saves.
func (s Provenance) Run(ctx context.Context, env *Env) error {
	var files []string
	for _, pattern := range s.Files {
		matches := []string{pattern}
		if _, err := os.Stat(pattern); err != nil {
			if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
				matches = found
			}
		}
		files = append(files, matches...)
	}
	prints, err := env.Memory.Of(ctx, files, env.Budget)
	if err != nil {
		return err
	}
	folder, err := result.Create(s.Folder)
	if err != nil {
		return err
	}
	return folder.WriteProvenance(result.Provenance{
		Version: env.Version, Engine: env.engineVersion(), Command: env.Command,
		Study: s.Title, Seed: env.Seed, Inputs: result.Inputs(s.From, prints), Warnings: env.Warnings(),
	})
}

// resultFiles lists those parts of a result folder that are there.
func resultFiles(folder string, names ...string) []string {
	var there []string
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			there = append(there, path)
		}
	}
	return there
}
