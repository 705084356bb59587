package custom

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/seed"
)

// descriptions are those that mutations begin with.
var descriptions = []string{`network: 1
input: {channels: 3, height: 16, width: 16}
preprocessing: unit-16
weights: {seed: 7}
standard: [relu1, V4.output@t1, pool]
layers:
  - {conv: conv1, to: 6, kernel: 5, stride: 2, pad: 2, groups: 3, bias: none}
  - {relu: relu1}
  - {lrn: lrn, size: 5}
  - {maxpool: pool1, kernel: 2, stride: 2}
  - block: V4
    times: 3
    layers:
      - {conv: conv, to: 6, kernel: 3, pad: 1}
      - {norm: norm}
      - {add: sum, with: input}
      - {relu: output}
  - {avgpool: pool}
  - {fc: fc, to: 4}
`, `network: 1
weights: {file: weights.safetensors}
layers:
  - {block: a, times: 2, layers: [{block: b, times: 2, layers: [{tanh: c}, {sigmoid: d}, {add: e, with: before}]}]}
  - {avgpool: g, kernel: 2}
`}

// draws reads a description, draws its graph, and returns an error that says
// nothing of a place in it, and what all that took from memory.
func draws(text string) (uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d, err := parse("x.yaml", []byte(text))
	if err == nil {
		_, err = d.architecture()
	}
	runtime.ReadMemStats(&after)
	var placed *Error
	if errors.As(err, &placed) {
		err = nil
	}
	return after.TotalAlloc - before.TotalAlloc, err
}

// enough is what a description may take from memory. A block may be repeated until
// the network has its most layers, each of which takes some kilobytes.
const enough = 1<<20 + 10_000*maxLayers

// No change of a description makes the reader panic, say something without a place,
// or draw more than the limits allow.
func TestMutations(t *testing.T) {
	rounds := 300
	if os.Getenv("ISOCORTEX_LONG") != "" {
		rounds = 10_000
	}
	random := seed.Stream(1, "mutations")
	parts := []string{
		"0", "1", "99", "1048576", "9999999999999999999", "-1", "{", "}", "[", "]", ":", ",", "\n", "  ", "- ", "&a ", "*a", "!!map ", "? ", "'", "\"", "#",
		"\x00", "\xff", "\t", "|", ">", "<<: ", "~", "times", "layers", "with", "input", "conv", "block", "fc", "@t0", ".",
	}
	for _, original := range descriptions {
		for range rounds {
			text := original
			for range 1 + random.IntN(4) {
				at := random.IntN(len(text))
				end := min(len(text), at+random.IntN(6))
				text = text[:at] + parts[random.IntN(len(parts))] + text[end:]
			}
			if bytes, err := draws(text); err != nil || bytes > enough {
				t.Fatalf("%d bytes of memory, err = %v, for\n%s", bytes, err, text)
			}
		}
	}
}

// A description that was cut off is read, or refused with its place.
func TestTruncations(t *testing.T) {
	for _, text := range descriptions {
		for n := range len(text) {
			if _, err := draws(text[:n]); err != nil {
				t.Fatalf("%d of %d bytes: %v", n, len(text), err)
			}
		}
	}
}

// Few words that stand for much are refused.
func TestLargeDescriptions(t *testing.T) {
	const head = "network: 1\ninput: {channels: 3, height: 8, width: 8}\nweights: {seed: 1}\nlayers:\n"
	nested := strings.Repeat("{block: a, times: 1000, layers: [", 50) + "{relu: r}" + strings.Repeat("]}", 50)
	var aliases strings.Builder
	aliases.WriteString("a0: &a0 [x, x, x, x, x, x, x, x]\n")
	for i, before := range strings.Split("0123456789", "")[:9] {
		next := string(rune('1' + i))
		aliases.WriteString("a" + next + ": &a" + next + " [" + strings.Repeat("*a"+before+", ", 8) + "*a" + before + "]\n")
	}
	for name, text := range map[string]string{
		"repeated":     head + "  - {block: a, times: 1048576, layers: [{relu: r}]}\n",
		"nested":       head + "  - " + nested + "\n",
		"deep":         head + "  - " + strings.Repeat("[", 100_000),
		"weights":      head + "  - {fc: a, to: 1048576}\n  - {fc: b, to: 1048576}\n",
		"wide":         head + "  - {conv: a, to: 1048576, kernel: 1048576, pad: 1048576}\n",
		"aliases":      aliases.String() + head,
		"long":         head + strings.Repeat("  - {relu: r}\n", 50_000),
		"long strings": head + "  - {relu: " + strings.Repeat("r", 1<<19) + "}\n",
	} {
		bytes, err := draws(text)
		if err != nil || bytes > enough {
			t.Errorf("%s: %d bytes of memory for %d, err = %v", name, bytes, len(text), err)
		}
		if d, err := parse("x.yaml", []byte(text)); err == nil {
			if _, err := d.architecture(); err == nil {
				t.Errorf("%s: drawn", name)
			}
		}
	}
}

// What is wrong in several places is said all at once, in the order of the file.
func TestAllThatIsWrongIsSaid(t *testing.T) {
	_, err := parse("x.yaml", []byte("network: 2\ninput: {channels: x, hight: 3}\nlayers:\n  - {conv: a, to: 3, kernle: 3}\n  - {rellu: b}\nlayres: []\n"))
	var places []string
	for line := range strings.Lines(err.Error()) {
		parts := strings.Split(line, ":")
		places = append(places, parts[1]+":"+parts[2])
	}
	if want := []string{"1:10", "2:19", "2:22", "4:5", "4:22", "5:5", "6:1"}; !slices.Equal(places, want) {
		t.Errorf("places %v, want %v:\n%v", places, want, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range descriptions {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if bytes, err := draws(text); err != nil || bytes > enough {
			t.Errorf("%d bytes of memory, err = %v", bytes, err)
		}
	})
}
