package realtest

import "testing"

func TestCellsOfDocuments(t *testing.T) {
	const text = "| test | rate |\n|---|---|\n| t | the mean |\n\n| a | rate | other |\n|---|---|---|\n| t | **0.316** | 0.043 (of 0.05) |\n| u | | 0.5 |\n"
	for _, c := range []struct {
		name   string
		column int
		value  float64
		digits int
		found  bool
	}{
		{"t", 1, 0.316, 3, true}, {"t", 2, 0.043, 3, true}, {"u", 1, 0, 0, false}, {"u", 2, 0.5, 1, true}, {"t", 3, 0, 0, false}, {"v", 1, 0, 0, false},
	} {
		if value, digits, found := cell(text, c.name, c.column); value != c.value || digits != c.digits || found != c.found {
			t.Errorf("%s, column %d: %g of %d digits, %t", c.name, c.column, value, digits, found)
		}
	}
}
