package figure

import (
	"image"
	"image/color"
	"image/draw"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// sortCatalogs lets PDF files list their pictures in order, not in that of a Go
// map, which differs from run to run. vgpdf leaves no other way to say so than
// the default for all documents.
var sortCatalogs = sync.OnceFunc(func() { fpdf.SetDefaultCatalogSort(true) })

// pdfCanvas makes a vgpdf.Canvas draw what the other canvases draw: letters
// beyond Latin-1, see-through colors, and pictures with their top at the top.
type pdfCanvas struct {
	vg.Canvas
	widths map[int]bool // of the pictures drawn so far, in pixels
}

func newPDF(c vg.Canvas) pdfCanvas { return pdfCanvas{c, map[int]bool{}} }

// SetColor hands on a color whose parts are not multiplied by its opacity,
// which is how vgpdf reads them.
func (p pdfCanvas) SetColor(c color.Color) {
	if c != nil {
		c = straight(color.NRGBA64Model.Convert(c).(color.NRGBA64))
	}
	p.Canvas.SetColor(c)
}

type straight color.NRGBA64

// RGBA returns the parts as they are.
func (s straight) RGBA() (r, g, b, a uint32) {
	return uint32(s.R), uint32(s.G), uint32(s.B), uint32(s.A)
}

// DrawImage draws the picture upside down, for vgpdf turns it over. Pictures
// are listed by their widths, so each gets one of its own: some more columns of
// white paper at the right, outside of the place.
func (p pdfCanvas) DrawImage(at vg.Rectangle, picture image.Image) {
	box := picture.Bounds()
	width := box.Dx()
	for p.widths[width] {
		width++
	}
	p.widths[width] = true
	turned := image.NewRGBA(image.Rect(0, 0, width, box.Dy()))
	draw.Draw(turned, turned.Bounds(), image.White, image.Point{}, draw.Src)
	for y := range box.Dy() {
		for x := range box.Dx() {
			turned.Set(x, box.Dy()-1-y, picture.At(box.Min.X+x, box.Min.Y+y))
		}
	}
	at.Max.X = at.Min.X + (at.Max.X-at.Min.X)*vg.Length(width)/vg.Length(box.Dx())
	p.Canvas.DrawImage(at, turned)
}

// FillString fills the outlines of every letter.
func (p pdfCanvas) FillString(face font.Face, at vg.Point, text string) {
	var buffer sfnt.Buffer
	size := fixed.Int26_6(face.Font.Size.Points() * 64)
	pen := at
	for _, letter := range text {
		glyph, err := face.Face.GlyphIndex(&buffer, letter)
		if err != nil {
			continue
		}
		if segments, err := face.Face.LoadGlyph(&buffer, glyph, size, nil); err == nil {
			if path := outline(segments, pen); len(path) > 0 {
				p.Fill(path)
			}
		}
		if advance, err := face.Face.GlyphAdvance(&buffer, glyph, size, 0); err == nil {
			pen.X += length(advance)
		}
	}
}

func length(v fixed.Int26_6) vg.Length { return vg.Length(v) / 64 }

// outline turns the segments of a letter, whose y points down, into a path.
func outline(segments sfnt.Segments, at vg.Point) (path vg.Path) {
	point := func(p fixed.Point26_6) vg.Point { return vg.Point{X: at.X + length(p.X), Y: at.Y - length(p.Y)} }
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if len(path) > 0 {
				path.Close()
			}
			path.Move(point(s.Args[0]))
		case sfnt.SegmentOpLineTo:
			path.Line(point(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			path.QuadTo(point(s.Args[0]), point(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			path.CubeTo(point(s.Args[0]), point(s.Args[1]), point(s.Args[2]))
		}
	}
	if len(path) > 0 {
		path.Close()
	}
	return path
}
