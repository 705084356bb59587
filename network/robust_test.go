package network_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/seed"
)

// justified is the memory in bytes that opening a damaged file may take: a little,
// and what deflate could have packed into it.
func justified(data []byte) uint64 { return 1<<20 + 1032*uint64(len(data)) }

// attempt opens damaged weights at path and loads them where they fit. What is
// wrong with them has to be an error that names the file, and cheap.
func attempt(tb testing.TB, path string, data []byte) {
	tb.Helper()
	if err := os.WriteFile(path, data, 0o666); err != nil {
		tb.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	net, err := network.Open(path, portedKeras, portedMatConvNet)
	runtime.ReadMemStats(&after)
	if err == nil {
		err = net.Close()
	}
	if err != nil && !strings.Contains(err.Error(), path) {
		tb.Errorf("err = %v, which does not name the file", err)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > justified(data) {
		tb.Errorf("%d bytes took %d bytes of memory", len(data), taken)
	}
}

// contents reads the files of other programs, in the order of their names.
func contents(tb testing.TB) [][]byte {
	tb.Helper()
	var all [][]byte
	for _, name := range slices.Sorted(maps.Keys(ports)) {
		data, err := os.ReadFile(filepath.Join("testdata", "reference", name))
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

// rounds is how many damaged files a test tries.
func rounds() int {
	if os.Getenv("ISOCORTEX_LONG") != "" {
		return 10_000
	}
	return 350
}

func TestTruncatedWeightsAreRefused(t *testing.T) {
	stream := seed.Stream(1, "truncations", 0)
	all, path := contents(t), filepath.Join(t.TempDir(), "weights")
	for i := range rounds() {
		data := all[i%len(all)]
		n := stream.IntN(len(data))
		attempt(t, path, data[:n:n])
	}
}

// No change of bytes makes the reader panic.
func TestChangedWeightsAreRefusedOrRead(t *testing.T) {
	stream := seed.Stream(1, "mutations", 0)
	all := contents(t)
	path := filepath.Join(t.TempDir(), "weights")
	for i := range rounds() {
		attempt(t, path, changed(all[i%len(all)], stream))
	}
}

// changed returns data with a few bytes that headers stumble over.
func changed(data []byte, stream *rand.Rand) []byte {
	strange := []byte{0, 1, 2, 3, 4, 7, 8, 14, 15, 16, 32, 64, 127, 128, 254, 255}
	data = slices.Clone(data)
	for range 1 + stream.IntN(4) {
		end := len(data)
		if stream.IntN(3) > 0 {
			end = min(end, 4096)
		}
		data[stream.IntN(end)] = strange[stream.IntN(len(strange))]
	}
	return data
}

func FuzzOpenWeights(f *testing.F) {
	for _, data := range contents(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { attempt(t, filepath.Join(t.TempDir(), "weights"), data) })
}
