package sensor

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// Caps of rings list arcs of electrodes around Cz: the angle from Cz, that of
// the first electrode from the right ear to the nose, the angle from one to the
// next, in degrees, and their names.
//
//	source   BioSemi's tables of cap coordinates
const cap160 = `
0 0 360 A1;
11.5 54 72 C1 D1 E1 A2 B1;
23 0 30 C3 C2 C25 D2 D15 D16 E2 E23 E24 A3 B2 B25;
34.5 315 22.5 B24 B26 C4 C5 C24 C26 D3 D14 D17 D28 E3 E22 E25;
34.5 270 22.5 A4;
46 0 18 C7 C6 C23 C27 C28 D4 D13 D18 D27 D29 E4 E21 E26 A6 A5 A19 A32 B3 B23 B27;
57.5 0 18 B29 C8 C22 C21 C29 D5 D12 D19 D26 E5 E12 E13 E27 A7 A18 A20 A31 B4 B22 B28;
69 0 15 B30 C9 C14 C15 C20 C30 D6 D11 D20 D25 D30 E6 E11 E14 E20 E28 A8 A17 A21 A30 B5 B14 B15 B21;
80.5 0 15 B31 C10 C13 C16 C19 C31 D7 D10 D21 D24 D31 E7 E10 E15 E19 E29 A9 A16 A22 A29 B6 B13 B16 B20;
92 0 15 B32 C11 C12 C17 C18 C32 D8 D9 D22 D23 D32 E8 E9 E16 E18 E30 A10 A15 A23 A28 B7 B12 B17 B19;
103.5 210 15 E17 E31 A11 A14 A24 A27 B8 B11 B18;
115 225 15 E32 A12 A13 A25 A26 B9 B10;
`

const cap256 = `
0 0 360 A1;
9.2 54 72 D1 F1 G1 A2 C1;
18.4 18 36 D2 E2 E1 F2 F20 G2 H1 A3 B1 C2;
27.6 6 24 C25 D3 E3 E20 E21 F3 F19 F21 G3 H2 H23 A4 B2 B21 C3;
36.8 306 18 B3 B22 C4 C24 C26 D4 E4 E19 E18 E22 F4 F18 F22 G4 H4 H3 H22;
36.8 270 18 A5;
46 0 15 C23 C27 D5 D17 E5 E6 E17 E23 F5 F17 F23 G5 G16 H5 H6 H21 H24 A7 A6 A24 B4 B20 B23 C5;
55.2 0 15 C22 C28 D16 D18 D28 E7 E16 E24 F6 F16 F24 G6 G15 G17 H7 H20 H25 A8 A23 A25 B5 B19 B24 C6;
64.4 6 12 C29 D6 D15 D19 D27 D29 E8 E15 E25 E32 F7 F15 F25 G7 G14 G18 G26 G27 H8 H19 H26 A9 A22 A26 B6 B18 B25 C8 C7 C21;
73.6 6 12 C30 D7 D14 D20 D26 D30 E9 E14 E26 E31 F8 F14 F26 G8 G13 G19 G25 G28 H9 H18 H27 A10 A21 A27 B7 B17 B26 C9 C15 C20;
82.8 0 11.25 C19 C31 D8 D13 D21 D25 D31 E10 E13 E27 E30 F9 F13 F27 F32 G9 G12 G20 G24 G29 H10 H17 H28 A11 A20 A28 B8 B16 B27 C10 C14 C16;
92 0 11.25 C18 C32 D9 D12 D22 D24 D32 E11 E12 E28 E29 F10 F12 F28 F31 G10 G11 G21 G23 G30 H11 H16 H29 A12 A19 A29 B9 B15 B28 C11 C13 C17;
101.2 22.5 11.25 D10 D11 D23;
101.2 135 11.25 F11 F29 F30;
101.2 202.5 11.25 G22 G31 H12 H15 H30 A13 A18 A30 B10 B14 B29 B32 C12;
110.4 210 12 G32 H13 H14 H31 A14 A17 A31 B11 B13 B30 B31;
119.6 246 12 H32 A15 A16 A32 B12;
`

// rings reads a cap of rings, its electrodes in the order of the amplifier's
// inputs: A1 to A32, B1 to B32, …
func rings(cap string) (names []string, at []recording.Vector) {
	place := map[string]recording.Vector{}
	for arc := range strings.SplitSeq(strings.TrimRight(strings.TrimSpace(cap), ";"), ";") {
		words := strings.Fields(arc)
		for i, name := range words[3:] {
			place[name] = direction(number(words[0]), number(words[1])+float64(i)*number(words[2]))
			names = append(names, name)
		}
	}
	slices.SortFunc(names, byInput)
	for _, name := range names {
		at = append(at, place[name])
	}
	return names, at
}

// byInput compares the names of two inputs of the amplifier.
func byInput(a, b string) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(number(a[1:]), number(b[1:])))
}

// number reads a number that the tables of this package hold.
func number(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return v
}
