package stimulus

import (
	"bytes"
	"io"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/zlib"
	"golang.org/x/image/ccitt"
	"golang.org/x/image/tiff/lzw"
)

// The ways a block may be compressed.
const (
	tiffPlain      = 1
	tiffGroup3     = 3
	tiffGroup4     = 4
	tiffLZW        = 5
	tiffDeflate    = 8
	tiffDeflateOld = 32946
	tiffPackBits   = 32773
)

// tiffRatios gives the largest number of bytes that one becomes. A byte of group
// 3 or 4 becomes up to eight rows, however long.
var tiffRatios = map[uint32]int64{
	tiffPlain: 1, tiffGroup3: 0, tiffGroup4: 0, tiffLZW: 4096, tiffDeflate: 1032, tiffDeflateOld: 1032, tiffPackBits: 64,
}

// pack reads how the values of a block are packed.
func (f *tiff) pack() error {
	f.compression = f.number(tagCompression, tiffPlain)
	if _, known := tiffRatios[f.compression]; !known {
		return f.cannot(tagCompression, "compression %d", f.compression)
	}
	if fax := f.compression == tiffGroup3 || f.compression == tiffGroup4; fax && (f.depth != 1 || f.values != 1) {
		return f.cannot(tagCompression, "compression %d of %d × %d bits", f.compression, f.values, f.depth)
	}
	if f.compression == tiffGroup3 && f.number(tagT4Options, 0)&1 != 0 {
		return f.cannot(tagT4Options, "group 3 compression in two dimensions")
	}
	switch predictor := f.number(tagPredictor, 1); {
	case predictor == 1 || f.compression != tiffLZW && f.compression != tiffDeflate && f.compression != tiffDeflateOld:
	case predictor != 2 || f.depth < 8:
		return f.cannot(tagPredictor, "predictor %d of %d bits", predictor, f.depth)
	default:
		f.predicted = true
	}
	f.reversed = f.number(tagFillOrder, 1) == 2
	f.planes = 1
	if f.number(tagPlanar, 1) == 2 {
		f.planes = f.values
	}
	return nil
}

// blocks reads where the blocks stand.
func (f *tiff) blocks() error {
	offsets, counts := uint16(tagStripOffsets), uint16(tagStripCounts)
	f.blockWidth, f.blockHeight = f.width, int(min(f.number(tagRowsPerStrip, 1<<31), uint32(max(f.height, 1))))
	if _, f.tiled = f.entries[tagTileWidth]; f.tiled {
		offsets, counts = tagTileOffsets, tagTileCounts
		f.blockWidth, f.blockHeight = int(f.number(tagTileWidth, 0)), int(f.number(tagTileHeight, 0))
	}
	f.offsets, f.counts = f.numbers(offsets, MaxPixels), f.numbers(counts, MaxPixels)
	if f.err != nil || f.width < 1 || f.height < 1 || tooLarge(f.width, f.height) {
		return f.err // of sizes, check will complain
	}
	if f.blockWidth < 1 || f.blockHeight < 1 {
		return f.malformed(-1, "TIFF blocks", "blocks of %d × %d pixels", f.blockWidth, f.blockHeight)
	}
	f.across, f.down = (f.width+f.blockWidth-1)/f.blockWidth, (f.height+f.blockHeight-1)/f.blockHeight
	if tooLarge(f.across*f.blockWidth, f.down*f.blockHeight) {
		return f.unsupported(-1, "TIFF blocks", "%d × %d pixels in tiles of %d × %d", f.width, f.height, f.blockWidth, f.blockHeight)
	}
	if f.counts == nil && len(f.offsets) == 1 && f.compression == tiffPlain {
		f.counts = []uint32{uint32(min(f.blockBytes(f.blockHeight), int64(len(f.data))))}
	}
	return f.checkBlocks()
}

// checkBlocks refuses blocks that are not in the file, or stand in the same
// place as others.
func (f *tiff) checkBlocks() error {
	want := f.across * f.down * f.planes
	if len(f.offsets) < want || len(f.counts) < want {
		return f.malformed(-1, "TIFF blocks", "%d places and %d lengths for %d blocks", len(f.offsets), len(f.counts), want)
	}
	total := int64(0)
	for i, offset := range f.offsets[:want] {
		if _, err := f.part(int64(offset), int64(f.counts[i]), "TIFF block"); err != nil {
			return err
		}
		total += int64(f.counts[i])
	}
	if total > int64(len(f.data)) {
		return f.malformed(-1, "TIFF blocks", "%d bytes in a file of %d: blocks overlap", total, len(f.data))
	}
	return nil
}

// rowBytes returns the bytes of a row of a block, which begins with a new byte.
func (f *tiff) rowBytes() int64 {
	return (int64(f.blockWidth)*int64(f.values/f.planes)*int64(f.depth) + 7) / 8
}

// blockBytes returns the bytes of so many rows of a block.
func (f *tiff) blockBytes(rows int) int64 { return f.rowBytes() * int64(rows) }

// rows returns how many rows a block in this place has: tiles are whole, strips
// end with the picture.
func (f *tiff) rows(down int) int {
	if f.tiled {
		return f.blockHeight
	}
	return min(f.blockHeight, f.height-down*f.blockHeight)
}

// least returns how long the file must be for the pixels to be in it.
func (f *tiff) least() int64 {
	rows := f.height
	if f.tiled {
		rows = f.down * f.blockHeight
	}
	raw := f.blockBytes(rows) * int64(f.across) * int64(f.planes)
	if ratio := tiffRatios[f.compression]; ratio > 0 {
		return raw / ratio
	}
	return int64(f.height) / 8
}

// block returns the values of a block: rows × blockWidth × values of a plane, a
// byte each.
func (f *tiff) block(index, rows int) ([]uint8, error) {
	packed, err := f.part(int64(f.offsets[index]), int64(f.counts[index]), "TIFF block")
	if err != nil {
		return nil, err
	}
	if f.reversed {
		packed = slices.Clone(packed)
		for i, b := range packed {
			packed[i] = bits.Reverse8(b)
		}
	}
	raw := make([]uint8, f.blockBytes(rows))
	if n, err := f.unpack(raw, packed, rows); err != nil {
		return nil, f.malformed(int64(f.offsets[index]), "TIFF block", "%d of %d bytes: %w", n, len(raw), err)
	}
	values := make([]uint8, rows*f.blockWidth*(f.values/f.planes))
	perRow := len(values) / rows
	for y := range rows {
		line := raw[y*int(f.rowBytes()):][:f.rowBytes()]
		if f.predicted {
			f.undoDifferences(line)
		}
		f.widen(values[y*perRow:][:perRow], line)
	}
	return values, nil
}

// unpack undoes the compression; it returns how many bytes there were.
func (f *tiff) unpack(dst, packed []uint8, rows int) (int, error) {
	var r io.Reader = bytes.NewReader(packed)
	switch f.compression {
	case tiffGroup3, tiffGroup4:
		form := ccitt.Group4
		if f.compression == tiffGroup3 {
			form = ccitt.Group3
		}
		r = ccitt.NewReader(r, ccitt.MSB, form, f.blockWidth, rows, &ccitt.Options{Invert: true}) // runs of white are zeros, as in libtiff
	case tiffLZW:
		inflater := lzw.NewReader(r, lzw.MSB, 8)
		defer inflater.Close()
		r = inflater
	case tiffDeflate, tiffDeflateOld:
		inflater, err := zlib.NewReader(r)
		if err != nil {
			return 0, err
		}
		r = inflater
	case tiffPackBits:
		return unpackRuns(dst, packed)
	}
	return io.ReadFull(r, dst)
}

// unpackRuns undoes PackBits, and returns how many bytes of dst it filled.
//
//	source   TIFF 6.0 (1992), section 9
func unpackRuns(dst, packed []uint8) (n int, err error) {
	for n < len(dst) {
		if len(packed) == 0 {
			return n, io.ErrUnexpectedEOF
		}
		code := int(int8(packed[0]))
		packed = packed[1:]
		switch {
		case code >= 0: // bytes as they are
			if len(packed) < code+1 {
				return n, io.ErrUnexpectedEOF
			}
			n += copy(dst[n:], packed[:code+1])
			packed = packed[code+1:]
		case code > -128: // one byte, repeated
			if len(packed) == 0 {
				return n, io.ErrUnexpectedEOF
			}
			end := min(n+1-code, len(dst))
			for ; n < end; n++ {
				dst[n] = packed[0]
			}
			packed = packed[1:]
		}
	}
	return n, nil
}

// undoDifferences adds to every value of a row the one of the pixel before.
func (f *tiff) undoDifferences(row []uint8) {
	step := f.values / f.planes * f.depth / 8
	if f.depth == 8 {
		unfilterSub(row[:max(len(row), step)], step)
		return
	}
	for i := step; i+1 < len(row); i += 2 {
		f.order.PutUint16(row[i:], f.order.Uint16(row[i:])+f.order.Uint16(row[i-step:]))
	}
}

// widen writes one byte for each value: the high one of two, and fewer bits as
// a part of 255 unless they are an index.
func (f *tiff) widen(dst, row []uint8) {
	switch f.depth {
	case 8:
		copy(dst, row)
	case 16:
		for i := range dst {
			dst[i] = uint8(f.order.Uint16(row[2*i:]) >> 8)
		}
	default:
		unpackBits(dst, row, f.depth)
		if f.kind != tiffPalette {
			for i, v := range dst {
				dst[i] = v * (255 / (1<<f.depth - 1))
			}
		}
	}
}
