package step

import (
	"errors"
	"fmt"
	"strings"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/custom"
	"github.com/isocortex/isocortex/network/zoo"
)

// weightsEndings are what files of weights are mostly called; they are told by
// their content, whatever they are called.
var weightsEndings = []string{".pth", ".pt", ".safetensors"}

// openNetwork opens a graph, a description, or weights of a network of the zoo:
// those in a file, those that are kept under a name of the zoo, or random ones.
func openNetwork(word string) (*network.Network, error) {
	if custom.Is(word) {
		return custom.Open(word)
	}
	if net, untrained, err := zoo.Untrained(word); untrained {
		return net, err
	}
	path, err := zoo.Find(word)
	if err != nil {
		return nil, err
	}
	net, err := network.Open(path, zoo.Architectures...)
	if err == nil && path != word {
		net.Name = net.Architecture
	}
	return net, err
}

// networkFiles lists the files that a network is read from.
func networkFiles(word string) []string {
	if custom.Is(word) {
		return custom.Files(word)
	}
	if zoo.IsUntrained(word) {
		return nil // the word says all
	}
	if path, err := zoo.Find(word); err == nil {
		word = path
	}
	return network.Files(word)
}

// inspectNetwork lists the layers of a network; of weights that are no known
// network's, the arrays.
func inspectNetwork(path string) (Fact, error) {
	net, err := openNetwork(path)
	var mismatch *network.MismatchError
	if errors.As(err, &mismatch) && !custom.Is(path) {
		return inspectWeights(path, mismatch)
	}
	if err != nil {
		return Fact{}, err
	}
	defer net.Close()
	axes := make([]string, len(net.Input.Shape))
	for i, d := range net.Input.Shape {
		if axes[i] = d.Parameter; d.Value > 0 {
			axes[i] = fmt.Sprint(d.Value)
		}
	}
	fact := Fact{Kind: "network", Lines: []string{
		fmt.Sprintf("%d parameters, input %q of %s", net.Parameters(), net.Input.Name, strings.Join(axes, " × ")),
	}}
	if net.Architecture != "" {
		fact.Lines = append(fact.Lines, fmt.Sprintf("the weights of %s; pictures are prepared by %q", net.Architecture, net.Preprocessing))
	}
	fact.Lines = append(fact.Lines, fmt.Sprintf("%d layers:", len(net.Layers)))
	for _, layer := range net.Layers {
		fact.Lines = append(fact.Lines, fmt.Sprintf("  %-40s %s", layer.Name, layer.Op))
	}
	return fact, nil
}

// inspectNamed lists the layers of a network of the zoo whose weights are kept.
func inspectNamed(name string) (Fact, error) {
	if _, err := zoo.Find(name); err != nil {
		return Fact{}, fmt.Errorf("%w; 'isocortex networks %s' tells of it without", err, name)
	}
	fact, err := inspectNetwork(name)
	fact.Path = name
	return fact, err
}

// inspectWeights lists the arrays of weights that fit no network of the zoo.
func inspectWeights(path string, why *network.MismatchError) (Fact, error) {
	weights, err := network.ReadWeights(path)
	if err != nil {
		return Fact{}, err
	}
	defer weights.Close()
	fact := Fact{Kind: "weights", Lines: []string{
		fmt.Sprintf("of no network of the zoo: nearest is %s, where %s", why.Architecture, why.Reasons()),
		fmt.Sprintf("%d arrays:", len(weights.Arrays)),
	}}
	for _, a := range weights.Arrays {
		name := a.Name
		if a.Group != "" {
			name = a.Group + ": " + name
		}
		fact.Lines = append(fact.Lines, fmt.Sprintf("  %-40s %v", name, a.Shape))
	}
	return fact, nil
}
