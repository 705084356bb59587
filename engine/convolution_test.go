package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/onnx"
)

// drawing is a graph under construction, with what most of those here have.
type drawing struct{ *onnx.Builder }

func (d drawing) image() onnx.Value { return d.Input("x", onnx.Float32, "n", 48, 8, 8) }

func (d drawing) kernels(name string) onnx.Value {
	return d.Weights(name, make([]float32, 48*48*9), 48, 48, 3, 3)
}

func (d drawing) numbers(name string) onnx.Value { return d.Weights(name, make([]float32, 48), 48) }

// conv is a convolution that Go computes, but for the options.
func (d drawing) conv(x onnx.Value, name string, o onnx.ConvOptions) onnx.Value {
	return d.As(name).Conv(x, d.kernels(name+".w"), d.numbers(name+".b"), o)
}

func (d drawing) norm(x onnx.Value, name string) onnx.Value {
	scale, bias, mean, variance := d.numbers(name+".s"), d.numbers(name+".b"), d.numbers(name+".m"), d.numbers(name+".v")
	return d.As(name).BatchNormalization(x, onnx.BatchNormalizationOptions{Scale: scale, Bias: bias, Mean: mean, Variance: variance})
}

// described lists the nodes of a graph: "conv: Conv x>y".
func described(m *onnx.Model) string {
	var lines []string
	for _, n := range m.Graph.Nodes {
		lines = append(lines, fmt.Sprintf("%s %s>%s", n.Op, n.Inputs[0], strings.Join(n.Outputs, ",")))
	}
	return strings.Join(lines, "; ")
}

// same keeps height and width.
var same = onnx.ConvOptions{Pads: []int{1, 1, 1, 1}}

// What is taken together, and what is left to the library.
func TestConvolved(t *testing.T) {
	if !gemm.Fast() {
		t.Skip("convolutions are the library's here")
	}
	attribute := func(name string, value any) func(d drawing) {
		return func(d drawing) {
			d.Output(d.As("c").Node("Conv", []onnx.Value{d.image(), d.kernels("w")}, onnx.NewAttribute(name, value)), "")
		}
	}
	const alone = "Convolution3x3 x>c"
	for name, c := range map[string]struct {
		draw func(d drawing)
		want string
	}{
		"alone": {func(d drawing) { d.Output(d.conv(d.image(), "c", same), "") }, alone},
		"with a rectifier": {func(d drawing) {
			c := d.conv(d.image(), "c", same)
			d.Output(d.As("r").Relu(c), "")
		}, "Convolution3x3 x>r"},
		"with a batch normalization": {func(d drawing) {
			n := d.norm(d.conv(d.image(), "c", same), "n")
			d.Output(d.As("r").Relu(n), "")
		}, "Convolution3x3 x>r"},
		"of which the sum is an output": {func(d drawing) {
			c := d.conv(d.image(), "c", same)
			d.Output(d.As("r").Relu(c), "")
			d.Output(c, "")
		}, alone + "; Relu c>r"},
		"of which the normalized sum is used twice": {func(d drawing) {
			n := d.norm(d.conv(d.image(), "c", same), "n")
			r := d.As("r").Relu(n)
			d.Output(d.As("s").Add(n, r), "")
		}, "Convolution3x3 x>n; Relu n>r; Add n>s"},
		"added to itself": {func(d drawing) {
			c := d.conv(d.image(), "c", same)
			d.Output(d.As("s").Add(c, c), "")
		}, alone + "; Add c>s"},
		"two in a row": {func(d drawing) {
			c := d.conv(d.image(), "c", same)
			r := d.As("r").Relu(c)
			d.Output(d.conv(r, "e", same), "")
		}, "Convolution3x3 x>r; Convolution3x3 r>e"},
		"normalized by numbers that are computed": {func(d drawing) {
			c, computed := d.conv(d.image(), "c", same), d.As("a").Abs(d.numbers("s"))
			d.Output(d.As("n").BatchNormalization(c, onnx.BatchNormalizationOptions{
				Scale: computed, Bias: d.numbers("b"), Mean: d.numbers("m"), Variance: d.numbers("v"),
			}), "")
		}, alone + "; Abs s>a; BatchNormalization c>n"},
		"in training": {func(d drawing) {
			inputs := []onnx.Value{d.conv(d.image(), "c", same), d.numbers("s"), d.numbers("b"), d.numbers("m"), d.numbers("v")}
			d.Output(d.As("n").Node("BatchNormalization", inputs, onnx.NewAttribute("training_mode", 1)), "")
		}, alone + "; BatchNormalization c>n"},
		"VALID":                {attribute("auto_pad", "VALID"), alone},
		"SAME_UPPER":           {attribute("auto_pad", "SAME_UPPER"), alone},
		"unknown auto_pad":     {attribute("auto_pad", "EVEN"), "Conv x>c"},
		"unknown attribute":    {attribute("twist", 1), "Conv x>c"},
		"attribute of a type":  {attribute("strides", "1 1"), "Conv x>c"},
		"strides":              {attribute("strides", []int{1, 2}), "Conv x>c"},
		"dilations":            {attribute("dilations", []int{2, 1}), "Conv x>c"},
		"wide pads":            {attribute("pads", []int{1, 1, 1, 2}), "Conv x>c"},
		"negative pads":        {attribute("pads", []int{-1, 0, 0, 0}), "Conv x>c"},
		"pads of another axis": {attribute("pads", []int{1, 1}), "Conv x>c"},
		"groups":               {attribute("group", 2), "Conv x>c"},
		"another kernel":       {attribute("kernel_shape", []int{3, 1}), "Conv x>c"},
		"computed kernels": {func(d drawing) {
			w := d.As("a").Abs(d.kernels("w"))
			d.Output(d.As("c").Conv(d.image(), w, "", same), "")
		}, "Abs w>a; Conv x>c"},
		"few channels": {func(d drawing) {
			d.Output(d.As("c").Conv(d.Input("x", onnx.Float32, "n", 3, 8, 8), d.Weights("w", make([]float32, 48*3*9), 48, 3, 3, 3), "", same), "")
		}, "Conv x>c"},
		"bias of another length": {func(d drawing) {
			d.Output(d.As("c").Conv(d.image(), d.kernels("w"), d.Weights("b", make([]float32, 47), 47), same), "")
		}, "Conv x>c"},
	} {
		t.Run(name, func(t *testing.T) {
			g := onnx.NewBuilder("test")
			c.draw(drawing{g})
			m, err := g.Model()
			if err != nil {
				t.Fatal(err)
			}
			before := described(m)
			changed, layers, err := convolved(m, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := described(changed); got != c.want {
				t.Errorf("nodes are %q, want %q", got, c.want)
			}
			if count := strings.Count(c.want, goOperator); count != len(layers) {
				t.Errorf("%d layers, want %d", len(layers), count)
			}
			if described(m) != before {
				t.Error("the model itself was changed")
			}
			if err := changed.Check(); err != nil {
				t.Error(err)
			}
			for _, initializer := range changed.Graph.Initializers {
				if len(changed.Consumers(initializer.Name)) == 0 {
					t.Errorf("nothing uses %s any more", initializer.Name)
				}
			}
		})
	}
}

// Weights that a file lists among the inputs, as old ones do, go from there too;
// those of a tensor whose bytes are missing stay for the library to refuse.
func TestConvolvedInitializers(t *testing.T) {
	if !gemm.Fast() {
		t.Skip("convolutions are the library's here")
	}
	model := func() *onnx.Model {
		g := onnx.NewBuilder("test")
		d := drawing{g}
		shared := d.kernels("w")
		first := d.As("a").Conv(d.image(), shared, "", same)
		d.Output(d.As("b").Conv(first, shared, "", same), "")
		m, err := g.Model()
		if err != nil {
			t.Fatal(err)
		}
		m.Graph.Inputs = append(m.Graph.Inputs, &onnx.ValueInfo{Name: "w", Type: onnx.Float32})
		return m
	}
	changed, layers, err := convolved(model(), Options{})
	if err != nil || len(layers) != 2 {
		t.Fatalf("%d layers, err %v, want 2", len(layers), err)
	}
	if len(changed.Graph.Initializers) != 0 || len(changed.Graph.Inputs) != 1 {
		t.Errorf("%d initializers and %d inputs are left, want 0 and 1", len(changed.Graph.Initializers), len(changed.Graph.Inputs))
	}
	for name, spoil := range map[string]func(w *onnx.Tensor){
		"too few numbers": func(w *onnx.Tensor) { w.Data = w.Data[:len(w.Data)-4] },
		"endless":         func(w *onnx.Tensor) { w.Shape[0] = 1 << 60 },
		"negative":        func(w *onnx.Tensor) { w.Shape[0] = -48 },
		"none":            func(w *onnx.Tensor) { w.Shape[1], w.Data = 0, nil },
		"no file":         func(w *onnx.Tensor) { w.External = &onnx.External{Location: "none", Length: int64(len(w.Data))} },
		"another type":    func(w *onnx.Tensor) { w.Type = onnx.Int32 },
	} {
		m := model()
		spoil(m.Graph.Initializers[0])
		if _, layers, err := convolved(m, Options{}); err != nil || len(layers) > 0 {
			t.Errorf("%s: %d layers, err %v, want none", name, len(layers), err)
		}
	}
	m := model()
	for name, o := range map[string]Options{"directly": {Convolutions: Direct}, "elsewhere": {Device: Device{Name: "cuda"}}} {
		if same, layers, err := convolved(m, o); same != m || layers != nil || err != nil {
			t.Errorf("%s: %d layers, err %v, want the model itself", name, len(layers), err)
		}
	}
}

// residual has all that is looked for in a graph.
func residual(tb testing.TB) []byte {
	tb.Helper()
	g := onnx.NewBuilder("test")
	d := drawing{g}
	x := d.image()
	n := d.norm(d.conv(x, "c", same), "n")
	r := d.As("r").Relu(n)
	e := d.conv(r, "e", same)
	d.Output(d.As("s").Add(x, e), "")
	m, err := g.Model()
	if err != nil {
		tb.Fatal(err)
	}
	data, err := m.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// search looks for convolutions in what damaged bytes hold.
func search(tb testing.TB, data []byte) (found int) {
	tb.Helper()
	m, err := onnx.Decode(data, "damaged.onnx")
	if err != nil || m.Check() != nil {
		return 0
	}
	_, layers, err := convolved(m, Options{})
	if err == nil && len(layers) > len(m.Graph.Nodes) {
		tb.Errorf("%d layers for %d nodes", len(layers), len(m.Graph.Nodes))
	}
	return len(layers)
}

// No damage to a graph makes the search for convolutions panic.
func TestConvolvedDamaged(t *testing.T) {
	whole := residual(t)
	var places []int // of all but the weights, which are zeros
	for i, value := range whole {
		if value != 0 {
			places = append(places, i)
		}
	}
	found := 0
	for i, place := range places {
		damaged := slices.Clone(whole)
		for _, value := range []byte{0, 1, 0xff, damaged[place] ^ 1<<(i%8)} {
			damaged[place] = value
			found += search(t, damaged)
		}
	}
	if gemm.Fast() && found == 0 {
		t.Error("no convolution was found in any")
	}
}

func FuzzConvolved(f *testing.F) {
	f.Add(residual(f))
	f.Fuzz(func(t *testing.T, data []byte) { search(t, data) })
}
