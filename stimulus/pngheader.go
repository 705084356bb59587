package stimulus

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image/png"
	"slices"
)

// pngModes gives the name of every kind of color.
var pngModes = map[uint8]string{pngGray: "gray", pngRGB: "RGB", pngPalette: "palette", pngGrayAlpha: "gray", pngRGBA: "RGB"}

// openPNG reads the header of a PNG file, and the chunks that change how its
// pixels are seen.
//
//	source   W3C PNG (2003), section 11; PNG 1.2 extensions 1.5.0 (2017) for eXIf
func openPNG(s source) (Header, decoder, error) {
	start, err := s.part(0, 33, "PNG header")
	if err != nil {
		return Header{}, nil, err
	}
	depth, kind := start[24], start[25]
	h := Header{
		Mode: pngModes[kind], Depth: int(depth), Alpha: kind == pngGrayAlpha || kind == pngRGBA,
		Width: int(binary.BigEndian.Uint32(start[16:])), Height: int(binary.BigEndian.Uint32(start[20:])),
	}
	if tooLarge(h.Width, h.Height) {
		return h, nil, nil // the decoder would refuse some without saying the size
	}
	if _, err := png.DecodeConfig(bytes.NewReader(s.data)); err != nil {
		return h, nil, s.pngDefect(err)
	}
	values := int64(pngBytes[kind])
	h.least = (int64(h.Width)*int64(depth)*values/8 + 1) * int64(h.Height) / 1032 // as many bytes as one can become
	h.pngChunks(s.data, kind)
	return h, s.decodePNG, nil
}

// pngChunks goes from chunk to chunk, up to the first that is cut.
func (h *Header) pngChunks(data []byte, kind uint8) {
	for rest := data[8:]; len(rest) >= 12; {
		length := int64(binary.BigEndian.Uint32(rest))
		if length > int64(len(rest)-12) {
			return
		}
		body := rest[8 : 8+length]
		switch string(rest[4:8]) {
		case "tRNS":
			h.Alpha = kind != pngPalette || slices.ContainsFunc(body, func(alpha byte) bool { return alpha != 0xff })
		case "acTL": // frames, of which the pixels at their usual place are the first
			if len(body) >= 4 {
				h.Pictures = int(binary.BigEndian.Uint32(body))
			}
		case "eXIf":
			h.Orientation = exifOrientation(body)
		case "IEND":
			return
		}
		rest = rest[12+length:]
	}
}

// decodePNG reads the pixels.
func (s source) decodePNG(b *blender) (raster, error) {
	if r, ok := plainPNG(s.data, b); ok {
		return r, nil
	}
	b.used = false
	decoded, err := png.Decode(bytes.NewReader(s.data))
	if err != nil {
		return raster{}, s.pngDefect(err)
	}
	return rasterOf(decoded, b), nil
}

// pngDefect says what is wrong in a file, and at which byte where that is known.
func (s source) pngDefect(err error) error {
	if offset, field, what := damagedChunk(s.data); what != "" {
		return s.malformed(offset, field, "%s: copy or download the file again", what)
	}
	return s.defect(err, "PNG")
}

// damagedChunk finds the first chunk of a PNG file that is cut or whose check
// sum is wrong; what is "" when there is none.
func damagedChunk(data []byte) (offset int64, field, what string) {
	for at := 8; ; {
		if len(data)-at < 12 {
			return int64(len(data)), "chunk", "the file ends too early"
		}
		length, kind := int64(binary.BigEndian.Uint32(data[at:])), string(data[at+4:at+8])
		field = fmt.Sprintf("chunk %q", kind)
		if left := int64(len(data) - at - 12); length > left {
			return int64(len(data)), field, fmt.Sprintf("the file ends too early, %d bytes are missing", length-left)
		}
		end := at + 8 + int(length)
		if crc32.ChecksumIEEE(data[at+4:end]) != binary.BigEndian.Uint32(data[end:]) {
			return int64(at), field, "wrong check sum"
		}
		if kind == "IEND" {
			return 0, "", ""
		}
		at = end + 4
	}
}
