package step

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/unit"
)

// scoredChannels are the columns of the table of channels that 'isocortex rsa'
// writes: a row per model and channel.
var scoredChannels = []string{"network", "model", "channel", "score", "p_corrected"}

// isScoredChannels reports whether a table is one of models at channels.
func isScoredChannels(t *labelTable) bool {
	return !slices.ContainsFunc(scoredChannels, func(name string) bool { return t.labels[name] == nil })
}

// A channelModel is what was found for one model at channels.
type channelModel struct {
	network, model          string
	score, fixed, corrected []float64 // per channel; fixed is nil for one subject
}

// peak is the highest score; below all where there is none.
func (m channelModel) peak() float64 {
	highest := math.Inf(-1)
	for _, v := range m.score {
		if v > highest {
			highest = v
		}
	}
	return highest
}

// models reads what was found for each model.
func (t *labelTable) models() (models []channelModel, channels []string, err error) {
	numbers := map[string][]float64{}
	for _, column := range []string{"score", "p_corrected", "fixed"} {
		if t.labels[column] == nil {
			continue
		}
		if numbers[column], err = t.numbers(column); err != nil {
			return nil, nil, err
		}
	}
	channels = uniqueInOrder(t.labels["channel"])
	empty := func() []float64 { return slices.Repeat([]float64{math.NaN()}, len(channels)) }
	for i := range t.labels["model"] {
		network, name := t.labels["network"][i], t.labels["model"][i]
		k := slices.IndexFunc(models, func(m channelModel) bool { return m.network == network && m.model == name })
		if k < 0 {
			k = len(models)
			models = append(models, channelModel{network, name, empty(), nil, empty()})
			if numbers["fixed"] != nil {
				models[k].fixed = empty()
			}
		}
		at := slices.Index(channels, t.labels["channel"][i])
		models[k].score[at], models[k].corrected[at] = numbers["score"][i], numbers["p_corrected"][i]
		if models[k].fixed != nil {
			models[k].fixed[at] = numbers["fixed"][i]
		}
	}
	return models, channels, nil
}

// channelModels takes what was found for each model out of a result.
func channelModels(found *rsa.Result) (models []channelModel) {
	plain := func(numbers []rsa.Number) (values []float64) {
		for _, n := range numbers {
			values = append(values, float64(n))
		}
		return values
	}
	for _, m := range found.Models {
		if c := m.Course; c != nil {
			models = append(models, channelModel{m.Network, m.Name, plain(c.Score), plain(c.Fixed), plain(c.Corrected)})
		}
	}
	return models
}

// scalpOfBrain draws what models score at the channels of a brain, whose places
// the result has or the user names; nothing where there are no channels, or
// nobody knows their places.
func (s Plot) scalpOfBrain(brain string, found *rsa.Result) ([]drawing, error) {
	if found.Channels == nil {
		return nil, nil
	}
	layouts, err := s.placesOf(brain)
	if err != nil || layouts == nil && s.What != PlotScalp {
		return nil, err
	}
	read := s.scores
	if found.Times != nil {
		read = s.scoresOver(found.Times)
	}
	t, err := read(channelModels(found), found.Channels, found.Level)
	if err != nil {
		return nil, err
	}
	t.measured(axis(found))
	s.From = found.Brain
	f, err := s.scalpMaps(t, layouts)
	return []drawing{{PlotScalp, strings.TrimSpace(PlotScalp + " " + brain + " " + s.Network), f}}, err
}

// placesOf finds the sensors of a brain.
func (s Plot) placesOf(brain string) ([]*sensor.Layout, error) {
	if s.Scalp.Sensors != "" {
		return sensorsOf(s.Scalp.Sensors)
	}
	layouts, err := sensor.OpenPlaces(filepath.Join(s.From, "sensors", brain, sensor.PlacesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return layouts, err
}

// untestedBest is how many sensors get a star where nothing was tested.
const untestedBest = 5

// scores makes a map per model of the scores of subjects, with disks for their
// test, and below them one of the fixed effect where there are several subjects,
// with stars for the highest. Of several networks it takes the best layer of each,
// unless one is chosen.
func (s Plot) scores(models []channelModel, channels []string, level float64) (*scalpTable, error) {
	t := &scalpTable{channels: channels, disk: fmt.Sprintf("corrected p ≤ %g", level)}
	shown, note, err := s.shownModels(models)
	if err != nil {
		return nil, err
	}
	if note != "" {
		t.notes = append(t.notes, note)
	}
	var fixed []scalpColumn
	for _, m := range shown {
		c := scalpColumn{title: strings.TrimSpace(m.network + " " + m.model), values: m.score}
		for _, p := range m.corrected {
			c.disks = append(c.disks, p <= level)
		}
		tested := slices.ContainsFunc(m.corrected, func(p float64) bool { return !math.IsNaN(p) })
		if !tested {
			c.best = untestedBest
		}
		if m.fixed != nil {
			c.block = "Subjects: mean of the scores with the RDM of each"
			fixed = append(fixed, scalpColumn{
				title: c.title, values: m.fixed, best: untestedBest,
				block: "Fixed effect: score with the mean RDM of these subjects, untested", suffix: ", mean RDM",
			})
		}
		t.columns = append(t.columns, c)
	}
	t.columns = append(t.columns, fixed...)
	return t, nil
}

// scoresOver makes a map per time of the best model of each network, at the times
// that were named, or some that are evenly spaced.
func (s Plot) scoresOver(times []float64) func(models []channelModel, channels []string, level float64) (*scalpTable, error) {
	return func(models []channelModel, channels []string, level float64) (*scalpTable, error) {
		steps, err := s.steps(times, len(times))
		if err != nil {
			return nil, err
		}
		t := &scalpTable{channels: channels, disk: fmt.Sprintf("corrected p ≤ %g", level)}
		for _, m := range bestOfNetworks(models, s.Network) {
			for _, k := range steps {
				c := scalpColumn{title: unit.Milliseconds(times[k]), block: strings.TrimSpace(m.network + " " + m.model)}
				for channel := range channels {
					at := channel*len(times) + k
					c.values, c.disks = append(c.values, m.score[at]), append(c.disks, m.corrected[at] <= level)
				}
				t.columns = append(t.columns, c)
			}
		}
		if len(t.columns) == 0 {
			_, err := chosen("network", s.Network, networkNames(models))
			return nil, err
		}
		return t, nil
	}
}

// networkNames lists the networks of models.
func networkNames(models []channelModel) (names []string) {
	for _, m := range models {
		names = append(names, m.network)
	}
	return uniqueInOrder(names)
}

// bestOfNetworks are the models with the highest score of each network, or of only
// one.
func bestOfNetworks(models []channelModel, only string) (best []channelModel) {
	for _, name := range networkNames(models) {
		top := -1
		for i, m := range models {
			if m.network == name && (top < 0 || m.peak() > models[top].peak()) {
				top = i
			}
		}
		if only == "" || name == only {
			best = append(best, models[top])
		}
	}
	return best
}

// shownModels are those of the network that was chosen, else all of the only one,
// else the best of each.
func (s Plot) shownModels(models []channelModel) (shown []channelModel, note string, err error) {
	names := networkNames(models)
	if _, err := chosen("network", s.Network, names); err != nil {
		return nil, "", err
	}
	if s.Network != "" || len(names) == 1 {
		only := cmp.Or(s.Network, names[0])
		return slices.DeleteFunc(slices.Clone(models), func(m channelModel) bool { return m.network != only }), "", nil
	}
	return bestOfNetworks(models, ""), "of each network the layer with the highest score", nil
}
