package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/simulate"
)

// makers holds the commands that make the inputs of scripts. Numbers are drawn
// at random, by the file's name.
//
//	mknpy FILE LENGTH... [flat]    array of numbers in 0..1, or of zeros; pair=N is the pairs of N conditions
//	mktensors FILE LENGTH...       the same in float32
//	mktimes FILE N                 seconds of N times from -100 ms on, 10 ms apart
//	mkrdm FILE COUNT LABEL...      COUNT subjects; a number instead of labels is that many conditions without
//	mkdataset FILE LABEL...        one observation per condition, 12 channels
//	mkchannels FILE LABEL...       one observation per condition, 3 channels over 20 times
//	mkpng FILE...                  pictures of 16 × 16 pixels
//	mknetwork FILE                 the network of the demo
//	mkweights FILE                 weights of one array, b.weight of 4 × 3 × 3 × 3
//	mkbomb FILE LENGTH             .npz whose array inflates to more than its header says
//	mkrecording FILE PLACE         12 s of 4 sensors of MEG and one of eyes with 20 codes 1 to 4; in the second from PLACE on, a sensor jumps
//	cut FILE                       removes the last third of a file
var makers = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"mknpy":       making(1, makeArray),
	"mktensors":   making(5, makeTensors),
	"mktimes":     making(2, makeTimes),
	"mkrdm":       making(3, makeRDMs),
	"mkdataset":   making(2, makeDataset),
	"mkchannels":  making(2, makeChannels),
	"mkpng":       mkpng,
	"mknetwork":   making(1, makeNetwork),
	"mkweights":   making(1, makeWeights),
	"mkbomb":      making(2, makeBomb),
	"mkrecording": making(2, makeRecording),
	"cut":         making(1, cutShort),
}

// making is a command of scripts that makes the file named first.
func making(least int, write func(path string, args []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		if len(args) < least {
			ts.Fatalf("%d arguments, want %d or more", len(args), least)
		}
		ts.Check(write(ts.MkAbs(args[0]), args))
	}
}

// random draws n numbers in 0..1, the same for the same name.
func random(name string, n int) []float64 {
	r := seed.Stream(1, name, 0)
	values := make([]float64, n)
	for i := range values {
		values[i] = r.Float64()
	}
	return values
}

func makeArray(path string, args []string) error {
	var shape []int
	size := 1
	lengths := slices.DeleteFunc(slices.Clone(args[1:]), func(arg string) bool { return arg == "flat" })
	flat := len(lengths) < len(args)-1
	for _, arg := range lengths {
		conditions, isPair := strings.CutPrefix(arg, "pair=")
		n, err := strconv.Atoi(conditions)
		if err != nil {
			return err
		}
		if isPair {
			n = rdm.Pairs(n)
		}
		shape, size = append(shape, n), size*n
	}
	values := random(args[0], size)
	if flat {
		clear(values)
	}
	return npy.Write(path, &npy.Array{Shape: shape, Data: values})
}

func makeTensors(path string, args []string) error {
	if err := makeArray(path, args); err != nil {
		return err
	}
	a, err := npy.Read(path)
	if err != nil {
		return err
	}
	values := make([]float32, a.Len())
	for i, v := range a.Data.([]float64) {
		values[i] = float32(v)
	}
	return npy.Write(path, &npy.Array{Shape: a.Shape, Data: values})
}

func makeTimes(path string, args []string) error {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	times := make([]float64, n)
	for i := range times {
		times[i] = float64(i-10) / 100
	}
	return npy.Write(path, npy.Vector(times))
}

func makeRDMs(path string, args []string) error {
	count, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	r := &rdm.RDMs{
		Conditions: args[2:], Size: len(args) - 2, Labels: map[string][]string{},
		Definition: rdm.Definition{Measure: "made", Text: "numbers drawn at random", Kind: rdm.Distance},
	}
	if n, err := strconv.Atoi(args[2]); err == nil {
		r.Conditions, r.Size = nil, n
	}
	r.Dissimilarities = random(args[0], count*rdm.Pairs(r.Size))
	if count > 1 {
		for i := range count {
			r.Labels["subject"] = append(r.Labels["subject"], fmt.Sprintf("%02d", i+1))
		}
	}
	return r.Write(path)
}

func makeDataset(path string, args []string) error {
	const channels = 12
	conditions := args[1:]
	ds := &dataset.Dataset{
		Shape: [3]int{len(conditions), channels, 1}, F64: random(args[0], channels*len(conditions)),
		Observation: map[string][]string{"condition": conditions},
	}
	return ds.Write(path)
}

func makeChannels(path string, args []string) error {
	const channels, times = 3, 20
	conditions := args[1:]
	ds := &dataset.Dataset{
		Shape: [3]int{len(conditions), channels, times}, F64: random(args[0], channels*times*len(conditions)),
		Observation: map[string][]string{"condition": conditions},
		Channel:     map[string][]string{"name": {"C1", "C2", "C3"}},
	}
	for t := range times {
		ds.Times = append(ds.Times, float64(t)/100)
	}
	return ds.Write(path)
}

func mkpng(ts *testscript.TestScript, _ bool, args []string) {
	const size = 16
	for _, name := range args {
		picture := image.NewRGBA(image.Rect(0, 0, size, size))
		values := random(name, size*size)
		for i, v := range values {
			picture.Set(i%size, i/size, color.Gray{Y: uint8(255 * v)})
		}
		var file bytes.Buffer
		ts.Check(png.Encode(&file, picture))
		ts.Check(os.WriteFile(ts.MkAbs(name), file.Bytes(), 0o666))
	}
}

func makeNetwork(path string, _ []string) error {
	model, err := simulate.Network()
	if err != nil {
		return err
	}
	return model.Write(path)
}

func makeWeights(path string, _ []string) error {
	return safetensors.Write(path, nil, []safetensors.Content{safetensors.Float32("b.weight", []int64{4, 3, 3, 3}, make([]float32, 108))})
}

// makeBomb writes an archive of a few hundred bytes: the header of its array
// speaks of two numbers, and the entry inflates to many more bytes.
func makeBomb(path string, args []string) error {
	length, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	var array, file bytes.Buffer
	if err := npy.Encode(&array, npy.Vector([]float64{1, 2})); err != nil {
		return err
	}
	array.Write(make([]byte, length))
	archive := zip.NewWriter(&file)
	entry, err := archive.Create("dissimilarities.npy")
	if err != nil {
		return err
	}
	if _, err := entry.Write(array.Bytes()); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	if len(args) > 2 {
		understate(file.Bytes(), array.Len()-length)
	}
	return os.WriteFile(path, file.Bytes(), 0o666)
}

// understate makes an archive of one entry declare that it inflates to size
// bytes: 24 bytes into its record in the directory.
func understate(archive []byte, size int) {
	record := bytes.LastIndex(archive, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(archive[record+24:], uint32(size))
}

func cutShort(path string, _ []string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()*2/3)
}
