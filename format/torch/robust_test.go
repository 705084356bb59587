package torch

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/seed"
)

// small are files of every form.
var small = []string{"zip.pth", "zip4.pth", "stream.pth", "tar.pth", "views.pth", "deflated.pth", "training.pth", "network.pth", "unreadable.pth", "big.pth"}

func decode(data []byte) (*File, error) {
	f := &File{Path: "x.pth", mapping: &file.Mapping{Bytes: data}}
	return f, f.read()
}

// exercise reads all there is in data and returns an error that is none of a file.
func exercise(data []byte) error {
	Detect(data[:min(512, len(data))])
	f, err := decode(data)
	if err != nil {
		return foreign(err)
	}
	for _, t := range f.Tensors {
		if _, err := f.Float32s(t); foreign(err) != nil {
			return err
		}
	}
	return nil
}

// foreign returns err if it does not say what is wrong with the file.
func foreign(err error) error {
	if errors.Is(err, file.ErrMalformed) || errors.Is(err, file.ErrUnsupported) {
		return nil
	}
	return err
}

// A file that was cut off anywhere is refused; of a tar archive the end holds
// nothing. Small files are cut at every byte, the others in a long test.
func TestTruncations(t *testing.T) {
	for _, name := range small {
		data := content(t, filepath.Join(folder, name))
		step := 1
		if len(data) > 2000 && os.Getenv("ISOCORTEX_LONG") == "" {
			step = 7
		}
		for n := 0; n < len(data); n += step {
			f, err := decode(data[:n:n])
			if foreign(err) != nil || err == nil && name != "tar.pth" {
				t.Fatalf("%s, %d of %d bytes: err = %v", name, n, len(data), err)
			}
			if err == nil && len(f.Tensors) != 4 {
				t.Fatalf("%s, %d of %d bytes: %d tensors", name, n, len(data), len(f.Tensors))
			}
		}
	}
}

// No change of bytes makes the reader panic, or say anything but what is wrong
// with the file.
func TestMutations(t *testing.T) {
	rounds := 500
	if os.Getenv("ISOCORTEX_LONG") != "" {
		rounds = 10_000
	}
	stream := seed.Stream(1, "mutations", 0)
	for _, name := range small {
		original := content(t, filepath.Join(folder, name))
		for i := range rounds {
			data := append([]byte{}, original...)
			for range 1 + stream.IntN(4) {
				data[stream.IntN(len(data))] = strange[stream.IntN(len(strange))] + byte(stream.IntN(3)*stream.IntN(80))
			}
			if err := exercise(data); err != nil {
				t.Fatalf("mutation %d of %s: %v", i, name, err)
			}
		}
	}
}

// strange are bytes that machines stumble over, codes of pickles among them.
var strange = []byte("\x00\x01\x02\x03\x04\x08\x10\x7f\x80\x81\x85\x8a\x8e\x93\x94\xfe\xff()]}.2QRabehjqrstu")

func FuzzOpen(f *testing.F) {
	for _, name := range small {
		f.Add(content(f, filepath.Join(folder, name)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := exercise(data); err != nil {
			t.Error(err)
		}
	})
}

// A pickle alone meets more of the machine than one inside a damaged archive.
func FuzzPickle(f *testing.F) {
	for _, pickle := range []string{"\x80\x02]q\x00(K\x01NU\x01aeh\x00s.", tensorPickle(4, 0, []int64{2, 2}, []int64{2, 1}) + "."} {
		f.Add([]byte(pickle))
	}
	f.Fuzz(func(t *testing.T, pickle []byte) {
		if err := exercise(zipped(t, string(pickle), make([]byte, 16))); err != nil {
			t.Error(err)
		}
	})
}

// taken returns the bytes that reading data takes from memory, of all tensors
// together.
func taken(data []byte) (uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := decode(data)
	if err == nil {
		for _, t := range f.Tensors {
			_, e := f.Bytes(t)
			err = errors.Join(err, e)
		}
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

// doubled nests containers, each of which holds the one before eight times.
func doubled(begin, end, inner string) string {
	var text strings.Builder
	text.WriteString(inner + "q\x00")
	for level := range 60 {
		text.WriteString(begin + strings.Repeat("h"+string(byte(level)), 8) + end + "q" + string(byte(level+1)))
	}
	return text.String() + "."
}

// Small files that stand for much stay small in memory, whether they are read
// or refused.
func TestBombs(t *testing.T) {
	tensor := tensorPickle(4, 0, []int64{2, 2}, []int64{2, 1})
	pairs := "](" + strings.Repeat("]K\x01aK\x02a", 100) + "eq\x00"
	for name, c := range map[string]struct {
		pickle string
		most   uint64
		want   string // part of the error; "" if it is none
	}{
		"lists in lists":          {doubled("](", "e", "]"), 1 << 17, ""},
		"tuples in tuples":        {doubled("(", "t", "]"), 1 << 20, "shared so often"},
		"a tensor many times":     {doubled("](", "e", tensor), 4 << 20, "shared so often"},
		"a long list many times":  {doubled("](", "e", "]("+strings.Repeat(")", 1000)+tensor+"e"), 16 << 20, "shared so often"},
		"a wide list many times":  {"](" + strings.Repeat("N", 200_000) + tensor + "eq\x000](" + strings.Repeat("h\x00", 200_000) + "e.", 64 << 20, "shared so often"},
		"a list in itself":        {"]q\x00h\x00ah\x00a.", 1 << 17, ""},
		"deep":                    {strings.Repeat("]", 100_000) + strings.Repeat("a", 99_999) + ".", 32 << 20, "nested more than"},
		"copies of a value":       {"N" + strings.Repeat("2", 1_000_000) + ".", 100 << 20, ""},
		"marks":                   {strings.Repeat("(", 1_000_000) + "N.", 100 << 20, ""},
		"copies of pairs":         {pairs + "0ccollections\nOrderedDict\nq\x01" + strings.Repeat("0h\x01h\x00\x85R", 10_000) + ".", 4 << 20, "calls copy more than"},
		"a text of 2^62":          {"\x8d\x00\x00\x00\x00\x00\x00\x00\x40.", 1 << 17, "bytes too early"},
		"a text of 2^64-1":        {"\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", 1 << 17, "bytes too early"},
		"an integer of 2^31":      {"\x8b\xff\xff\xff\x7f.", 1 << 17, "bytes too early"},
		"a memo of 2^32-1":        {"Nr\xff\xff\xff\xff.", 1 << 17, ""},
		"a storage of 2^59":       {tensorPickle(1<<59, 0, []int64{1 << 59}, []int64{1}) + ".", 1 << 17, "does not hold the 576460752303423488 numbers"},
		"a storage of 2^63-1":     {tensorPickle(math.MaxInt64, 0, []int64{4}, []int64{1}) + ".", 1 << 17, "does not hold the 9223372036854775807 numbers"},
		"a number 2^40 times":     {tensorPickle(4, 0, []int64{1 << 40}, []int64{0}) + ".", 1 << 17, "more than the file"},
		"a number 2^62 times":     {tensorPickle(4, 0, []int64{1 << 31, 1 << 31}, []int64{0, 0}) + ".", 1 << 17, "no tensor has shape"},
		"a number 2^64 times":     {tensorPickle(4, 0, []int64{1 << 32, 1 << 32}, []int64{0, 0}) + ".", 1 << 17, "no tensor has shape"},
		"classes":                 {strings.Repeat("cm\nn\n0", 100_000) + "N.", 32 << 20, ""},
		"a class of a long name":  {"c" + strings.Repeat("m", 10_000) + "\nn\n.", 1 << 17, "does not end"},
		"a class of a long name2": {"X\x00\x00\x01\x00" + strings.Repeat("m", 1<<16) + "X\x01\x00\x00\x00n\x93.", 1 << 20, "more than 1024 bytes"},
	} {
		got, err := taken(zipped(t, c.pickle, make([]byte, 16)))
		if got > c.most || foreign(err) != nil || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: a pickle of %d bytes took %d, at most %d are allowed; err = %v, want %q", name, len(c.pickle), got, c.most, err, c.want)
		}
	}
}

// Nothing that a pickle calls is called.
func TestNothingIsExecuted(t *testing.T) {
	victim := filepath.Join(t.TempDir(), "victim")
	command := "touch " + victim
	pickle := "\x80\x02cposix\nsystem\n" + text(command) + "\x85R" +
		"cos\nsystem\n" + text(command) + "\x85R" + "c__builtin__\neval\n" + text("1") + "\x85R" +
		"csubprocess\nPopen\n)\x81}" + text("args") + text(command) + "sb" +
		"(" + tensorPickle(4, 0, []int64{1}, []int64{1}) + "t."
	f, err := decode(zipped(t, pickle, make([]byte, 16)))
	if err != nil || len(f.Tensors) != 1 {
		t.Fatal(f.Tensors, err)
	}
	want := []string{"posix.system", "os.system", "__builtin__.eval", "subprocess.Popen"}
	if got := strings.Join(f.Opaque, " "); got != strings.Join(want, " ") {
		t.Errorf("not understood: %s, want %v", got, want)
	}
	if _, err := os.Stat(victim); err == nil {
		t.Error("the file's program was run")
	}
}
