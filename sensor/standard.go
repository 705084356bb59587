package sensor

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/recording"
)

// A System is a standard way to place electrodes.
type System struct {
	Name      string
	About     string
	positions func() (names []string, at []recording.Vector)
}

// Systems lists the standard systems whose positions are computed.
var Systems = []System{
	{"10-20", "21 electrodes of the international system, on a sphere", ten20},
	{"10-10", "electrodes at tenths of the way from nasion to inion, on a sphere", ten10},
	{"10-05", "electrodes at twentieths of it, on a sphere", ten05},
	{"biosemi16", "cap of BioSemi", biosemiOf(biosemi16)},
	{"biosemi32", "cap of BioSemi", biosemiOf(biosemi32)},
	{"biosemi64", "cap of BioSemi", func() ([]string, []recording.Vector) { return table(cap64) }},
	{"biosemi128", "cap of BioSemi, electrodes A1 to D32", func() ([]string, []recording.Vector) { return table(cap128) }},
	{"biosemi160", "cap of BioSemi, electrodes A1 to E32", func() ([]string, []recording.Vector) { return rings(cap160) }},
	{"biosemi256", "cap of BioSemi, electrodes A1 to H32", func() ([]string, []recording.Vector) { return rings(cap256) }},
}

// Standard returns the electrodes of a standard system.
//
//	units    m, on a head of DefaultSphere
//	errors   an unknown name; the error lists the systems
func Standard(name string) (*Layout, error) {
	system, err := nearest.In(Systems, "system of electrodes", name, func(s System) []string { return []string{s.Name} })
	if err != nil {
		return nil, err
	}
	names, at := system.positions()
	channels := make([]recording.Channel, len(names))
	for i, v := range at {
		for k := range v {
			v[k] *= DefaultSphere.Radius
		}
		channels[i] = recording.Channel{Name: names[i], Kind: recording.EEG, Position: v}
	}
	return project(system.Name+" system, computed on a sphere", DefaultSphere, channels), nil
}

// A net places electrodes by the rules of the 10-20 system and what refined it.
//
//	source   Jasper (1958), doi:10.1016/0013-4694(58)90053-1; Oostenveld &
//	         Praamstra (2001), doi:10.1016/S1388-2457(00)00527-7
type net struct {
	names []string
	at    []recording.Vector
}

// place is a direction: so far from Cz, and so far from the nose to the left.
func place(fromTop, fromNose float64) recording.Vector {
	sinTop, cosTop := math.Sincos(fromTop * math.Pi / 180)
	sin, cos := math.Sincos(fromNose * math.Pi / 180)
	return recording.Vector{-sinTop * sin, sinTop * cos, cosTop}
}

func (n *net) add(name string, at recording.Vector) {
	n.names, n.at = append(n.names, name), append(n.at, at)
}

// both adds an electrode of the left and its twin, whose number is one higher:
// F3 and F4.
func (n *net) both(row string, number int, half string, left recording.Vector) {
	n.add(fmt.Sprint(row, number, half), left)
	n.add(fmt.Sprint(row, number+1, half), recording.Vector{-left[0], left[1], left[2]})
}

// A row of electrodes goes over the head from ear to ear.
type row struct {
	name string  // of those on top of the head
	rim  string  // of those on the rings around it
	step float64 // twentieths of the way from nasion to inion, from Fpz on
}

var rows = []row{
	{"Fp", "Fp", 0},
	{"AFp", "AFp", 1},
	{"AF", "AF", 2},
	{"AFF", "AFF", 3},
	{"F", "F", 4},
	{"FFC", "FFT", 5},
	{"FC", "FT", 6},
	{"FCC", "FTT", 7},
	{"C", "T", 8},
	{"CCP", "TTP", 9},
	{"CP", "TP", 10},
	{"CPP", "TPP", 11},
	{"P", "P", 12},
	{"PPO", "PPO", 13},
	{"PO", "PO", 14},
	{"POO", "POO", 15},
	{"O", "O", 16},
}

// ring is the angle of Fpz, T7, Oz and T8 from Cz, in degrees: four tenths of the
// way from nasion to inion.
const ring = 72

// newNet places every electrode at twentieths of the ways.
func newNet() *net {
	n := &net{}
	for _, r := range rows {
		middle := place(ring*(1-r.step/8), 0)
		n.add(r.name+"z", middle)
		if first, last := r.step == 0, r.step == 16; first || last {
			n.ends(r, ring)
			continue
		}
		aside := 18 + 9*r.step
		n.arc(r, middle, place(ring, aside))
		n.both(r.rim, 9, "h", place(1.125*ring, aside))
		n.both(r.rim, 9, "", place(1.25*ring, aside))
	}
	for i, name := range []string{"NFp", "N", "OI", "I"} {
		angle := ring * (1.125 + 0.125*float64(i%2))
		step := float64(16 * (i / 2))
		n.add(name+"z", place(angle, 180*step/16))
		n.ends(row{name, name, step}, angle)
	}
	return n
}

// ends places the electrodes beside the midline in front and behind, at an angle
// from the top.
func (n *net) ends(r row, angle float64) {
	for k, half := range []string{"h", ""} {
		aside := 9 * float64(k+1)
		if r.step > 0 {
			aside = 180 - aside
		}
		n.both(r.name, 1, half, place(angle, aside))
	}
}

// arc places the electrodes of a row at equal parts of the circle through its
// middle and its rims.
func (n *net) arc(r row, middle, rim recording.Vector) {
	across, forward, down := -rim[0], rim[1]-middle[1], rim[2]-middle[2]
	depth := math.Hypot(forward, down)
	radius := (across*across + depth*depth) / (2 * depth)
	whole := math.Atan2(across, radius-depth)
	for k := 1; k <= 8; k++ {
		sin, cos := math.Sincos(whole * float64(k) / 8)
		share := radius * (1 - cos) / depth
		at := recording.Vector{-radius * sin, middle[1] + share*forward, middle[2] + share*down}
		name, half := r.name, ""
		if k > 6 {
			name = r.rim
		}
		if k%2 == 1 {
			half = "h"
		}
		n.both(name, 2*((k-1)/2)+1, half, at)
	}
}

// pick returns the electrodes that are wanted, in the order of the net.
func (n *net) pick(wanted func(name string) bool) (names []string, at []recording.Vector) {
	for i, name := range n.names {
		if wanted(name) {
			names, at = append(names, name), append(at, n.at[i])
		}
	}
	return names, at
}

func ten05() ([]string, []recording.Vector) {
	return newNet().pick(func(string) bool { return true })
}

func ten10() ([]string, []recording.Vector) {
	tenths := map[string]bool{"N": true, "I": true}
	for _, r := range rows {
		if int(r.step)%2 == 0 {
			tenths[r.name], tenths[r.rim] = true, true
		}
	}
	return newNet().pick(func(name string) bool {
		return !strings.HasSuffix(name, "h") && tenths[strings.TrimRight(name, "z0123456789")]
	})
}

var names20 = strings.Fields("Fp1 Fpz Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 Oz O2")

func ten20() ([]string, []recording.Vector) {
	return newNet().pick(func(name string) bool { return slices.Contains(names20, name) })
}

// aliases are older names of electrodes, and those of places that differ little.
var aliases = map[string]string{"t3": "t7", "t4": "t8", "t5": "p7", "t6": "p8", "m1": "tp9", "m2": "tp10"}
