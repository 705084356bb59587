package study

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/file"
)

// A manifest says what the steps of a study wrote into its result folder. It
// lies there as steps.json.
type manifest struct {
	Steps []made `json:"steps"` // by output
}

// made is the output of one step.
type made struct {
	Output  string       `json:"output"` // relative to the result folder
	Name    string       `json:"name"`
	Verb    string       `json:"verb"`
	Key     cache.Key    `json:"key"`
	Content string       `json:"content"`
	Files   []cache.File `json:"files"`
}

const manifestName = "steps.json"

// readManifest reads the manifest of a result folder; without one it is empty.
func readManifest(out string) (manifest, error) {
	path := filepath.Join(out, manifestName)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return manifest{}, nil
	}
	if err != nil {
		return manifest{}, err
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return m, file.Malformed(path, -1, "steps", "%w; remove the file, or choose another folder for the result", err)
	}
	return m, nil
}

// keep removes the files of outputs that are not among those of the plan, and
// forgets them: what somebody puts in their place is not ours.
func (m *manifest) keep(out string, outputs []string) error {
	gone := func(step made) bool { return !slices.Contains(outputs, step.Output) }
	if !slices.ContainsFunc(m.Steps, gone) {
		return nil
	}
	for _, step := range m.Steps {
		if gone(step) {
			if err := m.clear(out, step.Output, cache.Record{}); err != nil {
				return err
			}
		}
	}
	m.Steps = slices.DeleteFunc(m.Steps, gone)
	return m.save(out)
}

// clear removes the files of an output that a new one does not have. What
// somebody has changed since, as far as its size tells, stays.
func (m *manifest) clear(out, output string, next cache.Record) error {
	i := slices.IndexFunc(m.Steps, func(step made) bool { return step.Output == output })
	if i < 0 {
		return nil
	}
	for _, f := range m.Steps[i].Files {
		if slices.ContainsFunc(next.Files, func(n cache.File) bool { return n.Path == f.Path }) || !filepath.IsLocal(filepath.FromSlash(output+"/"+f.Path)) {
			continue
		}
		path := filepath.Join(out, filepath.FromSlash(output), filepath.FromSlash(f.Path))
		if info, err := os.Lstat(path); err != nil || info.Size() != f.Bytes {
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		for folder := filepath.Dir(path); folder != out && os.Remove(folder) == nil; { // only empty ones go
			folder = filepath.Dir(folder)
		}
	}
	return nil
}

// add enters an output and saves the manifest, if that is news.
func (m *manifest) add(out, output string, entry *cache.Entry) error {
	r := entry.Record
	step := made{Output: output, Name: r.Name, Verb: r.Verb, Key: entry.Key, Content: r.Content}
	for _, f := range r.Files {
		f.Modified = 0 // the same study gives the same manifest
		step.Files = append(step.Files, f)
	}
	i, there := slices.BinarySearchFunc(m.Steps, step, func(a, b made) int { return strings.Compare(a.Output, b.Output) })
	switch {
	case !there:
		m.Steps = slices.Insert(m.Steps, i, step)
	case m.Steps[i].Key == step.Key && m.Steps[i].Content == step.Content:
		return nil
	default:
		m.Steps[i] = step
	}
	return m.save(out)
}

// save writes the manifest.
func (m *manifest) save(out string) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return file.WriteBytes(filepath.Join(out, manifestName), data)
}
