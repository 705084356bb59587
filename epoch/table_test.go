package epoch

import (
	"slices"
	"testing"

	"github.com/isocortex/isocortex/recording"
)

// Codes of a list get the names that annotations at their samples have; what says
// that a stretch is bad names nothing, and order does not matter.
func TestEventsAreNamedByAnnotations(t *testing.T) {
	h := counting(t, 10, 100, 50,
		recording.Annotation{Onset: 2.04, Text: "house"},
		recording.Annotation{Onset: 1, Text: "face"},
		recording.Annotation{Onset: 1.04, Text: "mask"},
		recording.Annotation{Onset: 3, Duration: 1, Text: "BAD_jump"},
	).Header()
	h.Events = []recording.Event{{At: 110, Code: 7}, {At: 120, Code: 5}, {At: 130, Code: 7}, {At: 131, Code: -2}}
	list := FromList(h)
	names, err := list.Column(NameColumn)
	if want := []string{"face", "house", "7", "-2"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("named %q, want %q; %v", names, want, err)
	}
	codes, err := list.Column(CodeColumn)
	if want := []string{"7", "5", "7", "-2"}; err != nil || !slices.Equal(codes, want) {
		t.Errorf("codes %q, want %q; %v", codes, want, err)
	}
	var places []recording.Acquired
	for _, trial := range FromAnnotations(h).Trials {
		places = append(places, trial.Event.At)
	}
	if want := []recording.Acquired{110, 110, 120}; !slices.Equal(places, want) {
		t.Errorf("annotations are at %v, want %v", places, want)
	}
}
