package report

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rsa"
)

// Weighed holds the layers whose channels were weighed for one brain.
type Weighed struct {
	Brain  int            `json:"brain"` // index into Page.Brains
	Symbol string         `json:"symbol"`
	Layers []WeighedLayer `json:"layers"`

	regression string
	folds      int
}

// WeighedLayer is a layer whose channels were weighed.
type WeighedLayer struct {
	Network    string `json:"network"`
	Layer      string `json:"layer"`
	Score      Number `json:"score"` // of weighted channels, of what was held out
	Low        Number `json:"low"`   // in the subject where it is lowest
	High       Number `json:"high"`
	Unweighted Number `json:"unweighted"` // of all channels alike
	Used       int    `json:"used"`       // channels whose weight is not 0
	Channels   int    `json:"channels"`
	Penalty    Number `json:"penalty"`
}

// RemixedLayer is a layer that was turned into what classifiers decide.
type RemixedLayer struct {
	Network  string   `json:"network"`
	Layer    string   `json:"layer"`
	Classes  []string `json:"classes"`
	Accuracy Number   `json:"accuracy"` // of stimuli held out
	Chance   Number   `json:"chance"`
	Fitted   int      `json:"fitted"`

	classifier, checked string
}

// anew reads what was made anew of layers: weigh/BRAIN/NETWORK/weigh.json and
// remix/NETWORK/remix.json.
func (r *reader) anew() error {
	for brain, name := range r.folders {
		if err := r.weighed(brain, name); err != nil {
			return err
		}
	}
	return r.subfolders("remix", "remix.json", func(network string, data []byte) error {
		var found struct {
			Layers []struct {
				Layer      string     `json:"layer"`
				Classes    []string   `json:"classes"`
				Accuracy   rsa.Number `json:"accuracy"`
				Chance     rsa.Number `json:"chance"`
				Fitted     int        `json:"fitted"`
				Classifier string     `json:"classifier"`
				Checked    string     `json:"checked"`
			} `json:"layers"`
		}
		err := json.Unmarshal(data, &found)
		for _, l := range found.Layers {
			r.page.Remixed = append(r.page.Remixed, RemixedLayer{network, l.Layer, list(l.Classes), Number(l.Accuracy), Number(l.Chance), l.Fitted, l.Classifier, l.Checked})
		}
		return err
	})
}

// weighed reads the layers of all networks that were weighed for a brain.
func (r *reader) weighed(brain int, name string) error {
	weighed := Weighed{Brain: brain}
	err := r.subfolders(filepath.Join("weigh", name), "weigh.json", func(network string, data []byte) error {
		var found struct {
			Layers []struct {
				Layer      string           `json:"layer"`
				Comparator string           `json:"comparator"`
				Regression string           `json:"regression"`
				Channels   int              `json:"channels"`
				Used       int              `json:"used"`
				Score      rsa.Number       `json:"score"`
				Scores     []rsa.Number     `json:"scores"`
				Unweighted rsa.Number       `json:"unweighted"`
				Penalty    rsa.Number       `json:"penalty"`
				Folds      []rsa.FoldResult `json:"folds"`
			} `json:"layers"`
		}
		err := json.Unmarshal(data, &found)
		for _, l := range found.Layers {
			var subjects [][]rsa.Number
			for k := range l.Scores {
				subjects = append(subjects, l.Scores[k:k+1])
			}
			low, high := rsa.Range(subjects, 0)
			weighed.Symbol, weighed.regression, weighed.folds = symbol(l.Comparator), l.Regression, len(l.Folds)
			weighed.Layers = append(weighed.Layers, WeighedLayer{
				network, l.Layer, Number(l.Score), Number(low), Number(high), Number(l.Unweighted), l.Used, l.Channels, Number(l.Penalty),
			})
		}
		return err
	})
	if len(weighed.Layers) > 0 {
		r.page.Weighed = append(r.page.Weighed, weighed)
	}
	return err
}

// subfolders hands on a file of every folder in a folder of the result, by name.
func (r *reader) subfolders(folder, name string, read func(subfolder string, data []byte) error) error {
	entries, err := os.ReadDir(filepath.Join(r.folder, folder))
	if os.IsNotExist(err) {
		return nil
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name(), name)
		data, err := r.optional(path)
		if err != nil {
			return err
		}
		if data == nil {
			continue
		}
		if err := read(entry.Name(), data); err != nil {
			return file.Malformed(filepath.Join(r.folder, path), -1, "layers", "%w", err)
		}
	}
	return err
}

// anewMethods says how layers were made anew.
func (r *reader) anewMethods() (sections []Section) {
	if len(r.page.Weighed) > 0 {
		w := r.page.Weighed[0]
		sections = append(sections, Section{"Weighed channels", fmt.Sprintf(
			"Each channel of a layer got a weight by %s regression of the brain's dissimilarities on squared differences in single channels, fitted to some conditions of some subjects, its penalty chosen among them; scores are %s on other conditions of other subjects (%s).",
			w.regression, w.Symbol, plural(w.folds, "fold"))})
	}
	if len(r.page.Remixed) > 0 {
		m := r.page.Remixed[0]
		sections = append(sections, Section{"Remixed layers", fmt.Sprintf(
			"Classifiers (%s, each class against the rest: %s) were fitted to responses to %s that are not among the conditions, as their %s tell; their log odds for the conditions are the remixed layer. Accuracy is that of stimuli held out.",
			m.classifier, strings.Join(m.Classes, ", "), plural(m.Fitted, "other picture"), m.checked)})
	}
	return sections
}
