package exchange

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/variable"
)

// The variables that Meadows writes: of one participant alone, of several with
// the name of each behind an underscore.
//
//	source   meadows-research.com/documentation/researcher/downloads; files of it
//	         beside the tests of rsatoolbox
const (
	meadowsPairs   = "rdmutv"
	meadowsStimuli = "stimuli"
	meadowsTask    = "multiarrange" // the tasks that make RDMs
)

// An arrangement is what one participant made of one task.
type arrangement struct {
	field   string // where it stands, for messages
	stimuli []string
	pairs   []float64 // the upper triangle row by row
	subject string
	task    string // "" if the file does not say
}

// ofMeadows lists the variables of pairs that have stimuli beside them.
func (m *matFile) ofMeadows() []string {
	var all, found []string
	for _, v := range m.Variables() {
		all = append(all, v.Name)
	}
	for _, name := range all {
		rest, is := strings.CutPrefix(name, meadowsPairs)
		if is && (rest == "" || rest[0] == '_') && slices.Contains(all, meadowsStimuli+rest) {
			found = append(found, name)
		}
	}
	return found
}

// readMeadows reads the variables of pairs.
func (m *matFile) readMeadows(names []string) (*rdm.RDMs, error) {
	subject, task := meadowsName(m.Path())
	var all []arrangement
	for _, name := range names {
		rest := strings.TrimPrefix(name, meadowsPairs)
		a := arrangement{field: name, subject: subject, task: task}
		if rest != "" {
			a.subject = strings.ReplaceAll(rest[1:], "_", "-") // no name of MATLAB has a hyphen, those of Meadows do
		}
		pairs, err := m.Read(name)
		if err != nil {
			return nil, err
		}
		stimuli, err := m.Read(meadowsStimuli + rest)
		if err != nil {
			return nil, err
		}
		if a.pairs, err = numbers(pairs); err == nil {
			a.stimuli, err = rows(stimuli)
		}
		if err != nil {
			return nil, m.malformed(name, "%w", err)
		}
		all = append(all, a)
	}
	return joinArrangements(m.Path(), all)
}

// numbers returns all numbers of a variable.
func numbers(v mat.Value) ([]float64, error) {
	a, err := variable.FromMAT(v)
	if err != nil {
		return nil, err
	}
	return a.Float64s()
}

// rows returns the rows of a char matrix, which are padded, or the cells of text.
func rows(v mat.Value) ([]string, error) {
	a, err := variable.FromMAT(v)
	if err != nil {
		return nil, err
	}
	texts, isText := a.Data.([]string)
	if !isText {
		return nil, errors.New("the stimuli are no texts")
	}
	names := make([]string, len(texts))
	for i, text := range texts {
		names[i] = strings.TrimRight(text, " ")
	}
	return names, nil
}

// Files of one task of one participant are called Meadows_NAME_v_v1_PARTICIPANT_3_1D.
var meadowsNumbered = regexp.MustCompile(`^Meadows_.*_([^_]+)_([0-9]+)_[^_]+$`)

// Files of all tasks of a participant, or of all participants of a task, say which.
var meadowsNamed = regexp.MustCompile(`^Meadows_.*_([^_]+)_[^_]+$`)

// meadowsName takes the participant, and the place of the task, from the name of
// a file; the stem where nobody renamed it like that.
func meadowsName(path string) (subject, task string) {
	stem := file.Stem(path)
	if words := meadowsNumbered.FindStringSubmatch(stem); words != nil {
		return words[1], words[2]
	}
	if words := meadowsNamed.FindStringSubmatch(stem); words != nil {
		return words[1], ""
	}
	return stem, ""
}

// tree is a file of all tasks of a participant, as far as it matters here.
type tree struct {
	Tasks []struct {
		Task struct {
			Name string `json:"name"`
			Type string `json:"task_type"`
		} `json:"task"`
		Stimuli []struct {
			Name string `json:"name"`
		} `json:"stimuli"`
		RDM []*float64 `json:"rdm"` // null is missing
	} `json:"tasks"`
}

func openTree(path string) (t tree, err error) {
	f, err := os.Open(path)
	if err != nil {
		return t, err
	}
	defer f.Close()
	decoder := json.NewDecoder(f)
	if err := decoder.Decode(&t); err != nil {
		var other *json.UnmarshalTypeError
		if errors.As(err, &other) { // JSON of something else
			return tree{}, nil
		}
		return t, file.Malformed(path, decoder.InputOffset(), "JSON", "%w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return t, file.Malformed(path, decoder.InputOffset(), "JSON", "more behind its end")
	}
	return t, nil
}

// arrangements lists the tasks that made RDMs.
func (t tree) arrangements(path string) (all []arrangement) {
	subject, _ := meadowsName(path)
	undefined := math.NaN()
	for _, task := range t.Tasks {
		if task.Task.Type != meadowsTask {
			continue
		}
		a := arrangement{field: "tasks, " + task.Task.Name, subject: subject, task: task.Task.Name}
		for _, pair := range task.RDM {
			if pair == nil {
				pair = &undefined
			}
			a.pairs = append(a.pairs, *pair)
		}
		for _, s := range task.Stimuli {
			a.stimuli = append(a.stimuli, s.Name)
		}
		all = append(all, a)
	}
	return all
}

// contentsJSON tells files of Meadows from what stands beside tables and results.
func contentsJSON(path, _ string) (string, error) {
	t, err := openTree(path)
	if err != nil || len(t.arrangements(path)) == 0 {
		return KindArray, err
	}
	return KindRDMs, nil
}

func readRDMsJSON(path, _ string) (*rdm.RDMs, error) {
	t, err := openTree(path)
	if err != nil {
		return nil, err
	}
	all := t.arrangements(path)
	if len(all) == 0 {
		return nil, file.Malformed(path, -1, "tasks", "none of type %s: this is no file of RDMs from Meadows", meadowsTask)
	}
	return joinArrangements(path, all)
}

// joinArrangements stacks RDMs over the stimuli of all of them, in the order in
// which they first stand; a pair that a participant did not see is missing.
func joinArrangements(path string, all []arrangement) (*rdm.RDMs, error) {
	r := &rdm.RDMs{Definition: Given(path), Labels: map[string][]string{}}
	for _, a := range all {
		if rdm.Pairs(len(a.stimuli)) != len(a.pairs) {
			return nil, file.Malformed(path, -1, a.field, "%d pairs of %d stimuli", len(a.pairs), len(a.stimuli))
		}
		if len(uniqueTexts(a.stimuli)) != len(a.stimuli) {
			return nil, file.Malformed(path, -1, a.field, "two stimuli have the same name")
		}
		r.Conditions = uniqueTexts(append(r.Conditions, a.stimuli...))
	}
	r.Size = len(r.Conditions)
	if err := shareEnough(path, r.Size, all); err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, name := range r.Conditions {
		at[name] = i
	}
	for _, a := range all {
		r.Dissimilarities = append(r.Dissimilarities, a.over(at)...)
		r.Labels["subject"] = append(r.Labels["subject"], a.subject)
		r.Labels["task"] = append(r.Labels["task"], a.task)
	}
	if !slices.ContainsFunc(r.Labels["task"], func(task string) bool { return task != "" }) {
		delete(r.Labels, "task")
	}
	r.Conditions = withoutEndings(r.Conditions)
	if err := r.Check(); err != nil {
		return nil, file.Malformed(path, -1, meadowsPairs, "%w", err)
	}
	return r, nil
}

// shareEnough refuses arrangements of stimuli so different that nearly all of a
// large stack would be missing: its size then is not justified by the file.
func shareEnough(path string, size int, all []arrangement) error {
	const large, sparse = 1 << 20, 20
	given := 0
	for _, a := range all {
		given += len(a.pairs)
	}
	if cells := rdm.Pairs(size) * len(all); cells > large && cells/sparse > given {
		return file.Unsupported(path, -1, meadowsStimuli, "%d RDMs of %d stimuli, but only %d pairs: read those of other stimuli apart", len(all), size, given)
	}
	return nil
}

// over returns the pairs among all stimuli, at their places.
func (a arrangement) over(at map[string]int) []float64 {
	rdv := slices.Repeat([]float64{math.NaN()}, rdm.Pairs(len(at)))
	p := 0
	for i, one := range a.stimuli {
		for _, other := range a.stimuli[i+1:] {
			first, second := min(at[one], at[other]), max(at[one], at[other])
			rdv[rdm.PairIndex(len(at), first, second)] = a.pairs[p]
			p++
		}
	}
	return rdv
}

// pictures are the endings that names of stimuli have in some files of Meadows
// and not in others.
var pictures = []string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".svg"}

// withoutEndings takes the endings of pictures off the names, unless two would
// become the same.
func withoutEndings(names []string) []string {
	short := make([]string, len(names))
	for i, name := range names {
		short[i] = name
		if ending := filepath.Ext(name); slices.Contains(pictures, strings.ToLower(ending)) {
			short[i] = strings.TrimSuffix(name, ending)
		}
	}
	if len(uniqueTexts(short)) < len(names) {
		return names
	}
	return short
}

// uniqueTexts returns each text once, in the order in which they first stand.
func uniqueTexts(texts []string) []string {
	seen := map[string]bool{}
	var once []string
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			once = append(once, text)
		}
	}
	return once
}
