package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// first are the provenance fields that stand above the others.
var first = []string{"program", "version", "seed"}

// provenance reads provenance.json: `inputs` becomes the list of files, every
// other entry a line of its own, nested names joined by spaces.
func (r *reader) provenance() error {
	const name = "provenance.json"
	data, err := r.optional(name)
	if err != nil || data == nil {
		return err
	}
	entries := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber() // a seed has more digits than a float64
	if err := decoder.Decode(&entries); err != nil {
		return file.Malformed(filepath.Join(r.folder, name), decoder.InputOffset(), "object", "%w", err)
	}
	r.page.Inputs = inputFiles(entries["inputs"])
	delete(entries, "inputs")
	fields := flatten("", entries)
	slices.SortStableFunc(fields, func(a, b Field) int { return rank(a.Name) - rank(b.Name) })
	r.page.Provenance = fields
	return nil
}

func rank(name string) int {
	if place := slices.Index(first, name); place >= 0 {
		return place
	}
	return len(first)
}

// inputFiles reads a list of {path, sha256, bytes}, or an object of path: sha256.
func inputFiles(value any) []InputFile {
	var files []InputFile
	switch value := value.(type) {
	case []any:
		for _, entry := range value {
			if fields, ok := entry.(map[string]any); ok {
				path, _ := fields["path"].(string)
				sum, _ := fields["sha256"].(string)
				size, _ := fields["bytes"].(json.Number)
				bytes, _ := size.Int64()
				files = append(files, InputFile{Path: path, SHA256: sum, Bytes: bytes})
			}
		}
	case map[string]any:
		for _, path := range slices.Sorted(maps.Keys(value)) {
			files = append(files, InputFile{Path: path, SHA256: fmt.Sprint(value[path])})
		}
	}
	return files
}

// flatten writes nested objects as lines.
func flatten(prefix string, value any) []Field {
	switch value := value.(type) {
	case map[string]any:
		var fields []Field
		for _, key := range slices.Sorted(maps.Keys(value)) {
			fields = append(fields, flatten(strings.TrimSpace(prefix+" "+strings.ReplaceAll(key, "_", " ")), value[key])...)
		}
		return fields
	case []any:
		words := make([]string, len(value))
		for i, item := range value {
			words[i] = fmt.Sprint(item)
		}
		return []Field{{prefix, strings.Join(words, ", ")}}
	case nil:
		return nil
	default:
		return []Field{{prefix, fmt.Sprint(value)}}
	}
}
