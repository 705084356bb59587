package simulate

import (
	"fmt"
	"image"
	"math"
)

// A Picture is a drawn stimulus.
type Picture struct {
	Label    string // "face_07"
	Category string // "shape", "letter" or "face"
	Image    *image.Gray
}

// perCategory is the number of pictures of each category.
const perCategory = 20

// Pictures draws the sixty stimuli of the demonstration: twenty geometric
// shapes, twenty letters and twenty schematic faces. They are always the same.
func Pictures() []Picture {
	var pictures []Picture
	for _, category := range []struct {
		name string
		draw func(k int) form
	}{{"shape", shape}, {"letter", letter}, {"face", face}} {
		for k := range perCategory {
			pictures = append(pictures, Picture{
				Label:    fmt.Sprintf("%s_%02d", category.name, k+1),
				Category: category.name,
				Image:    render(category.draw(k)),
			})
		}
	}
	return pictures
}

// vary spreads k over a range in an order that looks random but is fixed: the
// fractional parts of multiples of an irrational number.
func vary(k int, multiplier, low, high float64) float64 {
	_, fraction := math.Modf(float64(k+1) * multiplier)
	return low + fraction*(high-low)
}

// Multipliers for vary that do not go together.
const (
	golden = 0.6180339887498949
	root2  = 0.4142135623730951
	root3  = 0.7320508075688772
)

// shape draws five kinds of geometric shape in four sizes and turns each.
func shape(k int) form {
	kinds := []form{
		ellipse(0, 0, 1, 1),
		polygon(4, func(int) float64 { return 1.1 }),
		polygon(3, func(int) float64 { return 1.15 }),
		polygon(10, func(k int) float64 { return []float64{1.15, 0.5}[k%2] }),
		outline(0.3, ellipse(0, 0, 0.9, 0.9)),
	}
	return placed(kinds[k%5], vary(k, golden, 0, math.Pi/2), vary(k, root2, 0.35, 0.7),
		vary(k, root3, -0.2, 0.2), vary(k, golden, -0.2, 0.2))
}

// letters are strokes on a grid from -1 to 1, y downward.
var letters = [perCategory][][]float64{
	{{-0.7, 1, 0, -1, 0.7, 1}, {-0.4, 0.3, 0.4, 0.3}},           // A
	{{0.6, -1, -0.6, -1, -0.6, 1, 0.6, 1}, {-0.6, 0, 0.4, 0}},   // E
	{{0.6, -1, -0.6, -1, -0.6, 1}, {-0.6, 0, 0.4, 0}},           // F
	{{-0.6, -1, -0.6, 1}, {0.6, -1, 0.6, 1}, {-0.6, 0, 0.6, 0}}, // H
	{{0, -1, 0, 1}}, // I
	{{-0.6, -1, -0.6, 1}, {0.6, -1, -0.6, 0.1}, {-0.25, -0.15, 0.6, 1}},                // K
	{{-0.6, -1, -0.6, 1, 0.6, 1}},                                                      // L
	{{-0.8, 1, -0.8, -1, 0, 0.4, 0.8, -1, 0.8, 1}},                                     // M
	{{-0.6, 1, -0.6, -1, 0.6, 1, 0.6, -1}},                                             // N
	{{-0.7, -1, 0.7, -1}, {0, -1, 0, 1}},                                               // T
	{{-0.7, -1, 0, 1, 0.7, -1}},                                                        // V
	{{-0.9, -1, -0.45, 1, 0, -0.6, 0.45, 1, 0.9, -1}},                                  // W
	{{-0.7, -1, 0.7, 1}, {0.7, -1, -0.7, 1}},                                           // X
	{{-0.7, -1, 0, 0, 0.7, -1}, {0, 0, 0, 1}},                                          // Y
	{{-0.6, -1, 0.6, -1, -0.6, 1, 0.6, 1}},                                             // Z
	{{-0.6, -1, -0.6, 0.6, -0.3, 1, 0.3, 1, 0.6, 0.6, 0.6, -1}},                        // U
	{{0.6, -0.7, 0.3, -1, -0.3, -1, -0.6, -0.6, -0.6, 0.6, -0.3, 1, 0.3, 1, 0.6, 0.7}}, // C
	{{-0.6, 1, -0.6, -1, 0.3, -1, 0.6, -0.75, 0.6, -0.25, 0.3, 0, -0.6, 0}},            // P
	{{-0.6, 1, -0.6, -1, 0.2, -1, 0.6, -0.5, 0.6, 0.5, 0.2, 1, -0.6, 1}},               // D
	{{0.2, -1, 0.2, 0.6, -0.1, 1, -0.4, 1, -0.6, 0.6}},                                 // J
}

// letter draws one letter of the alphabet, some larger and bolder than others.
func letter(k int) form {
	var strokes []form
	for _, points := range letters[k] {
		strokes = append(strokes, stroke(vary(k, root3, 0.22, 0.4), points...))
	}
	return placed(union(strokes...), vary(k, root2, -0.15, 0.15), vary(k, golden, 0.45, 0.65),
		vary(k, root2, -0.15, 0.15), vary(k, root3, -0.1, 0.1))
}

// face draws a head with eyes, brows, nose and mouth; the proportions and the
// expression vary.
func face(k int) form {
	wide, eyes, smile := vary(k, golden, 0.55, 0.72), vary(k, root2, 0.22, 0.32), vary(k, root3, -0.14, 0.16)
	brow := vary(k, golden, -0.06, 0.06)
	mouth := []float64{-0.28, 0.42 - smile, -0.14, 0.42, 0.14, 0.42, 0.28, 0.42 - smile}
	return placed(union(
		outline(0.09, ellipse(0, 0, wide, 0.82)),
		ellipse(-eyes, -0.15, 0.1, 0.07),
		ellipse(eyes, -0.15, 0.1, 0.07),
		stroke(0.06, -eyes-0.13, -0.32+brow, -eyes+0.13, -0.32-brow),
		stroke(0.06, eyes-0.13, -0.32-brow, eyes+0.13, -0.32+brow),
		stroke(0.05, 0, -0.08, -0.06, 0.16, 0.05, 0.16),
		stroke(0.08, mouth...),
	), vary(k, root3, -0.12, 0.12), vary(k, root2, 0.85, 1.05), 0, vary(k, golden, -0.06, 0.06))
}
