package stimulus

import (
	"encoding/binary"
	"image/color"
	"math/bits"
)

// A bmp is a BMP file whose header is in order.
type bmp struct {
	source
	width, height int
	topDown       bool
	depth         int // bits per pixel
	packing       uint32
	offset        int64     // of the pixels
	masks         [4]uint32 // which bits of a pixel are red, green, blue and alpha
	palette       []color.Color
}

// How the pixels of a BMP file are packed.
const (
	bmpPlain      = 0
	bmpRuns8      = 1 // runs of pixels of 8 bits
	bmpRuns4      = 2
	bmpMasks      = 3
	bmpAlphaMasks = 6
)

// openBMP reads the header of a BMP file, of Windows or OS/2. The fourth byte of
// a pixel is alpha only where a mask says so, as in Pillow.
//
//	source   Microsoft, BITMAPINFOHEADER and BITMAPV5HEADER structures (wingdi.h)
func openBMP(s source) (Header, decoder, error) {
	f := &bmp{source: s}
	if err := f.header(); err != nil {
		return Header{}, nil, err
	}
	h := Header{Mode: "RGB", Depth: 8, Width: f.width, Height: f.height, Alpha: f.masks[3] != 0, least: f.least()}
	if f.depth <= 8 {
		h.Mode, h.Depth = "palette", f.depth
	}
	if f.depth == 16 {
		h.Depth = bits.OnesCount32(f.masks[0])
	}
	return h, f.decode, nil
}

// header reads what stands before the pixels.
func (f *bmp) header() error {
	const field = "BMP header"
	start, err := f.part(0, 18, field)
	if err != nil {
		return err
	}
	f.offset = int64(binary.LittleEndian.Uint32(start[10:]))
	length := int64(binary.LittleEndian.Uint32(start[14:]))
	if length != 12 && (length < 40 || length > 1<<10) {
		return f.unsupported(14, field, "a header of %d bytes: save it as PNG", length)
	}
	body, err := f.part(14, length, field)
	if err != nil {
		return err
	}
	used := uint32(0) // colors of the palette; 0 for all
	if length == 12 {
		f.width, f.height = int(binary.LittleEndian.Uint16(body[4:])), int(binary.LittleEndian.Uint16(body[6:]))
		f.depth = int(binary.LittleEndian.Uint16(body[10:]))
	} else {
		f.width, f.height = int(int32(binary.LittleEndian.Uint32(body[4:]))), int(int32(binary.LittleEndian.Uint32(body[8:])))
		f.depth, f.packing = int(binary.LittleEndian.Uint16(body[14:])), binary.LittleEndian.Uint32(body[16:])
		used = binary.LittleEndian.Uint32(body[32:])
	}
	if f.height < 0 {
		f.topDown, f.height = true, -f.height
	}
	colors, err := f.readMasks(length)
	if err != nil || f.depth > 8 {
		return err
	}
	return f.readPalette(colors, length, used)
}

// readMasks finds out where the colors are in a pixel; it returns where the
// palette begins.
func (f *bmp) readMasks(length int64) (colors int64, err error) {
	plain := map[int][4]uint32{1: {}, 4: {}, 8: {}, 16: {0x7c00, 0x3e0, 0x1f}, 24: {0xff0000, 0xff00, 0xff}, 32: {0xff0000, 0xff00, 0xff}}
	var known bool
	f.masks, known = plain[f.depth]
	masked := f.packing == bmpMasks || f.packing == bmpAlphaMasks
	runs := f.packing == bmpRuns8 && f.depth == 8 || f.packing == bmpRuns4 && f.depth == 4
	if !known || f.packing != bmpPlain && !runs && (!masked || f.depth != 16 && f.depth != 32) {
		return 0, f.unsupported(28, "BMP header", "%d bits per pixel, packing %d: save it as PNG", f.depth, f.packing)
	}
	colors = 14 + length
	if !masked {
		return colors, nil
	}
	count := int64(3)
	if length >= 56 || f.packing == bmpAlphaMasks {
		count = 4
	}
	raw, err := f.part(54, 4*count, "BMP masks") // within a long header, or behind a short one
	for i := 0; i < len(raw); i += 4 {
		f.masks[i/4] = binary.LittleEndian.Uint32(raw[i:])
	}
	return colors, err
}

// readPalette reads the colors that stand between the header and the pixels.
func (f *bmp) readPalette(at, length int64, used uint32) error {
	size := int64(4)
	if length == 12 {
		size = 3
	}
	count := int64(1) << f.depth
	if used > 0 {
		count = min(count, int64(used))
	}
	if f.offset > at {
		count = min(count, (f.offset-at)/size)
	}
	raw, err := f.part(at, size*count, "BMP palette")
	for ; len(raw) > 0; raw = raw[size:] {
		f.palette = append(f.palette, color.RGBA{raw[2], raw[1], raw[0], 0xff})
	}
	return err
}

// stride returns the bytes of a row, which end at a multiple of four.
func (f *bmp) stride() int64 { return (int64(f.width)*int64(f.depth) + 31) / 32 * 4 }

// least returns how long the file must be. Two bytes are a run of at most 255
// pixels.
func (f *bmp) least() int64 {
	if f.packing == bmpRuns8 || f.packing == bmpRuns4 {
		return f.offset + int64(f.width)*int64(f.height)*2/255
	}
	return f.offset + f.stride()*int64(f.height)
}

// decode reads the pixels.
func (f *bmp) decode(b *blender) (raster, error) {
	img := NewImage(f.width, f.height)
	row := f.row(b)
	data, stride := f.data[f.offset:], int(f.stride())
	depth := f.depth
	if f.packing == bmpRuns8 || f.packing == bmpRuns4 {
		var err error
		if data, err = f.runs(); err != nil {
			return raster{}, err
		}
		stride, depth = f.width, 8
	}
	for y := range f.height {
		to := f.height - 1 - y
		if f.topDown {
			to = y
		}
		line := data[y*stride:]
		row(img.Pix[3*f.width*to:][:3*f.width], line[:(f.width*depth+7)/8])
	}
	return img.raster(), nil
}

// row returns the function that writes a row as red, green and blue.
func (f *bmp) row(b *blender) func(dst, src []uint8) {
	if f.depth <= 8 {
		colors := b.paletted(f.palette)
		indices := make([]uint8, f.width)
		packed := f.packing != bmpRuns8 && f.packing != bmpRuns4
		return func(dst, src []uint8) {
			if packed {
				src = indices[:unpackBits(indices, src, f.depth)]
			}
			colors(dst, src)
		}
	}
	if f.depth == 24 {
		return func(dst, src []uint8) {
			for ; len(dst) >= 3; dst, src = dst[3:], src[3:] {
				dst[0], dst[1], dst[2] = src[2], src[1], src[0]
			}
		}
	}
	return f.maskedRow(b)
}

// maskedRow returns the function that writes a row of pixels whose masks tell
// the colors.
func (f *bmp) maskedRow(b *blender) func(dst, src []uint8) {
	straight := make([]uint8, 4*f.width)
	return func(dst, src []uint8) {
		for x := range f.width {
			var pixel uint32
			if f.depth == 16 {
				pixel = uint32(binary.LittleEndian.Uint16(src[2*x:]))
			} else {
				pixel = binary.LittleEndian.Uint32(src[4*x:])
			}
			for c, mask := range f.masks {
				straight[4*x+c] = masked(pixel, mask)
			}
			if f.masks[3] == 0 {
				straight[4*x+3] = 0xff
			}
		}
		b.row(dst, straight, 1)
	}
}

// masked returns the color in a pixel, as a part of 255, rounded down as Pillow
// does; 0 where there is none.
func masked(pixel, mask uint32) uint8 {
	if mask == 0 {
		return 0
	}
	shift := bits.TrailingZeros32(mask)
	return uint8(uint64(pixel&mask>>shift) * 255 / uint64(mask>>shift))
}

// unpackBits writes one byte for each value of 1, 2, 4 or 8 bits, the high ones
// first, as many as dst holds, and returns how many.
func unpackBits(dst, src []uint8, depth int) int {
	perByte := 8 / depth
	for i := range dst {
		shift := 8 - depth*(i%perByte+1)
		dst[i] = src[i/perByte] >> shift & (1<<depth - 1)
	}
	return len(dst)
}

// runs unpacks runs of pixels. What they leave out has index 0.
//
//	shapes   result: height × width, an index per pixel, as stored from the bottom
func (f *bmp) runs() ([]uint8, error) {
	r := bmpRuns{bmp: f, rest: f.data[f.offset:], out: make([]uint8, f.width*f.height)}
	for !r.ended {
		if !r.step() {
			return nil, f.short("BMP runs")
		}
	}
	return r.out, nil
}

// bmpRuns unpacks the runs of a file.
type bmpRuns struct {
	*bmp
	rest  []uint8
	out   []uint8
	x, y  int
	ended bool
}

// step unpacks a run, or does what an escape says; ok is false at the end of
// the file.
func (r *bmpRuns) step() (ok bool) {
	if len(r.rest) < 2 {
		return false
	}
	count, value := int(r.rest[0]), r.rest[1]
	r.rest = r.rest[2:]
	if count > 0 {
		r.put(count, func(int) uint8 { return value })
		return true
	}
	switch value {
	case 0: // the end of the row
		r.x, r.y = 0, r.y+1
	case 1: // the end
		r.ended = true
	case 2: // a place further on
		if len(r.rest) < 2 {
			return false
		}
		r.x, r.y = r.x+int(r.rest[0]), r.y+int(r.rest[1])
		r.rest = r.rest[2:]
	default:
		return r.literal(int(value))
	}
	r.ended = r.ended || r.y >= r.height
	return true
}

// literal copies pixels, which end at a multiple of two bytes.
func (r *bmpRuns) literal(count int) (ok bool) {
	length := (count*r.depth + 7) / 8
	if len(r.rest) < length {
		return false
	}
	pixels := r.rest
	r.put(count, func(i int) uint8 { return pixels[i*r.depth/8] })
	r.rest = r.rest[min(length+length%2, len(r.rest)):]
	return true
}

// put writes pixels of a row; those beyond its end are dropped.
func (r *bmpRuns) put(count int, packed func(i int) uint8) {
	for i := range count {
		value := packed(i)
		if r.depth == 4 {
			value = value >> (4 - i%2*4) & 0xf
		}
		if r.x < r.width && r.y < r.height {
			r.out[r.y*r.width+r.x] = value
		}
		r.x++
	}
}
