package step

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/unit"
)

// A Forecaster is a step that can say beforehand what it will take, other than in
// [Step.Cost], which looks at no network.
type Forecaster interface {
	// Forecast returns nil where there is nothing to say. It takes one pass of the
	// network with one picture.
	Forecast(ctx context.Context, env *Env) (*Forecast, error)
}

// A Forecast is what layers of a network will take of the disk, and how often
// pictures will go through it.
type Forecast struct {
	Network     string   `json:"network"`
	Pictures    int      `json:"pictures"`
	Layers      int      `json:"layers"`
	Scratch     int64    `json:"scratch_bytes"`     // of scratch files at their largest; 0 without one
	Groups      int      `json:"groups"`            // of layers that are in it together; 0 where one alone does not fit
	Passes      int      `json:"passes"`            // of the pictures through the network
	Activations int64    `json:"activations_bytes"` // of activations, which a scratch file saves
	Components  int64    `json:"components_bytes"`  // of principal components, which stay beside them; 0 without any
	Text        string   `json:"text"`              // for people
	Warnings    []string `json:"warnings,omitempty"`
}

// Forecast says what RDMs straight from pictures will take.
func (s RDM) Forecast(ctx context.Context, env *Env) (*Forecast, error) {
	return s.Pictures.forecast(ctx, env, filepath.Dir(s.Out))
}

// Forecast says what the RDM straight from pictures will take.
func (s Whole) Forecast(ctx context.Context, env *Env) (*Forecast, error) {
	return s.Pictures.forecast(ctx, env, filepath.Dir(s.Out))
}

// forecast is that of pictures, nil of none.
func (p *Pictures) forecast(ctx context.Context, env *Env, folder string) (*Forecast, error) {
	if p == nil {
		return nil, nil
	}
	r, err := p.open(ctx, env.silent(), folder)
	if err != nil {
		return nil, err
	}
	defer r.Network.Close()
	use, err := r.use(ctx)
	if err != nil && use.sizes == nil {
		return nil, err
	}
	f := &Forecast{Network: use.network, Pictures: use.stimuli, Layers: len(use.layers), Activations: use.total()}
	if err != nil { // a layer does not fit
		f.Text = fmt.Sprintf("%s take %s", count(f.Layers, "layer"), unit.Bytes(f.Activations))
		f.Warnings = []string{err.Error()}
		return f, nil
	}
	f.Scratch, f.Groups, f.Passes = use.largest(), len(use.groups), len(use.groups)
	f.Text, f.Warnings = use.String(), use.short()
	return f, nil
}

// Forecast says what the activations will take.
func (s Activations) Forecast(ctx context.Context, env *Env) (*Forecast, error) {
	env = env.silent()
	opened, err := env.Engine()
	if err != nil {
		return nil, err
	}
	x, err := s.extraction(env)
	if err != nil {
		return nil, err
	}
	defer x.Network.Close()
	if err := s.leaveOut(ctx, &x, env, opened); err != nil {
		return nil, err
	}
	shapes, err := x.Shapes(ctx, opened)
	if err != nil {
		return nil, err
	}
	return s.forecast(x.Network, len(x.Stimuli.Stimuli), shapes), nil
}

// forecast is that of layers of these shapes.
func (s Activations) forecast(net *network.Network, pictures int, shapes [][]int) *Forecast {
	recipe, _ := projection.ParseRecipe(s.Reduction.To) // was checked when the study was read
	f := &Forecast{Network: net.Name, Pictures: pictures, Layers: len(shapes), Passes: 1}
	for _, shape := range shapes {
		f.Activations += activation.ScratchBytes(reducedShape(recipe, shape), pictures)
	}
	f.Text = fmt.Sprintf("activations of %s take %s: one pass of %d pictures through %s", count(f.Layers, "layer"), unit.Bytes(f.Activations), pictures, net.Name)
	if recipe.Method == projection.Components {
		f.addFit(shapes, recipe.Channels)
	}
	if free, known := file.Free(s.Out); known && free < f.Activations {
		f.Warnings = append(f.Warnings, fmt.Sprintf("activations take %s, and only %s are free: reduce the layers, or choose fewer; where only RDMs are wanted, leave out what reads activations", unit.Bytes(f.Activations), unit.Bytes(free)))
	} else if known && free < f.Activations+f.Components+f.Scratch {
		f.Warnings = append(f.Warnings, fmt.Sprintf("fitting components takes %s, and only %s are free: reduce fewer layers, ask for fewer components, or take random:K, which fits nothing", unit.Bytes(f.Activations+f.Components+f.Scratch), unit.Bytes(free)))
	}
	return f
}

// addFit adds what components take that are fitted first.
func (f *Forecast) addFit(shapes [][]int, components int) {
	f.Passes++
	f.Text += ", after one to fit components"
	_, f.Scratch = fitsInFiles(shapes, components)
	for _, shape := range shapes {
		f.Components += activation.ScratchBytes(shape, min(components, projection.Volume(shape)))
	}
	if f.Scratch > 0 {
		f.Text += fmt.Sprintf(", through scratch files of %s", unit.Bytes(f.Scratch))
	}
	f.Text += fmt.Sprintf("; the components take %s", unit.Bytes(f.Components))
}

// reducedShape is that of a response that was made shorter.
func reducedShape(recipe projection.Recipe, shape []int) []int {
	switch {
	case recipe.Method == projection.Pooling:
		return shape[:1]
	case recipe.Method != "" && recipe.Channels < projection.Volume(shape):
		return []int{recipe.Channels}
	}
	return shape
}

// silent is an environment with the same engine that tells nobody anything.
func (e *Env) silent() *Env { return &Env{Budget: e.Budget, Seed: e.Seed, Open: e.Engine} }
