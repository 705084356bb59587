package step

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/isocortex/isocortex/download"
	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/stimulus"
)

// small adds a network to the zoo whose weights a server of this machine gives.
func small(t *testing.T) {
	t.Helper()
	t.Setenv(zoo.FolderVariable, filepath.Join(t.TempDir(), "networks"))
	path := filepath.Join(t.TempDir(), "small.safetensors")
	if err := safetensors.Write(path, nil, []safetensors.Content{safetensors.Float32("w", []int64{2, 3, 1, 1}, make([]float32, 6))}); err != nil {
		t.Fatal(err)
	}
	weights, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(weights)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone.safetensors" {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(weights)))
	}))
	checkpoint := func(file, sha256 string) network.Checkpoint {
		return network.Checkpoint{File: file, URL: server.URL + "/" + file, SHA256: sha256, License: "none", Trained: "nothing"}
	}
	before := zoo.Architectures
	t.Cleanup(func() { server.Close(); zoo.Architectures = before })
	zoo.Architectures = append(slices.Clone(before), network.Architecture{
		Name: "small", Preprocessing: "none", Input: [3]int{3, 4, 4}, Standard: []string{"relu"},
		Checkpoints: []network.Checkpoint{
			checkpoint("small.safetensors", hex.EncodeToString(sum[:4])), checkpoint("bare.safetensors", ""),
			checkpoint("gone.safetensors", "00000000"), checkpoint("other.safetensors", "00000000"),
		},
		Draw: func(d *network.Drawing) {
			x := d.Layer("conv").Conv(d.Image(3, 4, 4), d.Parameter("w", 2, 3, 1, 1), "", onnx.ConvOptions{})
			d.Output(d.Layer("relu").Relu(x), "")
		},
	}, network.Architecture{
		Name: "secret", Preprocessing: "none", Input: [3]int{3, 4, 4},
		Draw: func(d *network.Drawing) { d.Output(d.Layer("relu").Relu(d.Image(3, 4, 4)), "") },
	})
}

// A name of the zoo stands for its weights once they are pulled.
func TestPulledWeightsGoByTheNameOfTheirNetwork(t *testing.T) {
	small(t)
	if _, err := openNetwork("small"); err == nil || !strings.Contains(err.Error(), "'isocortex networks pull small' brings them") {
		t.Errorf("err = %v, want one that says how to get the weights", err)
	}
	env := &Env{}
	got, err := Pull{Network: "small"}.Bring(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Checked || got.There || len(env.Warnings()) > 0 {
		t.Errorf("pulled %+v, warnings %q", got, env.Warnings())
	}
	net, err := openNetwork("small")
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if net.Name != "small" || net.Architecture != "small" || net.Path != got.Path {
		t.Errorf("opened %q of %q at %s", net.Name, net.Architecture, net.Path)
	}
	if files := networkFiles("small"); !slices.Equal(files, []string{got.Path}) {
		t.Errorf("read from %q, want what was pulled", files)
	}
	if fact, err := Inspect("small"); err != nil || fact.Path != "small" || fact.Kind != "network" {
		t.Errorf("info says %+v, %v; want the layers of the network", fact, err)
	}
	known, err := DescribeNetwork("small")
	if err != nil {
		t.Fatal(err)
	}
	if w := known.Weights[0]; !w.There || w.Path != got.Path || known.Weights[1].There {
		t.Errorf("weights %+v, want the first to be here", known.Weights)
	}
	if l := known.Layers[1]; l.Name != "relu" || l.Side != "after" || l.Units != 32 || known.Parameters != 6 {
		t.Errorf("layer %+v of %d parameters, want 32 units after the nonlinearity, and 6", l, known.Parameters)
	}
}

func TestPullsThatNeedAWord(t *testing.T) {
	small(t)
	env := &Env{}
	got, err := Pull{Network: "small", File: "bare.safetensors", Out: t.TempDir()}.Bring(t.Context(), env)
	if err != nil || got.Checked || len(env.Warnings()) != 1 || !strings.Contains(env.Warnings()[0], got.SHA256) {
		t.Errorf("%+v, %v, warnings %q; want one with the hash that nobody publishes", got, err, env.Warnings())
	}
	for name, c := range map[string]struct {
		pull Pull
		is   error
		says string
	}{
		"not there":         {Pull{Network: "small", File: "gone.safetensors"}, download.ErrRefused, "and put it here as"},
		"another file":      {Pull{Network: "small", File: "other.safetensors"}, download.ErrDifferent, "does not begin with 00000000"},
		"unknown network":   {Pull{Network: "smal"}, nil, "did you mean small"},
		"unknown file":      {Pull{Network: "small", File: "smal.safetensors"}, nil, "did you mean small.safetensors"},
		"nobody gives them": {Pull{Network: "secret"}, nil, "bring your own file"},
	} {
		_, err := c.pull.Bring(t.Context(), env)
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: err = %v, want one that says %q", name, err, c.says)
		}
	}
}

// Every network of the zoo can be told of, with the shape of all its layers.
func TestKnownNetworks(t *testing.T) {
	all, err := KnownNetworks()
	if err != nil || len(all) != len(zoo.Architectures) {
		t.Fatalf("%d networks, %v; want those of the zoo", len(all), err)
	}
	for _, n := range all {
		known, err := DescribeNetwork(n.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range known.Layers {
			if l.Side == "" || l.Units == 0 {
				t.Errorf("%s, layer %s: side %q, %d units", n.Name, l.Name, l.Side, l.Units)
			}
		}
	}
	if alexnet, err := DescribeNetwork("alexnet-original"); err != nil || alexnet.Layers[0].Units != 290_400 {
		t.Errorf("conv1 of AlexNet has %d units, %v; the paper counts 290,400", alexnet.Layers[0].Units, err)
	}
}

func TestPreparationIsSaid(t *testing.T) {
	known := &network.Network{Architecture: "vgg16", Preprocessing: "torchvision"}
	preset := presetOf(t, "torchvision")
	for asked, want := range map[string]string{
		"":            `"torchvision", as the weights of vgg16 expect it: resize the shorter side`,
		"torchvision": `"torchvision", as asked: `,
	} {
		if got := preparation(asked, known, preset); !strings.Contains(got, want) {
			t.Errorf("%q: %s; want %q", asked, got, want)
		}
	}
	if got := preparation("none", known, presetOf(t, "none")); !strings.Contains(got, `the weights of vgg16 expect "torchvision"`) {
		t.Errorf("%s: does not say what the weights expect", got)
	}
	described := &network.Network{Preprocessing: "none"}
	if got := preparation("", described, presetOf(t, "none")); !strings.Contains(got, `"none", as the description of the network says: `) {
		t.Errorf("%s: does not say who decided", got)
	}
	if got := preparation("torchvision", described, preset); !strings.Contains(got, `the description of the network says "none"`) {
		t.Errorf("%s: does not say what the description says", got)
	}
	if got := preparation("", &network.Network{}, preset); !strings.Contains(got, "not known") {
		t.Errorf("%s: does not say that it is a guess", got)
	}
}

func presetOf(t *testing.T, name string) stimulus.Preset {
	t.Helper()
	preset, err := stimulus.PresetByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return preset
}
