package stimulus

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/gif"
)

// openGIF reads the blocks of a GIF file, of which the first picture is shown.
//
//	source   CompuServe, Graphics Interchange Format 89a (1990)
func openGIF(s source) (Header, decoder, error) {
	w := gifWalk{source: s}
	if err := w.screen(); err != nil {
		return Header{}, nil, err
	}
	for !w.ended {
		if err := w.block(); err != nil {
			return Header{}, nil, err
		}
	}
	h := Header{
		Mode: "palette", Depth: w.depth, Width: w.width, Height: w.height, Pictures: w.pictures,
		Alpha: w.transparent || w.first != image.Rect(0, 0, w.width, w.height),
	}
	h.least = int64(w.width) * int64(w.height) * 3 / (8 * 4096) // a code of 3 bits or more is 4096 pixels at most
	return h, func(b *blender) (raster, error) {
		decoded, err := gif.Decode(bytes.NewReader(s.data))
		if err != nil {
			return raster{}, s.defect(err, "GIF")
		}
		return convert(onScreen(decoded.(*image.Paletted), w.width, w.height), b).raster(), nil
	}, nil
}

// onScreen puts a picture that does not fill the screen on a transparent one,
// as browsers do.
func onScreen(picture *image.Paletted, width, height int) image.Image {
	area := image.Rect(0, 0, width, height)
	if picture.Rect == area {
		return picture
	}
	screen := image.NewNRGBA(area)
	draw.Draw(screen, picture.Rect, picture, picture.Rect.Min, draw.Src)
	return screen
}

// A gifWalk goes from block to block of a GIF file.
type gifWalk struct {
	source
	at            int64
	width, height int // pixels of the screen
	depth         int // bits of an index
	pictures      int
	first         image.Rectangle // where the first picture stands on the screen
	transparent   bool            // a color of the first picture is
	ended         bool
}

// take returns the next bytes.
func (w *gifWalk) take(length int64, field string) ([]byte, error) {
	body, err := w.part(w.at, length, field)
	w.at += length
	return body, err
}

// screen reads the size, and passes over the colors.
func (w *gifWalk) screen() error {
	body, err := w.take(13, "GIF header")
	if err != nil {
		return err
	}
	w.width, w.height = int(binary.LittleEndian.Uint16(body[6:])), int(binary.LittleEndian.Uint16(body[8:]))
	return w.colors(body[10])
}

// colors passes over a table of colors, if the flags speak of one.
func (w *gifWalk) colors(flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	if w.pictures <= 1 {
		w.depth = int(flags&7) + 1
	}
	_, err := w.take(3<<(flags&7+1), "GIF color table")
	return err
}

// block reads one block.
func (w *gifWalk) block() error {
	const field = "GIF block"
	kind, err := w.take(1, field)
	if err != nil {
		return err
	}
	switch kind[0] {
	case ',':
		return w.picture()
	case '!':
		return w.extension()
	case ';':
		w.ended = true
		if w.pictures == 0 {
			return w.malformed(w.at-1, field, "there is no picture")
		}
		return nil
	}
	return w.malformed(w.at-1, field, "unknown block %#02x", kind[0])
}

// picture passes over a picture.
func (w *gifWalk) picture() error {
	body, err := w.take(9, "GIF picture")
	if err != nil {
		return err
	}
	number := func(i int) int { return int(binary.LittleEndian.Uint16(body[i:])) }
	if w.pictures++; w.pictures == 1 {
		corner := image.Pt(number(0), number(2))
		w.first = image.Rectangle{Min: corner, Max: corner.Add(image.Pt(number(4), number(6)))}
	}
	if err := w.colors(body[8]); err != nil {
		return err
	}
	if _, err := w.take(1, "GIF picture"); err != nil { // width of the first codes
		return err
	}
	return w.parts()
}

// extension passes over an extension; the one with a transparent color that
// comes before the first picture is about it.
func (w *gifWalk) extension() error {
	kind, err := w.take(1, "GIF extension")
	if err != nil {
		return err
	}
	const graphicControl = 0xf9
	if body, err := w.part(w.at, 2, "GIF extension"); err == nil && kind[0] == graphicControl && w.pictures == 0 {
		w.transparent = body[1]&1 != 0
	}
	return w.parts()
}

// parts passes over the parts of a block, up to the empty one.
func (w *gifWalk) parts() error {
	for {
		length, err := w.take(1, "GIF block")
		if err != nil || length[0] == 0 {
			return err
		}
		if _, err := w.take(int64(length[0]), "GIF block"); err != nil {
			return err
		}
	}
}
