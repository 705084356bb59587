package report

import (
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/isocortex/isocortex/file"
)

// largestPicture is the most bytes of one embedded thumbnail.
const largestPicture = 200 << 10

// Read makes the page of a result folder.
func Read(folder string) (*Page, error) {
	r := &reader{folder: folder, page: &Page{Results: []Result{}, Models: []Stack{}, Stimuli: []Stimulus{}}}
	for _, part := range []func() error{r.study, r.provenance, r.matrices, r.results, r.truth, r.pictures} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	if len(r.page.Results) == 0 && r.page.Brain == nil && len(r.page.Models) == 0 {
		return nil, fmt.Errorf("%s: no rsa/*.json and no rdm/*.npz: this is not the folder of a finished study", folder)
	}
	r.page.Summary = summarize(r.evaluations)
	r.page.Methods = methods(r.page, r.evaluations)
	return r.page, nil
}

// reader fills a page part by part.
type reader struct {
	folder      string
	page        *Page
	evaluations []evaluation // the files behind page.Results
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

// stem is the name of a file without folder and ending.
func stem(path string) string { return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) }

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

// pictures embeds the thumbnails of the conditions, and their categories.
func (r *reader) pictures() error {
	paths, err := r.list("stimuli", ".png", ".jpg", ".jpeg", ".gif", ".webp")
	if err != nil {
		return err
	}
	places := map[string]int{}
	for i, s := range r.page.Stimuli {
		places[s.Label] = i
	}
	for _, path := range paths {
		place, wanted := places[stem(path)]
		if !wanted {
			continue
		}
		data, err := os.ReadFile(path)
		switch {
		case err != nil:
			return err
		case len(data) > largestPicture:
			r.page.Warnings = append(r.page.Warnings, fmt.Sprintf("%s is not shown: %d bytes are more than a thumbnail has", filepath.Base(path), len(data)))
		default:
			r.page.Stimuli[place].Image = "data:" + http.DetectContentType(data) + ";base64," + base64.StdEncoding.EncodeToString(data)
		}
	}
	return r.categories(places)
}

// categories reads stimuli/stimuli.tsv, if it is there.
func (r *reader) categories(places map[string]int) error {
	const name = "stimuli/stimuli.tsv"
	data, err := r.optional(name)
	if err != nil || data == nil {
		return err
	}
	lines := csv.NewReader(strings.NewReader(string(data)))
	lines.Comma = '\t'
	rows, err := lines.ReadAll()
	if err != nil {
		return file.Malformed(filepath.Join(r.folder, name), -1, "row", "%w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	category := slices.Index(rows[0], "category")
	for _, row := range rows[1:] {
		for _, column := range []string{"stimulus", "condition"} {
			k := slices.Index(rows[0], column)
			if k < 0 || category < 0 {
				continue
			}
			if place, found := places[row[k]]; found {
				r.page.Stimuli[place].Category = row[category]
			}
		}
	}
	return nil
}
