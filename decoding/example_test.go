package decoding_test

import (
	"context"
	"fmt"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/decoding"
)

// Four trials of three pictures at two times: at the second, faces differ from
// both others.
func ExampleDecoder_Estimate() {
	trials := &dataset.Dataset{
		Shape: [3]int{12, 1, 2},
		F64: []float64{
			5, 0, 7, 0, 1, 3, 2, 3,
			4, 8, 8, 8, 3, 6, 0, 6,
			0, 2, 3, 0, 4, 3, 1, 4,
		},
		Times: []float64{0, 0.1},
		Observation: map[string][]string{"condition": {
			"cup", "cup", "cup", "cup", "face", "face", "face", "face", "hand", "hand", "hand", "hand",
		}},
	}
	measure, err := decoding.MeasureByName("lda accuracy")
	if err != nil {
		panic(err)
	}
	r, err := decoding.Decoder{Measure: measure}.Estimate(context.Background(), trials)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Conditions)
	for i := range r.Len() {
		fmt.Printf("%g s: %.2f\n", r.Times[i], r.RDV(i))
	}
	// Output:
	// [cup face hand]
	// 0 s: [0.50 0.50 0.62]
	// 0.1 s: [1.00 0.50 1.00]
}
