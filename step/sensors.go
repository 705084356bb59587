package step

import (
	"context"
	"slices"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/sensor"
)

// Sensors notes where the channels of a brain are, so that a result can show maps
// of them.
type Sensors struct {
	From []string // Datasets of subjects; other files say nothing of positions
	Out  string   // folder, which gets sensor.PlacesFile, unless nobody says a position
}

// Verb is "sensors".
func (Sensors) Verb() string { return "sensors" }

// Inputs are the Datasets.
func (s Sensors) Inputs() []string { return s.From }

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
	folder, err := result.Create(s.Out)
	if err != nil || len(all) == 0 {
		return err
	}
	return folder.WriteTable(sensor.PlacesFile, sensor.Places(all))
}

// datasetChannels are those of a Dataset with their positions; none where it says
// no positions, or the file is something else.
func datasetChannels(path string) ([]recording.Channel, error) {
	if kind, err := exchange.Contents(path); err != nil || kind != exchange.KindDataset {
		return nil, nil // RDMs complain of what cannot be read
	}
	d, err := exchange.ReadDataset(path)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	h, err := sensor.InDataset(path, d)
	if h == nil || err != nil {
		return nil, err
	}
	return h.Channels, nil
}
