package epoch

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
)

func ExampleFinder() {
	codes := []float64{0, 0, 5, 5, 5, 0, 0, 9, 9, 0}
	found, err := Finder{}.Find(codes, 1000, 250)
	fmt.Println(found.Events, err)
	// Output: [{1002 0 5} {1007 0 9}] <nil>
}

// findCase is one set of options of MNE, and what it found.
type findCase struct {
	Channel     string   `json:"stim"`
	Apart       int      `json:"shortest_event"`
	Consecutive any      `json:"consecutive"`
	Output      string   `json:"output"`
	Duration    float64  `json:"min_duration"`
	Mask        int      `json:"mask"`
	MaskType    string   `json:"mask_type"`
	Initial     bool     `json:"initial_event"`
	Events      [][3]int `json:"events"`
}

// finder has the options of the case.
func (c findCase) finder() Finder {
	f := Finder{Apart: c.Apart, Merge: c.Duration, Mask: c.Mask}
	if c.MaskType == "not_and" {
		f.Mask = ^c.Mask
	}
	switch c.Consecutive {
	case true:
		f.Onset = Every
	case false:
		f.Onset = FromZero
	}
	if c.Initial {
		f.Initial = CountInitial
	}
	return f
}

func TestFindAgainstMNE(t *testing.T) {
	var want struct {
		Found struct {
			First  int      `json:"first_samp"`
			Rate   float64  `json:"sfreq"`
			N      int      `json:"n"`
			S1, S2 [][3]int // from, to, code
			Cases  []findCase
		} `json:"find_events"`
	}
	realtest.Reference(t, "mne.json", &want)
	w := want.Found
	if len(w.Cases) != 20 {
		t.Fatalf("%d cases", len(w.Cases))
	}
	for _, c := range w.Cases {
		stretches := w.S1
		if c.Channel == "S2" {
			stretches = w.S2
		}
		codes := make([]float64, w.N)
		for _, s := range stretches {
			for i := s[0]; i < s[1]; i++ {
				codes[i] = float64(s[2])
			}
		}
		got, err := c.find(codes, w.First, w.Rate)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(c.Events, got); diff != "" {
			t.Errorf("%+v: %s", c, diff)
		}
	}
}

// find returns what the case asks for: onsets, offsets or both.
func (c findCase) find(codes []float64, first int, rate float64) (list [][3]int, err error) {
	f := c.finder()
	changes, err := f.changes(codes, rate, &Found{})
	if err != nil {
		return nil, err
	}
	onsets, offsets := f.ends(changes)
	switch c.Output {
	case "step":
		for _, s := range slices.Concat(onsets, offsets) {
			list = append(list, [3]int{first + s.at, s.before, s.after})
		}
		slices.SortFunc(list, func(a, b [3]int) int { return a[0] - b[0] })
		list = slices.Compact(list)
	case "offset":
		for i, s := range offsets {
			list = append(list, [3]int{first + s.at - 1, s.after, onsets[i].after})
		}
	default:
		found, wrong := f.Find(codes, recording.Acquired(first), rate)
		for _, e := range found.Events {
			list = append(list, [3]int{int(e.At), e.Before, e.Code})
		}
		err = wrong
	}
	return list, err
}

// Codes with pauses between them are found, each where it begins.
func TestSeparateCodesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var codes []float64
		var want []recording.Event
		for range rapid.IntRange(0, 20).Draw(t, "events") {
			codes = append(codes, make([]float64, rapid.IntRange(1, 9).Draw(t, "pause"))...)
			code := rapid.IntRange(1, 65535).Draw(t, "code")
			want = append(want, recording.Event{At: recording.Acquired(70 + len(codes)), Code: code})
			for range rapid.IntRange(1, 9).Draw(t, "length") {
				codes = append(codes, float64(code))
			}
		}
		for _, name := range Onsets {
			found, err := Finder{Onset: Onset(name)}.Find(codes, 70, 100)
			if diff := cmp.Diff(want, found.Events); diff != "" || err != nil {
				t.Fatalf("%s: %s %v", name, diff, err)
			}
		}
	})
}

func TestFindSaysWhatIsOdd(t *testing.T) {
	for want, codes := range map[string][]float64{
		"sample 1 is 0.5: codes of events are whole numbers": {0, 0.5, 0},
		"sample 0 is NaN": {math.NaN()},
		"in less than 2 samples: 1 at sample 1; merge what lasts": {0, 1, 3, 3, 0},
	} {
		if _, err := (Finder{}).Find(codes, 0, 100); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", codes, err, want)
		}
	}
	found, err := Finder{}.Find([]float64{0, -5, -5, 0, 4, 0}, 0, 100)
	if err != nil || found.Negative != 2 || found.Events[0].Code != 5 || len(found.Brief) != 1 || found.Brief[0].At != 4 {
		t.Errorf("%+v, %v", found, err)
	}
	found, err = Finder{Negative: Wrapped}.Find([]float64{0, -32768 + 7, -32768 + 7, 0}, 0, 100)
	if err != nil || found.Negative != 0 || found.Events[0].Code != 32768+7 {
		t.Errorf("%+v, %v", found, err)
	}
}
