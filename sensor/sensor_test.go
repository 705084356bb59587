package sensor_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/triangulation"
)

func ExampleStandard() {
	layout, err := sensor.Standard("10-20")
	if err != nil {
		panic(err)
	}
	for _, i := range layout.Match([]string{"Cz", "T3", "FPZ", "A1"}) {
		if i < 0 {
			fmt.Println("none")
			continue
		}
		fmt.Printf("%s %.3f %.3f\n", layout.Names[i], layout.Places[i].X+0, layout.Places[i].Y)
	}
	// Output:
	// Cz 0.000 0.000
	// T7 -0.076 0.000
	// Fpz 0.000 0.076
	// none
}

func ExampleFitSphere() {
	s, err := sensor.FitSphere([]recording.Vector{{0.1, 0, 0.04}, {-0.1, 0, 0.04}, {0, 0.1, 0.04}, {0, 0, 0.14}, {0, -0.1, 0.04}})
	fmt.Printf("%.3f %.3f %v\n", s.Center[2], s.Radius, err)
	// Output: 0.040 0.100 <nil>
}

func TestSpheresMatchMNE(t *testing.T) {
	var want struct {
		Projection struct {
			Pos             []recording.Vector
			Sphere, Sphere2 [4]float64
			XY, XY2         [][2]float64
		}
		Sphere struct {
			Points []recording.Vector
			Origin recording.Vector
			Radius float64
		} `json:"sphere_fit"`
	}
	realtest.Reference(t, "positions.json", &want)
	for k, s := range [][4]float64{want.Projection.Sphere, want.Projection.Sphere2} {
		sphere := sensor.Sphere{Center: recording.Vector(s[:3]), Radius: s[3]}
		for i, p := range want.Projection.Pos {
			at, there := sphere.Project(p), [][][2]float64{want.Projection.XY, want.Projection.XY2}[k][i]
			if math.Hypot(at.X-there[0], at.Y-there[1]) > 1e-15 {
				t.Errorf("%v is at %v, want %v", p, at, there)
			}
		}
	}
	s, err := sensor.FitSphere(want.Sphere.Points)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range want.Sphere.Origin {
		if math.Abs(s.Center[i]-v) > 1e-12 || math.Abs(s.Radius-want.Sphere.Radius) > 1e-12 {
			t.Errorf("the sphere is %v, want %v", s, want.Sphere)
		}
	}
}

// Seen from the center, a sensor on the sphere is as far from the middle as its angle
// from the top says, and in the same direction.
func TestProjectionLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		angle, turn := rapid.Float64Range(0, 3).Draw(t, "angle"), rapid.Float64Range(-3, 3).Draw(t, "turn")
		s := sensor.Sphere{Center: recording.Vector{0.01, -0.02, 0.03}, Radius: rapid.Float64Range(0.05, 0.2).Draw(t, "radius")}
		sin, cos := math.Sincos(angle)
		at := s.Project(recording.Vector{0.01 + s.Radius*sin*math.Cos(turn), -0.02 + s.Radius*sin*math.Sin(turn), 0.03 + s.Radius*cos})
		away := s.Radius * angle / (math.Pi / 2)
		if d := math.Hypot(at.X-0.01-away*math.Cos(turn), at.Y+0.02-away*math.Sin(turn)); d > 1e-12 {
			t.Fatalf("%v is %g off", at, d)
		}
	})
}

func TestStandardSystems(t *testing.T) {
	for name, n := range map[string]int{"10-20": 21, "10-10": 89, "10-05": 345, "biosemi16": 16, "biosemi32": 32, "biosemi64": 64, "biosemi128": 128, "biosemi160": 160, "biosemi256": 256} {
		l, err := sensor.Standard(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := triangulation.Delaunay(l.Places); l.Len() != n || err != nil {
			t.Errorf("%s has %d electrodes, want %d; %v", name, l.Len(), n, err)
		}
	}
	for name, want := range map[string]string{"biosemi161": "did you mean biosemi16", "10-2": "did you mean 10-20"} {
		if _, err := sensor.Standard(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// Left and right mirror each other, and rows are where their neighbors say: those
// between two rows lie between them.
func TestNetIsSymmetric(t *testing.T) {
	l, err := sensor.Standard("10-05")
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) triangulation.Point {
		i := slices.Index(l.Names, name)
		if i < 0 {
			t.Fatalf("no %s", name)
		}
		return l.Places[i]
	}
	for _, pair := range [][2]string{{"F3", "F4"}, {"AFF5h", "AFF6h"}, {"TPP9h", "TPP10h"}, {"OI1h", "OI2h"}, {"FTT7", "FTT8"}} {
		a, b := at(pair[0]), at(pair[1])
		if math.Abs(a.X+b.X) > 1e-15 || a.Y != b.Y || a.X >= 0 {
			t.Errorf("%v at %v and %v", pair, a, b)
		}
	}
	for _, ordered := range [][]string{{"Nz", "NFpz", "Fpz", "AFpz", "AFz", "Fz", "FFCz", "FCz", "Cz", "CCPz", "Pz", "Oz", "OIz", "Iz"}, {"F7", "FFT7", "FT7", "T7", "TTP7", "P7", "PO7", "O1", "O1h"}} {
		for i := 1; i < len(ordered); i++ {
			if at(ordered[i-1]).Y <= at(ordered[i]).Y {
				t.Errorf("%s is not in front of %s", ordered[i-1], ordered[i])
			}
		}
	}
	// A quarter of the way along the circle from T7 to T8, whose plane holds the middle.
	if c := at("C3"); math.Abs(c.X+0.095*0.4) > 1e-12 || math.Abs(c.Y) > 1e-12 {
		t.Errorf("C3 is at %v", c)
	}
}

func TestBioSemiIsExact(t *testing.T) {
	var want struct {
		Exact struct{ Pos map[string]recording.Vector } `json:"biosemi128_exact"`
	}
	realtest.Reference(t, "positions.json", &want)
	l, err := sensor.Standard("biosemi128")
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range want.Exact.Pos {
		at, there := l.Places[slices.Index(l.Names, name)], sensor.DefaultSphere.Project(v)
		if math.Hypot(at.X-there.X, at.Y-there.Y) > 1e-15 {
			t.Errorf("%s is at %v, want %v", name, at, there)
		}
	}
}

// Some electrodes of the larger caps, as BioSemi lists them: name, angle from Cz,
// angle from the right ear, or from the left where the first is negative.
func TestRingsOfBioSemi(t *testing.T) {
	for system, rows := range map[string]string{
		"biosemi160": "A8 -69 60, A25 115 -90, B10 115 -45, B27 46 -18, C12 92 30, C29 57.5 72, D14 -34.5 -67.5, D31 -80.5 -30, E16 -92 15",
		"biosemi256": "A8 -55.2 75, A31 110.4 -78, B22 36.8 -36, C13 92 -22.5, D4 36.8 36, D27 64.4 54, E18 36.8 90, F9 -82.8 -56.25, F32 -82.8 -22.5, G23 -92 22.5, H14 -110.4 54",
	} {
		l, err := sensor.Standard(system)
		if err != nil {
			t.Fatal(err)
		}
		for row := range strings.SplitSeq(rows, ", ") {
			var name string
			var top, aside float64
			if _, err := fmt.Sscan(row, &name, &top, &aside); err != nil {
				t.Fatal(err)
			}
			away := 0.095 * top / 90 // on a circle around Cz, to the left where negative
			sin, cos := math.Sincos(aside * math.Pi / 180)
			if at := l.Places[slices.Index(l.Names, name)]; math.Hypot(at.X-away*cos, at.Y-away*sin) > 1e-12 {
				t.Errorf("%s: %s is at %v, want %g, %g", system, name, at, away*cos, away*sin)
			}
		}
		if l.Names[0] != "A1" || l.Names[32] != "B1" || l.Names[159] != "E32" {
			t.Errorf("%s: inputs in the order %v", system, l.Names)
		}
	}
}

// Published files of caps agree with what is computed.
func TestPublishedLayouts(t *testing.T) {
	for _, c := range []struct {
		file, system string
		scale        float64 // of the file's positions, in m
		off          float64
	}{
		{"biosemi.lay", "biosemi64", 0.095 / (math.Pi / 2), 1e-7}, // radians from the top, to six digits
		{"biosemi128.txt", "biosemi128", 0.095, 1e-12},
	} {
		read, err := sensor.Read(realtest.Path(t, "meg_eeg", "layouts", c.file))
		if err != nil {
			t.Fatal(err)
		}
		l, err := sensor.Standard(c.system)
		if err != nil {
			t.Fatal(err)
		}
		if read.Len() != l.Len() {
			t.Errorf("%s has %d electrodes, want %d", c.file, read.Len(), l.Len())
		}
		for i, k := range read.Match(l.Names) {
			at, there := l.Places[i], read.Places[k]
			if d := math.Hypot(at.X-c.scale*there.X, at.Y-c.scale*there.Y); d > c.off {
				t.Errorf("%s: %s is %g m off", c.file, l.Names[i], d)
			}
		}
	}
	for file, n := range map[string]int{"Vectorview-all.lout": 306, "Vectorview-mag.lout": 102, "neuromag306.csv": 306} {
		l, err := sensor.Read(realtest.Path(t, "meg_eeg", "layouts", file))
		if err != nil {
			t.Fatal(err)
		}
		if l.Len() != n || l.Kinds[slices.Index(l.Names, "MEG 0111")] != recording.Magnetometer {
			t.Errorf("%s has %d sensors, want %d", file, l.Len(), n)
		}
	}
}

// cap is a Neuromag of two triplets and an electrode.
func twoTriplets() *sensor.Layout {
	return &sensor.Layout{
		Names:  []string{"MEG 0113", "MEG 0112", "MEG0111", "MEG 0122", "MEG 0123", "MEG 0132", "EEG 001"},
		Kinds:  slices.Repeat([]recording.Kind{recording.Gradiometer}, 7),
		Places: []triangulation.Point{{X: 1}, {X: 3}, {}, {Y: 1}, {Y: 2}, {X: 9}, {Y: 5}},
	}
}

func ExampleLayout_Pairs() {
	pairs, of, err := twoTriplets().Pairs()
	mean, _ := sensor.MergingByName("mean")
	fmt.Println(pairs.Names, pairs.Places, of, err)
	fmt.Println(mean.Merge([]float64{1, 3, 0, 5, 6, 0, 0}, of))
	// Output:
	// [MEG 011x MEG 012x] [{2 0} {0 1.5}] [[1 0] [3 4]] <nil>
	// [2 5.5]
}

func TestMergings(t *testing.T) {
	for name, want := range map[string]float64{"mean": 0.5, "maximum": 4, "rms": math.Sqrt(12.5)} {
		m, err := sensor.MergingByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Merge([]float64{-3, 4}, [][2]int{{0, 1}})[0]; got != want {
			t.Errorf("%s of -3 and 4 is %g, want %g", name, got, want)
		}
		if got := m.Merge([]float64{math.NaN(), 4}, [][2]int{{0, 1}})[0]; !math.IsNaN(got) {
			t.Errorf("%s of NaN and 4 is %g", name, got)
		}
	}
	if _, _, err := (&sensor.Layout{Names: []string{"Cz"}}).Pairs(); err == nil {
		t.Error("an electrode is a pair")
	}
}

// The cap of 128 has as many neighbors as MNE-Python finds, who counts every
// electrode as its own.
func TestNeighbors(t *testing.T) {
	l, err := sensor.Standard("biosemi128")
	if err != nil {
		t.Fatal(err)
	}
	n, err := l.Neighbors()
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Mean*128 + 128; math.Abs(got-850) > 1e-9 {
		t.Errorf("%g neighbors, %d edges dropped, want 850", got, n.Dropped)
	}
	for i := range l.Len() {
		for _, k := range n.Adjacency.Neighbors(i) {
			a, b := l.Places[i], l.Places[k]
			if math.Hypot(a.X-b.X, a.Y-b.Y) > 0.05 {
				t.Errorf("%s and %s are no neighbors", l.Names[i], l.Names[k])
			}
		}
	}
}

// Sensors of a triplet are neighbors of each other, and of those of their kind in
// the next.
func TestNeighborsOfTriplets(t *testing.T) {
	l := &sensor.Layout{}
	for k, p := range []triangulation.Point{{}, {X: 1}, {X: 0.5, Y: 1}, {X: 1.5, Y: 1}} {
		for _, last := range []string{"1", "2", "3"} {
			kind := recording.Gradiometer
			if last == "1" {
				kind = recording.Magnetometer
			}
			l.Names, l.Kinds = append(l.Names, fmt.Sprint("MEG 01", k, last)), append(l.Kinds, kind)
			l.Places = append(l.Places, p)
		}
	}
	n, err := l.Neighbors()
	if err != nil {
		t.Fatal(err)
	}
	// The first triplet lies beside the second and the third.
	for i, want := range [][]int32{{1, 2, 3, 6}, {0, 2, 4, 5, 7, 8}, {0, 1, 4, 5, 7, 8}} {
		if got := n.Adjacency.Neighbors(i); !slices.Equal(got, want) {
			t.Errorf("%s has the neighbors %v, want %v", l.Names[i], got, want)
		}
	}
	if want := 2 * float64(4*3+5+5*4) / 12; n.Mean != want || n.Dropped != 0 {
		t.Errorf("%g neighbors, %d dropped, want %g", n.Mean, n.Dropped, want)
	}
}

// recorded is a recording of coils and electrodes on a head that lies aslant in
// the helmet.
func recorded() *recording.Header {
	h := &recording.Header{Path: "head.fif", Head: &recording.Transform{
		Rotation: [3]recording.Vector{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}}, Shift: recording.Vector{0.01, 0.02, 0.03},
	}}
	for i := range 30 {
		turn, up := 2.4*float64(i), math.Acos(1-float64(i)/30)
		sin, cos := math.Sincos(turn)
		at := recording.Vector{0.09 * math.Sin(up) * cos, 0.09 * math.Sin(up) * sin, 0.04 + 0.09*math.Cos(up)}
		h.Points = append(h.Points, recording.Point{Kind: recording.Surface, Number: i, Position: at})
		h.Channels = append(h.Channels,
			recording.Channel{Name: fmt.Sprint("EEG ", i), Kind: recording.EEG, Frame: recording.Head, Position: at},
			recording.Channel{Name: fmt.Sprint("MEG ", i), Kind: recording.Magnetometer, Frame: recording.Device, Position: at})
	}
	h.Channels[0].Bad, h.Channels[2].Position = true, recording.Nowhere
	return h
}

func TestSensorsOfRecordings(t *testing.T) {
	h := recorded()
	eeg, err := sensor.Of(h, recording.EEG)
	if err != nil {
		t.Fatal(err)
	}
	if eeg.Len() != 28 || math.Abs(eeg.Radius-0.09) > 1e-9 || math.Hypot(eeg.Center.X, eeg.Center.Y) > 1e-9 || !strings.Contains(eeg.Source, "sphere of 9.0 cm fitted to 30 points") {
		t.Errorf("%d electrodes around %v, %g: %s", eeg.Len(), eeg.Center, eeg.Radius, eeg.Source)
	}
	coils, err := sensor.Of(h, recording.Magnetometer)
	if err != nil {
		t.Fatal(err)
	}
	// The center of the head, (0, 0, 0.04), less the shift and turned back.
	if math.Hypot(coils.Center.X+0.02, coils.Center.Y-0.01) > 1e-9 || coils.Len() != 30 {
		t.Errorf("%d coils around %v", coils.Len(), coils.Center)
	}
	for want, kinds := range map[string][]recording.Kind{
		"has a position": {recording.Gradiometer}, "ask for one kind": {recording.EEG, recording.Magnetometer},
	} {
		if _, err := sensor.Of(h, kinds...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", kinds, err, want)
		}
	}
	for i := range h.Points { // of the face alone
		if p := &h.Points[i].Position; p[1] < 0 || p[2] > 0.07 {
			p[1], p[2] = math.Abs(p[1]), 0.05
		}
	}
	h.Points = append(h.Points, recording.Point{Kind: recording.HeadCoil, Position: recording.Vector{0.09, 0, 0.04}},
		recording.Point{Kind: recording.HeadCoil, Position: recording.Vector{-0.09, 0, 0.04}}, recording.Point{Kind: recording.HeadCoil, Position: recording.Vector{0, -0.09, 0.04}},
		recording.Point{Kind: recording.Electrode, Position: recording.Vector{0, 0, 0.13}})
	if s, how := sensor.HeadSphere(h); math.Abs(s.Radius-0.09) > 1e-9 || !strings.Contains(how, "4 electrodes, coils and marks") {
		t.Errorf("%v: %s", s, how)
	}
	if s, how := sensor.HeadSphere(&recording.Header{}); s != sensor.DefaultSphere || !strings.Contains(how, "default") {
		t.Errorf("%v: %s", s, how)
	}
}

func TestRead(t *testing.T) {
	for name, text := range map[string]string{
		"a.lay":  "1 0 1 .2 .2 Fz\n2 0 -1 .2 .2 Pz\n3 1 0 .2 .2 MEG 0111\n4 9 9 .2 .2 COMNT\n",
		"a.lout": "-1 1 -1 1\n1 0 1 .2 .2 Fz\n2 0 -1 .2 .2 Pz\n3 1 0 .2 .2 MEG 0111\n",
		"a.locs": "1 0 .4 Fz\n2 180 .4 Pz.\n3 90 .3 MEG0111\n",
		"a.sfp":  "FidNz 0 10 0\nFz 0 7 7\nPz 0 -7 7\nC4 7 0 7\nCz 0 0 10\n",
		"a.elc":  "# ASA\nNumberPositions= 4\nUnitPosition mm\nPositions\nFz : 0 70 70\nPz : 0 -70 70\nC4 : 70 0 70\nCz : 0 0 99\nLabels\nFz Pz C4\nCz\n",
		"b.elc":  "Positions\n0 70 70\n0 -70 70\n70 0 70\n0 0 99\nLabels\nFz\nPz\nC4\nCz\n",
		"a.tsv":  "name\tx\ty\tz\nFz\t0\t.07\t.07\nPz\t0\t-.07\t.07\nC4\t.07\t0\t.07\nCz\t0\t0\t.099\nECG\tn/a\tn/a\tn/a\n",
		"a.csv":  "\"name\",x,y,z\n\"Fz\",0,.07,.07\nPz,0,-.07,.07\nC4,.07,0,.07\nCz,0,0,.099\n",
		"a.txt":  "Site Theta Phi\nFz 45 90\nPz -45 90\nC4 45 0\nCz 0 0\nNz 90 90\n",
	} {
		l, err := sensor.Read(saved(t, name, text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		third := "C4"
		if l.Len() == 3 {
			third = "MEG0111"
		}
		place := l.Match([]string{"Fz", "Pz", third})
		front, back, right := l.Places[place[0]], l.Places[place[1]], l.Places[place[2]]
		if l.Len() > 4 || front.Y <= 0 || back.Y >= 0 || right.X <= 0 || math.Abs(front.X) > 1e-9 || math.Abs(right.Y) > 1e-9 {
			t.Errorf("%s: %v at %v", name, l.Names, l.Places)
		}
	}
}

func saved(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.lay", "1 0 1 .2 .2 Fz\n2 zero 1 .2 .2 Pz\n", `"zero" is no number of a position`},
		{"a.lay", "1 0 1 .2 Fz\n", "line 1, fields"},
		{"a.lay", "", "it has 0 sensors"},
		{"a.lay", "1 0 1 1 1 Fz\n1 0 1 1 1 Cz\n1 0 1 1 1 Pz\n", "at one place"},
		{"a.lay", "1 0 1 1 1 Fz\n1 0 2 1 1 fz\n1 0 3 1 1 Pz\n", "sensor fz stands twice"},
		{"a.locs", "1 2 Fz\n", "not number, angle, radius, name"},
		{"a.sfp", "Fz 1 2\n", "not name, x, y, z"},
		{"a.sfp", "Fz 1 2 3\nFz 1 2 3\n", "four are needed"},
		{"a.elc", "Positions\n1 2 3\n4 5 6\nLabels\nFz\n", "1 labels for 2 positions"},
		{"a.elc", "Positions\n1 2\nLabels\nFz\n", "not three numbers"},
		{"a.tsv", "name\tx\ty\nFz\t1\t2\n", "name, x, y and z are needed"},
		{"a.tsv", "", "the file is empty"},
		{"a.tsv", "name\tx\ty\tz\nFz\t1\n", "it has 2 for 4 columns"},
		{"a.tsv", "name\tx\ty\tz\nFz\t1\t2\t1e99\n", "no number of a position"},
		{"a.tsv", "name\tx\ty\tz\nA\t0\t0\t0\nB\t1\t0\t0\nC\t2\t0\t0\nD\t0\t1\t0\n", "tell no sphere"},
		{"a.xyz", "", "files of positions end in .lay"},
	} {
		if _, err := sensor.Read(saved(t, c.name, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.name, c.text, err, c.want)
		}
	}
	if _, err := sensor.Read(filepath.Join(t.TempDir(), "none.lay")); err == nil {
		t.Error("a file that is not there was read")
	}
}

// Whatever a file holds, reading it ends in a layout or an error.
func FuzzRead(f *testing.F) {
	f.Add(uint8(0), []byte("1 0 1 .2 .2 Fz\n2 0 -1 .2 .2 Pz\n3 1 0 .2 .2 Cz\n"))
	f.Add(uint8(3), []byte("Positions\nFz : 0 70 70\nPz : 0 -70 70\nC4 : 70 0 70\nCz : 0 0 99\nLabels\nFz Pz C4 Cz\n"))
	f.Add(uint8(6), []byte("name\tx\ty\tz\nFz\t0\t.07\t.07\nPz\t0\t-.07\t.07\nC4\t.07\t0\t.07\nCz\t0\t0\t.099\n"))
	endings := sensor.Endings()
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		path := filepath.Join(t.TempDir(), "f"+endings[int(which)%len(endings)])
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		l, err := sensor.Read(path)
		if err == nil && (l.Len() < 3 || len(l.Places) != l.Len() || len(l.Kinds) != l.Len() || !(l.Radius > 0)) {
			t.Errorf("%d sensors, %d places, radius %g", l.Len(), len(l.Places), l.Radius)
		}
	})
}
