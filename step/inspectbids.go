package step

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/bids"
)

// inspectBIDS tells which recordings a folder of BIDS holds, and what is wrong in
// it. No recording is opened.
func inspectBIDS(path string) (Fact, error) {
	f, err := bids.Open(path)
	if err != nil {
		return Fact{}, err
	}
	fact := Fact{Path: path, Kind: "BIDS"}
	if f.Title != "" {
		fact.Lines = append(fact.Lines, f.Title)
	}
	fact.Lines = append(fact.Lines, describeBIDS(f)...)
	for _, d := range f.Derived {
		title := d.Title
		if title == "" {
			title = d.Root
		}
		for i, line := range describeBIDS(&d) {
			if i == 0 {
				line = fmt.Sprintf("derived, %s: %s", title, line)
			} else {
				line = "  " + line
			}
			fact.Lines = append(fact.Lines, line)
		}
	}
	return fact, nil
}

// describeBIDS counts the recordings of a folder by what their names say.
func describeBIDS(f *bids.Folder) []string {
	count := map[string]int{}
	var endings []string
	parts := 0
	for _, r := range f.Recordings {
		kind := strings.TrimPrefix(r.Ending, ".") + " of " + strings.ToUpper(r.Suffix)
		if count[kind]++; count[kind] == 1 {
			endings = append(endings, kind)
		}
		if r.Parts != nil {
			parts++
		}
	}
	for i, kind := range endings {
		endings[i] = fmt.Sprintf("%d %s", count[kind], kind)
	}
	line := counted(len(f.Recordings), "recording")
	if len(endings) > 0 {
		line += ": " + strings.Join(endings, ", ")
	}
	if parts > 0 {
		line += fmt.Sprintf("; %d in several files", parts)
	}
	lines := []string{line}
	for _, entity := range []struct{ key, name string }{{"sub", "subject"}, {"ses", "session"}, {"task", "task"}, {"run", "run"}} {
		if values := f.Values(entity.key); len(values) > 0 {
			lines = append(lines, counted(len(values), entity.name)+": "+briefly(slices.Sorted(slices.Values(values))))
		}
	}
	for _, c := range f.Complaints {
		lines = append(lines, "complaint: "+c)
	}
	return lines
}
