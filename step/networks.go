package step

import (
	"context"
	"errors"
	"fmt"

	"github.com/isocortex/isocortex/download"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
)

// A KnownNetwork is a network of the zoo as users see it.
type KnownNetwork struct {
	Name          string         `json:"name"`
	Title         string         `json:"title"`
	Source        string         `json:"source"`
	Input         [3]int         `json:"input"` // channels, height, width
	Parameters    int64          `json:"parameters"`
	Preprocessing string         `json:"preprocessing"`
	Standard      []string       `json:"standard"` // layers
	Layers        []KnownLayer   `json:"layers,omitempty"`
	Weights       []KnownWeights `json:"weights"`
}

// A KnownLayer is a layer of a network of the zoo.
type KnownLayer struct {
	Name     string `json:"name"`
	Operator string `json:"operator"`
	Side     string `json:"side,omitempty"`  // of the nonlinearity: before or after
	Shape    []int  `json:"shape,omitempty"` // of the responses to one picture; none where only running shows it
	Units    int    `json:"units,omitempty"`
}

// KnownWeights are a file of weights that its authors give to everyone.
type KnownWeights struct {
	File    string `json:"file"`
	URL     string `json:"url"`
	Bytes   int64  `json:"bytes,omitempty"`
	Size    string `json:"size,omitempty"`   // in the words of the authors, who do not give the bytes
	SHA256  string `json:"sha256,omitempty"` // its beginning, as far as the authors say it
	License string `json:"license"`
	Trained string `json:"trained"`
	Path    string `json:"path"` // where it is kept
	There   bool   `json:"there"`

	Preprocessing string `json:"preprocessing"` // the preset that these weights expect
}

// KnownNetworks lists the networks of the zoo.
func KnownNetworks() ([]KnownNetwork, error) {
	var all []KnownNetwork
	for _, a := range zoo.Architectures {
		known, err := knownNetwork(a)
		if err != nil {
			return nil, err
		}
		all = append(all, known)
	}
	return all, nil
}

// DescribeNetwork tells all about one network of the zoo.
//
//	errors   an unknown name, with those that come close
func DescribeNetwork(name string) (KnownNetwork, error) {
	a, err := zoo.ByName(name)
	if err != nil {
		return KnownNetwork{}, fmt.Errorf("%w; 'isocortex networks' lists them", err)
	}
	return knownNetwork(a)
}

// knownLayers tells of the layers of a network.
func knownLayers(net *network.Network, picture [3]int) []KnownLayer {
	var layers []KnownLayer
	shapes := net.Shapes(picture)
	for _, layer := range net.Layers {
		shape := shapes[layer.Name]
		layers = append(layers, KnownLayer{
			Name: layer.Name, Operator: layer.Op, Side: string(net.Side(layer)), Shape: shape, Units: units(shape),
		})
	}
	return layers
}

// units counts the numbers of a response; 0 where its shape is not known.
func units(shape []int) int {
	if len(shape) == 0 {
		return 0
	}
	n := 1
	for _, length := range shape {
		n *= length
	}
	return n
}

// knownNetwork tells of an architecture.
func knownNetwork(a network.Architecture) (KnownNetwork, error) {
	net, err := a.Outline()
	if err != nil {
		return KnownNetwork{}, err
	}
	folder, err := zoo.Folder()
	if err != nil {
		return KnownNetwork{}, err
	}
	known := KnownNetwork{
		Name: a.Name, Title: a.Title, Source: a.Source, Input: a.Input, Parameters: a.Trained(),
		Preprocessing: a.Preprocessing, Standard: a.Standard, Weights: []KnownWeights{},
		Layers: knownLayers(net, a.Input),
	}
	for _, c := range a.Checkpoints {
		w := KnownWeights{File: c.File, URL: c.URL, Bytes: c.Bytes, Size: c.Size, SHA256: c.SHA256, License: c.License, Trained: c.Trained}
		w.Path, w.There = zoo.Place(folder, c)
		w.Preprocessing = a.Prepared(c.Program)
		known.Weights = append(known.Weights, w)
	}
	return known, nil
}

// Pull downloads the public weights of a network of the zoo. It is the one step
// that reaches the network.
type Pull struct {
	Network string // name in the zoo
	File    string // one of its weights; "" for the first
	Out     string // folder; "" for that of zoo.Folder

	Options download.Options // of the transfer
}

// A Pulled says what Pull brought.
type Pulled struct {
	Network string `json:"network"`
	Path    string `json:"path"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Checked bool   `json:"checked"` // against the hash that the authors publish
	Resumed int64  `json:"resumed"` // bytes that were there from an earlier try
	There   bool   `json:"there"`   // nothing was brought, as the file was there
	License string `json:"license"`
}

// Bring downloads the file, unless it is there.
//
//	errors   an unknown network or file; no way to the server, with what to do by
//	         hand; bytes that are not those of the authors
func (s Pull) Bring(ctx context.Context, env *Env) (Pulled, error) {
	checkpoint, err := s.checkpoint()
	if err != nil {
		return Pulled{}, err
	}
	folder := s.Out
	if folder == "" {
		if folder, err = zoo.Folder(); err != nil {
			return Pulled{}, err
		}
	}
	path, _ := zoo.Place(folder, checkpoint)
	options := s.Options
	options.Progress = env.Budget.Progress
	wanted := download.File{URL: checkpoint.URL, Bytes: checkpoint.Bytes, SHA256: checkpoint.SHA256}
	got, err := wanted.To(ctx, path, options)
	if errors.Is(err, download.ErrUnreachable) || errors.Is(err, download.ErrRefused) {
		err = fmt.Errorf("%w; bring it by hand: download %s where there is a way to it, and put it here as %s; pulling it again then checks it", err, checkpoint.URL, path)
	}
	if err != nil {
		return Pulled{}, err
	}
	if !got.Checked {
		env.warn(fmt.Sprintf("%s: its authors publish no hash; its SHA-256 is %s: compare it with that of somebody else", checkpoint.File, got.SHA256))
	}
	return Pulled{s.Network, got.Path, got.Bytes, got.SHA256, got.Checked, got.Resumed, got.There, checkpoint.License}, nil
}

// checkpoint finds what is to be brought.
func (s Pull) checkpoint() (network.Checkpoint, error) {
	a, err := zoo.ByName(s.Network)
	if err != nil {
		return network.Checkpoint{}, fmt.Errorf("%w; 'isocortex networks' lists them", err)
	}
	switch {
	case len(a.Checkpoints) == 0:
		return network.Checkpoint{}, fmt.Errorf("%s: nobody gives weights of this network away that are known here: bring your own file", a.Name)
	case s.File == "":
		return a.Checkpoints[0], nil
	}
	return nearest.In(a.Checkpoints, "file of weights of "+a.Name, s.File, func(c network.Checkpoint) []string { return []string{c.File} })
}
