// Package network gives the parts of an artificial neural network readable
// names.
//
// A network is an ONNX graph with one input that takes pictures. Every value a
// node computes is a layer that can be tapped:
//
//	net, err := network.Open("squeezenet1_1.onnx")
//	layers, err := net.Select([]string{"conv1=features.1/relu", "logits"})
//
// Weights stay in their file; opening a network of any size takes milliseconds.
package network

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/onnx"
)

// A Network is a graph whose values have readable names.
type Network struct {
	Name   string // the file's stem, unless the user gave another
	Path   string // where the graph was read from; "" for one built in memory
	Model  *onnx.Model
	Input  *onnx.ValueInfo // the one input that is not a weight: observations × channels × height × width
	Layers []Layer         // every response of the graph to a picture, in the order in which they are computed

	Architecture  string   // of weights that were bound to one; "" for a graph
	Standard      []string // what the word "standard" selects; nil where nobody has agreed on it
	Preprocessing string   // name of the preset that the weights expect; "" when not known
	Average       *Average // that the weights expect pictures without; nil where the preset says it all

	trained int64 // numbers that training set, of a network that was drawn; 0 of a graph
}

// A Layer is a place in a network where responses can be read.
type Layer struct {
	Name  string // what people call it: "features.3/concat"
	Value string // the value of the graph: "/features/features.3/Concat_output_0"
	Op    string // the operator that computes it: "Concat"
}

// New names the layers of a graph that is at hand. A graph that takes pictures as
// height × width × channels is given a first node that turns them round, and what
// is float16, bfloat16 or float64 nodes that convert.
//
//	errors   those of the graph's Check; inputs that are not one array of pictures;
//	         a graph that computes no numbers from them
func New(name string, model *onnx.Model) (*Network, error) {
	if err := model.Check(); err != nil {
		return nil, err
	}
	input, err := pictureInput(model)
	if err != nil {
		return nil, err
	}
	net := &Network{Name: name, Model: model, Input: input}
	types, layers := model.Graph.Types(), responses(model.Graph, input.Name)
	outputs := map[string]bool{}
	for _, output := range model.Graph.Outputs {
		outputs[output.Name] = true
	}
	taken := map[string]int{}
	for _, node := range model.Graph.Nodes {
		for _, value := range node.Outputs {
			if !layers[value] {
				continue
			}
			layer := Layer{Name: oneLine(layerName(node, value, outputs[value])), Op: node.Op}
			layer.Value = inFloats(model.Graph, value, types[value])
			if taken[layer.Name]++; taken[layer.Name] > 1 {
				layer.Name = fmt.Sprintf("%s#%d", layer.Name, taken[layer.Name])
			}
			net.Layers = append(net.Layers, layer)
		}
	}
	if len(net.Layers) == 0 {
		return nil, fmt.Errorf("nothing that is computed from input %q is numbers: there is no layer to read", input.Name)
	}
	return net, nil
}

// oneLine makes a name be one line of text.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '_'
		}
		return r
	}, name)
}

// Close gives back the file of the graph.
func (n *Network) Close() error { return n.Model.Close() }

// layerName makes a readable name of a node and its value.
//
// Exporters write the path of a module with every module naming its parents
// again, "/features/features.3/squeeze/Conv"; said once it is
// "features.3.squeeze/conv". Other names stay as they are. A graph output keeps
// its own name, a node without a name has that of its value.
func layerName(node *onnx.Node, value string, output bool) string {
	if output || node.Name == "" {
		return value
	}
	parts := strings.Split(strings.Trim(node.Name, "/"), "/")
	module := ""
	for _, part := range parts[:len(parts)-1] {
		if module == "" || strings.HasPrefix(part, module+".") {
			module = part
		} else {
			module += "." + part
		}
	}
	if module == "" {
		return parts[0]
	}
	return module + "/" + strings.ToLower(parts[len(parts)-1])
}

// Select returns the layers that the words name, in their order.
//
// A word is a layer's name, the name of a value of the graph, "all", or
// "standard" for the layers that the field compares. With "shown=layer" the layer
// is shown under another name from here on.
//
//	errors   an unknown layer, with the nearest names; a layer named twice
func (n *Network) Select(words []string) ([]Layer, error) {
	var selected []Layer
	taken := map[string]bool{}
	for _, word := range words {
		layers, err := n.find(word)
		if err != nil {
			return nil, err
		}
		for _, layer := range layers {
			if taken[layer.Name] {
				return nil, fmt.Errorf("layer %q is named twice", layer.Name)
			}
			taken[layer.Name] = true
			selected = append(selected, layer)
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("no layer of network %q is named", n.Name)
	}
	return selected, nil
}

// find returns the layers of one word.
func (n *Network) find(word string) ([]Layer, error) {
	switch {
	case word == "all":
		return n.Layers, nil
	case word == "standard" && n.Standard != nil:
		return n.Select(n.Standard)
	case word == "standard":
		return nil, fmt.Errorf("network %q has no standard layers, as its architecture is not known: name layers, or take all", n.Name)
	}
	shown, name, renamed := strings.Cut(word, "=")
	if !renamed {
		shown, name = "", word
	}
	for _, layer := range n.Layers {
		if layer.Name == name || layer.Value == name || layer.Value == name+inFloat32 {
			if renamed {
				layer.Name = shown
			}
			return []Layer{layer}, nil
		}
	}
	names := make([]string, len(n.Layers))
	for i, layer := range n.Layers {
		names[i] = layer.Name
	}
	if near := nearest.Names(name, names); len(near) > 0 {
		return nil, fmt.Errorf("network %q has no layer %q: did you mean %s?", n.Name, name, strings.Join(near, ", "))
	}
	return nil, fmt.Errorf("network %q has no layer %q: 'isocortex info' lists its layers", n.Name, name)
}

// Parameters returns the number of weights of the network: what training set, not
// the running statistics of normalizations, as papers count them. Of a graph,
// which does not say what was trained, all arrays of numbers that are not whole
// count, but for single numbers, which are constants.
func (n *Network) Parameters() int64 {
	if n.trained > 0 {
		return n.trained
	}
	return n.Model.Parameters()
}
