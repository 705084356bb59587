package engine_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
)

func ExampleParseDevice() {
	for _, text := range []string{"", "cpu", "cuda", "cuda:1", "cdua", "cpu:1", "cuda:x"} {
		fmt.Println(engine.ParseDevice(text))
	}
	// Output:
	// cpu <nil>
	// cpu <nil>
	// cuda <nil>
	// cuda:1 <nil>
	// cpu no device is called "cdua": use one of cpu, cuda, coreml, directml, openvino, webgpu, xnnpack; did you mean cuda?
	// cpu device "cpu:1": write cpu, or the number of one behind a colon where there are several: cuda:1
	// cpu device "cuda:x": write cuda, or the number of one behind a colon where there are several: cuda:1
}

func TestDevicesAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(engine.DeviceNames()).Draw(t, "name")
		if rapid.Bool().Draw(t, "numbered") {
			name += fmt.Sprintf(":%d", rapid.IntRange(0, 9).Draw(t, "number"))
		}
		d, err := engine.ParseDevice(name)
		if err != nil {
			return
		}
		if again, err := engine.ParseDevice(d.String()); err != nil || again != d {
			t.Fatalf("%q is %v, which is read as %v, %v", name, d, again, err)
		}
	})
}

// Every library has the processor, and says what it lacks.
func TestDevices(t *testing.T) {
	e := enginetest.Open(t)
	present, err := e.Devices()
	if err != nil || !slices.Contains(present, engine.CPU) {
		t.Fatalf("devices %q, %v", present, err)
	}
	t.Log(present)
	for _, name := range engine.DeviceNames() {
		if name == "webgpu" && os.Getenv("ISOCORTEX_LONG") == "" {
			continue // looking for an adapter takes a second, and prints
		}
		device, err := engine.ParseDevice(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := e.NewSession(build(t, sum), engine.Options{Device: device})
		var refused *engine.DeviceError
		switch {
		case err == nil:
			results, err := s.Run(t.Context(), []engine.Tensor{matrix(1, 2), matrix(3, 5)})
			if err != nil {
				t.Fatal(err)
			}
			if got := results.Tensors[0].Data.([]float32); !slices.Equal(got, []float32{4, 7}) {
				t.Errorf("%s adds up to %v", name, got)
			}
			results.Close()
			s.Close()
		case name == engine.CPU || !errors.As(err, &refused):
			t.Errorf("%s: %v", name, err)
		case slices.Contains(present, name) != (refused.Err != nil) || refused.Device != device:
			t.Errorf("%s of %q: %v", name, present, err)
		case refused.Err == nil && (!strings.Contains(err.Error(), "device "+name+" is not in this build") || !strings.Contains(err.Error(), strings.Join(present, ", "))):
			t.Errorf("%s: %v", name, err)
		default:
			t.Log(err)
		}
	}
}
