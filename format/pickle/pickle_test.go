package pickle_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/pickle"
)

// What is read is what Python 3.11 wrote: pickle.dumps({"faces": [1, 2.5, None], "done": True}, 4).
func ExampleMachine_Load() {
	data := "\x80\x04\x95%\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x05faces\x94]\x94(K\x01G@\x04\x00\x00\x00\x00\x00\x00Ne\x8c\x04done\x94\x88u."
	v, err := pickle.New("example.pkl", []byte(data)).Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range v.(*pickle.Dict).Pairs {
		values, _ := pickle.Items(p.Value)
		fmt.Println(p.Key, p.Value == true, values)
	}
	// Output:
	// faces false [1 2.5 <nil>]
	// done true []
}

// sum is a class that adds.
type sum struct{}

func (sum) Call(m *pickle.Machine, arguments pickle.Tuple) pickle.Value {
	numbers, ok := pickle.Integers(arguments)
	if !ok || !m.Toil(len(numbers)) {
		m.Fail("what is added are no numbers")
	}
	total := int64(0)
	for _, n := range numbers {
		total += n
	}
	return total
}

// Names stand for what the user says; nothing else is called, whatever it is
// called like.
func TestOnlyClassesAreCalled(t *testing.T) {
	lookup := func(_ *pickle.Machine, module, name string) pickle.Value {
		if module+"."+name == "math.sum" {
			return sum{}
		}
		return nil
	}
	for data, want := range map[string]pickle.Value{"cmath\nsum\n(K\x01K\x02K\x04tR.": int64(7), "cmath\nsum\n)R.": int64(0)} {
		m := pickle.New("x", []byte(data))
		m.Lookup = lookup
		if got, err := m.Load(); err != nil || got != want {
			t.Errorf("%q: %v, %v", data, got, err)
		}
	}
	m := pickle.New("x", []byte("cos\nsystem\n(U\x02lstR."))
	m.Lookup = lookup
	got, err := m.Load()
	if o, is := got.(*pickle.Object); err != nil || !is || len(o.Arguments.(pickle.Tuple)) != 1 {
		t.Errorf("a program: %v, %v", got, err)
	}
	m = pickle.New("x", []byte("cmath\nsum\n(Nt\x81."))
	m.Lookup = lookup
	if _, err := m.Load(); !errors.Is(err, file.ErrMalformed) {
		t.Errorf("what cannot be added: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("\x80\x04}\x94(\x8c\x05faces\x94]\x94(K\x01NG@\x04\x00\x00\x00\x00\x00\x00e\x8c\x04done\x94\x88u."))
	f.Add([]byte("cmath\nsum\n(K\x01K\x02K\x04tR."))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := pickle.New("x", data)
		m.Lookup = func(*pickle.Machine, string, string) pickle.Value { return sum{} }
		if _, err := m.Load(); err != nil && !errors.Is(err, file.ErrMalformed) && !errors.Is(err, file.ErrUnsupported) {
			t.Error(err)
		}
	})
}
