package simulate

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/recording"
)

// How strong responses are: 100 fT, 50 fT/cm and 5 µV.
const (
	magnetometerUnit = 1e-13
	gradiometerUnit  = 5e-12
	electrodeUnit    = 5e-6
)

// MEG is a machine with a magnetometer and two gradiometers at each of 102 places of
// a helmet, as Elekta's has them. What is planted is heard at the back, by
// gradiometers twice as well as by magnetometers.
func MEG() Machine {
	const places = 102
	m := Machine{Name: "MEG", Rate: 250, Interval: 1.2, Stim: "STI101", Courses: Own}
	for i := range places {
		p := helmet(i, places)
		gain := back(p)
		for _, coil := range []struct {
			digit, kind int
			of          recording.Kind
			unit        string
			gain, size  float64
		}{{2, gradiometerCoil, recording.Gradiometer, "T/m", 1, gradiometerUnit}, {3, gradiometerCoil, recording.Gradiometer, "T/m", 1, gradiometerUnit}, {1, magnetometerCoil, recording.Magnetometer, "T", 0.5, magnetometerUnit}} {
			m.Sensors = append(m.Sensors, Sensor{
				Channel: recording.Channel{
					Name: fmt.Sprintf("MEG%03d%d", i+1, coil.digit), Kind: coil.of, Unit: coil.unit, Coil: coil.kind,
					Frame: recording.Device, Position: p, Axes: axes(p),
				},
				Gain: gain * coil.gain, Unit: coil.size,
			})
		}
	}
	return m
}

// What FIF calls the coils.
const (
	gradiometerCoil  = 3012
	magnetometerCoil = 3024
)

// helmet is the place of sensor i of n on a helmet: a spiral over a sphere, from
// above the top of the head to below the ears.
func helmet(i, n int) recording.Vector {
	const radius, lowest = 0.11, -0.2
	z := 1 - (1-lowest)*(float64(i)+0.5)/float64(n)
	angle := float64(i) * math.Pi * (3 - math.Sqrt(5))
	across := math.Sqrt(1 - z*z)
	return recording.Vector{radius * across * math.Cos(angle), radius * across * math.Sin(angle), radius * z}
}

// axes are those of a coil that lies flat on the sphere.
func axes(p recording.Vector) [3]recording.Vector {
	length := math.Sqrt(p[0]*p[0] + p[1]*p[1] + p[2]*p[2])
	normal := recording.Vector{p[0] / length, p[1] / length, p[2] / length}
	across := math.Hypot(normal[0], normal[1])
	x := recording.Vector{-normal[1] / across, normal[0] / across, 0}
	y := recording.Vector{-normal[2] * x[1], normal[2] * x[0], normal[0]*x[1] - normal[1]*x[0]}
	return [3]recording.Vector{x, y, normal}
}

// back is how well a place hears what is planted: 1 at the back of the head, 0.5
// some 45 degrees away, nothing beyond 90.
func back(p recording.Vector) float64 {
	length := math.Sqrt(p[0]*p[0] + p[1]*p[1] + p[2]*p[2])
	cosine := -p[1] / length
	return max(cosine, 0) * max(cosine, 0)
}

// EEG is a machine with the 128 electrodes of a cap of BioSemi's. All hear what is
// planted, each a mixture of its own.
func EEG() Machine {
	m := Machine{Name: "EEG", Rate: 256, Interval: 1.0, Stim: "Status", Courses: Shared}
	for _, row := range "ABCD" {
		for i := range 32 {
			m.Sensors = append(m.Sensors, Sensor{
				Channel: recording.Channel{Name: fmt.Sprintf("%c%d", row, i+1), Kind: recording.EEG, Unit: "V", Frame: recording.Head, Position: recording.Nowhere},
				Gain:    1, Unit: electrodeUnit,
			})
		}
	}
	return m
}
