package step

import (
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/simulate"
	"github.com/isocortex/isocortex/unit"
)

// Simulate writes the inputs of a study whose truth is known: drawn pictures, a
// network given by formula, and subjects whose sensors follow its layers.
type Simulate struct {
	Subjects int     // 0 means 8
	Sensors  int     // 0 means 128
	Noise    float64 // as simulate.Brain has it; 0 means 2.5
	Nothing  bool    // plant nothing: subjects are noise
	Truth    string  // .json that says what was planted; "" for truth.json in Out
	Out      string  // folder
}

// What is planted: the first layer early, the last one late. The first is
// louder: its dissimilarities lie closer together, and drown sooner in noise.
const (
	earlyPeak  = 0.10 // s
	latePeak   = 0.30 // s
	width      = 0.04 // s
	earlyLevel = 2.2
	lateLevel  = 1.0
)

// Verb is "simulate".
func (Simulate) Verb() string { return "simulate" }

// Inputs is nothing.
func (Simulate) Inputs() []string { return nil }

// Outputs is the folder.
func (s Simulate) Outputs() []string { return []string{s.Out} }

// Cost counts subjects.
func (s Simulate) Cost() string { return fmt.Sprintf("%d simulated subjects", s.defaults().Subjects) }

// defaults fills in what is 0.
func (s Simulate) defaults() Simulate {
	if s.Subjects == 0 {
		s.Subjects = 8
	}
	if s.Sensors == 0 {
		s.Sensors = 128
	}
	if s.Noise == 0 {
		s.Noise = 2.5
	}
	return s
}

// Run draws, builds, simulates and saves.
func (s Simulate) Run(ctx context.Context, env *Env) error {
	s = s.defaults()
	if err := s.pictures(); err != nil {
		return err
	}
	model, err := simulate.Network()
	if err != nil {
		return err
	}
	if err := model.Write(filepath.Join(s.Out, "network.onnx")); err != nil {
		return err
	}
	brain, err := s.brain(ctx, env)
	if err != nil {
		return err
	}
	labels := simulatedLabels()
	err = env.Budget.Each(ctx, "simulated subjects", s.Subjects, func(i int) error {
		subject, err := brain.Subject(i, labels)
		if err != nil {
			return err
		}
		return subject.Write(filepath.Join(s.Out, "subjects", fmt.Sprintf("subject_%02d.npz", i+1)))
	})
	if err != nil {
		return err
	}
	if err := s.truth(brain); err != nil {
		return err
	}
	return file.WriteBytes(filepath.Join(s.Out, "study.yaml"), []byte(simulate.Study))
}

// pictures saves the stimuli and their table.
func (s Simulate) pictures() error {
	var table strings.Builder
	table.WriteString("stimulus\tcondition\tcategory\n")
	for _, p := range simulate.Pictures() {
		fmt.Fprintf(&table, "%s\t%s\t%s\n", p.Label, p.Label, p.Category)
		path := filepath.Join(s.Out, "stimuli", p.Label+".png")
		if err := file.Write(path, func(w io.Writer) error { return png.Encode(w, p.Image) }); err != nil {
			return err
		}
	}
	return file.WriteBytes(filepath.Join(s.Out, "stimuli.tsv"), []byte(table.String()))
}

// simulatedLabels lists the conditions in canonical order.
func simulatedLabels() []string {
	var labels []string
	for _, p := range simulate.Pictures() {
		labels = append(labels, p.Label)
	}
	slices.SortFunc(labels, dataset.CompareLabels)
	return labels
}

// brain says what the sensors follow. The planted responses are those of the
// network itself to the saved pictures.
func (s Simulate) brain(ctx context.Context, env *Env) (simulate.Brain, error) {
	brain := simulate.Brain{Seed: env.Seed, Sensors: s.Sensors, Times: simulate.DefaultTimes(), Noise: s.Noise}
	if s.Nothing {
		return brain, nil
	}
	folder := filepath.Join(s.Out, "planted")
	first, last := simulate.Layers[0], simulate.Layers[len(simulate.Layers)-1]
	activations := Activations{
		Network: filepath.Join(s.Out, "network.onnx"), Stimuli: filepath.Join(s.Out, "stimuli"),
		Name: simulate.NetworkName, Layers: []string{first, last}, Preprocessing: "none", Out: folder,
	}
	if err := activations.Run(ctx, env); err != nil {
		return brain, err
	}
	for _, planted := range []simulate.Planted{
		{Layer: first, Peak: earlyPeak, Width: width, Level: earlyLevel},
		{Layer: last, Peak: latePeak, Width: width, Level: lateLevel},
	} {
		if err := s.plant(&brain, planted, folder); err != nil {
			return brain, err
		}
	}
	return brain, os.RemoveAll(folder)
}

// plant adds a layer whose responses were saved.
func (s Simulate) plant(brain *simulate.Brain, planted simulate.Planted, folder string) error {
	responses, err := dataset.Open(LayerFile(folder, planted.Layer))
	if err != nil {
		return err
	}
	defer responses.Close()
	averaged, err := responses.Average("condition")
	if err != nil {
		return err
	}
	planted, err = planted.Plant(averaged)
	brain.Planted = append(brain.Planted, planted)
	return err
}

// truth saves what was put in, for the page.
func (s Simulate) truth(brain simulate.Brain) error {
	type planted struct {
		Layer   string  `json:"layer"`
		Network string  `json:"network"`
		From    float64 `json:"from"` // s from onset: half of the peak's height
		To      float64 `json:"to"`
	}
	halfWidth := math.Sqrt(2 * math.Ln2)
	list := make([]planted, len(brain.Planted))
	for i, p := range brain.Planted {
		list[i] = planted{p.Layer, simulate.NetworkName, p.Peak - halfWidth*p.Width, p.Peak + halfWidth*p.Width}
	}
	text := fmt.Sprintf("%d simulated subjects, %d sensors each, hear the first layer of the network around %s "+
		"and the last one around %s after the stimulus, each through a random mixture of their own. "+
		"Smooth noise covers both: %g times the standard deviation of the last layer at its peak.",
		s.Subjects, s.Sensors, unit.Milliseconds(earlyPeak), unit.Milliseconds(latePeak), s.Noise)
	if s.Nothing {
		text = fmt.Sprintf("%d simulated subjects, %d sensors each, hold nothing but smooth noise.", s.Subjects, s.Sensors)
	}
	data, err := json.MarshalIndent(map[string]any{"title": "What was put in", "text": text, "planted": list}, "", "  ")
	if err != nil {
		return err
	}
	path := s.Truth
	if path == "" {
		path = filepath.Join(s.Out, "truth.json")
	}
	return file.WriteBytes(path, append(data, '\n'))
}
