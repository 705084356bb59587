package sensor

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// The electrodes of the caps that use names of the 10-20 system.
var (
	biosemi16 = strings.Fields("Fp1 Fp2 F4 Fz F3 T7 C3 Cz C4 T8 P4 Pz P3 O1 Oz O2")
	biosemi32 = strings.Fields("Fp1 AF3 F7 F3 FC1 FC5 T7 C3 CP1 CP5 P7 P3 Pz PO3 O1 Oz O2 PO4 P4 P8 CP6 CP2 C4 T8 FC6 FC2 F4 F8 AF4 Fp2 Fz Cz")
)

// biosemiOf returns some electrodes of the cap of 64.
func biosemiOf(cap []string) func() ([]string, []recording.Vector) {
	return func() ([]string, []recording.Vector) {
		names, at := table(cap64)
		some := make([]recording.Vector, len(cap))
		for i, name := range cap {
			some[i] = at[slices.Index(names, name)]
		}
		return slices.Clone(cap), some
	}
}

// Caps list electrodes: the angle from Cz, and that from the right ear to the
// nose, in degrees; from the left ear where the first is negative.
//
//	source   BioSemi's tables of cap coordinates
const cap64 = `
Fp1 -92 -72; AF7 -92 -54; AF3 -74 -65; F1 -50 -68; F3 -60 -51; F5 -75 -41; F7 -92 -36; FT7 -92 -18;
FC5 -72 -21; FC3 -50 -28; FC1 -32 -45; C1 -23 0; C3 -46 0; C5 -69 0; T7 -92 0; TP7 -92 18;
CP5 -72 21; CP3 -50 28; CP1 -32 45; P1 -50 68; P3 -60 51; P5 -75 41; P7 -92 36; P9 -115 40;
PO7 -92 54; PO3 -74 65; O1 -92 72; Iz 115 -90; Oz 92 -90; POz 69 -90; Pz 46 -90; CPz 23 -90;
Fpz 92 90; Fp2 92 72; AF8 92 54; AF4 74 65; AFz 69 90; Fz 46 90; F2 50 68; F4 60 51;
F6 75 41; F8 92 36; FT8 92 18; FC6 72 21; FC4 50 28; FC2 32 45; FCz 23 90; Cz 0 0;
C2 23 0; C4 46 0; C6 69 0; T8 92 0; TP8 92 -18; CP6 72 -21; CP4 50 -28; CP2 32 -45;
P2 50 -68; P4 60 -51; P6 75 -41; P8 92 -36; P10 115 -40; PO8 92 -54; PO4 74 -65; O2 92 -72;
`

const cap128 = `
A1 0 0; A2 11.5 -90; A3 23 -90; A4 34.5 -90; A5 -46 67.5; A6 -46 45; A7 -57.5 45; A8 -69 54;
A9 -80.5 54; A10 -92 54; A11 -103.5 54; A12 -115 54; A13 -115 72; A14 -103.5 72; A15 -92 72; A16 -80.5 72;
A17 -69 72; A18 -57.5 67.5; A19 46 -90; A20 57.5 -90; A21 69 -90; A22 80.5 -90; A23 92 -90; A24 103.5 -90;
A25 115 -90; A26 115 -72; A27 103.5 -72; A28 92 -72; A29 80.5 -72; A30 69 -72; A31 57.5 -67.5; A32 46 -67.5;
B1 11.5 -18; B2 23 -45; B3 46 -45; B4 57.5 -45; B5 69 -54; B6 80.5 -54; B7 92 -54; B8 103.5 -54;
B9 115 -54; B10 103.5 -36; B11 92 -36; B12 80.5 -36; B13 69 -36; B14 92 -18; B15 80.5 -18; B16 69 -18;
B17 57.5 -22.5; B18 46 -22.5; B19 34.5 -30; B20 23 0; B21 34.5 0; B22 46 0; B23 57.5 0; B24 69 0;
B25 80.5 0; B26 92 0; B27 92 18; B28 80.5 18; B29 69 18; B30 57.5 22.5; B31 46 22.5; B32 34.5 30;
C1 11.5 54; C2 23 45; C3 46 45; C4 57.5 45; C5 69 36; C6 80.5 36; C7 92 36; C8 92 54;
C9 80.5 54; C10 69 54; C11 34.5 60; C12 46 67.5; C13 57.5 67.5; C14 69 72; C15 80.5 72; C16 92 72;
C17 92 90; C18 80.5 90; C19 69 90; C20 57.5 90; C21 46 90; C22 34.5 90; C23 23 90; C24 -34.5 -60;
C25 -46 -67.5; C26 -57.5 -67.5; C27 -69 -72; C28 -80.5 -72; C29 -92 -72; C30 -92 -54; C31 -80.5 -54; C32 -69 -54;
D1 -11.5 -54; D2 -23 -45; D3 -46 -45; D4 -57.5 -45; D5 -69 -36; D6 -80.5 -36; D7 -92 -36; D8 -92 -18;
D9 -80.5 -18; D10 -69 -18; D11 -57.5 -22.5; D12 -46 -22.5; D13 -34.5 -30; D14 -23 0; D15 -11.5 18; D16 -23 45;
D17 -34.5 30; D18 -34.5 0; D19 -46 0; D20 -57.5 0; D21 -69 0; D22 -80.5 0; D23 -92 0; D24 -92 18;
D25 -80.5 18; D26 -69 18; D27 -57.5 22.5; D28 -46 22.5; D29 -69 36; D30 -80.5 36; D31 -92 36; D32 -103.5 36;
`

// table reads a cap.
func table(cap string) (names []string, at []recording.Vector) {
	for entry := range strings.SplitSeq(strings.TrimRight(strings.TrimSpace(cap), ";"), ";") {
		var name string
		var top, aside float64
		if _, err := fmt.Sscan(entry, &name, &top, &aside); err != nil {
			panic(err)
		}
		names, at = append(names, name), append(at, direction(top, aside))
	}
	return names, at
}

// direction is that of an angle from Cz and one from the right ear to the nose.
func direction(top, aside float64) recording.Vector {
	sinTop, cosTop := math.Sincos(top * math.Pi / 180)
	sin, cos := math.Sincos(aside * math.Pi / 180)
	return recording.Vector{sinTop * cos, sinTop * sin, cosTop}
}
