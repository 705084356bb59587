// Package nearest finds the names a person may have meant.
//
//	nearest.Names("spaerman", []string{"pearson", "spearman", "tau-a"}) // [spearman]
package nearest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// most is the largest number of names that are offered.
const most = 3

// Names returns the candidates close to word, the closest first, at most three.
//
// A candidate is close when one in three of its letters, or of those of the
// word, would have to change, or fewer; capital letters count as small ones.
// Equally close candidates keep their order; none close gives nil.
//
//	cost     letters of word × letters of candidate, for every candidate that
//	         is not too long or too short
func Names(word string, candidates []string) []string {
	type match struct {
		name     string
		distance int
	}
	var matches []match
	lower := strings.ToLower(word)
	for _, name := range candidates {
		letters, wanted := utf8.RuneCountInString(name), utf8.RuneCountInString(lower)
		limit := max(1, max(letters, wanted)/3)
		if max(letters-wanted, wanted-letters) > limit {
			continue
		}
		if d := Distance(lower, strings.ToLower(name)); d <= limit && d < max(letters, wanted) {
			matches = append(matches, match{name, d})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return cmp.Compare(a.distance, b.distance) })
	var names []string
	for _, m := range matches {
		if len(names) < most && !slices.Contains(names, m.name) {
			names = append(names, m.name)
		}
	}
	return names
}

// Distance counts the slips of the pen between a and b: the fewest letters
// inserted, left out, replaced, or swapped with their neighbor that turn one
// into the other.
//
//	a, b     UTF-8
//	cost     letters of a × letters of b in time; three rows of letters of b
//	source   Damerau (1964); the restricted form, which edits no place twice
func Distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	before, last, row := make([]int, len(to)+1), make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range from {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range to {
			change := last[j]
			if from[i] != to[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(to)]
}

// Hint completes an error message about an unknown word: "; did you mean A or
// B?", or nothing when no candidate is close.
func Hint(word string, candidates []string) string {
	names := Names(word, candidates)
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}

// In returns the element of a table that goes by a word. What says in an error
// message what the table holds; names lists what an element goes by, what is
// shown to people first.
//
//	errors   a word that no element goes by: all that there are, and those close
func In[T any](table []T, what, word string, names func(T) []string) (T, error) {
	var known []string
	for _, element := range table {
		all := names(element)
		if word != "" && slices.Contains(all, word) {
			return element, nil
		}
		known = append(known, all[0])
	}
	return *new(T), fmt.Errorf("no %s is called %q: use one of %s%s", what, word, strings.Join(known, ", "), Hint(word, known))
}
