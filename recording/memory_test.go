package recording_test

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	header := recording.Header{Rate: 250, First: 7}
	var signal [][]float64
	for c := range 5 {
		header.Channels = append(header.Channels, recording.Channel{Name: string(rune('a' + c))})
		row := make([]float64, 91)
		for i := range row {
			row[i] = float64(1000*c + i)
		}
		signal = append(signal, row)
	}
	recordingtest.Contract(t, func() (recording.Recording, error) { return recording.NewMemory(header, signal) })
}

func ExampleMemory() {
	header := recording.Header{Rate: 250, Channels: []recording.Channel{{Name: "Fz", Kind: recording.EEG, Unit: "V"}}}
	r, err := recording.NewMemory(header, [][]float64{{1e-6, 2e-6, 3e-6, 4e-6}})
	if err != nil {
		fmt.Println(err)
		return
	}
	signal := make([]float64, 2)
	err = r.Read(signal, []int{0}, recording.Window{From: 1, To: 3})
	fmt.Println(signal, r.Header().Seconds(1), err)
	// Output: [2e-06 3e-06] 0.004 <nil>
}
