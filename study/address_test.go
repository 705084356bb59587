package study_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
)

// described is a study of a network that is described, with recurrence and weights
// from a file.
const described = `study: 1
title: Described
stimulus: {images: pictures}
brains: [{name: one, rdms: one.npz}]
networks:
  - {name: Small, file: small.yaml, layers: [conv1, V4.output@t0, V4.output@t2], %s}
inference: {draws: 20, bootstrap: {draws: 20}}
`

const smallDescription = `network: 1
input: {channels: 3, height: 12, width: 12}
preprocessing: none
weights: {file: weights.safetensors}
layers:
  - {conv: conv1, to: 4, kernel: 3, pad: 1}
  - block: V4
    times: 3
    layers:
      - {conv: conv, to: 4, kernel: 3, pad: 1}
      - {add: sum, with: input}
      - {relu: output}
`

// put writes a file of the study.
func put(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := file.WriteBytes(filepath.Join(folder, filepath.FromSlash(name)), []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// putWeights writes weights under the names of the layers, drawn by a seed.
func putWeights(t *testing.T, folder string, from uint64) {
	t.Helper()
	draw := seed.Stream(from, "weights")
	tensor := func(name string, shape ...int64) safetensors.Content {
		n := int64(1)
		for _, length := range shape {
			n *= length
		}
		values := make([]float32, n)
		for i := range values {
			values[i] = float32(draw.NormFloat64())
		}
		return safetensors.Float32(name, shape, values)
	}
	err := safetensors.Write(filepath.Join(folder, "weights.safetensors"), nil, []safetensors.Content{
		tensor("conv1.weight", 4, 3, 3, 3), tensor("conv1.bias", 4), tensor("V4.conv.weight", 4, 4, 3, 3), tensor("V4.conv.bias", 4),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// putPicture writes a picture of noise, drawn by a seed.
func putPicture(t *testing.T, folder, name string, from uint64) {
	t.Helper()
	draw := seed.Stream(from, "picture "+name)
	gray := image.NewGray(image.Rect(0, 0, 12, 12))
	for i := range gray.Pix {
		gray.Pix[i] = byte(draw.IntN(256))
	}
	var data bytes.Buffer
	if err := png.Encode(&data, gray); err != nil {
		t.Fatal(err)
	}
	put(t, folder, "pictures/"+name+".png", data.String())
}

// describedStudy writes the study and what it reads; more are keys of its network.
func describedStudy(t *testing.T, more string) (folder string, r runner) {
	t.Helper()
	folder = t.TempDir()
	writeRDMs(t, filepath.Join(folder, "one.npz"), "one")
	put(t, folder, "study.yaml", fmt.Sprintf(described, more))
	put(t, folder, "small.yaml", smallDescription)
	putWeights(t, folder, 1)
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		putPicture(t, folder, name, 1)
	}
	e := enginetest.Open(t)
	return folder, runner{open: func() (*engine.Engine, error) { return e, nil }, store: filepath.Join(folder, ".isocortex")}
}

// A described network goes through a whole study: its layers are models, a step of
// recurrence each, with the weights of the file.
func TestADescribedNetworkInAStudy(t *testing.T) {
	folder, r := describedStudy(t, "keep activations: yes")
	out := filepath.Join(folder, "out")
	r.run(t, filepath.Join(folder, "study.yaml"), out)
	found, err := rdm.Open(filepath.Join(out, "rdm", "Small.npz"))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(found.Labels["layer"], " "); got != "conv1 V4.output@t0 V4.output@t2" {
		t.Errorf("layers %q", got)
	}
	pairs := rdm.Pairs(6)
	if slices.Equal(found.Dissimilarities[pairs:2*pairs], found.Dissimilarities[2*pairs:]) {
		t.Error("two steps of a block have one RDM")
	}
	files := tree(t, out)
	for _, name := range []string{"activations/Small/V4.output@t2.npz", "rsa/one/spearman.json", "report.html"} {
		if files[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	for _, input := range []string{"small.yaml", "weights.safetensors"} {
		if !strings.Contains(files["provenance.json"], input) {
			t.Errorf("the provenance does not name %s", input)
		}
	}
}

// What decides about the responses of a network is in their address: a change of it
// computes them again, and nothing else does.
func TestAddressesOfResponses(t *testing.T) {
	for i, c := range []struct {
		name   string
		change func(t *testing.T, folder string)
		set    []string
		want   bool // the network runs again
	}{
		{"nothing", nil, nil, false},
		{"the same bytes", func(t *testing.T, folder string) { putWeights(t, folder, 1); putPicture(t, folder, "c", 1) }, nil, false},
		{"weights", func(t *testing.T, folder string) { putWeights(t, folder, 2) }, nil, true},
		{"a picture", func(t *testing.T, folder string) { putPicture(t, folder, "c", 2) }, nil, true},
		{"a picture more", func(t *testing.T, folder string) { putPicture(t, folder, "g", 1) }, nil, true},
		{"description", func(t *testing.T, folder string) {
			put(t, folder, "small.yaml", strings.Replace(smallDescription, "relu: output", "tanh: output", 1))
		}, nil, true},
		{"layers", nil, []string{"networks.Small.layers=[conv1]"}, true},
		{"preprocessing", nil, []string{"networks.Small.preprocessing=unit-12"}, true},
		{"reduction", nil, []string{"networks.Small.reduce=random:5"}, true},
		{"comparator", nil, []string{"rsa.comparator=pearson"}, false},
		{"brain", func(t *testing.T, folder string) { writeRDMs(t, filepath.Join(folder, "one.npz"), "another") }, nil, false},
	} {
		for kept, task := range map[string]string{"keep activations: yes": "activations of Small", "keep activations: no": "RDMs of Small"} {
			if i > 3 && task == "RDMs of Small" {
				continue // the address of RDMs straight from pictures holds that of the responses
			}
			t.Run(c.name+", "+kept, func(t *testing.T) {
				folder, r := describedStudy(t, kept)
				path, out := filepath.Join(folder, "study.yaml"), filepath.Join(folder, "out")
				if first, _ := r.run(t, path, out); !slices.Contains(first, task) {
					t.Fatalf("computed at first: %q", first)
				}
				if c.change != nil {
					c.change(t, folder)
				}
				computed, _ := r.run(t, path, out, c.set...)
				ran := slices.ContainsFunc(computed, func(name string) bool { return strings.HasSuffix(name, " of Small") })
				if ran != c.want {
					t.Errorf("computed %q, want the network to run: %v", computed, c.want)
				}
				if computed, _ := r.run(t, path, out, c.set...); len(computed) > 0 {
					t.Errorf("computed without a change: %q", computed)
				}
			})
		}
	}
	// Another measure reads what is kept.
	folder, r := describedStudy(t, "keep activations: yes")
	path, out := filepath.Join(folder, "study.yaml"), filepath.Join(folder, "out")
	r.run(t, path, out)
	if computed, _ := r.run(t, path, out, "rdm.networks.measure=euclidean"); slices.Contains(computed, "activations of Small") || !slices.Contains(computed, "RDMs of Small") {
		t.Errorf("for another measure: computed %q", computed)
	}
}
