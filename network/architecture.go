package network

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/onnx"
)

// An Architecture is a network without weights: a drawing of its graph that
// asks for every parameter by the name that public checkpoints give it.
type Architecture struct {
	Name          string       // what users write: "vgg16"
	Title         string       // what people call it: "VGG-16"
	Source        string       // the paper, with its DOI or address
	Preprocessing string       // the preset that its public weights expect
	Input         [3]int       // one picture: channels, height, width
	Standard      []string     // the layers that the field compares, early to late, as Select takes them
	Checkpoints   []Checkpoint // weights that anyone can get
	Ports         []Port       // how programs other than PyTorch spell it
	Draw          func(*Drawing)
}

// A Checkpoint is a file of weights that its authors give to everyone.
type Checkpoint struct {
	File    string // its name
	URL     string
	Bytes   int64   // 0 where the authors do not say
	Size    string  // in their words where they round it: "107 MB"
	SHA256  string  // in hexadecimal, or as much of it as the authors give; "" for none
	License string  // in the words of the authors
	Trained string  // on what, and for what
	Program Program // that wrote it
}

// Prepared returns the preset that the weights of a program expect.
func (a Architecture) Prepared(from Program) string {
	return a.port(&Weights{Program: from}).Preprocessing
}

// A Parameter is an array of numbers that an architecture needs.
type Parameter struct {
	Name  string
	Shape []int
}

// Elements returns how many numbers the parameter has.
func (p Parameter) Elements() int {
	n := 1
	for _, length := range p.Shape {
		n *= length
	}
	return n
}

// Parameters lists what the architecture needs, in the order of its drawing.
func (a Architecture) Parameters() []Parameter {
	d := a.draw(nil)
	return d.asked
}

// Trained counts the numbers that training set: all parameters but the running
// statistics of normalizations, as papers count them.
func (a Architecture) Trained() int64 { return trained(a.Parameters()) }

func trained(parameters []Parameter) int64 {
	count := 0
	for _, p := range parameters {
		if !strings.HasSuffix(p.Name, ".running_mean") && !strings.HasSuffix(p.Name, ".running_var") {
			count += p.Elements()
		}
	}
	return int64(count)
}

// Outline returns the network without numbers: its layers can be listed and
// counted, but it cannot be run.
func (a Architecture) Outline() (*Network, error) { return a.network(a.draw(nil)) }

// Bind returns the network with the given weights.
//
//	errors   *MismatchError when a parameter is missing, has another shape, or is
//	         left over, or when the weights say that they are used in another order
//	cost     milliseconds where weights stay in their file; else that of reading them
func (a Architecture) Bind(w *Weights) (*Network, error) {
	port := a.port(w)
	given := named(port.drawn(w.Arrays), a.Parameters())
	d := a.draw(given)
	mismatch := d.mismatch(given)
	mismatch.Path, mismatch.Architecture = w.Path, a.Name
	if mismatch.Count() > 0 {
		return nil, port.spelled(mismatch)
	}
	net, err := a.network(d)
	if err != nil {
		return nil, err
	}
	if mismatch.Steps = net.otherSteps(w.Steps); mismatch.Count() > 0 {
		return nil, mismatch
	}
	net.Path, net.Model.Folder = w.Path, filepath.Dir(w.Path)
	net.Preprocessing, net.Average = port.Preprocessing, w.Average
	flat := map[string][3]int{}
	if w.Program == Keras {
		flat = net.flattened(a.Input)
	}
	return net, net.load(given, flat)
}

// load fills the parameters of the network; those that flat names are put into
// the order of pictures whose channels come first.
func (n *Network) load(given map[string]Array, flat map[string][3]int) error {
	for _, tensor := range n.Model.Graph.Initializers {
		array, trained := given[tensor.Name]
		if !trained {
			continue
		}
		loaded, err := array.Load()
		if err != nil {
			return err
		}
		tensor.Data, tensor.External = loaded.Data, loaded.External
		if picture, there := flat[tensor.Name]; there {
			channelsFirst(tensor, picture)
		}
	}
	return nil
}

// draw draws the graph with the weights that are given; nil for an outline.
func (a Architecture) draw(given map[string]Array) *Drawing {
	d := &Drawing{Builder: onnx.NewBuilder(a.Name), given: given, values: map[string]onnx.Value{}}
	a.Draw(d)
	return d
}

// network makes a network of a drawing.
func (a Architecture) network(d *Drawing) (*Network, error) {
	model, err := d.Model()
	if err != nil {
		return nil, fmt.Errorf("architecture %s: %w", a.Name, err)
	}
	net, err := New(a.Name, model)
	if err != nil {
		return nil, fmt.Errorf("architecture %s: %w", a.Name, err)
	}
	drawn := map[string]bool{}
	for _, name := range d.layers {
		drawn[name] = true
	}
	net.Layers = slices.DeleteFunc(net.Layers, func(l Layer) bool { return !drawn[l.Name] })
	net.trained = trained(d.asked)
	net.Architecture, net.Preprocessing, net.Standard = a.Name, a.Preprocessing, a.Standard
	if d.lacking != nil {
		net.Standard = slices.DeleteFunc(slices.Clone(a.Standard), func(name string) bool { return slices.Contains(d.lacking, name) })
	}
	return net, nil
}
