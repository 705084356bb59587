package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// Read makes the page of a result folder.
func Read(folder string) (*Page, error) {
	r := &reader{folder: folder, page: &Page{Warnings: []string{}, Results: []Result{}, Models: []Stack{}, Stimuli: []Stimulus{}}}
	for _, part := range []func() error{r.study, r.provenance, r.brains, r.scores, r.mixtures, r.fusions, r.anew, r.matrices, r.results, r.truth, r.pictures} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	seen := func(b Brain) bool { return b.Mean != nil }
	if len(r.page.Results) == 0 && !slices.ContainsFunc(r.page.Brains, seen) && len(r.page.Models) == 0 {
		return nil, fmt.Errorf("%s: no rsa/*/*.json and no rdm/*.npz: this is not the folder of a finished study", folder)
	}
	r.page.Summary = r.summary()
	r.page.Methods = r.methods()
	return r.page, nil
}

// reader fills a page part by part.
type reader struct {
	folder      string
	page        *Page
	labelled    bool                     // the conditions of the page have labels, not numbers alone
	folders     []string                 // of the brains: where their scores lie in rsa/, and their RDMs in rdm/
	anchor      *embedding.Configuration // onto which all maps are turned
	evaluations []evaluation             // the files behind page.Results
}

// evaluation is a file of scores of one brain.
type evaluation struct {
	brain int // index into page.Brains
	*rsa.Result
}

// brains lists the brains of the result.
func (r *reader) brains() error {
	folder, err := result.Open(r.folder)
	if err != nil {
		return err
	}
	r.folders, err = folder.Brains()
	for _, name := range r.folders {
		r.page.Brains = append(r.page.Brains, Brain{Name: name})
	}
	return err
}

// optional reads a file of the folder; nil when it is not there.
func (r *reader) optional(name string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(r.folder, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// list returns the files of a subfolder with one of the endings, by name.
func (r *reader) list(folder string, endings ...string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(r.folder, folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var paths []string
	for _, entry := range entries {
		if slices.Contains(endings, strings.ToLower(filepath.Ext(entry.Name()))) && !strings.HasPrefix(entry.Name(), ".") {
			paths = append(paths, filepath.Join(r.folder, folder, entry.Name()))
		}
	}
	return paths, err
}

// study reads study.yaml: its text, and its title.
func (r *reader) study() error {
	data, err := r.optional("study.yaml")
	if err != nil {
		return err
	}
	var head struct {
		Title string `yaml:"title"`
	}
	if err := yaml.Unmarshal(data, &head); err != nil {
		return file.Malformed(filepath.Join(r.folder, "study.yaml"), -1, "title", "%w", err)
	}
	r.page.Study = string(data)
	r.page.Title = head.Title
	if head.Title == "" {
		absolute, err := filepath.Abs(r.folder)
		if err != nil {
			return err
		}
		r.page.Title = filepath.Base(absolute)
	}
	return nil
}

// truth reads truth.json and finds the model that each planted effect is about.
func (r *reader) truth() error {
	data, err := r.optional("truth.json")
	if err != nil || data == nil {
		return err
	}
	known := &Truth{}
	if err := json.Unmarshal(data, known); err != nil {
		return file.Malformed(filepath.Join(r.folder, "truth.json"), -1, "planted", "%w", err)
	}
	for i := range known.Planted {
		known.Planted[i].Found = r.model(known.Planted[i].Network, known.Planted[i].Layer)
	}
	r.page.Truth = known
	return nil
}

// model returns the index of a model of the first result, -1 if there is none.
// An empty network means any.
func (r *reader) model(network, layer string) int {
	if len(r.page.Results) == 0 {
		return -1
	}
	return slices.IndexFunc(r.page.Results[0].Models, func(m Model) bool {
		return m.Name == layer && (network == "" || m.Network == network)
	})
}
