package stimulus

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"image/jpeg"
	"strings"
)

// openJPEG reads the header of a JPEG file.
//
// Ink colors (CMYK, YCCK) are read as Adobe's programs write them, inverted.
//
//	source   ITU-T T.81 (1992), annex B
func openJPEG(s source) (Header, decoder, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(s.data))
	if err != nil {
		return Header{}, nil, s.defect(err, "JPEG")
	}
	h := Header{Mode: "RGB", Depth: 8, Width: config.Width, Height: config.Height, Orientation: exifOrientation(jpegEXIF(s.data))}
	switch config.ColorModel {
	case color.GrayModel:
		h.Mode = "gray"
	case color.CMYKModel:
		h.Mode = "CMYK"
	}
	h.least = int64(h.Width) * int64(h.Height) / (64 * 8) // a bit per block of 8 × 8 pixels
	return h, func(b *blender) (raster, error) {
		decoded, err := jpeg.Decode(bytes.NewReader(s.data))
		if err != nil && strings.HasSuffix(err.Error(), "short Huffman data") {
			return raster{}, s.short("JPEG") // which it means, of a file that ends amid the pixels
		}
		if err != nil {
			return raster{}, s.defect(err, "JPEG")
		}
		return rasterOf(decoded, b), nil
	}, nil
}

// jpegEXIF returns the EXIF data of a JPEG file; nil when there are none.
func jpegEXIF(data []byte) []byte {
	const title = "Exif\x00\x00"
	for rest := data[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		marker, length := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		switch {
		case marker == 0xff: // filling
			rest = rest[1:]
			continue
		case marker == 0xda || length < 2 || length > len(rest)-2: // the pixels
			return nil
		case marker == 0xe1 && strings.HasPrefix(string(rest[4:min(len(rest), 4+len(title))]), title):
			return rest[4 : 2+length]
		}
		rest = rest[2+length:]
	}
	return nil
}
