package torch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vgg16 are the lengths of the storages of VGG-16: 138,357,544 numbers.
var vgg16 = []int64{
	1728, 64, 36864, 64, 73728, 128, 147456, 128, 294912, 256, 589824, 256, 589824, 256, 1179648, 512, 2359296, 512, 2359296, 512,
	2359296, 512, 2359296, 512, 2359296, 512, 102760448, 4096, 16777216, 4096, 4096000, 1000,
}

// wide is the pickle of a dict of these tensors, each of a storage of its own.
func wide(lengths []int64) string {
	var pickle strings.Builder
	pickle.WriteString("\x80\x02}(")
	for i, n := range lengths {
		pickle.WriteString(text(fmt.Sprintf("features.%d.weight", i)) + "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\nFloatStorage\n" +
			text(fmt.Sprint(i)) + text("cpu") + integer64(n) + "tQK\x00" + integers64([]int64{n}) + integers64([]int64{1}) + "\x89NtR")
	}
	return pickle.String() + "u."
}

// holes writes to a file, and leaves out what is zero.
type holes struct{ *os.File }

func (h holes) Write(p []byte) (int, error) {
	if len(bytes.TrimLeft(p, "\x00")) > 0 {
		return h.File.Write(p)
	}
	_, err := h.Seek(int64(len(p)), 1)
	return len(p), err
}

// created is a file that holds what write writes.
func created(b *testing.B, write func(out holes) error) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "vgg16.pth")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := write(holes{f}); err != nil {
		b.Fatal(err)
	}
	end, err := f.Seek(0, 1)
	if err != nil || f.Truncate(end) != nil {
		b.Fatal(err)
	}
	return path
}

func writeZip(out holes) error {
	w := zip.NewWriter(out)
	m, err := w.CreateHeader(&zip.FileHeader{Name: "x/data.pkl"})
	if err != nil {
		return err
	}
	if _, err := m.Write([]byte(wide(vgg16))); err != nil {
		return err
	}
	block := make([]byte, 1<<20)
	for i, n := range vgg16 {
		size := uint64(4 * n)
		m, err := w.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf("x/data/%d", i), CompressedSize64: size, UncompressedSize64: size})
		if err != nil {
			return err
		}
		for ; size > 0; size -= min(size, 1<<20) {
			if _, err := m.Write(block[:min(size, 1<<20)]); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

func writeStream(out holes) error {
	var pickle strings.Builder
	pickle.WriteString("\x8a\x0a" + string(streamMagic) + ".M\xe9\x03.}." + wide(vgg16) + "](")
	for i := range vgg16 {
		pickle.WriteString(text(fmt.Sprint(i)))
	}
	if _, err := out.Write([]byte("\x80\x02" + pickle.String() + "e.")); err != nil {
		return err
	}
	for _, n := range vgg16 {
		if err := binary.Write(out, binary.LittleEndian, n); err != nil {
			return err
		}
		if _, err := out.Seek(4*n, 1); err != nil {
			return err
		}
	}
	return nil
}

// A checkpoint of VGG-16, 553 MB, is opened and the place of every tensor found.
func BenchmarkOpen(b *testing.B) {
	for name, write := range map[string]func(holes) error{"zip": writeZip, "stream": writeStream} {
		b.Run(name, func(b *testing.B) {
			path := created(b, write)
			for b.Loop() {
				f, err := Open(path)
				if err != nil {
					b.Fatal(err)
				}
				for _, t := range f.Tensors {
					if _, ok := f.Place(t); !ok {
						b.Fatalf("%v has no place", t.Keys)
					}
				}
				f.Close()
			}
		})
	}
}

// A permuted view is copied number by number, a plain one in one piece.
func BenchmarkBytes(b *testing.B) {
	const n = 1 << 10
	for name, strides := range map[string][]int64{"rows": {n + 1, 1}, "permuted": {1, n}} {
		b.Run(name, func(b *testing.B) {
			f, err := decode(zipped(b, tensorPickle(2*n*n, 0, []int64{n, n}, strides)+".", make([]byte, 8*n*n)))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(4 * n * n)
			for b.Loop() {
				if _, err := f.Bytes(f.Tensors[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
