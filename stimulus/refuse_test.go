package stimulus

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
)

// named returns a file of formats.json.
func named(tb testing.TB, name string) []byte {
	tb.Helper()
	for _, c := range wholes(tb) {
		if c.Name == name {
			return c.File
		}
	}
	tb.Fatalf("formats.json holds no %s", name)
	return nil
}

// A field sets a value of a TIFF field, in its entry or where its values stand.
type field struct {
	tag   uint16
	value uint16
}

// with returns a TIFF file with other values.
func with(data []byte, fields ...field) []byte {
	data = slices.Clone(data)
	d, err := readDirectory(source{"", data})
	if err != nil {
		panic(err)
	}
	for _, f := range fields {
		e, ok := d.entries[f.tag]
		if !ok {
			panic(f.tag)
		}
		for i := range int64(e.count) {
			if e.kind == 3 {
				d.order.PutUint16(data[e.offset+2*i:], f.value)
			} else {
				d.order.PutUint32(data[e.offset+4*i:], uint32(f.value))
			}
		}
	}
	return data
}

// What the formats allow and this package does not read is refused by name.
func TestWhatIsNotSupportedSaysSo(t *testing.T) {
	color, tiles, gray := named(t, "RGB.tif"), named(t, "tiles.tif"), named(t, "gray 16 bits little endian.tif")
	bitmap := func(at int, value byte) []byte {
		data := slices.Clone(named(t, "RGB.bmp"))
		data[at] = value
		return data
	}
	animated := slices.Clone(named(t, "lossy alpha.webp"))
	copy(animated[bytes.Index(animated, []byte("ALPH")):], "ANIM")
	for _, c := range []struct {
		data []byte
		want string
	}{
		{with(color, field{tagCompression, 7}), "TIFF field 259: not supported: compression 7"},
		{with(color, field{tagKind, 8}), "TIFF field 262: not supported: colors of kind 8"},
		{with(color, field{tagBits, 32}), "values of 32 bits"},
		{with(color, field{tagBits, 12}), "values of 12 bits"},
		{with(gray, field{tagKind, tiffPalette}), "values of 16 bits"},
		{with(color, field{tagBits, 1}, field{tagCompression, tiffGroup4}), "compression 4 of 3 × 1 bits"},
		{with(named(t, "RGB differences.tif"), field{tagPredictor, 3}), "predictor 3"},
		{with(named(t, "folded alpha.tif"), field{tagKind, tiffPalette}), "palette with transparency"},
		{with(tiles, field{tagTileWidth, 65535}, field{tagTileHeight, 65535}), "tiles of 65535 × 65535"},
		{bitmap(14, 39), "a header of 39 bytes"},
		{bitmap(28, 2), "2 bits per pixel"},
		{bitmap(30, 4), "packing 4"},
		{bitmap(30, 1), "24 bits per pixel, packing 1"},
		{animated, "this picture moves"},
	} {
		_, err := Decode(c.data, "x", White)
		if !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestWhatBreaksTheRulesSaysWhere(t *testing.T) {
	color, tiles := named(t, "RGB.tif"), named(t, "tiles.tif")
	lossless := slices.Clone(named(t, "lossless.webp"))
	lossless[20] = 0
	twice := slices.Clone(named(t, "lossless alpha orientation.webp"))
	binary.LittleEndian.PutUint16(twice[24:], 99)
	nothing := []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;")
	for _, c := range []struct {
		data []byte
		want string
	}{
		{with(color, field{tagWidth, 0}), "0 × 7 pixels"},
		{with(color, field{tagRowsPerStrip, 1}), "1 places and 1 lengths for 7 blocks"},
		{with(color, field{tagRowsPerStrip, 0}), "blocks of 11 × 0 pixels"},
		{with(tiles, field{tagTileOffsets, 8}, field{tagTileCounts, 900}), "blocks overlap"},
		{with(tiles, field{tagTileOffsets, 20}), "TIFF block: malformed: 0 of 768 bytes: zlib"},
		{with(color, field{tagValues, 2}), "2 values per pixel of RGB"},
		{lossless, "WebP chunk VP8L: malformed: its header is damaged"},
		{twice, "11 × 7 pixels of a picture of 100 × 7"},
		{nothing, "there is no picture"},
	} {
		_, err := Decode(c.data, "x", White)
		if !errors.Is(err, file.ErrMalformed) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}
