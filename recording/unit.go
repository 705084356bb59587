package recording

// scales are how often the SI unit goes into those that signals are stored in.
var scales = map[string]struct {
	unit string
	gain float64
}{
	"V": {"V", 1}, "mV": {"V", 1e-3}, "uV": {"V", 1e-6}, "µV": {"V", 1e-6}, "μV": {"V", 1e-6}, "microV": {"V", 1e-6}, "nV": {"V", 1e-9},
	"T": {"T", 1}, "nT": {"T", 1e-9}, "pT": {"T", 1e-12}, "fT": {"T", 1e-15},
	"T/m": {"T/m", 1}, "T/cm": {"T/m", 1e2}, "T/mm": {"T/m", 1e3},
	"pT/m": {"T/m", 1e-12}, "pT/cm": {"T/m", 1e-10}, "fT/m": {"T/m", 1e-15}, "fT/cm": {"T/m", 1e-13}, "fT/mm": {"T/m", 1e-12},
}

// SI returns the SI unit of a quantity that is stored in another, and what stored
// numbers are multiplied with; false for a unit that no channel is recorded in.
func SI(stored string) (unit string, gain float64, known bool) {
	s, known := scales[stored]
	return s.unit, s.gain, known
}
