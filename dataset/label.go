package dataset

import (
	"cmp"
	"strings"
)

// CompareLabels compares two labels in natural order: runs of digits by their
// value, of any length, all else byte by byte, so image_2 comes before image_10.
// Labels that differ in leading zeros alone are in byte order; only equal labels
// compare as 0.
func CompareLabels(a, b string) int {
	restA, restB := a, b
	for restA != "" && restB != "" {
		digitsA, digitsB := digits(restA), digits(restB)
		order := cmp.Compare(restA[0], restB[0])
		if digitsA > 0 && digitsB > 0 {
			order = compareNumbers(restA[:digitsA], restB[:digitsB])
		}
		if order != 0 {
			return order
		}
		restA, restB = restA[max(1, digitsA):], restB[max(1, digitsB):]
	}
	return cmp.Or(cmp.Compare(len(restA), len(restB)), strings.Compare(a, b))
}

// digits returns the length of the run of digits that s begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// compareNumbers compares two runs of digits by their value.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
