package stimulus_test

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/work"
)

func ExamplePresetByName() {
	preset, _ := stimulus.PresetByName("torchvision")
	for step := range strings.SplitSeq(preset.Definition, "; ") {
		fmt.Println(step)
	}
	_, err := stimulus.PresetByName("torchvison")
	fmt.Println(err)
	// Output:
	// resize the shorter side to 256 pixels, the longer in proportion, rounded down (antialiased bilinear)
	// cut out the centered square of 224 pixels
	// scale 0..255 to 0..1
	// subtract 0.485, 0.456, 0.406 (red, green, blue)
	// divide by 0.229, 0.224, 0.225 (red, green, blue)
	// channels first, RGB
	// unknown preprocessing "torchvison"; did you mean torchvision?
}

func ExamplePreset_Apply() {
	img := stimulus.NewImage(2, 1)
	copy(img.Pix, []uint8{255, 0, 51, 0, 102, 255})
	preset := stimulus.Preset{Name: "mine", Order: stimulus.BGR, Mean: [3]float64{0.5, 0, 0}}
	input := make([]float32, 3*1*2)
	err := preset.Apply(input, img)
	fmt.Println(input, err) // blue, green, red
	// Output: [0.2 1 0 0.4 0.5 -0.5] <nil>
}

// Contract of every preset.
func TestPresets(t *testing.T) {
	for _, p := range append(stimulus.Presets, must(stimulus.PresetByName("unit-32"))) {
		t.Run(p.Name, func(t *testing.T) {
			if err := p.Check(); err != nil {
				t.Error(err)
			}
			if found, err := stimulus.PresetByName(p.Name); err != nil || found != p {
				t.Errorf("PresetByName gives %+v, %v", found, err)
			}
			if p.Definition != p.Describe() || p.Definition == "" {
				t.Errorf("definition %q, but the fields say %q", p.Definition, p.Describe())
			}
			set := &stimulus.Set{Stimuli: []stimulus.Stimulus{{Path: "a.png", Width: 300, Height: 200}}}
			fixed, err := p.For(set)
			if err != nil {
				t.Fatal(err)
			}
			height, width := fixed.Size()
			if height < 1 || width < 1 {
				t.Fatalf("size %d × %d", height, width)
			}
			checkApply(t, fixed, height, width)
			checkApply(t, fixed.Gray(), height, width)
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A network with one channel is given gray pictures: those of gray files as they
// are, those of colors by their luminance.
func ExamplePreset_Gray() {
	img := stimulus.NewImage(3, 1)
	copy(img.Pix, []uint8{100, 100, 100, 255, 0, 0, 0, 0, 255})
	torchvision, _ := stimulus.PresetByName("torchvision")
	gray := torchvision.Gray()
	fmt.Printf("%.3f %.3f\n", gray.Mean[0], gray.Deviation[0])
	gray = stimulus.Preset{Name: "mine", Range: 255}.Gray()
	input := make([]float32, 3)
	err := gray.Apply(input, img)
	fmt.Println(input, err)
	// Output:
	// 0.449 0.226
	// [100 76 29] <nil>
}

// checkApply requires that white gives (Range - Mean) / Deviation everywhere.
func checkApply(t *testing.T, p stimulus.Preset, height, width int) {
	t.Helper()
	img := stimulus.NewImage(300, 200)
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	dst := make([]float32, p.Channels()*height*width)
	if err := p.Apply(dst, img); err != nil {
		t.Fatal(err)
	}
	for i, got := range dst {
		c := i / (height * width)
		if p.Order == stimulus.BGR {
			c = 2 - c
		}
		want := max(p.Range, 1) - p.Mean[c]
		if p.Deviation[c] != 0 {
			want /= p.Deviation[c]
		}
		if math.Abs(float64(got)-want) > 1e-6*max(1, math.Abs(want)) {
			t.Fatalf("value %d is %g, want %g", i, got, want)
		}
	}
}

func TestForFindsWhatDoesNotFit(t *testing.T) {
	set := func(sizes ...int) *stimulus.Set {
		s := &stimulus.Set{}
		for i := 0; i < len(sizes); i += 2 {
			s.Stimuli = append(s.Stimuli, stimulus.Stimulus{Path: fmt.Sprintf("%d.png", i/2), Width: sizes[i], Height: sizes[i+1]})
		}
		return s
	}
	none := must(stimulus.PresetByName("none"))
	fixed, err := none.For(set(30, 20, 30, 20))
	if height, width := fixed.Size(); err != nil || height != 20 || width != 30 {
		t.Errorf("size %d × %d, %v; want 20 × 30", height, width, err)
	}
	_, err = none.For(set(30, 20, 30, 20, 31, 20))
	wantError(t, err, "0.png", "30 × 20", "2.png", "31 × 20", "squash-224")
	_, err = none.For(set())
	wantError(t, err, "no stimuli")

	crop := stimulus.Preset{Name: "mine", Crop: 25}
	_, err = crop.For(set(30, 20))
	wantError(t, err, "0.png", "30 × 20", "no square of 25")

	shorter := stimulus.Preset{Name: "mine", Resize: stimulus.ResizeTo{Shorter: 10}}
	fixed, err = shorter.For(set(30, 20, 60, 40))
	if height, width := fixed.Size(); err != nil || height != 10 || width != 15 {
		t.Errorf("size %d × %d, %v; want 10 × 15", height, width, err)
	}
	_, err = stimulus.Preset{Name: "mine", Resize: stimulus.ResizeTo{Shorter: 1000}}.For(set(1, 10_000_000))
	wantError(t, err, "would become 1000 × 10000000000")
}

func TestCheckListsEveryComplaint(t *testing.T) {
	err := stimulus.Preset{
		Name: "mine", Keep: 2, Resize: stimulus.ResizeTo{Height: 3, Shorter: -1, Filter: 99}, Range: math.NaN(),
	}.Check()
	wantError(t, err, "mine", "keep 2", "both height and width", "-1 pixels", "unknown filter", "NaN")
	for _, name := range []string{"unit-0", "unit-", "unit-1e3", "unit-99999", "nonsense"} {
		_, err := stimulus.PresetByName(name)
		wantError(t, err, name, "unit-N")
	}
}

func TestApplyRefusesAWrongSize(t *testing.T) {
	preset := must(stimulus.PresetByName("none"))
	wantError(t, preset.Apply(make([]float32, 10), formulaImage(3, 2)), "3 × 2")
	preset.Crop = 4
	wantError(t, preset.Apply(make([]float32, 48), formulaImage(3, 2)), "3 × 2", "square of 4")
}

// Pictures of many sizes share buffers; none may see another's pixels.
func TestApplyAtTheSameTimeGivesTheSameBits(t *testing.T) {
	preset := must(stimulus.PresetByName("torchvision"))
	pictures, want := make([]*stimulus.Image, 24), make([][]float32, 24)
	for i := range pictures {
		pictures[i], want[i] = formulaImage(40+31*(i%5), 300-37*(i%7)), make([]float32, 3*224*224)
		if err := preset.Apply(want[i], pictures[i]); err != nil {
			t.Fatal(err)
		}
	}
	err := work.Budget{Threads: 8}.Each(t.Context(), "", len(pictures), func(i int) error {
		got := make([]float32, len(want[i]))
		if err := preset.Apply(got, pictures[i]); err != nil {
			return err
		}
		if !slices.Equal(got, want[i]) {
			return fmt.Errorf("picture %d differs", i)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSquashAgreesWithTheInputOfSqueezeNet(t *testing.T) {
	folder := realtest.Path(t)
	img, err := stimulus.Open(filepath.Join(folder, "objects92", "stimuli", "object_01.png"))
	if err != nil {
		t.Skip(err)
	}
	array, err := npy.Read(filepath.Join(folder, "squeezenet1_1", "reference_input_object_01.npy"))
	if err != nil {
		t.Skip(err)
	}
	want, err := array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, 3*224*224)
	if err := must(stimulus.PresetByName("squash-224")).Apply(got, img); err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i := range got {
		worst = max(worst, math.Abs(float64(got[i])-want[i]))
	}
	t.Logf("differs by %.3g at most", worst)
	if worst > 1e-6 || len(want) != len(got) {
		t.Errorf("%d values differ by %g at most from %d, want 1e-6", len(got), worst, len(want))
	}
}

func TestRealStimuliAreRead(t *testing.T) {
	folder := realtest.Path(t)
	for name, want := range map[string]int{"eeg49": 49, "objects92": 92} {
		set, err := stimulus.Read(filepath.Join(folder, name, "stimuli"))
		if err != nil {
			t.Error(err)
		} else if len(set.Stimuli) != want {
			t.Errorf("%s: %d stimuli, want %d", name, len(set.Stimuli), want)
		}
	}
}

func ExamplePreset_Less() {
	preset, _ := stimulus.PresetByName("matconvnet-224")
	preset, err := preset.Less(stimulus.Average{Height: 1, Width: 1, Values: []float32{122.68, 110, 100}})
	for step := range strings.SplitSeq(preset.Definition, "; ") {
		fmt.Println(step)
	}
	fmt.Println(err)
	// Output:
	// resize to height 224 × width 224 pixels, whatever the shape (antialiased bicubic)
	// scale 0..255 to 0..255
	// subtract 122.68, 110, 100 (red, green, blue)
	// channels first, RGB
	// <nil>
}

// An average of one color at all places is that color, in every order of channels
// and under every deviation.
func TestAveragesOfOneColorAreTheColor(t *testing.T) {
	colors := []float32{30, 20, 10}
	same := stimulus.Average{Height: 64, Width: 64}
	for i := range 3 * 64 * 64 {
		same.Values = append(same.Values, colors[i/(64*64)])
	}
	for _, p := range []stimulus.Preset{
		{Name: "red first", Resize: stimulus.ResizeTo{Height: 64, Width: 64}, Range: 255},
		{Name: "blue first", Resize: stimulus.ResizeTo{Height: 64, Width: 64}, Range: 255, Order: stimulus.BGR, Deviation: [3]float64{2, 4, 8}},
	} {
		picture := must(p.Less(same))
		color := must(p.Less(stimulus.Average{Height: 1, Width: 1, Values: colors}))
		if picture.Mean != color.Mean || picture.Definition == color.Definition {
			t.Errorf("%s: %q and %q", p.Name, picture.Definition, color.Definition)
		}
		got, want := make([]float32, 3*64*64), make([]float32, 3*64*64)
		if err := errors.Join(picture.Apply(got, formulaImage(90, 70)), color.Apply(want, formulaImage(90, 70))); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) { // the deviations are powers of 2, which round nothing
			t.Errorf("%s: the average gives other pixels than its color", p.Name)
		}
	}
}

func TestAveragesThatDoNotFit(t *testing.T) {
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		preset  string
		average stimulus.Average
		want    string
	}{
		"size":       {"matconvnet-227", formulaAverage(224, 224), "is 224 × 224 pixels and the input 227 × 227"},
		"no size":    {"none", formulaAverage(2, 2), "the input 0 × 0"},
		"few values": {"matconvnet-227", stimulus.Average{Height: 1, Width: 1, Values: []float32{1}}, "has 1 values for 3 × 1 × 1"},
		"none":       {"matconvnet-227", stimulus.Average{}, "has 0 values"},
		"no number":  {"matconvnet-227", stimulus.Average{Height: 1, Width: 1, Values: []float32{1, nan, 1}}, "holds NaN"},
		"below 0":    {"matconvnet-227", stimulus.Average{Height: 1, Width: 1, Values: []float32{1, -1, 1}}, "holds -1"},
	} {
		if _, err := must(stimulus.PresetByName(c.preset)).Less(c.average); !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: err = %v, want one with %q", name, err, c.want)
		}
	}
}
