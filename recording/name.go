package recording

import (
	"fmt"
	"slices"
	"strings"
)

// Distinct returns the names of channels with those that are equal numbered:
// "A-0", "A-1". Formats that let channels share a name are read so.
func Distinct(names []string) []string {
	count := map[string]int{}
	for _, name := range names {
		count[name]++
	}
	distinct, seen := slices.Clone(names), map[string]int{}
	for i, name := range names {
		if count[name] > 1 {
			distinct[i] = fmt.Sprintf("%s-%d", name, seen[name])
			seen[name]++
		}
	}
	return distinct
}

// kindNames are how names of channels begin that say what they measure.
var kindNames = []struct {
	start string
	kind  Kind
}{
	{"eeg", EEG},
	{"eog", EOG},
	{"heog", EOG},
	{"veog", EOG},
	{"ecg", ECG},
	{"ekg", ECG},
	{"emg", EMG},
	{"seeg", SEEG},
	{"ecog", ECoG},
	{"resp", Respiration},
	{"status", Stim},
	{"trigger", Stim},
	{"sti ", Stim},
	{"sti1", Stim},
	{"sti0", Stim},
}

// KindOf tells what a channel measures by the beginning of its name, in formats
// that say it nowhere else; false where the name says nothing.
func KindOf(name string) (Kind, bool) {
	name = strings.ToLower(name)
	for _, k := range kindNames {
		if strings.HasPrefix(name, k.start) {
			return k.kind, true
		}
	}
	return "", false
}
