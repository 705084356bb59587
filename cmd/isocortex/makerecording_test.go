package main

import (
	"path/filepath"
	"strconv"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
)

// makeRecording writes a FIF recording at 250 Hz: codes 1, 2, 3, 4, 1, ... begin
// every half second from 1 s on and last 20 ms. From the second that is named on,
// a magnetometer jumps by 20 pT for half a second.
func makeRecording(path string, args []string) error {
	spoiled, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	const rate, seconds, codes = 250, 12, 20
	header := recording.Header{Rate: rate, First: 500, Highpass: 0.1, Lowpass: 40, Line: 50}
	var signal [][]float64
	add := func(name string, kind recording.Kind, unit string, coil int, size float64) []float64 {
		row := random(filepath.Base(path)+name, rate*seconds)
		for i := range row {
			row[i] *= size
		}
		at := recording.Vector{0.01 * float64(len(signal)), 0.1, 0.02}
		header.Channels = append(header.Channels, recording.Channel{
			Name: name, Kind: kind, Unit: unit, Coil: coil, Frame: recording.Device, Position: at, Reference: recording.Nowhere,
		})
		signal = append(signal, row)
		return row
	}
	jumps := add("MEG0111", recording.Magnetometer, "T", 3024, 1e-12)
	add("MEG0112", recording.Gradiometer, "T/m", 3012, 1e-11)
	add("MEG0113", recording.Gradiometer, "T/m", 3012, 1e-11)
	add("MEG0121", recording.Magnetometer, "T", 3024, 1e-12)
	add("EOG061", recording.EOG, "V", 1, 1e-5)
	for i := spoiled * rate; i < spoiled*rate+rate/2; i++ {
		jumps[i] += 20e-12
	}
	stim := add("STI101", recording.Stim, "V", 0, 0)
	for k := range codes {
		for i := range 5 {
			stim[rate+k*rate/2+i] = float64(k%4 + 1)
		}
	}
	r, err := recording.NewMemory(header, signal)
	if err != nil {
		return err
	}
	return fif.Write(path, r, fif.WriteOptions{})
}
