package torch

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// words are integers of 64 bits as they lie in a file.
func words(numbers ...int64) string {
	raw, err := binary.Append(nil, binary.LittleEndian, numbers)
	if err != nil {
		panic(err) // integers have a fixed size
	}
	return string(raw)
}

// tarred is a tar archive of members, names and contents in turn.
func tarred(t *testing.T, members ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: members[i], Size: int64(len(members[i+1])), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A storage of two bytes, 7 and 9; a tensor of both; and a dict that holds it.
var (
	tarStorages = "K\x01.(K\x05U\x03cpuctorch\nByteStorage\nt." + words(2) + "\x07\x09"
	tarTensors  = "K\x01.(K\x06K\x05ctorch\nByteTensor\nt." + words(1, 2, 1, 0)
	tarPickle   = "}U\x01aU\x016Qs."
)

func TestWrongTars(t *testing.T) {
	for name, c := range map[string]struct{ storages, tensors, pickle, want string }{
		"as it should be":       {tarStorages + "].", tarTensors, tarPickle, ""},
		"an older ByteTensor":   {tarStorages + "].", "K\x00.", "ctorch\nByteTensor\n)\x81(U\x015QK\x01K\x01\x85K\x01\x85tb.", ""},
		"a part":                {tarStorages + "]((K\x08K\x05K\x01K\x01te.", "K\x01.(K\x06K\x08ctorch\nByteTensor\nt." + words(1, 1, 1, 0), tarPickle, ""},
		"count of storages":     {"N.", tarTensors, tarPickle, "a count is no number"},
		"storage without class": {"K\x01.(K\x05U\x03cpuNt.", tarTensors, tarPickle, "storage 5 is of a class that is not known"},
		"storage without key":   {"K\x01.(NU\x03cpuNt.", tarTensors, tarPickle, "without a key"},
		"short record":          {"K\x01.K\x05\x85.", tarTensors, tarPickle, "a record of fewer than 3 things"},
		"long storage":          {strings.Replace(tarStorages, words(2), words(3), 1), tarTensors, tarPickle, "it ends 1 bytes too early"},
		"endless storage":       {strings.Replace(tarStorages, words(2), words(-1), 1), tarTensors, tarPickle, "has 18446744073709551615 numbers"},
		"many storages":         {"J\xff\xff\xff\x7f" + tarStorages[2:] + "].", tarTensors, tarPickle, "malformed"},
		"no views":              {tarStorages + "N.", tarTensors, tarPickle, "the views of storages are no list"},
		"view of no storage":    {tarStorages + "](K\x08K\x09K\x00K\x01ta.", tarTensors, tarPickle, "a view of a storage that is not there"},
		"view of a view":        {tarStorages + "](K\x08K\x05K\x00K\x02ta(K\x09K\x08K\x00K\x01ta.", tarTensors, tarPickle, "a view is not of a whole storage"},
		"view beyond":           {tarStorages + "](K\x08K\x05K\x01K\x02ta.", strings.Replace(tarTensors, "K\x05", "K\x08", 1), tarPickle, "reaches beyond its storage"},
		"tensor of nothing":     {tarStorages + "].", strings.Replace(tarTensors, "K\x05", "K\x04", 1), tarPickle, "tensor 6 is of a storage that is not there"},
		"axes":                  {tarStorages + "].", "K\x01.(K\x06K\x05ctorch\nByteTensor\nt." + words(65), tarPickle, "a tensor of 65 axes"},
		"tensor too long":       {tarStorages + "].", "K\x01.(K\x06K\x05ctorch\nByteTensor\nt." + words(1, 3, 1, 0), tarPickle, "reach beyond the 2 numbers"},
		"other tensor":          {tarStorages + "].", tarTensors, "}U\x01aU\x017Qs.", `"7" names no tensor`},
		"no number":             {tarStorages + "].", tarTensors, "}U\x01aU\x01xQs.", `"x" names no tensor`},
		"a list as a number":    {tarStorages + "].", tarTensors, "}U\x01a]Qs.", `"" names no tensor`},
	} {
		f, err := decode(tarred(t, "sys_info", "N.", "pickle", c.pickle, "tensors", c.tensors, "storages", c.storages))
		switch {
		case c.want == "" && err == nil:
			if values, err := f.Float32s(f.Tensors[0]); err != nil || values[len(values)-1] != 9 {
				t.Errorf("%s: %v, %v", name, values, err)
			}
		case err == nil || foreign(err) != nil || c.want == "" || !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: err = %v, want %q", name, err, c.want)
		}
	}
}

func TestTarsOfOthers(t *testing.T) {
	members := []string{"sys_info", "N.", "pickle", tarPickle, "tensors", tarTensors, "storages", tarStorages + "]."}
	if _, err := decode(tarred(t, members...)); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		members []string
		want    string
	}{
		"a tar without tensors": {append(members[:4:4], members[6:]...), `a tar archive without "tensors" is no checkpoint`},
		"two pickles":           {append(members[:4:4], members[2:]...), `two members are called "pickle"`},
	} {
		if _, err := decode(tarred(t, c.members...)); err == nil || foreign(err) != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: err = %v, want %q", name, err, c.want)
		}
	}
}
