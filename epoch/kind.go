package epoch

import "github.com/isocortex/isocortex/recording"

// kinds are those of channels that measure something, with the size beyond which
// a signal cannot be what its unit says: half of its values lie above.
var kinds = []kind{
	{recording.Magnetometer, "fT", 1e-8, true},
	{recording.Gradiometer, "fT/cm", 1e-7, true},
	{recording.ReferenceCoil, "fT", 1e-6, true},
	{recording.EEG, "µV", 1e-2, true},
	{recording.SEEG, "µV", 1e-1, true},
	{recording.ECoG, "µV", 1e-1, true},
	{recording.Depth, "µV", 1e-1, true},
	{recording.EOG, "µV", 1e-1, false},
	{recording.ECG, "µV", 1e-1, false},
	{recording.EMG, "µV", 1e-1, false},
}

// A kind is what channels measure.
type kind struct {
	of          recording.Kind
	unit        string  // that people use
	implausible float64 // in SI units
	brain       bool    // baselines are subtracted
}

// scale brings signals of kinds to about the same size: 1 over what is usual.
func (k kind) scale() float64 {
	switch k.unit {
	case "fT":
		return 1e12
	case "fT/cm":
		return 1e11
	}
	return 1e5
}

// kindOf returns the entry of a kind; a zero entry where there is none.
func kindOf(of recording.Kind) kind {
	for _, k := range kinds {
		if k.of == of {
			return k
		}
	}
	return kind{}
}

// Brain reports whether channels of a kind measure a brain: those of which epochs
// are kept where nobody says otherwise. Coils for reference are not among them.
func Brain(of recording.Kind) bool { return kindOf(of).brain && of != recording.ReferenceCoil }
