package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/seed"
)

// A Session is what a machine records of a simulated subject, who is shown
// pictures one after the other: their codes, and what sensors hear of planted
// layers, on a slow drift and under noise that is drawn anew at every time.
//
// What follows a picture in a sensor is Gain · Unit times what Courses says.
type Session struct {
	Seed        uint64
	Subject     int      // decides mixing, order and noise, beside the seed
	Machine     Machine  // that records
	Conditions  []string // pictures, whose codes are 1, 2, ...
	Repetitions int      // of every picture; each is shown once before any is shown again
	Planted     []Planted
	Noise       float64 // standard deviation, in units of the sensor
}

// A Machine is what sessions are recorded with.
type Machine struct {
	Name     string
	Rate     float64 // Hz
	Interval float64 // s from picture to picture
	Sensors  []Sensor
	Stim     string // name of the channel of codes
	// Courses says what the course of a sensor is: the same for all (Shared), so
	// that their pattern follows the layer, or its own (Own), so that the course
	// of every sensor does.
	Courses Courses
}

// Courses are how sensors follow a layer.
type Courses int

// The ways of sensors.
const (
	Shared Courses = iota // a mixture of the layer for each sensor, around the peak of Planted
	Own                   // the dimensions of the layer one beside the other, over half a second
)

// A Sensor is a channel, and how well it hears what is planted.
type Sensor struct {
	recording.Channel
	Gain float64 // of what is planted; 0 hears nothing
	Unit float64 // what a response of 1 is in the unit of the channel
}

// recorded is a session under way. It implements recording.Recording: every number
// is computed when it is read.
type recorded struct {
	Session
	header    recording.Header
	onsets    []int         // in times
	codes     []int         // what is shown then
	responses [][][]float32 // sensors × conditions × times after the onset
	phases    []float64     // of the drift of each sensor
	closed    atomic.Bool
}

// Record begins the session.
//
//	errors   a layer with other conditions
//	cost     memory for conditions × sensors × 0.7 s; reading is a random number for
//	         every time
//	random   the seed and the number of the subject
func (s Session) Record() (recording.Recording, error) {
	for _, p := range s.Planted {
		if !slices.Equal(p.labels, s.Conditions) {
			return nil, fmt.Errorf("planted layer %q has other conditions than the session", p.Layer)
		}
	}
	r := &recorded{Session: s}
	r.schedule()
	channels := make([]recording.Channel, 0, len(s.Machine.Sensors)+1)
	drift := seed.Stream(s.Seed, "drift", s.Subject)
	for _, sensor := range s.Machine.Sensors {
		channels = append(channels, sensor.Channel)
		r.phases = append(r.phases, 2*math.Pi*drift.Float64())
	}
	channels = append(channels, recording.Channel{Name: s.Machine.Stim, Kind: recording.Stim, Position: recording.Nowhere})
	last := r.onsets[len(r.onsets)-1]
	r.header = recording.Header{
		Format: "simulated", Rate: s.Machine.Rate, Length: last + r.times(s.Machine.Interval+lead), Channels: channels,
		Lowpass: s.Machine.Rate / 2, Line: math.NaN(),
	}
	r.respond()
	return r, r.header.Valid()
}

// How long a session goes on before the first picture, and a code and a response
// after each, in s; and how the signal drifts.
const (
	lead        = 1.0
	codeLasts   = 0.05
	responds    = 0.7
	driftCycle  = 20.0
	driftHeight = 3.0 // times the noise
)

// times is how many times there are in so many seconds.
func (r *recorded) times(seconds float64) int {
	return int(math.RoundToEven(seconds * r.Machine.Rate))
}

// schedule puts pictures into their order.
func (r *recorded) schedule() {
	random := seed.Stream(r.Seed, "order of pictures", r.Subject)
	for range r.Repetitions {
		for _, condition := range random.Perm(len(r.Conditions)) {
			r.onsets = append(r.onsets, r.times(lead+float64(len(r.onsets))*r.Machine.Interval))
			r.codes = append(r.codes, condition+1)
		}
	}
}

// respond computes what sensors hear of every picture.
func (r *recorded) respond() {
	times := r.times(responds)
	r.responses = make([][][]float32, len(r.Machine.Sensors))
	for c, sensor := range r.Machine.Sensors {
		r.responses[c] = make([][]float32, len(r.Conditions))
		for i := range r.responses[c] {
			r.responses[c][i] = make([]float32, times)
		}
		if sensor.Gain == 0 {
			continue
		}
		for k, p := range r.Planted {
			r.hear(r.responses[c], p, sensor, seed.Stream(r.Seed, "courses", r.Subject, c, k))
		}
	}
}

// hear adds what a sensor hears of a layer.
func (r *recorded) hear(responses [][]float32, p Planted, sensor Sensor, random *rand.Rand) {
	conditions, dimensions := p.coordinates.Dims()
	times := len(responses[0])
	courses := mat.NewDense(dimensions, times, nil)
	for d := range dimensions {
		if r.Machine.Courses == Own {
			addNoise(courses.RawRowView(d), 1, random)
			continue
		}
		mixing := random.NormFloat64()
		for t := range times {
			z := (float64(t)/r.Machine.Rate - p.Peak) / p.Width
			courses.Set(d, t, mixing*math.Exp(-z*z/2))
		}
	}
	var sum mat.Dense
	sum.Mul(p.coordinates, courses)
	for i := range conditions {
		for t := range times {
			responses[i][t] += float32(sensor.Gain * p.Level * sum.At(i, t))
		}
	}
}

// Header describes the session.
func (r *recorded) Header() *recording.Header { return &r.header }

// Close ends reading.
func (r *recorded) Close() error {
	r.closed.Store(true)
	return nil
}

// Read computes a window, as recording.Recording says.
func (r *recorded) Read(dst []float64, channels []int, window recording.Window) error {
	if r.closed.Load() {
		return recording.ErrClosed
	}
	if err := r.header.Check(dst, channels, window); err != nil {
		return err
	}
	n := window.Len()
	for i, c := range channels {
		row := dst[i*n:][:n]
		if c == len(r.Machine.Sensors) {
			r.show(row, int(window.From))
		} else {
			r.measure(row, c, int(window.From))
		}
	}
	return nil
}

// shown calls f for the pictures that reach into n times from a time on, with
// where they begin there.
func (r *recorded) shown(from, n, lasts int, f func(at, code int)) {
	first, _ := slices.BinarySearch(r.onsets, from-lasts+1)
	for k := first; k < len(r.onsets) && r.onsets[k] < from+n; k++ {
		f(r.onsets[k]-from, r.codes[k])
	}
}

// show sets row to the codes.
func (r *recorded) show(row []float64, from int) {
	clear(row)
	lasts := r.times(codeLasts)
	r.shown(from, len(row), lasts, func(at, code int) {
		for t := max(at, 0); t < min(at+lasts, len(row)); t++ {
			row[t] = float64(code)
		}
	})
}

// measure sets row to the signal of a sensor.
func (r *recorded) measure(row []float64, c, from int) {
	sensor := r.Machine.Sensors[c]
	r.noise(row, c, from)
	for t := range row {
		row[t] += driftHeight * r.Noise * math.Sin(2*math.Pi*float64(from+t)/(r.Machine.Rate*driftCycle)+r.phases[c])
	}
	r.shown(from, len(row), r.times(responds), func(at, code int) {
		response := r.responses[c][code-1]
		for t := max(at, 0); t < min(at+len(response), len(row)); t++ {
			row[t] += float64(response[t-at])
		}
	})
	for t := range row {
		row[t] *= sensor.Unit
	}
}

// noise sets row to the noise of a sensor, which is drawn block by block so that
// it is the same however it is read.
func (r *recorded) noise(row []float64, c, from int) {
	block := r.times(1)
	for t := 0; t < len(row); {
		number, skip := (from+t)/block, (from+t)%block
		random := seed.Stream(r.Seed, "noise of a session", r.Subject, c, number)
		for range skip {
			random.NormFloat64()
		}
		for k := skip; k < block && t < len(row); k++ {
			row[t] = r.Noise * random.NormFloat64()
			t++
		}
	}
}
