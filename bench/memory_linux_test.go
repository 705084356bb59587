package bench

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/work"
)

// Anonymous memory is what a process asks for; mapped files, such as weights,
// are not part of it, but copies of weights that the engine rearranges are.
//
// The test runs itself again, in a process that does nothing else.
func TestMemoryOfActivations(t *testing.T) {
	const network, pictures, count = "ISOCORTEX_BENCH_NETWORK", "ISOCORTEX_BENCH_PICTURES", 1000
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	if path := os.Getenv(network); path != "" {
		fmt.Printf("peak %d\n", peakOfActivations(t, path, os.Getenv(pictures)))
		return
	}
	enginetest.Path(t)
	peak := peakOf(t, network+"="+vgg16.path(t), pictures+"="+color224.folder(t, count))
	weights := weightBytes(vgg16.open(t))
	t.Logf("%d pictures, %d at a time, %d threads: anonymous memory at most %.2f GB; the weights are %.2f GB",
		count, activation.DefaultBatch, threads, float64(peak)/1e9, float64(weights)/1e9)
	if peak-weights > 2e9 {
		t.Errorf("%.2f GB beyond the weights, allowed are 2", float64(peak-weights)/1e9)
	}
}

// weightBytes is the size of the weights of a network, which are mapped from their
// file and copied where the engine rearranges them.
func weightBytes(net *network.Network) (bytes int) {
	for _, tensor := range net.Model.Graph.Initializers {
		if tensor.External != nil {
			bytes += int(tensor.External.Length)
		}
	}
	return bytes
}

// tapsOf names every ReLU, pooling and fully connected layer.
func tapsOf(net *network.Network) (layers []string) {
	for _, layer := range net.Layers {
		if slices.Contains([]string{"Relu", "MaxPool", "Gemm"}, layer.Op) {
			layers = append(layers, layer.Name)
		}
	}
	return layers
}

// peakOf runs the test again in a process of its own, with those variables, and
// returns the peak that it prints.
func peakOf(t *testing.T, variables ...string) int {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), variables...)
	output, err := child.CombinedOutput()
	found := regexp.MustCompile(`(?m)^peak (\d+)$`).FindSubmatch(output)
	if err != nil || found == nil {
		t.Fatalf("%v\n%s", err, output)
	}
	peak, _ := strconv.Atoi(string(found[1]))
	return peak
}

// peakOfActivations reads the responses of every ReLU, pooling and fully
// connected layer and returns the largest anonymous memory on the way, in bytes.
func peakOfActivations(t *testing.T, path, pictures string) int64 {
	net, err := network.Open(path, zoo.Architectures...)
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	set, err := stimulus.Read(pictures)
	if err != nil {
		t.Fatal(err)
	}
	x := extraction(t, net, tapsOf(net), set)
	peak := watchMemory(t)
	if err := x.Run(t.Context(), enginetest.Open(t), work.Budget{Threads: threads}, discard{}); err != nil {
		t.Fatal(err)
	}
	return peak.Load()
}

// watchMemory looks at the anonymous memory of this process ten times a second
// until the test ends, and keeps the largest, in bytes.
func watchMemory(t *testing.T) *atomic.Int64 {
	var peak atomic.Int64
	pattern := regexp.MustCompile(`RssAnon:\s+(\d+) kB`)
	go func() {
		for t.Context().Err() == nil {
			status, _ := os.ReadFile("/proc/self/status")
			if found := pattern.FindSubmatch(status); found != nil {
				kilobytes, _ := strconv.ParseInt(string(found[1]), 10, 64)
				peak.Store(max(peak.Load(), kilobytes<<10))
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	return &peak
}
