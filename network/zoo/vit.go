package zoo

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// vitB16 is the transformer of Dosovitskiy et al. over patches of 16 x 16 pixels,
// in the form of torchvision. Its layers are tokens × units, the token of the
// class first. Nothing in it is a rectification: gelu is behind the nonlinearity
// of a block, fc1 before it; the output of a block is its second sum.
var vitB16 = network.Architecture{
	Name: "vit-b-16", Title: "ViT-B/16",
	Source:        "Dosovitskiy et al. (2021), https://arxiv.org/abs/2010.11929",
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224}, Standard: vitStandard(),
	Checkpoints: []network.Checkpoint{rounded(torchvision("vit_b_16-c867db91.pth", 0), "330.3 MiB")},
	Draw: func(d *network.Drawing) {
		x := patches(d, d.Image(3, 224, 224))
		for i := range vitBlocks {
			x = encoder{fmt.Sprintf("encoder_layer_%d", i)}.draw(d, x)
		}
		x = layerNorm(d, x, "ln", "encoder.ln")
		x = d.Node("Gather", []onnx.Value{x, d.Constant("", []int64{0})}, onnx.NewAttribute("axis", 1))
		classes := d.Length("heads.head.weight", 0, 1000)
		d.Output(linear{"head", "heads.head", vitUnits, classes}.draw(d, x), "")
	},
}

// Sizes of ViT-B/16.
const (
	vitBlocks = 12
	vitHeads  = 12
	vitUnits  = 768
	vitInner  = 4 * vitUnits
	vitPatch  = 16
	vitTokens = 1 + (224/vitPatch)*(224/vitPatch)
)

// vitStandard names the outputs of the blocks.
func vitStandard() []string {
	var layers []string
	for i := range vitBlocks {
		layers = append(layers, fmt.Sprintf("encoder_layer_%d.sum2", i))
	}
	return layers
}

// patches draws what makes tokens of pictures: the token of the class, then one
// for every patch, with their places.
func patches(d *network.Drawing, x onnx.Value) onnx.Value {
	class := d.Parameter("class_token", 1, 1, vitUnits)
	x = conv{layer: "conv_proj", module: "conv_proj", from: 3, to: vitUnits, kernel: square(vitPatch, vitPatch, 0)}.drawBiased(d, x)
	x = d.Transpose(d.Reshape(x, 0, vitUnits, vitTokens-1), 0, 2, 1)
	count := d.Node("Shape", []onnx.Value{x}, onnx.NewAttribute("start", 0), onnx.NewAttribute("end", 1))
	shape := d.Concat(0, count, d.Constant("", []int64{1, vitUnits}, 2))
	x = d.Concat(1, d.Node("Expand", []onnx.Value{class, shape}), x)
	places := d.Parameter("encoder.pos_embedding", 1, vitTokens, vitUnits)
	return d.Layer("tokens").Add(x, places)
}

// layerNorm draws the normalization of every token.
func layerNorm(d *network.Drawing, x onnx.Value, layer, module string) onnx.Value {
	inputs := []onnx.Value{x, d.Parameter(module+".weight", vitUnits), d.Parameter(module+".bias", vitUnits)}
	return d.Layer(layer).Node("LayerNormalization", inputs, onnx.NewAttribute("axis", -1), onnx.NewAttribute("epsilon", float32(1e-6)))
}

// An encoder is a block of the transformer.
type encoder struct{ name string }

func (e encoder) module(part string) string { return "encoder.layers." + e.name + "." + part }

func (e encoder) draw(d *network.Drawing, x onnx.Value) onnx.Value {
	y := layerNorm(d, x, e.name+".ln_1", e.module("ln_1"))
	y = e.attend(d, y)
	x = d.Layer(e.name+".sum1").Add(y, x)
	y = layerNorm(d, x, e.name+".ln_2", e.module("ln_2"))
	first, second := e.module("mlp.0"), e.module("mlp.3")
	if !d.Has(first + ".weight") { // torchvision before 0.14, and its public file
		first, second = e.module("mlp.linear_1"), e.module("mlp.linear_2")
	}
	y = e.dense(d, y, linear{e.name + ".fc1", first, vitUnits, vitInner})
	y = gelu(d, e.name+".gelu", y)
	y = e.dense(d, y, linear{e.name + ".fc2", second, vitInner, vitUnits})
	return d.Layer(e.name+".sum2").Add(y, x)
}

// dense draws a fully connected layer for every token.
func (e encoder) dense(d *network.Drawing, x onnx.Value, l linear) onnx.Value {
	rows := e.rows(d, x, l)
	return d.Layer(l.layer).Reshape(rows, -1, vitTokens, l.to)
}

// rows draws a fully connected layer for the tokens of all pictures, one per row.
func (e encoder) rows(d *network.Drawing, x onnx.Value, l linear) onnx.Value {
	weight, bias := ".weight", ".bias"
	if l.layer == "" {
		weight, bias = "_weight", "_bias"
	}
	w := d.Parameter(l.module+weight, l.to, l.from)
	b := d.Parameter(l.module+bias, l.to)
	return d.Gemm(d.Reshape(x, -1, l.from), w, b, onnx.GemmOptions{TransposeY: true})
}

// attend draws the attention of all heads, and what mixes them.
//
//	source   Vaswani et al. (2017), https://arxiv.org/abs/1706.03762
func (e encoder) attend(d *network.Drawing, x onnx.Value) onnx.Value {
	const size = vitUnits / vitHeads
	all := e.rows(d, x, linear{"", e.module("self_attention.in_proj"), vitUnits, 3 * vitUnits})
	all = d.Transpose(d.Reshape(all, -1, vitTokens, 3, vitHeads, size), 2, 0, 3, 1, 4)
	part := d.Nodes("Split", 3, []onnx.Value{all}, onnx.NewAttribute("axis", 0))
	alike := d.MatMul(part[0], d.Transpose(part[1], 0, 1, 2, 4, 3))
	alike = d.Mul(alike, d.Scalar(float32(1/math.Sqrt(size))))
	seen := d.Transpose(d.MatMul(d.Softmax(alike, -1), part[2]), 0, 1, 3, 2, 4)
	return e.dense(d, seen, linear{e.name + ".attention", e.module("self_attention.out_proj"), vitUnits, vitUnits})
}

// gelu draws x · Φ(x), with Φ the normal distribution.
//
//	source   Hendrycks and Gimpel (2016), https://arxiv.org/abs/1606.08415
func gelu(d *network.Drawing, layer string, x onnx.Value) onnx.Value {
	erf := d.Node("Erf", []onnx.Value{d.Mul(x, d.Scalar(float32(math.Sqrt(0.5))))})
	both := d.Mul(x, d.Add(erf, d.Scalar(1)))
	half := d.Scalar(0.5)
	return d.Layer(layer).Mul(both, half)
}
