package figure

import (
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// outlines is a canvas that draws text as shapes.
type outlines struct{ vg.Canvas }

// FillString fills the outlines of every letter.
func (o outlines) FillString(face font.Face, at vg.Point, text string) {
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
				o.Fill(path)
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
