// Package figure draws results as files for papers: dissimilarity matrices,
// scores over time, and scores per layer.
//
// A figure is a plain struct of numbers and words. Its Write draws it as SVG,
// PDF or PNG, by the ending of the path; the same struct gives the same bytes.
//
//	err := figure.RDM{
//		Title: "Brain at 120 ms", Measure: "decoding accuracy",
//		Dissimilarities: rdv,
//	}.Write("rdm.svg")
//
// Text in an SVG stays text. In a PDF it is drawn as outlines, so that every
// letter looks the same everywhere and Greek needs no font.
package figure

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/isocortex/isocortex/file"
)

// Formats lists the endings that Write understands.
var Formats = []string{".svg", ".pdf", ".png"}

// pngDPI is the resolution of PNG files, what journals ask of color figures.
const pngDPI = 300

// The inks of every figure.
var (
	ink   = color.RGBA{27, 31, 36, 255}
	muted = color.RGBA{98, 106, 116, 255}
	rule  = color.RGBA{228, 228, 224, 255}
	shade = color.RGBA{222, 224, 227, 255} // noise ceiling
)

// drawing is a figure that knows its size.
type drawing struct {
	width, height vg.Length
	draw          func(c draw.Canvas)
}

// write draws to the file at path, whole or not at all.
func (d drawing) write(path string) error {
	var canvas vg.CanvasWriterTo
	switch format := strings.ToLower(filepath.Ext(path)); format {
	case ".svg":
		canvas = vgsvg.New(d.width, d.height)
	case ".png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(d.width, d.height), vgimg.UseDPI(pngDPI))}
	case ".pdf":
		sortCatalogs()
		canvas = vgpdf.New(d.width, d.height)
	default:
		return fmt.Errorf("%s: a figure is written as one of %s, not as %q", path, strings.Join(Formats, ", "), format)
	}
	target := vg.Canvas(canvas)
	if _, pdf := canvas.(*vgpdf.Canvas); pdf {
		target = newPDF(canvas)
	}
	d.draw(draw.NewCanvas(target, d.width, d.height))
	var drawn bytes.Buffer
	if _, err := canvas.WriteTo(&drawn); err != nil {
		return fmt.Errorf("draw %s: %w", path, err)
	}
	return file.Write(path, func(w io.Writer) error {
		_, err := w.Write(settled(drawn.Bytes()))
		return err
	})
}

// dates matches the times of making inside a PDF.
var dates = regexp.MustCompile(`/(Creation|Mod)Date \(D:\d{14}\)`)

// settled sets the dates inside a PDF to the year 2000, length unchanged, and
// gives the PNG inside an SVG its right type, which strict viewers insist on.
func settled(data []byte) []byte {
	data = bytes.ReplaceAll(data, []byte("data:image/jpg;base64,iVBORw0KGgo"), []byte("data:image/png;base64,iVBORw0KGgo"))
	return dates.ReplaceAll(data, []byte("/${1}Date (D:20000101000000)"))
}

// fonts is the collection that text is measured and drawn with; it lies in the
// program, so no font of the machine changes a figure.
var fonts = font.NewCache(liberation.Collection())

// words is a style of text.
func words(size vg.Length, c color.Color, x, y float64) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		XAlign:  text.XAlignment(x),
		YAlign:  text.YAlignment(y),
		Handler: text.Plain{Fonts: fonts},
	}
}

// Alignments for words: which edge of the text stands at the point.
const (
	atLeft   = float64(text.XLeft)
	atMiddle = float64(text.XCenter)
	atRight  = float64(text.XRight)
	atTop    = float64(text.YTop)
	atCenter = float64(text.YCenter)
	atBottom = float64(text.YBottom)
)

// line is a solid stroke.
func line(c color.Color, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width}
}

// fill fills a rectangle.
func fill(c draw.Canvas, clr color.Color, r vg.Rectangle) {
	c.FillPolygon(clr, []vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}})
}

// box is the rectangle between two corners.
func box(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

// pale mixes a color with white paper: 0 is the paper, 1 the color.
func pale(c color.RGBA, strength float64) color.RGBA {
	mix := func(v uint8) uint8 { return uint8(255 + (float64(v)-255)*strength + 0.5) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 255}
}

// dark mixes a color with ink, for text of it on paper.
func dark(c color.RGBA) color.RGBA {
	mix := func(v, in uint8) uint8 { return uint8(0.45*float64(v) + 0.55*float64(in) + 0.5) }
	return color.RGBA{mix(c.R, ink.R), mix(c.G, ink.G), mix(c.B, ink.B), 255}
}
