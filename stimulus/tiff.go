package stimulus

import (
	"fmt"
	"image/color"
	"slices"
)

// The fields of a TIFF directory that matter.
const (
	tagWidth        = 256
	tagHeight       = 257
	tagBits         = 258
	tagCompression  = 259
	tagKind         = 262 // PhotometricInterpretation
	tagFillOrder    = 266
	tagStripOffsets = 273
	tagOrientation  = 274
	tagValues       = 277 // SamplesPerPixel
	tagRowsPerStrip = 278
	tagStripCounts  = 279
	tagPlanar       = 284
	tagT4Options    = 292
	tagPredictor    = 317
	tagColorMap     = 320
	tagTileWidth    = 322
	tagTileHeight   = 323
	tagTileOffsets  = 324
	tagTileCounts   = 325
	tagExtra        = 338
	tagNumberKind   = 339 // SampleFormat
)

// The kinds of color.
const (
	tiffWhiteIsZero = 0
	tiffBlackIsZero = 1
	tiffRGB         = 2
	tiffPalette     = 3
	tiffCMYK        = 5
)

// tiffModes gives the name and the number of colors of every kind.
var tiffModes = map[uint32]struct {
	name   string
	colors int
}{
	tiffWhiteIsZero: {"gray", 1}, tiffBlackIsZero: {"gray", 1}, tiffRGB: {"RGB", 3}, tiffPalette: {"palette", 1}, tiffCMYK: {"CMYK", 4},
}

// The alphas of a pixel.
const (
	noAlpha       = iota
	straightAlpha // colors are stored as they are
	foldedAlpha   // colors are stored times alpha
)

// maxValues is the largest number of values of a pixel.
const maxValues = 64

// A tiff is the first picture of a TIFF file whose fields are in order. It is
// stored in blocks: strips of whole rows, or tiles.
type tiff struct {
	*directory
	width, height int
	kind          uint32
	colors        int // 1, 3 or 4
	alpha         int
	values        int // of a pixel: the colors, alpha, and what is not shown
	depth         int // bits of a value
	compression   uint32
	predicted     bool // every value is stored as the difference to the one before
	planes        int  // 1, or values: each in blocks of its own
	reversed      bool // the low bit of a byte is the first
	palette       []color.Color

	blockWidth, blockHeight int
	across, down            int // blocks
	tiled                   bool
	offsets, counts         []uint32 // of blocks: planes × down × across
}

// openTIFF reads the first directory of a TIFF file.
//
// Strips and tiles are read, plain, PackBits, LZW, Deflate, CCITT group 3 in one
// dimension and group 4; 1, 2, 4, 8 and 16 bits per value.
//
//	errors   BigTIFF, JPEG inside TIFF, colors other than gray, RGB, palette and
//	         CMYK, numbers that are not whole are not supported
//	source   Adobe, TIFF 6.0 (1992) and Technical Note 2
func openTIFF(s source) (Header, decoder, error) {
	d, err := readDirectory(s)
	if err != nil {
		return Header{}, nil, err
	}
	f := &tiff{directory: d}
	for _, read := range []func() error{f.pixels, f.pack, f.blocks} {
		err := read()
		if d.err != nil {
			err = d.err
		}
		if err != nil {
			return Header{}, nil, err
		}
	}
	h := Header{
		Mode: tiffModes[f.kind].name, Depth: f.depth, Alpha: f.alpha != noAlpha, Orientation: d.orientation(),
		Width: f.width, Height: f.height, Pictures: d.pictures(), least: f.least(),
	}
	return h, f.decode, nil
}

// pictures counts the directories.
func (d *directory) pictures() int {
	seen := map[int64]bool{}
	for next := int64(d.next); next != 0 && !seen[next]; {
		start, err := d.part(next, 2, "TIFF directory")
		if err != nil {
			break
		}
		seen[next] = true
		link, err := d.part(next+2+12*int64(d.order.Uint16(start)), 4, "TIFF directory")
		if err != nil {
			break
		}
		next = int64(d.order.Uint32(link))
	}
	return 1 + len(seen)
}

// pixels reads what a pixel is.
func (f *tiff) pixels() error {
	f.width, f.height = int(f.number(tagWidth, 0)), int(f.number(tagHeight, 0))
	f.kind = f.number(tagKind, tiffBlackIsZero)
	mode, known := tiffModes[f.kind]
	if !known {
		return f.cannot(tagKind, "colors of kind %d", f.kind)
	}
	f.colors, f.values = mode.colors, int(f.number(tagValues, 1))
	depths := f.numbers(tagBits, maxValues)
	f.depth = 1
	if len(depths) > 0 {
		f.depth = int(depths[0])
	}
	for _, depth := range depths {
		if int(depth) != f.depth {
			return f.cannot(tagBits, "values of %d bits", depths)
		}
	}
	if !slices.Contains([]int{1, 2, 4, 8, 16}, f.depth) || f.kind == tiffPalette && f.depth > 8 {
		return f.cannot(tagBits, "values of %d bits", f.depth)
	}
	if kind := f.number(tagNumberKind, 1); kind != 1 {
		return f.cannot(tagNumberKind, "numbers of kind %d, want whole ones without sign", kind)
	}
	if f.values < f.colors || f.values > maxValues {
		return f.malformed(-1, "TIFF field 277", "%d values per pixel of %s", f.values, mode.name)
	}
	if err := f.readAlpha(); err != nil || f.kind != tiffPalette {
		return err
	}
	return f.readPalette()
}

// readAlpha finds out what the value behind the colors is. Where nothing says
// so, it is alpha, as in Pillow.
func (f *tiff) readAlpha() error {
	if f.values == f.colors {
		return nil
	}
	switch f.number(tagExtra, 2) {
	case 1:
		f.alpha = foldedAlpha
	case 2:
		f.alpha = straightAlpha
	}
	if f.alpha != noAlpha && (f.kind == tiffPalette || f.kind == tiffCMYK) {
		return f.cannot(tagExtra, "%s with transparency", tiffModes[f.kind].name)
	}
	return nil
}

// readPalette reads all reds, all greens, all blues; of 16 bits each the high
// 8 are kept.
func (f *tiff) readPalette() error {
	count := 1 << f.depth
	levels := f.numbers(tagColorMap, int64(3*count))
	if f.err == nil && len(levels) < 3*count {
		return f.malformed(-1, "TIFF field 320", "%d levels for %d colors", len(levels), count)
	}
	for i := range len(levels) / 3 {
		f.palette = append(f.palette, color.RGBA{uint8(levels[i] >> 8), uint8(levels[count+i] >> 8), uint8(levels[2*count+i] >> 8), 0xff})
	}
	return nil
}

// cannot is the error of a field with a value beyond this package.
func (f *tiff) cannot(tag uint16, what string, args ...any) error {
	return f.unsupported(-1, fmt.Sprintf("TIFF field %d", tag), "%s: save it as PNG", fmt.Sprintf(what, args...))
}
