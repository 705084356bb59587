package signal

import (
	"math"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
	"github.com/isocortex/isocortex/work"
)

// someEpochs are those of testdata/reference/epochs.py, and a channel of codes.
func someEpochs(tb interface{ Fatal(...any) }) recording.Epochs {
	const epochs, length = 3, 120
	h := recording.Header{Rate: 200, Highpass: math.NaN(), Lowpass: math.NaN(), Channels: []recording.Channel{
		{Name: "E1", Kind: recording.EEG, Unit: "V"}, {Name: "E2", Kind: recording.EEG, Unit: "V"}, {Name: "STI", Kind: recording.Stim},
	}}
	rows := make([][]float64, 3)
	for e := range epochs {
		for i := range length {
			t := float64(i)
			for c := range 2 {
				k := float64(c)
				rows[c] = append(rows[c], math.Sin(.013*(k+1)*t+k+float64(e))+.3*math.Cos(.4*t*(k+1))+.01*k*t)
			}
			rows[2] = append(rows[2], float64(i/60))
		}
	}
	r, err := recording.NewMemory(h, rows)
	if err != nil {
		tb.Fatal(err)
	}
	p := &parted{recording: r, header: recording.EpochsHeader{Header: *r.Header(), Start: -40, Trials: make([]recording.Trial, epochs)}}
	p.header.Length = length
	return p
}

// filteredEpochs are those epochs after a filter.
func filteredEpochs(b Band) (recording.Epochs, error) {
	epochs := someEpochs(panics{})
	f, err := Design(epochs.Header().Rate, b)
	return Parted(Filtered(Joined(epochs), f, work.Budget{}), epochs), err
}

// panics is a test that cannot go on.
type panics struct{}

func (panics) Fatal(args ...any) { panic(args) }

// nearEpochs compares the channels of epochs, of which every so many times are
// wanted.
func nearEpochs(t *testing.T, e recording.Epochs, every int, want [][][]float64) {
	t.Helper()
	n := e.Header().Length
	for i, channels := range want {
		for c, row := range channels {
			x := make([]float64, n)
			if err := e.Read(x, []int{i}, []int{c}); err != nil {
				t.Fatal(err)
			}
			for k, v := range row {
				if math.Abs(x[k*every]-v) > 1e-10 {
					t.Fatalf("epoch %d, channel %d, time %d is %g, want %g", i, c, k*every, x[k*every], v)
				}
			}
		}
	}
}

func TestEpochsAgainstMNE(t *testing.T) {
	var want struct {
		Low, High [][][]float64
		Resampled []struct {
			Rate  float64
			Start int
			Y     [][][]float64
		}
	}
	realtest.Reference(t, "epochs.json", &want)
	low, err := filteredEpochs(Band{Lowpass: 20})
	if err != nil {
		t.Fatal(err)
	}
	nearEpochs(t, low, 7, want.Low)
	if w := low.Header().Warnings; len(w) != 1 || !strings.Contains(w[0], "a filter of 133 times is longer than epochs of 120") {
		t.Errorf("warnings %q", w)
	}
	high, err := filteredEpochs(Band{Highpass: 30})
	if err != nil || len(high.Header().Warnings) != 0 || high.Header().Highpass != 30 {
		t.Fatalf("%v, header %+v", err, high.Header())
	}
	nearEpochs(t, high, 7, want.High)
	for _, w := range want.Resampled {
		y, err := ResampledEpochs(someEpochs(t), w.Rate)
		if err != nil {
			t.Fatal(err)
		}
		if h := y.Header(); h.Start != w.Start || h.Rate != w.Rate || h.Length != len(w.Y[0][0]) {
			t.Errorf("%g Hz: %d times from %d on", h.Rate, h.Length, h.Start)
		}
		nearEpochs(t, y, 1, w.Y)
		codes := make([]float64, y.Header().Length)
		if err := y.Read(codes, []int{1}, []int{2}); err != nil || codes[0] != 0 || codes[len(codes)-1] != 1 {
			t.Errorf("%g Hz: codes %v: %v", w.Rate, codes, err)
		}
	}
	if _, err := ResampledEpochs(someEpochs(t), 77); err == nil || !strings.Contains(err.Error(), "lies between two times at 77 Hz") {
		t.Errorf("%v", err)
	}
}

// Epochs that are joined and taken apart, resampled or filtered keep the contract,
// and what was joined is a recording.
func TestJoinedKeepsTheContract(t *testing.T) {
	recordingtest.Contract(t, func() (recording.Recording, error) { return Joined(someEpochs(t)), nil })
	for name, open := range map[string]func() (recording.Epochs, error){
		"parted":    func() (recording.Epochs, error) { e := someEpochs(t); return Parted(Joined(e), e), nil },
		"filtered":  func() (recording.Epochs, error) { return filteredEpochs(Band{Lowpass: 20}) },
		"resampled": func() (recording.Epochs, error) { return ResampledEpochs(someEpochs(t), 80) },
	} {
		t.Run(name, func(t *testing.T) { recordingtest.EpochsContract(t, open) })
	}
}

// What is done to one epoch does not depend on the others.
func TestEpochsAreFilteredOneByOne(t *testing.T) {
	f, err := Design(200, Band{Highpass: 20, Lowpass: 40})
	if err != nil {
		t.Fatal(err)
	}
	e := someEpochs(t)
	all, n := Parted(Filtered(Joined(e), f, work.Budget{}), e), e.Header().Length
	for i := range e.Header().Trials {
		alone := &parted{recording: &only{e, i}, header: *e.Header()}
		alone.header.Trials = alone.header.Trials[:1]
		one := Parted(Filtered(Joined(alone), f, work.Budget{}), alone)
		a, b := make([]float64, n), make([]float64, n)
		if err := all.Read(a, []int{i}, []int{0}); err != nil {
			t.Fatal(err)
		}
		if err := one.Read(b, []int{0}, []int{0}); err != nil {
			t.Fatal(err)
		}
		for k := range a {
			if math.Abs(a[k]-b[k]) > 1e-14 {
				t.Fatalf("epoch %d, time %d is %g among others, %g alone", i, k, a[k], b[k])
			}
		}
	}
}

// only is a recording of one of several epochs.
type only struct {
	recording.Epochs
	epoch int
}

func (o *only) Header() *recording.Header { return &o.Epochs.Header().Header }

func (o *only) Read(dst []float64, channels []int, w recording.Window) error {
	return o.Epochs.Read(dst, []int{o.epoch}, channels)
}
