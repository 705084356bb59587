// Package custom reads networks that people describe in YAML: their layers, their
// recurrence, and where their weights come from.
//
//	network: 1
//	input: {channels: 3, height: 32, width: 32}
//	preprocessing: unit-32
//	weights: {seed: 7}
//	standard: [relu1, V4.output@t2]
//	layers:
//	  - {conv: conv1, to: 8, kernel: 5, stride: 2, pad: 2}
//	  - {relu: relu1}
//	  - block: V4
//	    times: 3
//	    layers:
//	      - {conv: conv, to: 8, kernel: 3, pad: 1}
//	      - {add: sum, with: input}
//	      - {relu: output}
//	  - {avgpool: pool}
//	  - {fc: fc, to: 10}
//
// A layer takes what the one before it gives. A block is passed through as often
// as "times" says, with the same weights, and at every step but the first takes
// what it gave at the step before; its layers are tapped as V4.output@t2. In a
// block, "with: input" adds what the block was given at first, and "with: before"
// what the step was given; any other name is that of an earlier layer.
package custom

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/network"
)

// An Error is something wrong at one place of a description.
type Error struct {
	Path         string
	Line, Column int // from 1
	Message      string
}

// Error writes the place and what is wrong there.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
}

// Is reports whether a file is called a description.
func Is(path string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(filepath.Ext(path)))
}

// Open reads a description and gives the network its weights.
//
// Weights of a seed are those of network.Architecture.Untrained. Those of a file have the names of
// their layers: conv1.weight, V4.conv.weight, and for normalizations weight,
// bias, running_mean and running_var.
//
//	errors   *Error for every place that is wrong, joined; *network.MismatchError
//	         for weights that do not fit
func Open(path string) (*network.Network, error) {
	d, err := read(path)
	if err != nil {
		return nil, err
	}
	a, err := d.architecture()
	if err != nil {
		return nil, err
	}
	w := a.Untrained(d.seed)
	if d.weights != "" {
		if w, err = network.ReadWeights(d.beside()); err != nil {
			return nil, err
		}
		defer w.Close()
	}
	net, err := a.Bind(w)
	if err != nil {
		return nil, err
	}
	net.Path, net.Architecture = path, ""
	return net, nil
}

// Files lists the files that the network at path is read from: the description
// and its weights. Of one that cannot be read it is the path alone.
func Files(path string) []string {
	files := []string{filepath.Clean(path)}
	if d, err := read(path); err == nil && d.weights != "" {
		files = append(files, d.beside())
	}
	return files
}

// maxSize bounds a description: what people write is a thousand times smaller.
const maxSize = 1 << 20

// read reads the description at path.
func read(path string) (*description, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSize {
		return nil, file.Unsupported(path, -1, "size", "larger than %d bytes, too large for a description of a network", maxSize)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(path, data)
}

// beside is the path of the file of weights, which stands relative to the
// description.
func (d *description) beside() string {
	if filepath.IsAbs(d.weights) {
		return d.weights
	}
	return filepath.Join(filepath.Dir(d.path), d.weights)
}

// architecture draws the description once, to see that its layers fit together.
func (d *description) architecture() (network.Architecture, error) {
	var wrong []error
	a := network.Architecture{
		Name: file.Stem(d.path), Title: file.Stem(d.path), Preprocessing: d.preprocessing, Input: d.input, Standard: d.standard,
		Draw: func(g *network.Drawing) { wrong = d.draw(g) },
	}
	net, err := a.Outline()
	switch {
	case len(wrong) > 0:
		return a, errors.Join(wrong...)
	case err != nil:
		return a, fmt.Errorf("%s: %w", d.path, err)
	}
	return a, d.findStandard(net)
}

// findStandard sees that the standard layers are there, each once.
func (d *description) findStandard(net *network.Network) error {
	p := &parser{path: d.path}
	for i, word := range d.standard {
		at := d.standardAt[i]
		if slices.Contains(reserved, word) {
			p.complain(at, "standard: %q names no single layer", word)
		} else if slices.Contains(d.standard[:i], word) {
			p.complain(at, "standard: layer %q is named twice", word)
		} else if _, err := net.Select([]string{word}); err != nil {
			p.complain(at, "standard: %v", err)
		}
	}
	return errors.Join(p.wrong...)
}
