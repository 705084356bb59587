package stimulus

import (
	"bytes"
	"encoding/binary"
	"image"

	"golang.org/x/image/vp8l"
	"golang.org/x/image/webp"
)

// openWebP reads the chunks of a WebP file. How few bytes hold how many pixels
// has no limit: a picture of one color takes none.
//
//	source   RFC 9649 (2024), section 2; RFC 6386 (2011), section 9.1
func openWebP(s source) (Header, decoder, error) {
	h := Header{Mode: "RGB", Depth: 8}
	length := int64(binary.LittleEndian.Uint32(s.data[4:]))
	if _, err := s.part(8, length, "WebP file"); err != nil {
		return h, nil, err
	}
	var lossless []byte
	for at := int64(12); at < 8+length; {
		kind, body, err := s.webpChunk(at)
		if err == nil {
			err = h.takeWebP(s, kind, body)
		}
		if err != nil {
			return h, nil, err
		}
		if kind == "VP8L" && lossless == nil {
			lossless = body
		}
		at += 8 + int64(len(body)+len(body)%2)
	}
	if lossless != nil {
		return h, func(b *blender) (raster, error) { return s.decodeLossless(lossless, h.Alpha, b) }, nil
	}
	return h, s.decodeWebP, nil
}

// webpChunk returns the chunk that begins at a byte.
func (s source) webpChunk(at int64) (kind string, body []byte, err error) {
	start, err := s.part(at, 8, "WebP chunk")
	if err != nil {
		return "", nil, err
	}
	kind = string(start[:4])
	body, err = s.part(at+8, int64(binary.LittleEndian.Uint32(start[4:])), "WebP chunk "+kind)
	return kind, body, err
}

// takeWebP takes what a chunk tells. Those that speak of a size must agree.
func (h *Header) takeWebP(s source, kind string, body []byte) error {
	field := "WebP chunk " + kind
	if kind == "ANIM" {
		return s.unsupported(-1, field, "this picture moves: save one moment of it as PNG")
	}
	width, height, ok := h.webpSize(kind, body)
	switch {
	case !ok:
		return s.malformed(-1, field, "its header is damaged")
	case width == 0 && height == 0: // says nothing
	case h.Width == 0 && h.Height == 0:
		h.Width, h.Height = width, height
	case h.Width != width || h.Height != height:
		return s.malformed(-1, field, "%d × %d pixels of a picture of %d × %d", width, height, h.Width, h.Height)
	}
	return nil
}

// webpSize takes what a chunk tells beside its size, which it returns, 0 where
// there is none; ok is false when the chunk is damaged.
func (h *Header) webpSize(kind string, body []byte) (width, height int, ok bool) {
	switch kind {
	case "VP8X":
		if len(body) < 10 {
			return 0, 0, false
		}
		h.Alpha = body[0]&0x10 != 0
		return 1 + little24(body[4:]), 1 + little24(body[7:]), true
	case "VP8L":
		if len(body) < 5 || body[0] != 0x2f {
			return 0, 0, false
		}
		packed := binary.LittleEndian.Uint32(body[1:])
		h.Alpha = h.Alpha || packed>>28&1 != 0
		return 1 + int(packed&0x3fff), 1 + int(packed>>14&0x3fff), true
	case "VP8 ":
		if len(body) < 10 || body[0]&1 != 0 || string(body[3:6]) != "\x9d\x01\x2a" {
			return 0, 0, false
		}
		width, height = int(binary.LittleEndian.Uint16(body[6:])&0x3fff), int(binary.LittleEndian.Uint16(body[8:])&0x3fff)
		return width, height, width > 0 && height > 0
	case "EXIF":
		h.Orientation = exifOrientation(body)
	}
	return 0, 0, true
}

func little24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// decodeLossless reads the pixels of a VP8L chunk, which x/image/webp refuses
// behind a header that speaks of transparency.
func (s source) decodeLossless(body []byte, alpha bool, b *blender) (raster, error) {
	decoded, err := vp8l.Decode(bytes.NewReader(body))
	if err != nil {
		return raster{}, s.defect(err, "WebP chunk VP8L")
	}
	m := decoded.(*image.NRGBA)
	if !alpha {
		return convert((*image.RGBA)(m), b).raster(), nil
	}
	return convert(m, b).raster(), nil
}

// decodeWebP reads the pixels of a picture that is not lossless.
func (s source) decodeWebP(b *blender) (raster, error) {
	decoded, err := webp.Decode(bytes.NewReader(s.data))
	if err != nil {
		return raster{}, s.defect(err, "WebP")
	}
	if m, ok := decoded.(*image.NYCbCrA); ok {
		return b.video(&m.YCbCr, m.A, m.AStride).raster(), nil
	}
	return b.video(decoded.(*image.YCbCr), nil, 0).raster(), nil
}

// video converts a picture that was compressed like a frame of a video: with
// luma from 16 to 235, and chroma of half the columns and rows, which is
// interpolated linearly. It has the bits that libwebp gives.
//
//	source   ITU-R BT.601 (2011), section 2.5; libwebp 1.2.4 for the rounding
func (b *blender) video(m *image.YCbCr, alpha []uint8, stride int) *Image {
	img := NewImage(m.Rect.Dx(), m.Rect.Dy())
	straight := make([]uint8, 4*img.Width)
	for y := range img.Height {
		for x := range img.Width {
			pixel := straight[4*x : 4*x+4]
			cb, cr := halfway(m, m.Cb, x, y), halfway(m, m.Cr, x, y)
			pixel[0], pixel[1], pixel[2] = videoRGB(int32(m.Y[y*m.YStride+x]), cb, cr)
			pixel[3] = 0xff
			if alpha != nil {
				pixel[3] = alpha[y*stride+x]
			}
		}
		b.row(img.Pix[3*img.Width*y:][:3*img.Width], straight, 1)
	}
	return img
}

// halfway returns the chroma at a pixel: 9/16 of the nearest value, 3/16 of its
// neighbors to the side and above or below, 1/16 of the one between them.
func halfway(m *image.YCbCr, plane []uint8, x, y int) int32 {
	side := min(max(x/2-1+x%2*2, 0), (m.Rect.Dx()+1)/2-1)
	beyond := min(max(y/2-1+y%2*2, 0), (m.Rect.Dy()+1)/2-1)
	near, far := plane[y/2*m.CStride:], plane[beyond*m.CStride:]
	return (9*int32(near[x/2]) + 3*int32(near[side]) + 3*int32(far[x/2]) + int32(far[side]) + 8) >> 4
}

// videoRGB converts one pixel. The factors are those of BT.601 times 2^14, of
// which 2^8 are divided by first.
func videoRGB(y, cb, cr int32) (red, green, blue uint8) {
	luma := 19077 * y >> 8
	return clip((luma + 26149*cr>>8 - 14234) >> 6),
		clip((luma - 6419*cb>>8 - 13320*cr>>8 + 8708) >> 6),
		clip((luma + 33050*cb>>8 - 17685) >> 6)
}
