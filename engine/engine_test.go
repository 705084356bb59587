package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/onnx"
)

// build returns the model that f puts together.
func build(tb testing.TB, f func(g *onnx.Builder)) *onnx.Model {
	tb.Helper()
	g := onnx.NewBuilder("test")
	f(g)
	model, err := g.Model()
	if err != nil {
		tb.Fatal(err)
	}
	return model
}

// open returns a session of the model that f puts together.
func open(tb testing.TB, f func(g *onnx.Builder)) *engine.Session {
	tb.Helper()
	s, err := enginetest.Open(tb).NewSession(build(tb, f), engine.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// sum is y = a + b for two columns of any length.
func sum(g *onnx.Builder) {
	a, b := g.Input("a", onnx.Float32, "n", 2), g.Input("b", onnx.Float32, "n", 2)
	g.Output(g.Add(a, b), "y", "n", 2)
}

// matrix is a tensor of float32 with two columns.
func matrix(values ...float32) engine.Tensor {
	return engine.Tensor{Shape: []int{len(values) / 2, 2}, Data: values}
}

func Example() {
	g := onnx.NewBuilder("relu")
	g.Output(g.Relu(g.Input("x", onnx.Float32, "n")), "y", "n")
	model, _ := g.Model()

	e, err := engine.Open(os.Getenv("ISOCORTEX_ONNXRUNTIME"))
	if err != nil {
		return // this machine has no library
	}
	defer e.Close()
	s, _ := e.NewSession(model, engine.Options{})
	defer s.Close()
	results, _ := s.Run(context.Background(), []engine.Tensor{{Shape: []int{3}, Data: []float32{-1, 0, 1}}})
	defer results.Close()
	fmt.Println(results.Tensors[0].Data) // [0 0 1]
}

func TestVersion(t *testing.T) {
	if v := enginetest.Open(t).Version(); !strings.HasPrefix(v, "1.") {
		t.Errorf("version is %q", v)
	}
}

func TestPorts(t *testing.T) {
	s := open(t, sum)
	want := []engine.Port{{"a", onnx.Float32, []int64{-1, 2}}, {"b", onnx.Float32, []int64{-1, 2}}}
	if got := fmt.Sprint(s.Inputs()); got != fmt.Sprint(want) {
		t.Errorf("inputs are %v, want %v", got, want)
	}
	if got := s.Outputs(); len(got) != 1 || got[0].Name != "y" || got[0].String() != "float32 [? 2]" {
		t.Errorf("outputs are %v", got)
	}
}

func TestRun(t *testing.T) {
	s := open(t, sum)
	for _, rows := range []int{1, 3, 1000} {
		a, b, want := make([]float32, 2*rows), make([]float32, 2*rows), make([]float32, 2*rows)
		for i := range a {
			a[i], b[i], want[i] = float32(i), 0.5, float32(i)+0.5
		}
		results, err := s.Run(t.Context(), []engine.Tensor{matrix(a...), matrix(b...)})
		if err != nil {
			t.Fatal(err)
		}
		y := results.Tensors[0]
		if !slices.Equal(y.Shape, []int{rows, 2}) || !slices.Equal(y.Data.([]float32), want) {
			t.Errorf("%d rows: result is %v", rows, y)
		}
		if err := results.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRunInto(t *testing.T) {
	s := open(t, sum)
	y := make([]float32, 4)
	err := s.RunInto([]engine.Tensor{matrix(1, 2, 3, 4), matrix(10, 20, 30, 40)}, []engine.Tensor{{Shape: []int{2, 2}, Data: y}})
	if want := []float32{11, 22, 33, 44}; err != nil || !slices.Equal(y, want) {
		t.Errorf("y = %v, %v; want %v", y, err, want)
	}
	var failed *engine.RunError
	err = s.RunInto([]engine.Tensor{matrix(1, 2), matrix(1, 2)}, []engine.Tensor{{Shape: []int{2, 2}, Data: y}})
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "shape") {
		t.Errorf("an output of the wrong shape: err = %v", err)
	}
}

// Every element type comes back as it went in; so do tensors of no elements and
// of no axes.
func TestElementTypes(t *testing.T) {
	for element, data := range map[onnx.ElementType]any{
		onnx.Float32: []float32{1.5, -2},
		onnx.Float64: []float64{1.5, -2},
		onnx.Int64:   []int64{1 << 40, -2},
		onnx.Int32:   []int32{1 << 20, -2},
		onnx.Uint8:   []uint8{255, 2},
		onnx.Bool:    []bool{true, false},
	} {
		t.Run(element.String(), func(t *testing.T) {
			s := open(t, func(g *onnx.Builder) {
				x := g.Input("x", element, "n")
				g.Output(g.Node("Identity", []onnx.Value{x}), "y", "n")
			})
			results, err := s.Run(t.Context(), []engine.Tensor{{Shape: []int{2}, Data: data}})
			if err != nil {
				t.Fatal(err)
			}
			defer results.Close()
			if got := results.Tensors[0].Data; fmt.Sprintf("%T %v", got, got) != fmt.Sprintf("%T %v", data, data) {
				t.Errorf("%v came back as %v", data, got)
			}
		})
	}
}

func TestTensorsOfNoElementsAndOfNoAxes(t *testing.T) {
	s := open(t, sum)
	results, err := s.Run(t.Context(), []engine.Tensor{matrix(), matrix()})
	if err != nil {
		t.Fatal(err)
	}
	defer results.Close()
	if y := results.Tensors[0]; !slices.Equal(y.Shape, []int{0, 2}) || len(y.Data.([]float32)) != 0 {
		t.Errorf("nothing plus nothing is %v", y)
	}

	scalar := open(t, func(g *onnx.Builder) { g.Output(g.Relu(g.Input("x", onnx.Float32)), "y") })
	one, err := scalar.Run(t.Context(), []engine.Tensor{{Data: []float32{7}}})
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	if y := one.Tensors[0]; len(y.Shape) != 0 || y.Data.([]float32)[0] != 7 {
		t.Errorf("a single number came back as %v", y)
	}
}

func TestInputsThatDoNotFit(t *testing.T) {
	s, ok := open(t, sum), matrix(1, 2)
	for name, tc := range map[string]struct {
		input engine.Tensor
		want  string
	}{
		"type":     {engine.Tensor{Shape: []int{1, 2}, Data: []float64{1, 2}}, "b is float32 [? 2], given float64 [1 2]"},
		"axes":     {engine.Tensor{Shape: []int{2}, Data: []float32{1, 2}}, "b is float32 [? 2], given float32 [2]"},
		"length":   {engine.Tensor{Shape: []int{1, 3}, Data: []float32{1, 2, 3}}, "b is float32 [? 2], given float32 [1 3]"},
		"elements": {engine.Tensor{Shape: []int{2, 2}, Data: []float32{1, 2}}, "the data has 2 elements"},
		"negative": {engine.Tensor{Shape: []int{-1, 2}, Data: []float32{1, 2}}, "b is float32 [? 2]"},
		"huge":     {engine.Tensor{Shape: []int{1 << 62, 2}, Data: []float32{}}, "the data has 0 elements"},
		"no data":  {engine.Tensor{Shape: []int{1, 2}}, "given <nil>"},
		"a string": {engine.Tensor{Shape: []int{1, 2}, Data: "ab"}, "given string"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Run(t.Context(), []engine.Tensor{ok, tc.input})
			var misfit *engine.TensorError
			if !errors.As(err, &misfit) || misfit.Port != "b" || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("err = %v, want one that contains %q", err, tc.want)
			}
		})
	}
	if _, err := s.Run(t.Context(), []engine.Tensor{ok}); err == nil || !strings.Contains(err.Error(), "1 inputs given, the graph has 2") {
		t.Errorf("one input of two: err = %v", err)
	}
	if err := s.RunInto([]engine.Tensor{ok, ok}, nil); err == nil || !strings.Contains(err.Error(), "outputs") {
		t.Errorf("no output: err = %v", err)
	}
}

// Lengths that only the graph can compare are the library's to refuse.
func TestAFailedRunSaysWhichOperator(t *testing.T) {
	s := open(t, sum)
	_, err := s.Run(t.Context(), []engine.Tensor{matrix(1, 2, 3, 4), matrix(1, 2, 3, 4, 5, 6)})
	var failed *engine.RunError
	if !errors.As(err, &failed) || !strings.Contains(failed.Message, "Add") {
		t.Errorf("err = %v, want a RunError that names Add", err)
	}
	results, err := s.Run(t.Context(), []engine.Tensor{matrix(1, 2), matrix(1, 2)})
	if err != nil {
		t.Fatalf("after a failed run: %v", err)
	}
	results.Close()
}

func TestAGraphThatCannotBeBuilt(t *testing.T) {
	model := build(t, func(g *onnx.Builder) {
		g.Output(g.Node("NoSuchOperator", []onnx.Value{g.Input("x", onnx.Float32, "n")}), "y")
	})
	_, err := enginetest.Open(t).NewSession(model, engine.Options{})
	var failed *engine.RunError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "NoSuchOperator") {
		t.Errorf("err = %v, want a RunError that names the operator", err)
	}
}

func TestConcurrentRuns(t *testing.T) {
	s := open(t, sum)
	var goroutines sync.WaitGroup
	for g := range 8 {
		goroutines.Go(func() {
			for i := range 200 {
				x := float32(1000*g + i)
				results, err := s.Run(t.Context(), []engine.Tensor{matrix(x, x), matrix(1, 2)})
				if err != nil {
					t.Error(err)
					return
				}
				if y := results.Tensors[0].Data.([]float32); y[0] != x+1 || y[1] != x+2 {
					t.Errorf("%v + [1 2] = %v", x, y)
				}
				results.Close()
			}
		})
	}
	goroutines.Wait()
}

// More threads inside a run may round otherwise, and no more than that.
func TestThreads(t *testing.T) {
	want := outcome(t, layered(t))
	s, err := enginetest.Open(t).NewSession(layered(t), engine.Options{Threads: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	results, err := s.Run(t.Context(), []engine.Tensor{{Shape: []int{1, side}, Data: ramp(4)[:side]}})
	if err != nil {
		t.Fatal(err)
	}
	defer results.Close()
	for i, got := range results.Tensors[0].Data.([]float32) {
		if math.Abs(float64(got-want[i])) > 1e-5*float64(want[i]) {
			t.Errorf("y[%d] is %v on four threads, %v on one", i, got, want[i])
		}
	}
}

func TestClosed(t *testing.T) {
	e, err := engine.Open(enginetest.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.NewSession(build(t, sum), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	inputs := []engine.Tensor{matrix(1, 2), matrix(3, 4)}
	if err := errors.Join(e.Close(), e.Close()); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	results, err := s.Run(t.Context(), inputs)
	if err != nil {
		t.Fatalf("a session after its engine: %v", err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if y := results.Tensors[0].Data.([]float32); y[0] != 4 || y[1] != 6 {
		t.Errorf("results after their session are %v", y)
	}
	if err := errors.Join(results.Close(), results.Close()); err != nil || results.Tensors != nil {
		t.Errorf("closing results twice: %v, left are %v", err, results.Tensors)
	}
	one := make([]float32, 1)
	for name, err := range map[string]error{
		"Run":        second(s.Run(t.Context(), inputs)),
		"RunInto":    s.RunInto(inputs, []engine.Tensor{matrix(0, 0)}),
		"NewSession": second(e.NewSession(build(t, sum), engine.Options{})),
		"Multiplier": e.Multiplier().MultiplyTransposed32(one, one, one, 1, 1, 1),
	} {
		if !errors.Is(err, engine.ErrClosed) {
			t.Errorf("%s after Close: err = %v, want ErrClosed", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// A run that is interrupted ends before the rest of its operators.
func TestInterrupted(t *testing.T) {
	const n, nodes = 512, 400
	s := open(t, func(g *onnx.Builder) {
		x := g.Input("x", onnx.Float32, n, n)
		y := x
		for range nodes {
			y = g.MatMul(y, x)
		}
		g.Output(y, "y")
	})
	input := []engine.Tensor{{Shape: []int{n, n}, Data: make([]float32, n*n)}}
	reason := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(reason) })
	start := time.Now()
	_, err := s.Run(ctx, input)
	if !errors.Is(err, reason) {
		t.Errorf("after %v: err = %v, want the cause", time.Since(start), err)
	}
	if _, err := s.Run(ctx, input); !errors.Is(err, reason) {
		t.Errorf("begun after the interruption: err = %v, want the cause", err)
	}
}
