package network

import (
	"fmt"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/onnx"
)

// A matConvNet is a file of MatConvNet while it is read.
type matConvNet struct {
	f      *mat.File
	prefix string // of addresses: "net." where the network is one variable
	w      *Weights
}

// mostLayers is how many layers or parameters a network may have: finding one of
// many takes as long as there are others.
const mostLayers = 4096

// readMatConvNet reads a network that MatConvNet saved, in either of its forms:
// SimpleNN, a cell array of layers with their weights, and DagNN, layers that
// name their parameters.
func readMatConvNet(path string) (*Weights, error) {
	f, err := mat.Open(path)
	if err != nil {
		return nil, err
	}
	m := &matConvNet{f: f, w: &Weights{Path: path, Program: MatConvNet, Steps: []string{}, close: f.Close}}
	if err := m.read(); err != nil {
		f.Close()
		return nil, err
	}
	return m.w, nil
}

// read finds the layers, and what the average picture is.
func (m *matConvNet) read() error {
	fields := map[string]bool{}
	for _, v := range m.f.Variables() {
		fields[v.Name] = true
	}
	if fields["net"] && !fields["layers"] {
		m.prefix = "net."
		own, err := m.f.Fields("net")
		if err != nil {
			return err
		}
		for _, name := range own {
			fields[name] = true
		}
	}
	if !fields["layers"] {
		return m.unsupported("this MAT file holds no network of MatConvNet: it has no layers")
	}
	layers, err := m.f.Find(m.prefix + "layers")
	switch {
	case err != nil:
		return err
	case layers.Len() > mostLayers:
		err = m.unsupported("%d layers; at most %d", layers.Len(), mostLayers)
	case layers.Class() == mat.Cell:
		err = m.simple(layers)
	case layers.Class() == mat.Struct && fields["params"]:
		err = m.graph(layers)
	default:
		err = m.unsupported("the layers are a %s array: MatConvNet saves a cell array, or a struct beside params", layers.Class())
	}
	if err == nil && len(m.w.Arrays) == 0 {
		err = m.unsupported("no layer has weights")
	}
	if err != nil {
		return err
	}
	return m.average(fields)
}

func (m *matConvNet) unsupported(format string, args ...any) error {
	return file.Unsupported(m.w.Path, 0, "network", format, args...)
}

// A cellStruct is a struct with the names of its fields.
type cellStruct struct {
	*mat.Part
	fields map[string]bool
}

// open finds the struct at an address inside p.
func open(p *mat.Part, address string) (cellStruct, error) {
	part, err := p.Find(address)
	if err != nil {
		return cellStruct{}, err
	}
	names, err := part.Fields()
	fields := map[string]bool{}
	for _, name := range names {
		fields[name] = true
	}
	return cellStruct{part, fields}, err
}

// text reads a field that holds a text; "" where there is none.
func (s cellStruct) text(field string) (string, error) {
	lines, err := s.texts(field)
	if err != nil || len(lines) == 0 {
		return "", err
	}
	return lines[0], nil
}

// texts reads a field that holds texts; none where it is not there, or holds
// something else.
func (s cellStruct) texts(field string) ([]string, error) {
	if !s.fields[field] {
		return nil, nil
	}
	part, err := s.Find("." + field)
	if err != nil || part.Class() != mat.Char && part.Class() != mat.Cell {
		return nil, err
	}
	value, err := part.Read()
	if err != nil {
		return nil, err
	}
	lines, _ := value.Strings()
	return lines, nil
}

// matSteps are the kinds of layers in both forms, in small letters and without
// "dagnn.", as ONNX calls them; those that change nothing when a network is used,
// or only its last responses, are "".
var matSteps = map[string]string{
	"conv": "Conv", "relu": "Relu", "lrn": "LRN", "normalize": "LRN", "pooling": "MaxPool", "pool": "MaxPool",
	"dropout": "", "softmax": "", "softmaxloss": "", "loss": "",
}

// step notes what a layer does; options hold what pooling and normalizing take.
func (m *matConvNet) step(kind string, options cellStruct) error {
	step, known := matSteps[strings.ToLower(strings.TrimPrefix(kind, "dagnn."))]
	if !known {
		step = kind
	}
	var err error
	switch step {
	case "":
		return nil
	case "MaxPool":
		var method string
		if method, err = options.text("method"); method == "avg" {
			step = "AveragePool"
		}
	case "LRN":
		step, err = options.neighbors()
	}
	m.w.Steps = append(m.w.Steps, step)
	return err
}

// neighbors describes a normalization over neighbors.
func (s cellStruct) neighbors() (string, error) {
	p := []float32{5, 1, 1e-4 / 5, .75} // what MatConvNet takes where nothing is said
	if s.fields["param"] {
		part, err := s.Find(".param")
		if err != nil {
			return "", err
		}
		if p, err = part.Float32s(); err != nil || len(p) != 4 {
			return "LRN", err
		}
	}
	return neighbors(p[0], p[1], p[2], p[3]), nil
}

// eachNamed visits the structs of an array, with their names; the address is that
// of a struct by its number.
func eachNamed(p *mat.Part, address string, visit func(i int, s cellStruct, name string) error) error {
	for i := range p.Len() {
		s, err := open(p, fmt.Sprintf(address, i+1))
		if err != nil {
			return err
		}
		name, err := s.text("name")
		if err != nil {
			return err
		}
		if err := visit(i, s, name); err != nil {
			return err
		}
	}
	return nil
}

// simple reads the layers of a SimpleNN.
func (m *matConvNet) simple(layers *mat.Part) error {
	return eachNamed(layers, "{%d}", func(i int, layer cellStruct, name string) error {
		kind, err := layer.text("type")
		if err != nil {
			return err
		}
		if name == "" {
			name = fmt.Sprintf("layer%d", i+1)
		}
		if err := m.step(kind, layer); err != nil {
			return err
		}
		return m.weights(layer, name)
	})
}

// matParts are the arrays of a convolution, in their order.
var matParts = []string{"weight", "bias"}

// weights lists the arrays of a layer of a SimpleNN: in a cell array, or, in files
// of before 2015, in two fields.
func (m *matConvNet) weights(layer cellStruct, name string) error {
	for i, field := range []string{".filters", ".biases"} {
		if layer.fields[field[1:]] {
			if err := m.add(layer.Part, field, name+"."+matParts[i]); err != nil {
				return err
			}
		}
	}
	if !layer.fields["weights"] {
		return nil
	}
	cells, err := layer.Find(".weights")
	if err != nil || cells.Class() != mat.Cell {
		return err
	}
	for i := range min(cells.Len(), 3) {
		if err := m.add(cells, fmt.Sprintf("{%d}", i+1), name+"."+matPart(i)); err != nil {
			return err
		}
	}
	return nil
}

// matPart names array i of a layer.
func matPart(i int) string {
	if i < len(matParts) {
		return matParts[i]
	}
	return fmt.Sprint(i + 1)
}

// graph reads the layers of a DagNN, which name their parameters.
func (m *matConvNet) graph(layers *mat.Part) error {
	params, err := m.f.Find(m.prefix + "params")
	if err != nil {
		return err
	}
	if params.Len() > mostLayers {
		return m.unsupported("%d parameters; at most %d", params.Len(), mostLayers)
	}
	places := map[string]string{}
	err = eachNamed(params, "(%d)", func(i int, _ cellStruct, name string) error {
		places[name] = fmt.Sprintf("(%d).value", i+1)
		return nil
	})
	if err != nil {
		return err
	}
	return eachNamed(layers, "(%d)", func(_ int, layer cellStruct, name string) error {
		kind, err := layer.text("type")
		if err != nil {
			return err
		}
		own, err := layer.texts("params")
		if err != nil {
			return err
		}
		if err := m.graphStep(kind, layer); err != nil {
			return err
		}
		for i, param := range own {
			place, there := places[param]
			if !there {
				return m.unsupported("layer %s takes the parameter %q, which is not there", name, param)
			}
			if err := m.add(params, place, name+"."+matPart(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// graphStep notes what a layer of a DagNN does, whose options are in its block.
func (m *matConvNet) graphStep(kind string, layer cellStruct) (err error) {
	block := cellStruct{}
	if layer.fields["block"] {
		if block, err = open(layer.Part, ".block"); err != nil {
			return err
		}
	}
	return m.step(kind, block)
}

// add lists an array, if there are numbers at the address. Kernels lie as height ×
// width × channels taken × channels given, the heights together; trailing axes of
// length 1 are not there. Biases are a row or a column.
func (m *matConvNet) add(p *mat.Part, address, name string) error {
	part, err := p.Find(address)
	if err != nil || part.Len() == 0 {
		return err
	}
	s := part.Shape()
	shape := []int64{int64(part.Len())}
	if strings.HasSuffix(name, ".weight") && len(s) <= 4 {
		for len(s) < 4 {
			s = append(s, 1)
		}
		shape = []int64{int64(s[3]), int64(s[2]), int64(s[0]), int64(s[1])}
	}
	m.w.Arrays = append(m.w.Arrays, Array{Name: name, Shape: shape, Load: func() (*onnx.Tensor, error) {
		values, err := part.Float32s()
		if err == nil && len(shape) == 4 {
			values = transposed(values, s[1], s[0])
		}
		return inMemory(shape, values, err)
	}})
	return nil
}

// average reads the average picture, which newer files keep in meta.
func (m *matConvNet) average(fields map[string]bool) error {
	address := m.prefix + "normalization"
	if fields["meta"] {
		meta, err := m.f.Find(m.prefix + "meta")
		if err != nil {
			return err
		}
		own, err := open(meta, "")
		if err != nil || !own.fields["normalization"] {
			return err
		}
		address = m.prefix + "meta.normalization"
	} else if !fields["normalization"] {
		return nil
	}
	part, err := m.f.Find(address)
	if err != nil {
		return err
	}
	normalization, err := open(part, "")
	if err != nil || !normalization.fields["averageImage"] {
		return err
	}
	picture, err := normalization.Find(".averageImage")
	if err != nil || picture.Len() == 0 {
		return err
	}
	m.w.Average, err = m.picture(picture)
	return err
}

// picture reads an average picture: height × width × 3, the heights together, or
// one color.
func (m *matConvNet) picture(part *mat.Part) (*Average, error) {
	a := &Average{Height: 1, Width: 1}
	if s := part.Shape(); len(s) == 3 && s[2] == 3 {
		a.Height, a.Width = s[0], s[1]
	} else if part.Len() != 3 {
		return nil, m.unsupported("the average picture has the shape %v: it is height × width × 3, or one color", s)
	}
	values, err := part.Float32s()
	if err != nil {
		return nil, err
	}
	a.Values = transposed(values, a.Width, a.Height)
	return a, nil
}
