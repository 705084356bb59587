package rsa

import (
	"encoding/json"
	"math"
)

// A Result is what an Evaluation found, with everything it was asked. It is
// saved as JSON; what is undefined is null.
type Result struct {
	Brain         string   `json:"brain,omitempty"`  // what the subjects' RDMs are of, as people call it
	Extent        string   `json:"extent,omitempty"` // what each of the subjects' RDMs spans, where it is a part
	Comparator    string   `json:"comparator"`
	Pool          string   `json:"pool"`    // how the group RDM of the noise ceiling is made, one of Pools
	Matched       string   `json:"matched"` // how conditions were matched: "label" or "position"
	Conditions    int      `json:"conditions"`
	Labels        []string `json:"labels,omitempty"` // of the conditions
	Pairs         int      `json:"pairs"`            // used by the comparison that uses fewest
	Subjects      int      `json:"subjects"`
	SubjectNames  []string `json:"subject_names,omitempty"`
	Averaged      string   `json:"averaged,omitempty"` // what RDMs of one subject were averaged over: "session"
	Test          string   `json:"test"`
	TestReason    string   `json:"test_reason"` // why this test: chosen from the data, or named
	Tail          string   `json:"tail"`
	Draws         int      `json:"draws"` // of the test, or all arrangements when it is exact
	Correction    string   `json:"correction"`
	GeneralizesTo string   `json:"generalises_to,omitempty"` // ToSubjects, ToStimuli or ToBoth; absent without a test
	Seed          uint64   `json:"seed"`
	Level         float64  `json:"level"`

	Interval       float64 `json:"interval"` // share of bootstrap draws inside
	BootstrapDraws int     `json:"bootstrap_draws"`
	BootstrapOver  string  `json:"bootstrap_over"`                    // "subjects", "conditions", "both", "dual" or "none"
	IntervalOf     string  `json:"interval_generalises_to,omitempty"` // as GeneralizesTo; absent without a bootstrap

	NoiseCeiling       *NoiseCeiling `json:"noise_ceiling"` // null when there is none, for the reason beside it
	NoiseCeilingReason string        `json:"noise_ceiling_reason,omitempty"`

	Times     []float64     `json:"times,omitempty"`     // seconds from stimulus onset; absent when there is no time
	Channels  []string      `json:"channels,omitempty"`  // whose RDMs were compared, each at all times where there are any; absent when there are none
	Neighbors *Neighbors    `json:"neighbors,omitempty"` // among the channels; absent when nobody said
	Models    []ModelResult `json:"models"`              // in the order given

	Best           *Best           `json:"best,omitempty"`            // absent for one model
	DifferenceTest *DifferenceTest `json:"difference_test,omitempty"` // of Differences, and of each model's BelowCeiling
	Differences    []Difference    `json:"differences,omitempty"`     // every pair of models once; absent for one model, or more than 100

	Warnings []string `json:"warnings,omitempty"`
}

// A NoiseCeiling is the range in which the score of a perfect model lies.
type NoiseCeiling struct {
	Lower Series `json:"lower"`
	Upper Series `json:"upper"`
	Kind  string `json:"kind"`
	Bound string `json:"bound,omitempty"` // Exact or Approximate: whether a model may exceed the upper one
}

// A ModelResult is what was found for one model. Without times and channels it has
// Scores, CI, P and Corrected; with them a Course and a Peak.
type ModelResult struct {
	Name         string      `json:"name"`
	Network      string      `json:"network,omitempty"`
	Score        Number      `json:"score"` // mean over subjects; with times, that of the peak
	Scores       []Number    `json:"scores,omitempty"`
	CI           *[2]Number  `json:"ci,omitempty"`
	P            *Number     `json:"p,omitempty"`
	Corrected    *Number     `json:"p_corrected,omitempty"`
	BelowCeiling *Shortfall  `json:"below_ceiling,omitempty"` // absent without a noise ceiling
	Course       *Course     `json:"course,omitempty"`
	Peak         *PeakResult `json:"peak,omitempty"`
}

// A Course is what was found for one model over times or channels: one number for
// each. With both, the times of the first channel come first.
type Course struct {
	Score     []Number   `json:"score"` // mean over subjects
	Low       []Number   `json:"low"`   // interval of the mean
	High      []Number   `json:"high"`
	P         []Number   `json:"p"`
	Corrected []Number   `json:"p_corrected"`
	Scores    [][]Number `json:"scores"` // subjects × times
	// Fixed are the scores of the model with the mean RDM over subjects, of channels:
	// they speak of these subjects, and of no others. Absent for one subject.
	Fixed []Number `json:"fixed,omitempty"`
}

// A PeakResult is the first of the largest mean scores inside the window.
type PeakResult struct {
	Score   Number     `json:"score"`
	ScoreCI *[2]Number `json:"score_ci"`          // null without a bootstrap
	Time    Number     `json:"time"`              // seconds from stimulus onset; null without times
	Channel string     `json:"channel,omitempty"` // where it is
	TimeCI  *[2]Number `json:"time_ci"`
	Index   int        `json:"index"`              // into the course; -1 when no score is defined
	P       *Number    `json:"p_max,omitempty"`    // of the largest score of the window against the largest of every draw; absent without draws
	HeldOut *Number    `json:"held_out,omitempty"` // score where one half of the subjects peaks, in the other half; absent below four subjects
}

// A Number is a float64 that is null in JSON when it is NaN.
type Number float64

func (n Number) defined() bool { return !math.IsNaN(float64(n)) }

// MarshalJSON writes a number, or null for NaN.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads a number, or null as NaN.
func (n *Number) UnmarshalJSON(data []byte) error {
	*n = Number(math.NaN())
	if string(data) == "null" {
		return nil
	}
	return json.Unmarshal(data, (*float64)(n))
}

// A Series is one number per time, or a single one when there is no time; in
// JSON it is an array or a number.
type Series struct {
	Values []Number
	Scalar bool // there is no time; Values has one number
}

// MarshalJSON writes an array, or one number when there is no time.
func (s Series) MarshalJSON() ([]byte, error) {
	if s.Scalar {
		return json.Marshal(s.Values[0])
	}
	return json.Marshal(s.Values)
}

// UnmarshalJSON reads an array or a number.
func (s *Series) UnmarshalJSON(data []byte) error {
	*s = Series{}
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, &s.Values)
	}
	*s = Series{Values: make([]Number, 1), Scalar: true}
	return json.Unmarshal(data, &s.Values[0])
}
