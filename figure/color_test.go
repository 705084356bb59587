package figure_test

import (
	"encoding/json"
	"fmt"
	"image/color"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/figure"
)

func ExampleColors_At() {
	c := figure.Viridis.At(0.5)
	fmt.Printf("#%02x%02x%02x\n", c.R, c.G, c.B)
	// Output: #21918c
}

// lightness is L* of CIE 1976, in 0..100.
func lightness(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	y := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	if y <= 216./24389 {
		return y * 24389 / 27
	}
	return 116*math.Cbrt(y) - 16
}

func TestSequentialTablesRiseInLightness(t *testing.T) {
	for _, table := range []figure.Colors{figure.Viridis, figure.Cividis} {
		rapid.Check(t, func(t *rapid.T) {
			a := rapid.Float64Range(0, 0.98).Draw(t, "a")
			b := rapid.Float64Range(a+0.02, 1).Draw(t, "b")
			if low, high := lightness(table.At(a)), lightness(table.At(b)); low >= high {
				t.Fatalf("%s: lightness %g at %g, %g at %g", table.Name, low, a, high, b)
			}
		})
	}
}

// Neighboring categories differ in lightness, also where hues are many.
func TestCategoriesDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 24).Draw(t, "categories")
		i := rapid.IntRange(1, n-1).Draw(t, "category")
		if a, b := lightness(figure.Category(i-1, n)), lightness(figure.Category(i, n)); math.Abs(a-b) < 8 {
			t.Fatalf("categories %d and %d of %d have lightness %g and %g", i-1, i, n, a, b)
		}
	})
}

func TestDivergingIsLightestInTheMiddleAndEven(t *testing.T) {
	if l := lightness(figure.Diverging.At(0.5)); l < 95 {
		t.Errorf("the middle has lightness %g, want nearly white", l)
	}
	for away := 0.02; away <= 0.5; away += 0.02 {
		blue, red := lightness(figure.Diverging.At(0.5-away)), lightness(figure.Diverging.At(0.5+away))
		if math.Abs(blue-red) > 7 {
			t.Errorf("%g from the middle: lightness %g and %g", away, blue, red)
		}
		if inner := lightness(figure.Diverging.At(0.52 - away)); blue >= inner {
			t.Errorf("lightness does not fall toward blue at %g", 0.5-away)
		}
		if inner := lightness(figure.Diverging.At(0.48 + away)); red >= inner {
			t.Errorf("lightness does not fall toward red at %g", 0.5+away)
		}
	}
}

func TestCyclicEndsWhereItBegins(t *testing.T) {
	if a, b := figure.Cyclic.At(0), figure.Cyclic.At(1); a != b {
		t.Errorf("ends are %v and %v", a, b)
	}
	for i := range 100 {
		if a, b := figure.Cyclic.At(float64(i)/100), figure.Cyclic.At(float64(i+1)/100); apart(a, b) > 14 {
			t.Errorf("a jump from %v to %v at %d %%", a, b, i)
		}
	}
}

func apart(a, b color.RGBA) int {
	far := func(x, y uint8) int { return int(max(x, y) - min(x, y)) }
	return max(far(a.R, b.R), far(a.G, b.G), far(a.B, b.B))
}

// Between the 17 control points the straight line is off by at most 5 of 255.
func TestTablesAgreeWithTheirReference(t *testing.T) {
	data, err := os.ReadFile("testdata/reference/colors.json")
	if err != nil {
		t.Fatal(err)
	}
	var reference map[string][][3]uint8
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	for _, table := range []figure.Colors{figure.Viridis, figure.Cividis} {
		for i, want := range reference[table.Name] {
			got := table.At(float64(i) / 32)
			if off := apart(got, color.RGBA{want[0], want[1], want[2], 255}); off > 5 {
				t.Errorf("%s at %d/32 is %v, want %v", table.Name, i, got, want)
			}
		}
	}
}

func TestColorsOutsideAndUndefined(t *testing.T) {
	for _, table := range figure.Tables {
		if table.At(-1) != table.At(0) || table.At(2) != table.At(1) {
			t.Errorf("%s: colors outside are not the end colors", table.Name)
		}
		if gray := table.At(math.NaN()); apart(gray, color.RGBA{gray.R, gray.R, gray.R, 255}) > 10 {
			t.Errorf("%s: NaN is %v, want a gray", table.Name, gray)
		}
	}
}

func TestLayersGrowLighter(t *testing.T) {
	for n := 2; n <= 30; n++ {
		for i := 1; i < n; i++ {
			if lightness(figure.Layer(i, n)) <= lightness(figure.Layer(i-1, n)) {
				t.Errorf("layer %d of %d is not lighter than the one before", i, n)
			}
		}
	}
}
