package step

import (
	"context"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/sensor"
)

// Sensors notes where the channels of a brain are, so that a result can show maps
// of them.
type Sensors struct {
	From []string // Datasets of subjects; other files say nothing of positions
	At   string   // a system of sensor.Systems, a file of positions or a recording, for Datasets that say no positions; may be ""
	Out  string   // folder, which gets sensor.PlacesFile, unless nobody says a position
}

// Verb is "sensors".
func (Sensors) Verb() string { return "sensors" }

// Inputs are the Datasets, and the file of positions.
func (s Sensors) Inputs() []string {
	if _, err := sensor.Standard(s.At); s.At != "" && err != nil {
		return append(slices.Clone(s.From), s.At)
	}
	return s.From
}

// Outputs is the folder.
func (s Sensors) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s Sensors) To(out string) Step { s.Out = out; return s }

// Cost is next to nothing.
func (Sensors) Cost() string { return "" }

// Run takes each channel from the first subject that has it, at a place if any has.
func (s Sensors) Run(_ context.Context, _ *Env) error {
	var all []recording.Channel
	for _, path := range s.From {
		channels, err := datasetChannels(path)
		if err != nil {
			return err
		}
		for _, c := range channels {
			k := slices.IndexFunc(all, func(known recording.Channel) bool { return known.Name == c.Name })
			switch {
			case k < 0:
				all = append(all, c)
			case !all[k].Position.Known():
				all[k] = c
			}
		}
	}
	if len(all) == 0 && s.At != "" {
		var err error
		if all, err = s.onPaper(); err != nil {
			return err
		}
	}
	folder, err := result.Create(s.Out)
	if err != nil || len(all) == 0 {
		return err
	}
	return folder.WriteTable(sensor.PlacesFile, sensor.Places(all))
}

// onPaper are the channels of Datasets that say no positions, where At has them.
func (s Sensors) onPaper() ([]recording.Channel, error) {
	layouts, err := placesOf(s.At)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, path := range s.From {
		if err := inDataset(path, func(d *dataset.Dataset) error {
			names = append(names, d.Channel["name"]...)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return sensor.OnPaper(layouts, uniqueInOrder(names)), nil
}

// datasetChannels are those of a Dataset with their positions; none where it says
// no positions, or the file is something else.
func datasetChannels(path string) (channels []recording.Channel, err error) {
	err = inDataset(path, func(d *dataset.Dataset) error {
		h, err := sensor.InDataset(path, d)
		if h != nil {
			channels = h.Channels
		}
		return err
	})
	return channels, err
}

// inDataset looks into a Dataset; files that are something else, or cannot be read,
// are left to those who read their responses.
func inDataset(path string, look func(d *dataset.Dataset) error) error {
	if kind, err := exchange.Contents(path); err != nil || kind != exchange.KindDataset {
		return nil
	}
	d, err := exchange.ReadDataset(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return look(d)
}
