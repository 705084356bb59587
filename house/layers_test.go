package house

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// A package imports only packages of lower layers, never of its own or above.
// The same block stands in ARCHITECTURE.md. To move a package is to change a
// decision: say why in docs/decisions.
const layers = `
13  cmd/isocortex
11  study
10  step
 9  report  simulate
 8  rsa
 7  compare  exchange  decoding
 6  rdm  activation  alignment  recording/all  epoch
 5  figure  network/custom  network/zoo  recording/recordingtest  recording/brainvision  recording/edf  recording/eeglab  recording/fif  signal  recording/fieldtrip  recording/array  sensor
 4  network  noise  projection  recording  realtest/objectstest  regress  result  bids
 3  embedding  engine/enginetest  engine/gonum  stimulus  variable
 2  cache  crossval  dataset  engine  inference  format/mat  format/safetensors  format/torch  format/object
 1  download  fingerprint  onnx  winograd  format/element  format/hdf5  format/npy  engine/library/fetch  triangulation  format/pickle
 0  unit  seed  section  work  file  gemm  nearest  realtest  engine/library  format/half  format/inflate  fourier
`

// levels reads a block of layers: the level of every package.
func levels(block string) map[string]int {
	level := map[string]int{}
	for line := range strings.Lines(block) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		n, err := strconv.Atoi(fields[0])
		if err != nil {
			panic(fmt.Sprintf("house: layer %q has no number", line))
		}
		for _, name := range fields[1:] {
			level[name] = n
		}
	}
	return level
}

// upward returns the imports that do not point down, and the packages that are
// in no layer. Tests may import what they like, except the embedded engine.
func upward(level map[string]int, all []source) []string {
	var findings []string
	for _, s := range all {
		from, listed := level[s.folder()]
		if !listed && !s.test && !apart(s) {
			findings = append(findings, s.at(s.file.Package, "package %s is in no layer: add it here and to ARCHITECTURE.md", s.folder()))
			continue
		}
		for _, spec := range s.file.Imports {
			target, _ := strconv.Unquote(spec.Path.Value)
			name, ours := strings.CutPrefix(target, module+"/")
			switch to, known := level[name]; {
			case name == "engine/library" && s.folder() != "cmd/isocortex" && !strings.HasPrefix(s.folder(), name):
				findings = append(findings, s.at(spec.Pos(), "only cmd/isocortex imports %s: it brings the whole engine into a binary", name))
			case !ours || s.test || apart(s):
			case !known || to >= from:
				findings = append(findings, s.at(spec.Pos(), "%s imports %s, which is not below it", s.folder(), name))
			}
		}
	}
	return findings
}

// apart reports whether s is no part of the program: a file that the go command
// ignores, or one of the lint tools, which are a module of their own.
func apart(s source) bool {
	if strings.HasPrefix(s.path, "lint/") {
		return true
	}
	for _, group := range s.file.Comments {
		if group.Pos() < s.file.Package && group.List[0].Text == "//go:build ignore" {
			return true
		}
	}
	return false
}

func TestImportsPointDown(t *testing.T) {
	report(t, upward(levels(layers), sources(t)))
}

func TestEveryLayeredPackageExists(t *testing.T) {
	exists := map[string]bool{}
	for _, s := range sources(t) {
		exists[s.folder()] = exists[s.folder()] || !s.test
	}
	for name := range levels(layers) {
		if !exists[name] {
			t.Errorf("package %s is in a layer and does not exist: remove it from the layers", name)
		}
	}
}

func TestArchitectureShowsTheLayers(t *testing.T) {
	if !strings.Contains(read(t, "ARCHITECTURE.md"), "```"+layers+"```") {
		t.Error("ARCHITECTURE.md does not show the block of layers as it stands in house/layers_test.go")
	}
}

func TestUpwardFindsWhatPointsUp(t *testing.T) {
	level := levels("2 top\n1 left right\n0 ground engine/library")
	file := func(imports ...string) string {
		lines := []string{"package p"}
		for _, name := range imports {
			lines = append(lines, fmt.Sprintf("import %q", module+"/"+name))
		}
		return strings.Join(lines, "\n")
	}
	expect(t, upward(level, example(
		t,
		"ground/a.go", file("left"),
		"left/a.go", file("ground", "right"),
		"left/a_test.go", file("top", "engine/library"),
		"nowhere/a.go", file(),
		"right/ignored.go", "//go:build ignore\n\n"+file("top"),
		"top/a.go", file("left", "unknown", "engine/library"),
	)),
		"ground/a.go:2: ground imports left",
		"left/a.go:3: left imports right",
		"left/a_test.go:3: only cmd/isocortex",
		"nowhere/a.go:1: package nowhere is in no layer",
		"top/a.go:3: top imports unknown",
		"top/a.go:4: only cmd/isocortex",
	)
}
