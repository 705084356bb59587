package step

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/work"
)

// Pictures go through a network to be compared by what its layers respond. The
// responses are not kept: they stand in a scratch file in the folder of the
// output, as many layers at a time as it has room for.
type Pictures struct {
	Of      Activations // but for Out and Reduction
	Scratch int64       `json:"-"` // bytes that the scratch file may take; 0: half of what is free. It does not show in the result
}

// scratchUse says what a network takes of the disk, and how often stimuli go
// through it.
type scratchUse struct {
	network string
	stimuli int
	folder  string
	layers  []network.Layer
	sizes   []int64     // bytes of the layers
	groups  []work.Span // of layers that are in the file together: one pass each
	limit   int64       // bytes of the file; 0 without
	free    int64       // bytes on its disk; negative where nobody says
	asked   bool        // the limit is that of the user
}

// use groups layers by what they need.
func (p Pictures) use(x activation.Extraction, shapes [][]int, folder string) (scratchUse, error) {
	u := scratchUse{network: x.Network.Name, stimuli: len(x.Stimuli.Stimuli), folder: folder, layers: x.Layers, limit: p.Scratch, asked: p.Scratch > 0, free: -1}
	if free, known := file.Free(folder); known {
		u.free = free
		if !u.asked {
			u.limit = free / 2
		}
	}
	for _, shape := range shapes {
		u.sizes = append(u.sizes, activation.ScratchBytes(shape, u.stimuli))
	}
	return u, u.group()
}

// group lets layers share the file as long as there is room.
func (u *scratchUse) group() error {
	used := int64(0)
	for i, size := range u.sizes {
		switch {
		case u.limit > 0 && size > u.limit:
			return u.tooLarge(i)
		case i == 0 || u.limit > 0 && used+size > u.limit:
			u.groups, used = append(u.groups, work.Span{From: i, To: i}), 0
		}
		used += size
		u.groups[len(u.groups)-1].To++
	}
	return nil
}

// tooLarge says that a layer does not fit.
func (u *scratchUse) tooLarge(layer int) error {
	limit := "half of what is free in " + u.folder
	if u.asked {
		limit = "as --scratch or scratch of the study says"
	}
	return fmt.Errorf("layer %q takes %s for %d pictures, and the scratch file may take %s, %s: allow it more, write the result to a larger disk, leave the layer out, or reduce it (activations --reduce, reduce in a study)",
		u.layers[layer].Name, unit.Bytes(u.sizes[layer]), u.stimuli, unit.Bytes(u.limit), limit)
}

// total is the room that all layers take together.
func (u *scratchUse) total() int64 { return sum(u.sizes) }

func sum(sizes []int64) (total int64) {
	for _, size := range sizes {
		total += size
	}
	return total
}

// largest is the size of the file.
func (u *scratchUse) largest() (bytes int64) {
	for _, g := range u.groups {
		bytes = max(bytes, sum(u.sizes[g.From:g.To]))
	}
	return bytes
}

// String says it for people.
func (u *scratchUse) String() string {
	passes := "one pass"
	if len(u.groups) > 1 {
		passes = fmt.Sprintf("%d groups of layers, one pass each,", len(u.groups))
	}
	return fmt.Sprintf("%s through a scratch file of %s: %s of %d pictures through %s; kept activations would take %s",
		count(len(u.layers), "layer"), unit.Bytes(u.largest()), passes, u.stimuli, u.network, unit.Bytes(u.total()))
}

// count writes how many things there are.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// short warns of a disk that has less room than was allowed.
func (u *scratchUse) short() []string {
	if need := u.largest(); u.free >= 0 && need > u.free {
		return []string{fmt.Sprintf("the scratch file takes %s, and only %s are free in %s: allow it less with --scratch, or scratch in a study, for more passes", unit.Bytes(need), unit.Bytes(u.free), u.folder)}
	}
	return nil
}

// A passage is pictures on their way through a network, layer by layer.
type passage struct {
	activation.Extraction
	engine     *engine.Engine
	env        *Env
	pictures   Pictures
	folder     string   // of the scratch file
	conditions []string // different ones of the stimuli, in natural order
	groups     [][]int  // the stimuli of each; nil where each has one, in that order
}

// open resolves the names, for a scratch file in that folder.
func (p Pictures) open(ctx context.Context, env *Env, folder string) (*passage, error) {
	opened, err := env.Engine()
	if err != nil {
		return nil, err
	}
	x, err := p.Of.extraction(env)
	if err != nil {
		return nil, err
	}
	r := &passage{Extraction: x, engine: opened, env: env, pictures: p, folder: folder}
	if err := r.prepare(ctx); err != nil {
		x.Network.Close()
		return nil, err
	}
	return r, nil
}

// prepare settles layers and conditions.
func (r *passage) prepare(ctx context.Context) error {
	if err := distinct("layers", r.Layers, func(l network.Layer) string { return l.Name }); err != nil {
		return fmt.Errorf("%w: show one under another name, as in shown=layer", err)
	}
	if err := r.pictures.Of.leaveOut(ctx, &r.Extraction, r.env, r.engine); err != nil {
		return err
	}
	shown := make([]string, len(r.Stimuli.Stimuli))
	for i, s := range r.Stimuli.Stimuli {
		shown[i] = s.Condition
	}
	var err error
	labels := dataset.Dataset{Shape: [3]int{len(shown), 0, 1}, Observation: map[string][]string{"condition": shown}}
	if r.conditions, r.groups, err = labels.Groups("condition"); err == nil && len(r.conditions) < 2 {
		err = fmt.Errorf("an RDM needs at least two conditions, not %d: show more pictures", len(r.conditions))
	}
	if slices.Equal(r.conditions, shown) {
		r.groups = nil
	}
	return err
}

// use says what the layers take.
func (r *passage) use(ctx context.Context) (scratchUse, error) {
	if len(r.Layers) == 0 {
		return scratchUse{}, nil
	}
	shapes, err := r.Shapes(ctx, r.engine)
	if err != nil {
		return scratchUse{}, err
	}
	return r.pictures.use(r.Extraction, shapes, r.folder)
}

// each shows the mean patterns of conditions in every layer, in the order of the
// layers, group by group.
func (r *passage) each(ctx context.Context, visit func(layer network.Layer, p rdm.Patterns) error) error {
	use, err := r.use(ctx)
	if err != nil || use.groups == nil {
		return err
	}
	r.env.note(use.String())
	r.env.warn(use.short()...)
	for _, group := range use.groups {
		if err := r.group(ctx, r.Layers[group.From:group.To], visit); err != nil {
			return err
		}
	}
	return nil
}

// group runs the stimuli through the network once, for some of the layers.
func (r *passage) group(ctx context.Context, layers []network.Layer, visit func(network.Layer, rdm.Patterns) error) error {
	scratch, err := activation.NewScratch(r.folder, len(r.Stimuli.Stimuli), rdm.BlockChannels)
	if err != nil {
		return err
	}
	defer scratch.Close()
	x := r.Extraction
	x.Layers = layers
	if err := x.Run(ctx, r.engine, r.env.Budget, scratch); err != nil {
		return err
	}
	for i, layer := range layers {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		place := scratch.Layer(i)
		patterns := rdm.Patterns{Rows: len(r.conditions), Channels: place.Channels, Blocks: &conditionBlocks{passage: r, layer: place}}
		if err := visit(layer, patterns); err != nil {
			return err
		}
	}
	return nil
}

// conditionBlocks are the mean patterns of conditions in a layer.
type conditionBlocks struct {
	passage *passage
	layer   activation.ScratchLayer
	buffer  []float32 // stimuli × channels of a block
}

// Read averages a block over the stimuli of each condition, as [dataset.Dataset.Average]
// does: to the bit.
func (c *conditionBlocks) Read(dst []float32, columns work.Span) error {
	groups, k := c.passage.groups, columns.Len()
	if groups == nil {
		return c.layer.Read(dst, columns)
	}
	size := len(c.passage.Stimuli.Stimuli) * k
	c.buffer = slices.Grow(c.buffer[:0], size)[:size]
	if err := c.layer.Read(c.buffer, columns); err != nil {
		return err
	}
	for g, group := range groups {
		for i := range k {
			total := 0.0
			for _, row := range group {
				total += float64(c.buffer[row*k+i])
			}
			dst[g*k+i] = float32(total / float64(len(group)))
		}
	}
	return nil
}

// ofPictures makes the RDM of every layer. Layers that an earlier run came to are
// not made again.
func (s *RDM) ofPictures(ctx context.Context, env *Env, e rdm.Estimator) ([]*rdm.RDMs, error) {
	if err := e.CheckBlocks(); err != nil {
		return nil, fmt.Errorf("RDMs straight from pictures: %w: keep the responses with 'isocortex activations'", err)
	}
	if s.Baseline != nil {
		return nil, errors.New("RDMs of layers have no times, and no baseline: leave it out")
	}
	r, err := s.Pictures.open(ctx, env, filepath.Dir(s.Out))
	if err != nil {
		return nil, err
	}
	defer r.Network.Close()
	if e.Multiplier, err = env.Multiplier(); err != nil {
		return nil, err
	}
	begun, err := s.begun(ctx, env)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(r.Layers)
	r.Layers = slices.DeleteFunc(r.Layers, begun.has)
	err = r.each(ctx, func(layer network.Layer, p rdm.Patterns) error {
		made, err := r.compare(ctx, layer, p, e)
		if err != nil {
			return err
		}
		return begun.keep(layer, made)
	})
	if err != nil {
		return nil, begun.stop(err, len(all), env)
	}
	var stacks []*rdm.RDMs
	for _, layer := range all {
		stacks = append(stacks, begun.stacks[layer.Name])
		source := Source{Path: layer.Name, Name: layer.Name}
		source.warnOfUndefined(env, begun.stacks[layer.Name], measuring{Estimator: e})
		s.From = append(s.From, source)
	}
	return stacks, begun.remove()
}

// compare makes the RDM of a layer.
func (r *passage) compare(ctx context.Context, layer network.Layer, p rdm.Patterns, e rdm.Estimator) (*rdm.RDMs, error) {
	Source{Name: layer.Name}.warnOfFew(r.env, [3]int{p.Rows, p.Channels, 1}, measuring{Estimator: e})
	rdv, err := e.RDV(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("layer %q: %w", layer.Name, err)
	}
	made := &rdm.RDMs{
		Conditions: r.conditions, Size: p.Rows, Dissimilarities: rdv, Definition: e.Measure.Definition,
		Labels: map[string][]string{"layer": {layer.Name}},
	}
	for name, text := range origin(r.Extraction) {
		made.Labels[name] = []string{text}
	}
	return made, nil
}

// show shows the layers to what makes one RDM of all.
func (p Pictures) show(ctx context.Context, env *Env, folder string, whole *rdm.Whole) error {
	if err := whole.Estimator.CheckBlocks(); err != nil {
		return err
	}
	r, err := p.open(ctx, env, folder)
	if err != nil {
		return err
	}
	defer r.Network.Close()
	return r.each(ctx, func(layer network.Layer, p rdm.Patterns) error {
		return whole.AddPatterns(ctx, layer.Name, r.conditions, p)
	})
}
