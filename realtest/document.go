package realtest

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Statistics is the document of measured levels, by its path in the checkout.
const Statistics = "docs/statistics.md"

// Documented requires that Statistics has a measured rate, to the
// digits that it gives, in the row of a table whose first cell is the name, at a
// column from 1.
func Documented(tb testing.TB, name string, column int, measured float64) {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(checkout(tb), filepath.FromSlash(Statistics)))
	if err != nil {
		tb.Fatal(err)
	}
	said, digits, found := cell(string(text), name, column)
	if !found || math.Abs(said-measured) > 0.5*math.Pow10(-digits)+1e-9 {
		tb.Errorf("%s says %g of %q in column %d, measured is %.4f", Statistics, said, name, column, measured)
	}
}

// cell reads the first number of a cell, and how many digits it has behind the
// point.
func cell(text, name string, column int) (value float64, digits int, found bool) {
	for line := range strings.Lines(text) {
		cells := strings.Split(line, "|")
		if len(cells) <= column+1 || strings.TrimSpace(cells[1]) != name {
			continue
		}
		words := strings.Fields(strings.ReplaceAll(cells[column+1], "*", ""))
		if len(words) == 0 {
			continue
		}
		if value, err := strconv.ParseFloat(words[0], 64); err == nil {
			_, behind, _ := strings.Cut(words[0], ".")
			return value, len(behind), true
		}
	}
	return 0, 0, false
}
