package bids

import (
	"path/filepath"
	"slices"
	"strings"
)

// A Name is the name of a file, taken apart: sub-01_task-faces_run-2_eeg.bdf has
// the entities sub, task and run, the suffix eeg and the ending .bdf.
type Name struct {
	Entities []Entity
	Suffix   string
	Ending   string
}

// An Entity says one thing about what a file holds.
type Entity struct{ Key, Value string }

// Parse takes the name of a file apart; false where it is no name of BIDS.
// Entities that BIDS does not know are kept.
func Parse(path string) (Name, bool) {
	stem, ending := filepath.Base(path), ""
	if dot := strings.IndexByte(stem, '.'); dot >= 0 {
		stem, ending = stem[:dot], stem[dot:]
	}
	parts := strings.Split(stem, "_")
	n := Name{Suffix: parts[len(parts)-1], Ending: ending}
	for _, part := range parts[:len(parts)-1] {
		key, value, found := strings.Cut(part, "-")
		if !found || key == "" || value == "" {
			return Name{}, false
		}
		n.Entities = append(n.Entities, Entity{key, value})
	}
	return n, n.Suffix != "" && !strings.Contains(n.Suffix, "-")
}

// Get returns the value of an entity; "" where there is none.
func (n Name) Get(key string) string {
	for _, e := range n.Entities {
		if e.Key == key {
			return e.Value
		}
	}
	return ""
}

// Without returns the name without some entities.
func (n Name) Without(keys ...string) Name {
	n.Entities = slices.DeleteFunc(slices.Clone(n.Entities), func(e Entity) bool { return slices.Contains(keys, e.Key) })
	return n
}

// String writes the entities and the suffix, without the ending.
func (n Name) String() string {
	var b strings.Builder
	for _, e := range n.Entities {
		b.WriteString(e.Key + "-" + e.Value + "_")
	}
	return b.String() + n.Suffix
}

// within reports whether another name has every entity of this one.
func (n Name) within(other Name) bool {
	return !slices.ContainsFunc(n.Entities, func(e Entity) bool { return !slices.Contains(other.Entities, e) })
}
