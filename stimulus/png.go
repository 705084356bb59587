package stimulus

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image/color"
	"slices"
	"sync"

	"github.com/isocortex/isocortex/format/inflate"
)

// plainPNG reads the PNG files that most are: 8 bits per value. It reads them
// as image/png does, in a third of the time; what it does not know, and what is
// damaged, is left to image/png, which knows what to say.
//
//	cost     1 to 4 bytes per pixel, and 3 more where there is a palette or transparency
//	source   W3C PNG (2003), sections 5, 7, 9 and 11
func plainPNG(data []byte, b *blender) (r raster, ok bool) {
	p := parts.Get().(*pngParts)
	if !p.split(data) || !p.unpack() {
		parts.Put(p)
		return raster{}, false
	}
	step := pngBytes[p.kind]
	r = raster{width: p.width, height: p.height, step: step, stride: 1 + step*p.width, pix: p.raw[1:], parts: p}
	if p.kind == pngGray || p.kind == pngRGB {
		return r, true
	}
	defer r.free()
	return r.colors(p.row(b)).raster(), true
}

// parts keeps what reading one file leaves behind for the next.
var parts = sync.Pool{New: func() any { return new(pngParts) }}

// pngParts are the chunks of one PNG file, and what unpacks them.
type pngParts struct {
	stage         int // that of the latest chunk
	width, height int // pixels
	kind          uint8
	palette       []color.Color // of 256
	packed        []uint8       // the pixels, filtered and compressed, and slack
	raw           []uint8       // row by row the number of its filter and the pixels, and slack
	inflater      inflate.Inflater
}

// The kinds of color in a header.
const (
	pngGray      = 0
	pngRGB       = 2
	pngPalette   = 3
	pngGrayAlpha = 4
	pngRGBA      = 6
)

// pngBytes gives the bytes per pixel of every kind of color.
var pngBytes = [...]int{pngGray: 1, pngRGB: 3, pngPalette: 1, pngGrayAlpha: 2, pngRGBA: 4}

// split takes a file apart; ok is false when it is damaged or not plain.
func (p *pngParts) split(data []byte) (ok bool) {
	p.stage, p.palette, p.packed = 0, nil, p.packed[:0]
	rest := data[len("\x89PNG\r\n\x1a\n"):]
	for p.stage != stageEnd {
		kind, body, after, ok := pngChunk(rest)
		if !ok || !p.advance(kind) || !p.take(kind, body) {
			return false
		}
		rest = after
	}
	return true
}

// pngChunk returns the chunk that data begins with, and what follows it; ok is
// false when it is cut or its check sum is wrong.
func pngChunk(data []byte) (kind string, body, rest []byte, ok bool) {
	if len(data) < 12 {
		return "", nil, nil, false
	}
	length := int64(binary.BigEndian.Uint32(data))
	if length > int64(len(data)-12) {
		return "", nil, nil, false
	}
	end := 8 + int(length)
	ok = crc32.ChecksumIEEE(data[4:end]) == binary.BigEndian.Uint32(data[end:])
	return string(data[4:8]), data[8:end], data[end+4:], ok
}

// The stages of a file, in their order.
const (
	stageHeader = iota + 1
	stagePalette
	stageTransparency
	stagePixels
	stageTrailer // chunks that do not matter, after the pixels
	stageEnd
)

// pngStages gives the stage that a chunk belongs to; other chunks do not matter.
var pngStages = map[string]int{
	"IHDR": stageHeader, "PLTE": stagePalette, "tRNS": stageTransparency, "IDAT": stagePixels, "IEND": stageEnd,
}

// advance tells whether a chunk may come now. Each comes once, in the order of
// the stages; only those with pixels come in a row.
func (p *pngParts) advance(kind string) bool {
	stage, known := pngStages[kind]
	switch {
	case !known && p.stage == stagePixels:
		stage = stageTrailer
	case !known:
		return p.stage >= stageHeader
	case p.stage == 0 && stage != stageHeader:
		return false
	case stage <= p.stage && stage != stagePixels, stage < p.stage:
		return false
	}
	p.stage = stage
	return true
}

// take keeps what is in a chunk, if it is as plain files have it.
func (p *pngParts) take(kind string, body []byte) bool {
	switch kind {
	case "IHDR":
		return p.header(body)
	case "PLTE":
		return p.kind == pngPalette && p.colors(body)
	case "tRNS":
		return p.kind == pngPalette && p.alphas(body)
	case "IDAT":
		p.packed = append(p.packed, body...)
		return p.kind != pngPalette || p.palette != nil
	case "IEND":
		return len(body) == 0
	}
	return true
}

// header takes the size and the kind of color.
func (p *pngParts) header(body []byte) bool {
	if len(body) != 13 || !bytes.Equal(body[10:], []byte{0, 0, 0}) { // compression, filters, no interlace
		return false
	}
	p.width, p.height = int(binary.BigEndian.Uint32(body)), int(binary.BigEndian.Uint32(body[4:]))
	depth, kind := body[8], body[9]
	p.kind = kind
	return depth == 8 && int(kind) < len(pngBytes) && pngBytes[kind] > 0 &&
		p.width > 0 && p.height > 0 && !tooLarge(p.width, p.height)
}

// colors takes the palette; colors that it lacks are black.
func (p *pngParts) colors(body []byte) bool {
	if len(body) == 0 || len(body) > 3*256 || len(body)%3 != 0 {
		return false
	}
	p.palette = make([]color.Color, 256)
	for i := range p.palette {
		c := color.NRGBA{A: 0xff}
		if 3*i < len(body) {
			c.R, c.G, c.B = body[3*i], body[3*i+1], body[3*i+2]
		}
		p.palette[i] = c
	}
	return true
}

// alphas takes how opaque the first colors of the palette are.
func (p *pngParts) alphas(body []byte) bool {
	if len(body) > len(p.palette) {
		return false
	}
	for i, alpha := range body {
		c := p.palette[i].(color.NRGBA)
		c.A = alpha
		p.palette[i] = c
	}
	return true
}

// row returns the function that writes a row as red, green and blue.
func (p *pngParts) row(b *blender) func(dst, src []uint8) {
	switch p.kind {
	case pngGrayAlpha:
		return b.grayRow
	case pngPalette:
		return b.paletted(p.palette)
	}
	return func(dst, src []uint8) { b.row(dst, src, 1) }
}

// unpack restores the pixels; ok is false when they are damaged, or more or
// fewer than the header says.
func (p *pngParts) unpack() (ok bool) {
	p.packed = append(p.packed, make([]uint8, inflate.Slack)...)
	step := pngBytes[p.kind]
	stride := 1 + step*p.width
	size := stride*p.height + inflate.Slack
	p.raw = slices.Grow(p.raw[:0], size)[:size]
	if !p.inflater.Zlib(p.raw, p.packed) {
		return false
	}
	above := make([]uint8, stride-1)
	for y := range p.height {
		row := p.raw[y*stride:][:stride]
		if !unfilter(row, above, step) {
			return false
		}
		above = row[1:]
	}
	return true
}

// unfilter restores a row of pixels of step bytes each, behind the number of
// its filter; ok is false when there is no such filter.
//
//	shapes   row: 1 + bytes of a row; above: bytes of a row
//	source   W3C PNG (2003), section 9.2
func unfilter(row, above []uint8, step int) (ok bool) {
	filter, row := row[0], row[1:]
	switch filter {
	case 0:
	case 1:
		unfilterSub(row, step)
	case 2:
		unfilterUp(row, above)
	case 3:
		unfilterAverage(row, above, step)
	case 4:
		unfilterPaeth(row, above, step)
	default:
		return false
	}
	return true
}

// unfilterSub adds what is to the left.
func unfilterSub(row []uint8, step int) {
	for i := range row[step:] {
		row[step+i] += row[i]
	}
}

// unfilterUp adds what is above.
func unfilterUp(row, above []uint8) {
	for i, up := range above[:len(row)] {
		row[i] += up
	}
}

// unfilterAverage adds the mean of what is to the left and above. Each value
// waits for the one to its left, which is therefore kept at hand.
func unfilterAverage(row, above []uint8, step int) {
	above = above[:len(row)]
	switch step {
	case 1:
		left := 0
		for i, up := range above {
			row[i] += uint8((left + int(up)) >> 1)
			left = int(row[i])
		}
	case 3:
		red, green, blue := 0, 0, 0
		for i := 2; i < len(row); i += 3 {
			r, a := row[i-2:i+1:i+1], above[i-2:i+1:i+1]
			red = int(r[0] + uint8((red+int(a[0]))>>1))
			green = int(r[1] + uint8((green+int(a[1]))>>1))
			blue = int(r[2] + uint8((blue+int(a[2]))>>1))
			r[0], r[1], r[2] = uint8(red), uint8(green), uint8(blue)
		}
	default:
		for i := range step {
			row[i] += above[i] / 2
		}
		for i := step; i < len(row); i++ {
			row[i] += uint8((int(row[i-step]) + int(above[i])) / 2)
		}
	}
}

// unfilterPaeth adds what Paeth predicts. Each value waits for the one to its
// left, which is therefore kept at hand.
func unfilterPaeth(row, above []uint8, step int) {
	above = above[:len(row)]
	switch step {
	case 1:
		left, corner := 0, 0
		for i, up := range above {
			row[i] += paeth(left, int(up), corner)
			left, corner = int(row[i]), int(up)
		}
	case 3:
		red, green, blue := 0, 0, 0
		red0, green0, blue0 := 0, 0, 0 // in the corner
		for i := 2; i < len(row); i += 3 {
			r, a := row[i-2:i+1:i+1], above[i-2:i+1:i+1]
			red1, green1, blue1 := int(a[0]), int(a[1]), int(a[2])
			red = int(r[0] + paeth(red, red1, red0))
			green = int(r[1] + paeth(green, green1, green0))
			blue = int(r[2] + paeth(blue, blue1, blue0))
			r[0], r[1], r[2] = uint8(red), uint8(green), uint8(blue)
			red0, green0, blue0 = red1, green1, blue1
		}
	default:
		for i := range step {
			row[i] += above[i]
		}
		for i := step; i < len(row); i++ {
			row[i] += paeth(int(row[i-step]), int(above[i]), int(above[i-step]))
		}
	}
}

// paeth returns left, up or corner, whichever is nearest to left + up - corner,
// the first of them where two are as near: the corner if it lies in between,
// and near the middle. There are no jumps, which noise would make costly.
//
//	source   S. Barrett, stb_image 2.28
func paeth(left, up, corner int) uint8 {
	low, high := min(left, up), max(left, up)
	mirrored := 3*corner - left - up
	nearest := corner
	if high <= mirrored {
		nearest = low
	}
	if mirrored <= low {
		nearest = high
	}
	return uint8(nearest)
}
