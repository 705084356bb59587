package unit

import "strings"

// prefixes are those of SI, with their powers of ten.
var prefixes = []struct {
	name  string
	power int
}{
	{"", 0}, {"f", -15}, {"p", -12}, {"n", -9}, {"u", -6}, {"µ", -6}, {"μ", -6}, {"m", -3}, {"c", -2}, {"k", 3}, {"M", 6},
}

// measured lists the units of brain signals that are SI units, and the powers of
// ten of those that are not: a gradient per centimeter.
var measured = []struct {
	name, si string
	power    int
}{
	{"V", "V", 0},
	{"T", "T", 0},
	{"T/m", "T/m", 0},
	{"T/cm", "T/m", 2},
	{"A", "A", 0},
	{"Am", "Am", 0},
	{"A·m", "Am", 0},
	{"S", "S", 0},
	{"s", "s", 0},
	{"Hz", "Hz", 0},
}

// SI returns the SI unit in which a brain signal is kept that was measured in
// the unit of this name, and the power of ten that a number is multiplied by:
// "µV" is V and -6, "fT/cm" is T/m and -13. Other units, such as "spikes/s",
// are kept as they are; known is then false.
func SI(name string) (si string, power int, known bool) {
	name = strings.TrimSpace(name)
	for _, u := range measured {
		prefix, found := strings.CutSuffix(name, u.name)
		if !found {
			continue
		}
		for _, p := range prefixes {
			if p.name == prefix {
				return u.si, p.power + u.power, true
			}
		}
	}
	return name, 0, false
}
