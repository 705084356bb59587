package dataset_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/unit"
)

func ExampleDataset_Average() {
	trials := &dataset.Dataset{
		Shape: [3]int{3, 2, 1}, // three trials of two channels
		F32: []float32{
			1, 2,
			8, 9,
			3, 6,
		},
		Observation: map[string][]string{"condition": {"face_10", "face_2", "face_10"}},
	}
	conditions, err := trials.Average("condition")
	fmt.Println(conditions.Observation["condition"], conditions.F32, err)
	// Output: [face_2 face_10] [8 9 2 4] <nil>
}

// draw returns a Dataset of either type with labels on both axes. Its
// measurements are small integers, whose means are exact.
func draw(t *rapid.T) *dataset.Dataset {
	d := &dataset.Dataset{
		Observation: map[string][]string{}, Channel: map[string][]string{},
		Description: map[string]string{"unit": "T"}, Arrays: map[string]*npy.Array{},
	}
	for axis := range d.Shape {
		d.Shape[axis] = rapid.IntRange(1, 6).Draw(t, "length")
	}
	observations, channels, times := d.Shape[0], d.Shape[1], d.Shape[2]
	size := observations * channels * times
	if rapid.Bool().Draw(t, "float64") {
		d.F64 = rapid.SliceOfN(rapid.Map(rapid.IntRange(-9, 9), func(i int) float64 { return float64(i) * 60 }), size, size).Draw(t, "measurements")
	} else {
		d.F32 = rapid.SliceOfN(rapid.Map(rapid.IntRange(-9, 9), func(i int) float32 { return float32(i) * 60 }), size, size).Draw(t, "measurements")
	}
	if times > 1 || rapid.Bool().Draw(t, "has times") {
		d.Times = make([]float64, times)
		for i := range times {
			d.Times[i] = float64(i-1) / 250
		}
	}
	name := rapid.SampledFrom([]string{"x_2", "x_10", "y"})
	d.Observation["condition"] = rapid.SliceOfN(name, observations, observations).Draw(t, "condition")
	d.Channel["type"] = rapid.SliceOfN(name, channels, channels).Draw(t, "type")
	d.Arrays["channel.position"] = &npy.Array{Shape: []int{channels, 2}, Data: make([]float64, 2*channels)}
	for i := range channels {
		d.Arrays["channel.position"].Data.([]float64)[2*i] = float64(i)
	}
	d.Arrays["volume.affine"] = &npy.Array{Shape: []int{1, 1}, Data: []int32{7}}
	return d
}

// equal compares what is public of two Datasets.
func equal(a, b *dataset.Dataset) string {
	return cmp.Diff(a, b, cmpopts.IgnoreUnexported(dataset.Dataset{}), cmpopts.EquateNaNs(), cmpopts.EquateEmpty())
}

// reordered returns d with its observations in another order.
func reordered(d *dataset.Dataset, order []int) *dataset.Dataset {
	length := d.Shape[1] * d.Shape[2]
	result := *d
	result.Observation = map[string][]string{}
	result.F32, result.F64 = nil, nil
	for _, row := range order {
		if d.F64 != nil {
			result.F64 = append(result.F64, d.F64[row*length:(row+1)*length]...)
		} else {
			result.F32 = append(result.F32, d.F32[row*length:(row+1)*length]...)
		}
		for name, labels := range d.Observation {
			result.Observation[name] = append(result.Observation[name], labels[row])
		}
	}
	return &result
}

func TestCheckListsEveryComplaint(t *testing.T) {
	d := &dataset.Dataset{
		Shape: [3]int{2, 3, 2}, F32: make([]float32, 11), Times: []float64{0.1, 0.1},
		Observation: map[string][]string{"condition": {"a"}, "": {"a", "b"}},
		Channel:     map[string][]string{"name": {"x", "y"}},
		Arrays: map[string]*npy.Array{
			"channel.position": {Shape: []int{2, 3}, Data: make([]float64, 6)},
			"measurements":     npy.Vector([]bool{true}),
		},
	}
	err := d.Check()
	for _, want := range []string{
		"11 measurements, but 2 observations × 3 channels × 2 times", "time 1 is 0.1 s", "observation labels without a name",
		"1 labels observation.condition for an axis of length 2", "2 labels channel.name for an axis of length 3",
		"channel.position has the shape [2 3]", "array measurements",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 7 {
		t.Errorf("%d complaints, want 7:\n%v", lines, err)
	}
}

func TestCheckRefusesOneThing(t *testing.T) {
	for want, d := range map[string]dataset.Dataset{
		"there twice":         {Shape: [3]int{1, 1, 1}, F32: []float32{1}, F64: []float64{1}},
		"no time axis":        {Shape: [3]int{1, 1, 2}, F32: []float32{1, 2}},
		"axis of 1 times":     {Shape: [3]int{1, 1, 2}, F32: []float32{1, 2}, Times: []float64{0}},
		"time 0 is NaN":       {Shape: [3]int{1, 1, 1}, F32: []float32{1}, Times: []float64{math.NaN()}},
		"no Dataset has":      {Shape: [3]int{-1, -1, 1}, F32: []float32{1}},
		"shape [9223372036":   {Shape: [3]int{math.MaxInt, 2, 1}, F32: []float32{1}},
		"0 measurements, but": {Shape: [3]int{1, 1, 1}},
	} {
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

func TestAverageMatchesTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		averaged, err := d.Average("condition")
		if err != nil || averaged.Check() != nil {
			t.Fatal(err, averaged.Check())
		}
		conditions := averaged.Observation["condition"]
		if !slices.IsSortedFunc(conditions, dataset.CompareLabels) || len(slices.Compact(slices.Clone(conditions))) != len(conditions) {
			t.Fatalf("conditions %q", conditions)
		}
		for i, condition := range conditions {
			for c := range d.Shape[1] {
				for m := range d.Shape[2] {
					sum, n := 0.0, 0.0
					for o, label := range d.Observation["condition"] {
						if label == condition {
							sum, n = sum+d.At(o, c, m), n+1
						}
					}
					want := sum / n
					if d.F32 != nil {
						want = float64(float32(want))
					}
					if got := averaged.At(i, c, m); got != want {
						t.Fatalf("%s, channel %d, time %d: %g, want %g", condition, c, m, got, want)
					}
				}
			}
		}
	})
}

// The order of the rows changes nothing, and to average again changes nothing.
func TestAverageLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		d.Observation["category"] = slices.Clone(d.Observation["condition"])
		order := make([]int, d.Shape[0])
		for i := range order {
			order[i] = i
		}
		once, err := d.Average("condition")
		if err != nil {
			t.Fatal(err)
		}
		shuffled, err := reordered(d, rapid.Permutation(order).Draw(t, "order")).Average("condition")
		if diff := equal(once, shuffled); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		twice, err := once.Average("condition")
		if diff := equal(once, twice); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		if !slices.Equal(once.Observation["category"], once.Observation["condition"]) {
			t.Fatalf("a label that conditions agree on is lost: %v", once.Observation)
		}
	})
}

func TestAverageDropsWhatConditionsDisagreeOn(t *testing.T) {
	d := &dataset.Dataset{
		Shape: [3]int{2, 1, 1}, F64: []float64{1, math.NaN()},
		Observation: map[string][]string{"condition": {"a", "a"}, "run": {"1", "2"}},
	}
	averaged, err := d.Average("condition")
	if err != nil || len(averaged.Observation) != 1 || !math.IsNaN(averaged.F64[0]) {
		t.Errorf("%+v, %v", averaged, err)
	}
	for label, want := range map[string]string{"runs": "did you mean run", "empty": "observation 1 has an empty"} {
		d.Observation["empty"] = []string{"a", ""}
		if _, err := d.Average(label); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// The mean of a large number and many small ones does not lose them.
func TestAverageSumsInFloat64(t *testing.T) {
	const n = 1 << 16
	d := &dataset.Dataset{Shape: [3]int{n, 1, 1}, F32: make([]float32, n), Observation: map[string][]string{"condition": slices.Repeat([]string{"a"}, n)}}
	for i := range d.F32 {
		d.F32[i] = 1
	}
	d.F32[0] = 1 << 30
	averaged, err := d.Average("condition")
	if want := float32((1<<30 + n - 1.0) / n); err != nil || averaged.F32[0] != want {
		t.Errorf("%v, %v; want %v", averaged.F32, err, want)
	}
}

// What is selected has the labels asked for, and with the rest makes up the whole.
func TestSelectLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		condition := rapid.SampledFrom(d.Observation["condition"]).Draw(t, "condition")
		kind := rapid.SampledFrom(d.Channel["type"]).Draw(t, "type")
		rows, err := d.Select("condition", condition)
		if err != nil {
			t.Fatal(err)
		}
		both, err := rows.SelectChannels("type", kind)
		if err != nil || both.Check() != nil {
			t.Fatal(err, both.Check())
		}
		o := 0
		for row, label := range d.Observation["condition"] {
			if label != condition {
				continue
			}
			c := 0
			for channel, type_ := range d.Channel["type"] {
				if type_ != kind {
					continue
				}
				if got := both.Arrays["channel.position"].Data.([]float64)[2*c]; got != float64(channel) {
					t.Fatalf("channel %d has the position of %g", channel, got)
				}
				for m := range d.Shape[2] {
					if got, want := both.At(o, c, m), d.At(row, channel, m); got != want {
						t.Fatalf("(%d, %d, %d) is %g, want %g", row, channel, m, got, want)
					}
				}
				c++
			}
			o++
		}
		if everything, err := d.Select("condition", d.Observation["condition"]...); err != nil || equal(everything, d) != "" {
			t.Fatal(err, equal(everything, d))
		}
	})
}

func TestSelectTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		if d.Times == nil {
			return
		}
		first := rapid.IntRange(0, d.Shape[2]-1).Draw(t, "first")
		last := rapid.IntRange(first, d.Shape[2]-1).Draw(t, "last")
		part, err := d.SelectTimes(unit.Span{From: d.Times[first], To: d.Times[last]})
		if err != nil || part.Check() != nil || !slices.Equal(part.Times, d.Times[first:last+1]) {
			t.Fatal(part.Times, err)
		}
		for i := range part.Times {
			if got, want := part.At(d.Shape[0]-1, d.Shape[1]-1, i), d.At(d.Shape[0]-1, d.Shape[1]-1, first+i); got != want {
				t.Fatalf("time %d is %g, want %g", i, got, want)
			}
		}
	})
}

func TestSelectSaysWhatThereIs(t *testing.T) {
	d := &dataset.Dataset{
		Shape: [3]int{2, 1, 1}, F64: []float64{1, 2},
		Observation: map[string][]string{"condition": {"house", "face"}}, Channel: map[string][]string{},
	}
	_, condition := d.Select("condition", "hose")
	_, channel := d.SelectChannels("name", "x")
	_, times := d.SelectTimes(unit.Span{From: 0, To: 1})
	for want, err := range map[string]error{
		`no observation has the condition "hose"; there are face, house; did you mean house?`: condition,
		`no channel has a label "name"; there are none`:                                       channel,
		"no time between 0 s and 1 s: the Dataset has no times":                               times,
	} {
		if err == nil || err.Error() != want {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

func BenchmarkAverage(b *testing.B) {
	const conditions, repetitions, length = 92, 20, 306 * 50
	d := &dataset.Dataset{Shape: [3]int{conditions * repetitions, length, 1}, F32: make([]float32, conditions*repetitions*length), Observation: map[string][]string{}}
	for i := range conditions * repetitions {
		d.Observation["condition"] = append(d.Observation["condition"], fmt.Sprint("condition_", i%conditions))
	}
	b.SetBytes(int64(4 * len(d.F32)))
	for b.Loop() {
		if _, err := d.Average("condition"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestReorderAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		places := make([]int, d.Shape[0])
		for i := range places {
			places[i] = i
		}
		order := rapid.Permutation(places).Draw(t, "order")
		back := make([]int, len(order))
		for i, place := range order {
			back[place] = i
		}
		turned := d.Reorder(order)
		if err := turned.Check(); err != nil {
			t.Fatal(err)
		}
		for i, place := range order {
			if turned.Observation["condition"][i] != d.Observation["condition"][place] {
				t.Fatalf("row %d is not row %d of %v", i, place, d.Observation["condition"])
			}
		}
		if difference := equal(turned.Reorder(back), d); difference != "" {
			t.Fatal(difference)
		}
	})
}
