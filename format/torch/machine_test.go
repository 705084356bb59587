package torch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/pickle"
)

// text is what pushes a text.
func text(s string) string {
	return "X" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(s)))) + s
}

// integers64 are what pushes a tuple of integers.
func integers64(numbers []int64) string {
	var all strings.Builder
	all.WriteString("(")
	for _, n := range numbers {
		all.WriteString("\x8a\x08" + string(binary.LittleEndian.AppendUint64(nil, uint64(n))))
	}
	return all.String() + "t"
}

func integer64(n int64) string { return strings.TrimSuffix(integers64([]int64{n}), "t")[1:] }

// tensorPickle is what pushes a float32 tensor of the storage "0".
func tensorPickle(count, first int64, shape, strides []int64) string {
	return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + integer64(count) +
		"tQ" + integer64(first) + integers64(shape) + integers64(strides) + "\x89NtR"
}

// zipped is a checkpoint of a pickle and a storage "0".
func zipped(tb testing.TB, pickle string, storage []byte) []byte {
	tb.Helper()
	return archived(tb, zip.Store, "x/data.pkl", pickle, "x/data/0", string(storage), "x/version", "3\n")
}

// archived is a zip of members, names and contents in turn.
func archived(tb testing.TB, method uint16, members ...string) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		m, err := w.CreateHeader(&zip.FileHeader{Name: members[i], Method: method})
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := m.Write([]byte(members[i+1])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func loaded(pickle string) (value, error) {
	return (&checkpoint{opaque: &names{}}).machine("x", []byte(pickle)).Load()
}

func TestPlainValues(t *testing.T) {
	for given, want := range map[string]value{
		"N.": nil, "\x88.": true, "\x89.": false, "I01\n.": true, "I00\n.": false, "I-7\n.": int64(-7), "L12L\n.": int64(12),
		"J\xff\xff\xff\xff.": int64(-1), "K\xff.": int64(255), "M\x01\x02.": int64(513), "\x8a\x00.": int64(0), "\x8a\x01\xff.": int64(-1),
		"\x8a\x02\xff\x00.": int64(255), "\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.": int64(math.MinInt64), "\x8b\x01\x00\x00\x00\x05.": int64(5),
		"\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00.": pickle.Big("\x00\x00\x00\x00\x00\x00\x00\x80\x00"),
		"G\x3f\xe0\x00\x00\x00\x00\x00\x00.":            .5, "U\x02ab.": "ab", "T\x01\x00\x00\x00a.": "a", "\x8c\x01a.": "a", "C\x01a.": "a",
		"B\x01\x00\x00\x00a.": "a", "\x8d\x01\x00\x00\x00\x00\x00\x00\x00a.": "a", "\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00K\x01.": int64(1),
		"K\x012\x86.": tuple{int64(1), int64(1)}, "K\x01K\x020.": int64(1), "K\x01(K\x02K\x031.": int64(1), "K\x05\x94K\x060h\x00.": int64(5),
		"K\x05r\x00\x01\x00\x000j\x00\x01\x00\x00.": int64(5), "c_codecs\nencode\n(U\x01aU\x06latin1tR.": "a",
	} {
		if got, err := loaded(given); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%q: %#v, %v; want %#v", given, got, err, want)
		}
	}
}

// Dicts of Python 2 are made of lists of pairs; the last value of a key counts,
// at the place of the first.
func TestDicts(t *testing.T) {
	for given, want := range map[string][]value{
		"ccollections\nOrderedDict\n](](U\x01aK\x01e](U\x01bK\x02ee\x85R.": {"a", int64(1), "b", int64(2)},
		"}(U\x01aK\x01U\x01bK\x02U\x01aK\x03u.":                            {"a", int64(3), "b", int64(2)},
		"(U\x01aK\x01d.":                                                   {"a", int64(1)},
		"}K\x07\x88s.":                                                     {int64(7), true},
	} {
		got, err := loaded(given)
		d, ok := got.(*dict)
		if err != nil || !ok {
			t.Errorf("%q: %v, %v", given, got, err)
			continue
		}
		var flat []value // keys and values in turn
		for _, p := range d.Pairs {
			flat = append(flat, p.Key, p.Value)
		}
		if !cmp.Equal(flat, want) {
			t.Errorf("%q: %v, want %v", given, flat, want)
		}
	}
}

func TestWrongPickles(t *testing.T) {
	for given, want := range map[string]string{
		"":                                       "it ends 1 bytes too early",
		"N":                                      "it ends 1 bytes too early",
		".":                                      "a value is missing",
		"(.":                                     "a value is missing",
		"N(.":                                    "a value is missing",
		"t.":                                     "a mark is missing",
		"K\x01\x86.":                             "a value is missing",
		"h\x00.":                                 "memo 0 was never filled",
		"q\x00.":                                 "a value is missing",
		"cx\n":                                   "a line does not end",
		"Ix\n.":                                  `"x" is no integer`,
		"NNa.":                                   "values are added to what is no list",
		"NNNs.":                                  "keys are set in what is no dict",
		"}(Nu.":                                  "a key has no value",
		"NNR.":                                   "the arguments of a call are no tuple",
		"NQ.":                                    "a reference to a storage where there are none",
		"NN\x93.":                                "the name of a class is no text",
		"NNN\x92.":                               "what is called is no class",
		"\xff.":                                  "operation 0xff",
		"S'a'\n.":                                "operation 0x53",
		"\x97.":                                  "operation 0x97",
		"U\x05ab.":                               "it ends 2 bytes too early",
		"G\x00.":                                 "bytes too early",
		"\x95\x00.":                              "bytes too early",
		"J\x00\x00.":                             "bytes too early",
		"\x8a\x09\x00.":                          "bytes too early",
		"ctorch._utils\n_rebuild_tensor_v2\n)R.": "a tensor needs a storage",
		"ctorch._utils\n_rebuild_tensor_v2\n(NNNNtR.":           "a tensor is made of what are no storage",
		"ccollections\nOrderedDict\nN\x85R.":                    "a dict is made of what are no pairs",
		"ccollections\nOrderedDict\n]Na\x85R.":                  "a dict is made of what are no pairs",
		"ctorch._tensor\n_rebuild_from_type_v2\n)R.":            "a tensor of a subclass needs",
		"ctorch._utils\n_rebuild_tensor_v3\n(NNNNNNtR.":         "a tensor is made of what are no storage",
		"ctorch\nFloatTensor\n)\x81(NNNNtb.":                    "a tensor is made of what are no storage",
		"\x80\x02cx\ny\n)\x81N\x81.":                            "the arguments of a call are no tuple",
		"ctorch._tensor\n_rebuild_from_type_v2\n(cx\ny\nNNNtR.": "the arguments of a call are no tuple",
	} {
		_, err := loaded(given)
		if err == nil || foreign(err) != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: err = %v, want %q", given, err, want)
		}
	}
}

// Identifiers that name no storage are refused with the byte where they stand.
func TestWrongStorages(t *testing.T) {
	for given, want := range map[string]string{
		")Q.":                                 "an identifier that names no storage",
		"(NNNNNtQ.":                           "an identifier that names no storage",
		"(U\x07storageNNNNtQ.":                "without class, key or count",
		"(U\x07storagecx\ny\nU\x010NK\x01tQ.": `storage "0" is of a class that is not known`,
		"(U\x07storagectorch\nFloatStorage\nU\x010NJ\xff\xff\xff\xfftQ.":               "without class, key or count",
		"(U\x07storagectorch\nFloatStorage\nU\x017NK\x01tQ.":                           "#data/7: member: malformed: there is none of this name",
		tensorPickle(5, 0, []int64{5}, []int64{1}) + ".":                               "does not hold the 5 numbers",
		tensorPickle(4, 0, []int64{5}, []int64{1}) + ".":                               "reach beyond the 4 numbers",
		tensorPickle(4, 1, []int64{4}, []int64{1}) + ".":                               "reach beyond",
		tensorPickle(4, -1, []int64{4}, []int64{1}) + ".":                              "reach beyond",
		tensorPickle(4, 0, []int64{2}, []int64{-1}) + ".":                              "reach beyond",
		tensorPickle(4, 0, []int64{2}, []int64{4}) + ".":                               "reach beyond",
		tensorPickle(4, 4, nil, nil) + ".":                                             "reach beyond",
		tensorPickle(4, math.MaxInt64, []int64{2}, []int64{1}) + ".":                   "reach beyond",
		tensorPickle(4, 0, []int64{3, 3}, []int64{math.MinInt64, math.MaxInt64}) + ".": "reach beyond",
		tensorPickle(4, 0, []int64{1 << 32, 2}, []int64{1 << 32, -1 << 32}) + ".":      "reach beyond",
		tensorPickle(4, 0, []int64{-1}, []int64{1}) + ".":                              "no tensor has shape [-1]",
		tensorPickle(4, 0, []int64{1}, nil) + ".":                                      "a tensor is made of what are no",
		tensorPickle(4, 0, make([]int64, 65), make([]int64, 65)) + ".":                 "a tensor is made of what are no",
	} {
		_, err := decode(zipped(t, given, make([]byte, 16)))
		if err == nil || foreign(err) != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: err = %v, want %q", given, err, want)
		}
	}
}

// A directory of an archive that lies is not believed.
func TestWrongArchives(t *testing.T) {
	pickle := tensorPickle(4, 0, []int64{4}, []int64{1}) + "."
	good := zipped(t, pickle, make([]byte, 16))
	long := strings.Repeat("N0", 2<<20) + "N."
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":          {nil, "this is no checkpoint of PyTorch"},
		"text":             {[]byte("hello"), "this is no checkpoint of PyTorch"},
		"an empty archive": {archived(t, zip.Store, "x/a", ""), "without data.pkl"},
		"no storage":       {archived(t, zip.Store, "x/data.pkl", pickle), "#data/0: member: malformed: there is none"},
		"two storages":     {archived(t, zip.Store, "x/data.pkl", pickle, "x/data/0", "", "x/data/0", ""), "two members"},
		"short storage":    {zipped(t, pickle, make([]byte, 15)), "does not hold the 4 numbers"},
		"byte order":       {archived(t, zip.Store, "x/data.pkl", pickle, "x/byteorder", "middle"), "neither little nor big"},
		"long byte order":  {archived(t, zip.Store, "x/data.pkl", pickle, "x/byteorder", strings.Repeat("x", 17)), "of at most 16"},
		"long index":       {archived(t, zip.Deflate, "x/data.pkl", long), "of at most"},
		"program":          {archived(t, zip.Store, "x/data.pkl", pickle, "x/code/a.py", ""), "TorchScript"},
		"stored sizes":     {changed(t, good, 1, 24, 17), "16 bytes cannot hold 17"},
		"beyond the file":  {changed(t, changed(t, good, 1, 24, 1<<20), 1, 20, 1<<20), "cannot hold"},
		"beyond the end":   {changed(t, changed(t, good, 1, 24, uint32(len(good)-10)), 1, 20, uint32(len(good)-10)), "unexpected EOF"},
		"inflated sizes":   {changed(t, archived(t, zip.Deflate, "x/data.pkl", pickle, "x/data/0", strings.Repeat("x", 16)), 1, 24, 1<<30), "cannot hold 1073741824"},
		"method":           {changed(t, good, 1, 10, 99), "compression method"},
		"offset":           {changed(t, good, 1, 42, 7), "#data/0: member: malformed"},
	} {
		_, err := decode(c.data)
		if err == nil || foreign(err) != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: err = %v, want %q", name, err, c.want)
		}
	}
	if _, err := decode(good); err != nil {
		t.Error(err)
	}
}

// changed sets two bytes, of which the second stays 0 below 2^8, of an entry of
// the directory of a zip.
func changed(t *testing.T, data []byte, entry, at int, to uint32) []byte {
	t.Helper()
	data = slices.Clone(data)
	from := bytes.Index(data, []byte("PK\x01\x02"))
	for range entry {
		from += 4 + bytes.Index(data[from+4:], []byte("PK\x01\x02"))
	}
	if at == 10 {
		binary.LittleEndian.PutUint16(data[from+at:], uint16(to))
	} else {
		binary.LittleEndian.PutUint32(data[from+at:], to)
	}
	return data
}

// Deflated members that are not what their directory says are refused when they
// are read.
func TestBrokenDeflatedStorage(t *testing.T) {
	pickle := tensorPickle(4, 0, []int64{4}, []int64{1}) + "."
	data := archived(t, zip.Deflate, "x/data.pkl", pickle, "x/data/0", strings.Repeat("\x01", 16))
	f, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := f.Bytes(f.Tensors[0]); err != nil || string(raw) != strings.Repeat("\x01", 16) {
		t.Errorf("%x, %v", raw, err)
	}
	for name, broken := range map[string][]byte{
		"too long":  changed(t, data, 1, 24, 17),
		"too short": changed(t, changed(t, data, 1, 24, 16), 1, 16, crc32.ChecksumIEEE(nil)),
	} {
		f, err := decode(broken)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Bytes(f.Tensors[0]); !errors.Is(err, file.ErrMalformed) {
			t.Errorf("%s: err = %v", name, err)
		}
	}
}

// The numbers of a tensor are those that shape, strides and offset define, in
// whatever order they lie; a place has those that lie as they are shown.
func TestStridesMatchDefinition(t *testing.T) {
	const count = 40
	raw := make([]byte, 0, 4*count)
	for i := range count {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(i)))
	}
	rapid.Check(t, func(r *rapid.T) {
		shape := rapid.SliceOfN(rapid.Int64Range(0, 4), 0, 4).Draw(r, "shape")
		strides := rapid.SliceOfN(rapid.Int64Range(-4, 12), len(shape), len(shape)).Draw(r, "strides")
		first := rapid.Int64Range(0, count-1).Draw(r, "first")
		want, inside := shown(shape, strides, first, count)
		f, err := decode(zipped(t, tensorPickle(count, first, shape, strides)+".", raw))
		if (err == nil) != inside {
			r.Fatalf("err = %v, inside is %v", err, inside)
		}
		if err != nil {
			return
		}
		tensor := f.Tensors[0]
		got, err := f.Float32s(tensor)
		if err != nil || !slices.Equal(got, want) {
			r.Fatalf("%v, %v; want %v", got, err, want)
		}
		at, placed := f.Place(tensor)
		consecutive := len(want) > 0
		for i, v := range want {
			consecutive = consecutive && v == float32(first)+float32(i)
		}
		if placed != consecutive || placed && f.mapping.Bytes[at] != raw[4*first] {
			r.Fatalf("place %d, %v; the numbers are %v", at, placed, want)
		}
	})
}

// shown is the definition: the number at index i is the one at first + Σ i·stride.
func shown(shape, strides []int64, first, count int64) (values []float32, inside bool) {
	places := []int64{first}
	for axis, n := range shape {
		var longer []int64
		for _, p := range places {
			for i := range n {
				longer = append(longer, p+i*strides[axis])
			}
		}
		places = longer
	}
	for _, p := range places {
		if p < 0 || p >= count {
			return nil, false
		}
		values = append(values, float32(p))
	}
	return values, true
}

// Since PyTorch 2.0, types that have no class of storages stand beside a storage
// of bytes, as in torch/_utils.py of 2.1.
func TestTypesBesideStorages(t *testing.T) {
	raw := []byte{1, 0, 2, 0, 0xff, 0xff, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0}
	for kind, c := range map[string]struct {
		first int64
		shape []int64
		want  []float32
	}{
		"uint16":        {1, []int64{2}, []float32{2, 65535}},
		"uint32":        {1, []int64{1}, []float32{4<<16 + 65535}},
		"uint64":        {0, nil, []float32{1<<50 + 65535<<32 + 2<<16 + 1}},
		"float8_e5m2":   {3, []int64{2}, nil},
		"float8_e4m3fn": {15, []int64{1}, nil},
	} {
		strides := make([]int64, len(c.shape))
		for i := range strides {
			strides[i] = 1
		}
		pickle := "ctorch._utils\n_rebuild_tensor_v3\n((" + text("storage") + "ctorch.storage\nUntypedStorage\n" + text("0") + text("cuda:0") +
			"K\x10tQ" + integer64(c.first) + integers64(c.shape) + integers64(strides) + "\x89Nctorch\n" + kind + "\ntR."
		f, err := decode(zipped(t, pickle, raw))
		if err != nil {
			t.Fatal(err)
		}
		tensor := f.Tensors[0]
		at, placed := f.Place(tensor)
		if string(tensor.Type) != kind || !placed || f.mapping.Bytes[at] != raw[c.first*tensor.Type.Size()] {
			t.Errorf("%s: type %s at byte %d", kind, tensor.Type, at)
		}
		if got, err := f.Float32s(tensor); !slices.Equal(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("%s: %v, %v; want %v", kind, got, err, c.want)
		}
	}
	unknown := strings.ReplaceAll("ctorch._utils\n_rebuild_tensor_v3\n((STctorch.storage\nUntypedStorage\nU\x010NK\x10tQK\x00))\x89Nctorch\nbits8\ntR.", "ST", text("storage"))
	f, err := decode(zipped(t, unknown, raw))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Bytes(f.Tensors[0]); !errors.Is(err, file.ErrUnsupported) || !slices.Equal(f.Opaque, []string{"torch.bits8"}) {
		t.Errorf("err = %v, not understood: %q", err, f.Opaque)
	}
}

// A stream of Python 2 has its texts as bytes, and dicts of lists of pairs.
func TestStreamOfPython2(t *testing.T) {
	pickle := "\x80\x02\x8a\x0a" + string(streamMagic) + ".\x80\x02M\xe9\x03.\x80\x02}.\x80\x02ccollections\nOrderedDict\n](](U\x06weight" +
		"ctorch._utils\n_rebuild_tensor\n((U\x07storagectorch.cuda\nByteStorage\nU\x01kU\x06cuda:0K\x02NtQK\x01K\x01\x85K\x01\x85tRee\x85R." +
		"\x80\x02]U\x01ka.\x02\x00\x00\x00\x00\x00\x00\x00\x07\x09"
	f, err := decode([]byte(pickle))
	if err != nil {
		t.Fatal(err)
	}
	if values, err := f.Float32s(f.Tensors[0]); err != nil || f.Tensors[0].Name() != "weight" || !slices.Equal(values, []float32{9}) {
		t.Errorf("%v: %v, %v", f.Tensors[0].Keys, values, err)
	}
	for change, want := range map[[2]string]string{
		{"M\xe9\x03", "M\xea\x03"}: "this program reads version 1001",
		{"tRee\x85R.", "tRe](U\x01b(U\x07storagectorch\nCharStorage\nU\x01kNK\x02NtQee\x85R."}: "two types or lengths",
		{"]U\x01ka.", "]U\x01la."}:                `storage "l" is there and was never named`,
		{"]U\x01ka.", "NU\x01k0."}:                "are no list",
		{"]U\x01ka.", "]."}:                       "the file does not hold the 2 numbers",
		{"ka.\x02\x00", "ka.\x01\x00"}:            "has 1 numbers and was announced with 2",
		{"ka.\x02\x00", "ka.\x03\x00"}:            "it ends 1 bytes too early",
		{"K\x02NtQ", "K\x02(U\x01vK\x01K\x02ttQ"}: `the view "v" reaches beyond its storage`,
		{"K\x02NtQ", "K\x02(U\x01vK\x01ttQ"}:      "lacks its key, offset or count",
	} {
		_, err := decode([]byte(strings.Replace(pickle, change[0], change[1], 1)))
		if err == nil || foreign(err) != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: err = %v, want %q", change, err, want)
		}
	}
}
