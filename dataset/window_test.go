package dataset

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func ExampleDataset_Windows() {
	ds := &Dataset{Shape: [3]int{1, 2, 4}, Times: []float64{0, 0.1, 0.2, 0.3}, F64: []float64{1, 2, 3, 4, 10, 20, 30, 40}}
	means, err := ds.Windows(0.2, WindowMean)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.2f %v %v\n", means.Times, means.Shape, means.F64)
	beside, err := ds.Windows(0.2, WindowConcatenated)
	if err != nil {
		panic(err)
	}
	fmt.Println(beside.Shape, beside.F64)
	// Output:
	// [0.05 0.15 0.25] [1 2 3] [1.5 2.5 3.5 15 25 35]
	// [1 4 3] [1 2 3 10 20 30 2 3 4 20 30 40]
}

func TestWindowsKeepLabelsAndPassNaNOn(t *testing.T) {
	ds := &Dataset{
		Shape: [3]int{1, 2, 3}, Times: []float64{0, 1, 2}, F32: []float32{1, float32(math.NaN()), 3, 4, 5, 6},
		Channel: map[string][]string{"name": {"a", "b"}},
	}
	made, err := ds.Windows(2, WindowConcatenated)
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Check(); err != nil {
		t.Error(err)
	}
	if !slices.Equal(made.Channel["name"], []string{"a", "b", "a", "b"}) {
		t.Error(made.Channel)
	}
	made, err = ds.Windows(2, "")
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(made.F64[0]) || !math.IsNaN(made.F64[1]) || made.F64[2] != 4.5 || made.F64[3] != 5.5 {
		t.Error(made.F64)
	}
}

func TestWindowsThatDoNotFitAreRefused(t *testing.T) {
	for _, c := range []struct {
		times []float64
		width float64
		says  string
	}{
		{nil, 1, "needs times"},
		{[]float64{0, 1, 3}, 1, "equally far apart"},
		{[]float64{0, 1, 2}, 0, "above 0"},
		{[]float64{0, 1, 2}, 4, "3 times"},
		{[]float64{0, 1, 2}, math.NaN(), "above 0"},
	} {
		ds := &Dataset{Shape: [3]int{1, 1, 3}, F64: make([]float64, 3), Times: c.times}
		if _, err := ds.Windows(c.width, ""); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, %g: %v", c.times, c.width, err)
		}
	}
}
