package simulate

import (
	"image"
	"image/color"
	"math"
)

// A form is a drawing as a signed distance: negative inside the ink, in units
// of half the picture's side. x grows to the right and y downward, both from -1
// to 1.
type form func(x, y float64) float64

// pictureSize is the side of a drawn picture in pixels.
const pictureSize = 96

// Gray levels of the paper and the ink.
const (
	paper = 200
	ink   = 30
)

// render draws a form with edges one pixel soft.
func render(f form) *image.Gray {
	picture := image.NewGray(image.Rect(0, 0, pictureSize, pictureSize))
	const pixel = 2.0 / pictureSize
	for row := range pictureSize {
		for column := range pictureSize {
			d := f((float64(column)+0.5)*pixel-1, (float64(row)+0.5)*pixel-1)
			cover := min(1, max(0, 0.5-d/pixel))
			picture.SetGray(column, row, color.Gray{Y: uint8(math.Round(paper + cover*(ink-paper)))})
		}
	}
	return picture
}

// ellipse is a filled ellipse around (cx, cy); near enough to its distance for
// a soft edge.
func ellipse(cx, cy, rx, ry float64) form {
	return func(x, y float64) float64 {
		return (math.Hypot((x-cx)/rx, (y-cy)/ry) - 1) * min(rx, ry)
	}
}

// stroke is a line of the given width through the points x0, y0, x1, y1, ...
func stroke(width float64, points ...float64) form {
	return func(x, y float64) float64 {
		nearest := math.Inf(1)
		for i := 0; i+3 < len(points); i += 2 {
			nearest = min(nearest, toSegment(x, y, points[i:i+4]))
		}
		return nearest - width/2
	}
}

// toSegment is the distance of a point from the segment x0, y0, x1, y1.
func toSegment(x, y float64, s []float64) float64 {
	dx, dy := s[2]-s[0], s[3]-s[1]
	along := ((x-s[0])*dx + (y-s[1])*dy) / (dx*dx + dy*dy)
	along = min(1, max(0, along))
	return math.Hypot(x-s[0]-along*dx, y-s[1]-along*dy)
}

// polygon is a filled star-shaped polygon: corner k of n lies at radius(k).
func polygon(n int, radius func(k int) float64) form {
	corner := func(k int) (float64, float64) {
		angle := 2*math.Pi*float64(k)/float64(n) - math.Pi/2
		return radius(k%n) * math.Cos(angle), radius(k%n) * math.Sin(angle)
	}
	return func(x, y float64) float64 {
		distance, inside := math.Inf(1), false
		for k := range n {
			x0, y0 := corner(k)
			x1, y1 := corner(k + 1)
			distance = min(distance, toSegment(x, y, []float64{x0, y0, x1, y1}))
			if (y0 > y) != (y1 > y) && x < (x1-x0)*(y-y0)/(y1-y0)+x0 {
				inside = !inside
			}
		}
		if inside {
			return -distance
		}
		return distance
	}
}

// union is the ink of any of the forms.
func union(forms ...form) form {
	return func(x, y float64) float64 {
		nearest := math.Inf(1)
		for _, f := range forms {
			nearest = min(nearest, f(x, y))
		}
		return nearest
	}
}

// outline is the edge of a form, drawn with a pen of the given width.
func outline(width float64, f form) form {
	return func(x, y float64) float64 { return math.Abs(f(x, y)) - width/2 }
}

// placed is a form turned by an angle, scaled, and moved to (cx, cy).
func placed(f form, angle, scale, cx, cy float64) form {
	sin, cos := math.Sincos(angle)
	return func(x, y float64) float64 {
		x, y = (x-cx)/scale, (y-cy)/scale
		return scale * f(cos*x+sin*y, cos*y-sin*x)
	}
}
