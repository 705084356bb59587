package simulate_test

import (
	"testing"

	"github.com/isocortex/isocortex/recording/recordingtest"
	"github.com/isocortex/isocortex/simulate"
)

// A session keeps the contract of recordings: read in windows it is the same.
func TestASessionIsARecording(t *testing.T) {
	for _, machine := range []simulate.Machine{simulate.MEG(), simulate.EEG()} {
		circle := responses(12)
		planted, err := simulate.Planted{Layer: "circle", Peak: 0.1, Width: 0.05, Level: 1}.Plant(circle)
		if err != nil {
			t.Fatal(err)
		}
		machine.Sensors = machine.Sensors[90:100]
		s := simulate.Session{
			Seed: 1, Subject: 2, Machine: machine, Conditions: circle.Observation["condition"], Repetitions: 1,
			Planted: []simulate.Planted{planted}, Noise: 0.5,
		}
		recordingtest.Contract(t, s.Record)
	}
}
