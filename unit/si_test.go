package unit_test

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/unit"
)

func ExampleSI() {
	fmt.Println(unit.SI("µV"))
	fmt.Println(unit.SI("spikes/s"))
	// Output:
	// V -6 true
	// spikes/s 0 false
}

func TestSI(t *testing.T) {
	type answer struct {
		si    string
		power int
		known bool
	}
	for name, want := range map[string]answer{
		"V": {"V", 0, true}, " uV ": {"V", -6, true}, "μV": {"V", -6, true}, "mV": {"V", -3, true},
		"fT": {"T", -15, true}, "T": {"T", 0, true}, "fT/cm": {"T/m", -13, true}, "T/m": {"T/m", 0, true},
		"nAm": {"Am", -9, true}, "nA": {"A", -9, true}, "kHz": {"Hz", 3, true},
		"": {"", 0, false}, "a.u.": {"a.u.", 0, false}, "xV": {"xV", 0, false}, "V²": {"V²", 0, false},
	} {
		si, power, known := unit.SI(name)
		if got := (answer{si, power, known}); got != want {
			t.Errorf("SI(%q) = %+v, want %+v", name, got, want)
		}
	}
}
