package step

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/stimulus"
)

// Layers come in their order, each once, and those of a group fit; none of them
// would have found room in the group before.
func TestGroupsFitTheScratchFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := scratchUse{sizes: rapid.SliceOfN(rapid.Int64Range(1, 100), 1, 20).Draw(t, "sizes"), limit: rapid.Int64Range(0, 300).Draw(t, "limit")}
		u.layers = make([]network.Layer, len(u.sizes))
		largest := int64(0)
		for _, size := range u.sizes {
			largest = max(largest, size)
		}
		if err := u.group(); err != nil {
			if u.limit == 0 || largest <= u.limit {
				t.Fatalf("refused %v under %d: %v", u.sizes, u.limit, err)
			}
			return
		}
		next := 0
		for _, g := range u.groups {
			if g.From != next || g.Len() < 1 {
				t.Fatalf("groups %v", u.groups)
			}
			next = g.To
			together := sum(u.sizes[g.From:g.To])
			if u.limit > 0 && together > u.limit || together > u.largest() {
				t.Fatalf("%d bytes in group %v, allowed are %d", together, g, u.limit)
			}
			if g.To < len(u.sizes) && (u.limit == 0 || together+u.sizes[g.To] <= u.limit) {
				t.Fatalf("groups %v of %v: layer %d has room in %v", u.groups, u.sizes, g.To, g)
			}
		}
		if next != len(u.sizes) {
			t.Fatalf("groups %v leave layers out", u.groups)
		}
	})
}

// Without a limit, half of the disk is left to others; a limit beyond the disk is
// warned of.
func TestScratchLeavesRoomOnTheDisk(t *testing.T) {
	folder := t.TempDir()
	free, known := file.Free(folder)
	if !known {
		t.Skip("this system does not say what is free")
	}
	x := activation.Extraction{Network: &network.Network{Name: "net"}, Layers: make([]network.Layer, 1), Stimuli: &stimulus.Set{Stimuli: make([]stimulus.Stimulus, 1)}}
	two := [][]int{{int(free / 4), 2}} // twice what is free
	if _, err := (Pictures{}).use(x, two, folder); err == nil || !strings.Contains(err.Error(), "half of what is free in "+folder) {
		t.Errorf("err = %v, want one that says what the limit is", err)
	}
	use, err := Pictures{Scratch: 4 * free}.use(x, two, folder)
	if err != nil {
		t.Fatal(err)
	}
	if short := use.short(); len(short) != 1 || !strings.Contains(short[0], "allow it less with --scratch") {
		t.Errorf("warnings %q", short)
	}
	if use, err = (Pictures{}).use(x, [][]int{{1000}}, folder); err != nil || len(use.short()) > 0 || use.largest() != 4000 {
		t.Errorf("%d bytes, warnings %q, err %v", use.largest(), use.short(), err)
	}
	kept := Activations{Out: folder}.forecast(x.Network, 1, two)
	if len(kept.Warnings) != 1 || !strings.Contains(kept.Warnings[0], "reduce the layers") {
		t.Errorf("kept: %+v", kept)
	}
}
