package signal

import (
	"math"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/realtest"
)

type filterReference struct {
	Design []struct {
		Rate   float64   `json:"sfreq"`
		Low    float64   `json:"l_freq"`
		High   float64   `json:"h_freq"`
		LowT   float64   `json:"l_trans_bandwidth"`
		HighT  float64   `json:"h_trans_bandwidth"`
		Window string    `json:"fir_window"`
		Length int       `json:"length"`
		Sum    float64   `json:"sum"`
		First  []float64 `json:"h0_4"`
		Center []float64 `json:"centre"`
	} `json:"fir_design"`
}

func TestDesignAgainstMNE(t *testing.T) {
	var want filterReference
	realtest.Reference(t, "filters.json", &want)
	for _, c := range want.Design {
		b := Band{Highpass: c.Low, Lowpass: c.High, HighpassTransition: c.LowT, LowpassTransition: c.HighT}
		if c.Window == "hann" {
			b.Taper = Hann
		}
		f, err := Design(c.Rate, b)
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if len(f.taps) != c.Length {
			t.Errorf("%+v: %d taps", c, len(f.taps))
			continue
		}
		worst := 0.0
		for i, v := range c.First {
			worst = max(worst, math.Abs(v-f.taps[i]))
		}
		for i, v := range c.Center {
			worst = max(worst, math.Abs(v-f.taps[c.Length/2-1+i]))
		}
		if worst > 1e-14 {
			t.Errorf("%+v: %g %v %v", c, worst, f.taps[:5], f.taps[c.Length/2-1:c.Length/2+1])
		}
	}
}

func TestWrongBands(t *testing.T) {
	for want, b := range map[string]Band{
		"without edges":      {},
		"between 0 and half": {Highpass: -1},
		"sampling rate, 100": {Lowpass: 100},
		"edge at NaN":        {Lowpass: math.NaN()},
		"which needs 331":    {Highpass: 10, HighpassTransition: 2, Length: 329},
		"of 330 taps":        {Highpass: 10, HighpassTransition: 2, Length: 330},
		"a wider transition": {Highpass: 1e-9},
		"from -5 to 5 Hz":    {Highpass: 5, HighpassTransition: 10},
		"they may not meet":  {Highpass: 41, Lowpass: 40},
		"from 90 to 110 Hz":  {Lowpass: 90, LowpassTransition: 20},
	} {
		if _, err := Design(200, b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", b, err, want)
		}
	}
	if _, err := Notch(200, []float64{50, 50.5}); err == nil || !strings.Contains(err.Error(), "may not meet") {
		t.Errorf("two notches in one: %v", err)
	}
}
