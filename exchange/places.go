package exchange

import (
	"strconv"
	"strings"
)

// A place is where a part stands in a file of groups: "observation.condition"
// is condition in the group observation, "times" is at the top, in no group.
type place struct{ part, group, name string }

// placesOf finds a place for every part. Names that a format cannot have are
// changed by safe, and numbered where two would be the same.
func placesOf(parts []string, safe func(string) string) []place {
	places := make([]place, len(parts))
	taken := map[[2]string]bool{}
	for i, part := range parts {
		group, name, grouped := strings.Cut(part, ".")
		if !grouped || group == "" {
			group, name = "", part
		}
		if group != "" {
			group = safe(group)
			taken[[2]string{"", group}] = true
		}
		places[i] = place{part, group, safe(name)}
	}
	for i := range places {
		p := &places[i]
		stem := p.name
		for n := 2; taken[[2]string{p.group, p.name}]; n++ {
			p.name = stem + "_" + strconv.Itoa(n)
		}
		taken[[2]string{p.group, p.name}] = true
	}
	return places
}

// unique returns the names with numbers behind those that stand earlier or are
// taken.
func unique(names []string, taken ...string) []string {
	seen := map[string]bool{}
	for _, name := range taken {
		seen[name] = true
	}
	result := make([]string, len(names))
	for i, name := range names {
		result[i] = name
		for n := 2; seen[result[i]]; n++ {
			result[i] = name + "_" + strconv.Itoa(n)
		}
		seen[result[i]] = true
	}
	return result
}
