package report

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// Page is everything that a report shows. It is embedded in the page as JSON;
// web/src/data.ts describes the same shapes to the browser.
type Page struct {
	Title      string         `json:"title"`
	Summary    []string       `json:"summary"`  // sentences
	Warnings   []string       `json:"warnings"` // shown above everything else
	Version    string         `json:"version"`  // of the folder when a server shows it, which the page asks for changes; "" in a file
	Truth      *Truth         `json:"truth,omitempty"`
	Results    []Result       `json:"results"`            // one per brain and comparator, brains in the order of the study
	Mixtures   []Mixtures     `json:"mixtures,omitempty"` // at most one per brain
	Parts      []Parts        `json:"parts,omitempty"`    // at most one per brain
	Fusions    []Fusion       `json:"fusions,omitempty"`  // at most one per brain
	Weighed    []Weighed      `json:"weighed,omitempty"`  // at most one per brain
	Remixed    []RemixedLayer `json:"remixed,omitempty"`
	Brains     []Brain        `json:"brains"`
	Models     []Stack        `json:"models"`  // one per network
	Stimuli    []Stimulus     `json:"stimuli"` // the conditions, in the order of the rows of every RDM
	Methods    []Section      `json:"methods"`
	Provenance []Field        `json:"provenance"`
	Inputs     []InputFile    `json:"inputs"`
	Study      string         `json:"study"` // study.yaml as it was carried out
}

// Truth is what was put into simulated data.
type Truth struct {
	Title   string    `json:"title"`
	Text    string    `json:"text"`
	Planted []Planted `json:"planted"`
}

// Planted is one effect in simulated data.
type Planted struct {
	Layer   string `json:"layer"`
	Network string `json:"network"`
	From    Number `json:"from"`  // s from onset
	To      Number `json:"to"`    // s from onset
	Found   int    `json:"found"` // index of the model in the first result, -1 when there is none
}

// Stimulus is one condition.
type Stimulus struct {
	Label    string `json:"label"`
	Category string `json:"category,omitempty"`
	Image    string `json:"image,omitempty"` // data URI
}

// Brain holds the RDMs of what models were compared with: of a species, a
// region, behavior.
type Brain struct {
	Name   string `json:"name"`
	Mean   *Stack `json:"mean,omitempty"`   // of all its RDMs, one per time
	Single *Stack `json:"single,omitempty"` // those of each subject and session, where they are few
}

// Section is a paragraph of the Methods with its heading.
type Section struct {
	Heading string `json:"heading"`
	Text    string `json:"text"`
}

// Field is one line of the provenance.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// InputFile is a file that the result was made from.
type InputFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Result holds the scores of all models in one brain under one comparator.
type Result struct {
	Brain         int      `json:"brain"` // index into Page.Brains
	Comparator    string   `json:"comparator"`
	Symbol        string   `json:"symbol"` // name and letter for axes: "Spearman ρ"
	Level         float64  `json:"level"`
	Tested        bool     `json:"tested"`
	Correction    string   `json:"correction"` // in words
	Percent       string   `json:"percent"`    // level of the intervals: "95 %"; empty when there are none
	Resampled     string   `json:"resampled"`  // what the bootstrap drew: "subjects"
	Subjects      int      `json:"subjects"`
	SubjectNames  []string `json:"subjectNames"`
	Times         []Number `json:"times"`           // s from onset; nil without a time axis
	Scalp         *Scalp   `json:"scalp,omitempty"` // of channels in place of times, whose places are known
	Ceiling       *Ceiling `json:"ceiling,omitempty"`
	CeilingReason string   `json:"ceilingReason"` // why there is no ceiling
	Models        []Model  `json:"models"`
	Higher        [][2]int `json:"higher,omitempty"`   // indices into Models: the first scores higher than the second, by a test
	Compared      string   `json:"compared,omitempty"` // in words, the test of Higher and of Model.Short
}

// Ceiling is the noise ceiling: one number, or one per time.
type Ceiling struct {
	Lower []Number `json:"lower"`
	Upper []Number `json:"upper"`
	Kind  string   `json:"kind"`
}

// Model is one model RDM's scores.
type Model struct {
	Name      string     `json:"name"`
	Network   string     `json:"network"`
	Stack     int        `json:"stack"` // index into Page.Models, -1 when its RDM is not there
	RDM       int        `json:"rdm"`   // index into that stack
	Score     Number     `json:"score"` // at the peak when there are times
	Interval  *[2]Number `json:"interval"`
	P         Number     `json:"p"`
	Corrected Number     `json:"corrected"`
	Scores    []Number   `json:"scores"`          // per subject
	Short     bool       `json:"short,omitempty"` // below the noise ceiling, by a test
	Course    *Course    `json:"course,omitempty"`
	Channels  *Channels  `json:"channels,omitempty"` // where the result has a scalp
	Peak      *Peak      `json:"peak,omitempty"`
}

// Course is a score over time with its interval and corrected p values.
type Course struct {
	Score     []Number   `json:"score"`
	Low       []Number   `json:"low"`
	High      []Number   `json:"high"`
	Corrected []Number   `json:"corrected"`
	Scores    [][]Number `json:"scores"` // subjects × times
}

// Peak is where a course is largest.
type Peak struct {
	Time     Number     `json:"time"` // s from onset
	Interval *[2]Number `json:"interval"`
	Channel  string     `json:"channel,omitempty"` // in place of a time
	Index    int        `json:"index"`             // into the times or channels
}

// Stack is several RDMs under one measure, packed for the browser.
type Stack struct {
	Name       string     `json:"name"`
	Measure    string     `json:"measure"`    // its name and kind
	Definition string     `json:"definition"` // its formula
	Chance     Number     `json:"chance"`     // NaN when the measure has none
	Note       string     `json:"note"`       // shown under the title
	Prepared   string     `json:"-"`          // what became of pictures before the network, or of recordings before they were measured; "" where nobody says
	Reduced    []string   `json:"-"`          // one per RDM, how its layer was made shorter; nil where none was
	Names      []string   `json:"names"`      // one per RDM
	Times      []Number   `json:"times"`      // s from onset, one per RDM; nil without
	Subjects   []string   `json:"subjects"`   // one per RDM; nil without
	Sessions   []string   `json:"sessions"`   // one per RDM; nil without
	Low        float64    `json:"low"`        // dissimilarity = Low + Step · packed value
	Step       float64    `json:"step"`
	Range      [2]float64 `json:"range"` // of the color scale
	Data       []byte     `json:"data"`  // uint16 little-endian, RDMs × pairs; 65535 is missing
	Map        *Map       `json:"map,omitempty"`
}

// Map holds a place on paper for every condition, in every RDM of a stack.
type Map struct {
	Step   float64  `json:"step"`   // coordinate = Step · packed value
	Stress []Number `json:"stress"` // one per RDM; null where there is no map
	Notes  []string `json:"notes"`  // one per RDM: what is special
	Data   []byte   `json:"data"`   // int16 little-endian, RDMs × conditions × 2
}

// Number is a float64 that is written with six significant digits, and null
// when it is not finite.
type Number float64

// MarshalJSON writes n.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', 6, 64), nil
}

// UnmarshalJSON reads n; null is NaN.
func (n *Number) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(data, (*float64)(n))
}

// numbers converts a slice; nil stays nil.
func numbers[F ~float64](values []F) []Number {
	if values == nil {
		return nil
	}
	converted := make([]Number, len(values))
	for i, v := range values {
		converted[i] = Number(v)
	}
	return converted
}
