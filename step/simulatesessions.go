package step

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/edf"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/simulate"
)

// SimulateSessions writes the inputs of a study of recordings whose truth is
// known: the RDMs of the layers of three networks that are drawn at random, and
// what MEG or EEG records of subjects whose sensors follow one of them.
type SimulateSessions struct {
	Machine     string  // one of SimulatedMachines
	Subjects    int     // 0 means as many as the study that it stands for has: 16 or 23
	Conditions  int     // 0 means 300 or 49
	Repetitions int     // of each; 0 means 2 or 12
	Noise       float64 // in units of the strongest response; 0 means 1.5 or 4
	Nothing     bool    // plant nothing: subjects are noise
	Out         string  // folder
}

// SimulatedMachines lists what SimulateSessions can record with.
var SimulatedMachines = []string{"meg", "eeg"}

// What is planted, and in which network.
const (
	plantedNetwork  = "B"
	simulatedLayers = 4
	simulatedUnits  = 24
)

// Verb is "simulate".
func (SimulateSessions) Verb() string { return "simulate" }

// Inputs is nothing.
func (SimulateSessions) Inputs() []string { return nil }

// Outputs is the folder.
func (s SimulateSessions) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s SimulateSessions) To(out string) Step { s.Out = out; return s }

// Cost tells how much is written.
func (s SimulateSessions) Cost() string {
	s = s.defaults()
	m := s.machine()
	bytes := float64(s.Subjects*s.Conditions*s.Repetitions*(len(m.Sensors)+1)) * m.Interval * m.Rate * 4
	return fmt.Sprintf("%d simulated recordings, some %.1f GB", s.Subjects, bytes/1e9)
}

// machine is what records.
func (s SimulateSessions) machine() simulate.Machine {
	if s.Machine == "eeg" {
		return simulate.EEG()
	}
	return simulate.MEG()
}

// defaults fills in what is 0.
func (s SimulateSessions) defaults() SimulateSessions {
	subjects, conditions, repetitions, noise := 16, 300, 2, 1.5
	if s.Machine == "eeg" {
		subjects, conditions, repetitions, noise = 23, 49, 12, 4
	}
	for to, usual := range map[*int]int{&s.Subjects: subjects, &s.Conditions: conditions, &s.Repetitions: repetitions} {
		if *to == 0 {
			*to = usual
		}
	}
	if s.Noise == 0 {
		s.Noise = noise
	}
	return s
}

// Run draws, records and saves.
func (s SimulateSessions) Run(ctx context.Context, env *Env) error {
	s = s.defaults()
	layers, err := s.layers(ctx, env)
	if err != nil {
		return err
	}
	planted, err := s.planted(layers)
	if err != nil {
		return err
	}
	conditions := s.conditions()
	err = env.Budget.Each(ctx, "simulated recordings", s.Subjects, func(i int) error {
		session := simulate.Session{
			Seed: env.Seed, Subject: i, Machine: s.machine(), Conditions: conditions, Repetitions: s.Repetitions, Planted: planted, Noise: s.Noise,
		}
		recorded, err := session.Record()
		if err != nil {
			return err
		}
		return s.write(recorded, i)
	})
	if err != nil {
		return err
	}
	return s.texts(conditions)
}

// write saves a recording in the format of the machine.
func (s SimulateSessions) write(r recording.Recording, subject int) error {
	path := filepath.Join(s.Out, "recordings", fmt.Sprintf("sub-%02d_task-faces_%s", subject+1, s.Machine))
	if s.Machine == "eeg" {
		return edf.WriteBDF(path+".bdf", r)
	}
	return fif.Write(path+".fif", r, fif.WriteOptions{})
}

// conditions names the pictures.
func (s SimulateSessions) conditions() []string {
	names := make([]string, s.Conditions)
	for i := range names {
		names[i] = fmt.Sprintf("face_%03d", i+1)
	}
	return names
}

// A simulatedLayer is one of a network that is drawn at random.
type simulatedLayer struct {
	network, name string
	responses     *dataset.Dataset
}

// layers draws the responses of three networks, in which every layer keeps half of
// the variance of the one before, and the first half of what pictures have in
// common, and saves their RDMs.
func (s SimulateSessions) layers(ctx context.Context, env *Env) ([]simulatedLayer, error) {
	multiplier, err := env.Multiplier()
	if err != nil {
		return nil, err
	}
	measure, err := rdm.MeasureByName(DefaultMeasure)
	if err != nil {
		return nil, err
	}
	var layers []simulatedLayer
	all := &rdm.RDMs{Labels: map[string][]string{}}
	for n, network := range []string{"A", plantedNetwork, "C"} {
		before := s.drawn(env.Seed, "pictures")
		for l := range simulatedLayers {
			own := s.drawn(env.Seed, "layer", n, l)
			for i := range before {
				before[i] = math.Sqrt(0.5)*before[i] + math.Sqrt(0.5)*own[i]
			}
			layer := simulatedLayer{network, fmt.Sprintf("layer%d", l+1), s.dataset(before)}
			r, err := rdm.Estimator{Measure: measure, Multiplier: multiplier, Budget: env.Budget}.Estimate(ctx, layer.responses)
			if err != nil {
				return nil, err
			}
			layers = append(layers, layer)
			all.Conditions, all.Size, all.Definition = r.Conditions, r.Size, r.Definition
			all.Dissimilarities = append(all.Dissimilarities, r.Dissimilarities...)
			all.Labels["network"] = append(all.Labels["network"], network)
			all.Labels["layer"] = append(all.Labels["layer"], layer.name)
		}
	}
	return layers, all.Write(filepath.Join(s.Out, "layers.npz"))
}

// drawn are random responses of units to the pictures.
func (s SimulateSessions) drawn(from uint64, purpose string, index ...int) []float64 {
	random := seed.Stream(from, purpose, index...)
	x := make([]float64, s.Conditions*simulatedUnits)
	for i := range x {
		x[i] = random.NormFloat64()
	}
	return x
}

// dataset copies responses into a Dataset.
func (s SimulateSessions) dataset(x []float64) *dataset.Dataset {
	return &dataset.Dataset{
		Shape: [3]int{s.Conditions, simulatedUnits, 1}, F64: append([]float64(nil), x...),
		Observation: map[string][]string{"condition": s.conditions()},
	}
}

// planted says what sensors follow: the last layer of a network, in EEG the first
// one too, before it.
func (s SimulateSessions) planted(layers []simulatedLayer) (list []simulate.Planted, err error) {
	if s.Nothing {
		return nil, nil
	}
	for _, l := range layers {
		p := simulate.Planted{Layer: l.network + " " + l.name, Peak: latePeak, Width: width, Level: 1}
		early := s.Machine == "eeg" && l.name == "layer1"
		if early {
			p.Peak = earlyPeak
		}
		if l.network != plantedNetwork || l.name != fmt.Sprintf("layer%d", simulatedLayers) && !early {
			continue
		}
		if p, err = p.Plant(l.responses); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// texts saves what codes mean, what was planted, and the study.
func (s SimulateSessions) texts(conditions []string) error {
	var codes strings.Builder
	codes.WriteString("code\tcondition\n")
	for i, name := range conditions {
		fmt.Fprintf(&codes, "%d\t%s\n", i+1, name)
	}
	study := simulate.StudyOfMEG
	if s.Machine == "eeg" {
		study = simulate.StudyOfEEG
	}
	for name, text := range map[string]string{"codes.tsv": codes.String(), "study.yaml": study} {
		if err := file.WriteBytes(filepath.Join(s.Out, name), []byte(text)); err != nil {
			return err
		}
	}
	return nil
}
