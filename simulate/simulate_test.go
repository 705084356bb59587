package simulate_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/simulate"
)

func ExamplePictures() {
	pictures := simulate.Pictures()
	fmt.Println(len(pictures), pictures[0].Label, pictures[59].Label)
	// Output: 60 shape_01 face_20
}

// Every picture holds ink and paper, and no two are the same.
func TestPicturesDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, p := range simulate.Pictures() {
		if slices.Min(p.Image.Pix) > 60 || slices.Max(p.Image.Pix) < 180 {
			t.Errorf("%s has gray levels from %d to %d", p.Label, slices.Min(p.Image.Pix), slices.Max(p.Image.Pix))
		}
		if twin, found := seen[string(p.Image.Pix)]; found {
			t.Errorf("%s and %s are the same picture", p.Label, twin)
		}
		seen[string(p.Image.Pix)] = p.Label
	}
}

func TestNetworkIsSound(t *testing.T) {
	model, err := simulate.Network()
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Check(); err != nil {
		t.Error(err)
	}
	for i, output := range model.Graph.Outputs {
		if output.Name != simulate.Layers[i] {
			t.Errorf("output %d is %q, want %q", i, output.Name, simulate.Layers[i])
		}
	}
}

// responses makes a layer of n conditions whose patterns lie on a circle: the
// correlation of two is the cosine of the angle between them.
func responses(n int) *dataset.Dataset {
	ds := &dataset.Dataset{Shape: [3]int{n, 40, 1}, Observation: map[string][]string{"condition": nil}}
	for i := range n {
		ds.Observation["condition"] = append(ds.Observation["condition"], fmt.Sprint(i))
		angle := 2 * math.Pi * float64(i) / float64(n)
		for k := range 40 {
			phase := 2 * math.Pi * float64(k) / 40
			ds.F64 = append(ds.F64, math.Cos(angle)*math.Cos(phase)+math.Sin(angle)*math.Sin(phase))
		}
	}
	return ds
}

// correlation of two conditions over the sensors at one time.
func correlation(ds *dataset.Dataset, a, b, t int) float64 {
	n := float64(ds.Shape[1])
	var ma, mb, aa, bb, ab float64
	for s := range ds.Shape[1] {
		ma += ds.At(a, s, t) / n
		mb += ds.At(b, s, t) / n
	}
	for s := range ds.Shape[1] {
		x, y := ds.At(a, s, t)-ma, ds.At(b, s, t)-mb
		aa += x * x
		bb += y * y
		ab += x * y
	}
	return ab / math.Sqrt(aa*bb)
}

// Without noise and at the peak, sensors have the geometry of the planted layer.
func TestSensorsFollowThePlantedLayer(t *testing.T) {
	circle := responses(12)
	planted, err := simulate.Planted{Layer: "circle", Peak: 0.1, Width: 0.05, Level: 1}.Plant(circle)
	if err != nil {
		t.Fatal(err)
	}
	brain := simulate.Brain{Seed: 1, Sensors: 4000, Times: []float64{0, 0.1, 0.5}, Planted: []simulate.Planted{planted}}
	ds, err := brain.Subject(0, circle.Observation["condition"])
	if err != nil {
		t.Fatal(err)
	}
	// The mean correlation of different conditions on a circle of 12 is -1/11.
	const mean = -1.0 / 11
	for i := range 12 {
		want := (math.Cos(2*math.Pi*float64(i)/12) - mean) / (1 - mean)
		// A random projection to 4000 sensors keeps correlations to about 1/√4000.
		if got := correlation(ds, 0, i, 1); math.Abs(got-want) > 0.06 {
			t.Errorf("conditions 0 and %d correlate %.3f in the sensors, %.3f in the layer", i, got, want)
		}
	}
	for s := range 10 {
		if now, later := math.Abs(ds.At(3, s, 1)), math.Abs(ds.At(3, s, 2)); later > 1e-9*now {
			t.Errorf("sensor %d still responds at 500 ms: %g", s, later)
		}
	}
}

// Noise has the standard deviation that is asked for, and none at no noise.
func TestNoiseLevel(t *testing.T) {
	brain := simulate.Brain{Seed: 2, Sensors: 100, Times: simulate.DefaultTimes(), Noise: 2}
	ds, err := brain.Subject(3, []string{"a", "b", "c", "d"})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, v := range ds.F32 {
		sum += float64(v) * float64(v)
	}
	if got := math.Sqrt(sum / float64(len(ds.F32))); math.Abs(got-2) > 0.05 {
		t.Errorf("noise has standard deviation %.3f, want 2", got)
	}
}

func TestSubjectsDifferAndRepeat(t *testing.T) {
	brain := simulate.Brain{Seed: 2, Sensors: 5, Times: simulate.DefaultTimes(), Noise: 1}
	labels := []string{"a", "b"}
	first, _ := brain.Subject(0, labels)
	again, _ := brain.Subject(0, labels)
	other, _ := brain.Subject(1, labels)
	if !slices.Equal(first.F32, again.F32) {
		t.Error("the same subject is not the same twice")
	}
	if slices.Equal(first.F32, other.F32) {
		t.Error("two subjects are the same")
	}
}

func TestTooFewSensors(t *testing.T) {
	brain := simulate.Brain{Sensors: 10, Planted: []simulate.Planted{{Layer: "any"}}}
	if _, err := brain.Subject(0, []string{"a"}); err == nil {
		t.Error("ten sensors were taken")
	}
}
