package stimulus

import "bytes"

// An Orientation says how the stored pixels of a picture are turned to be seen,
// in the numbers of EXIF: 1 as they are, 2 mirrored, 3 by a half turn, 6 by a
// quarter turn clockwise, 8 counterclockwise; 4, 5 and 7 are mirrored as well.
// The zero Orientation is that of a file that does not say: as they are.
//
//	source   CIPA DC-008 (2023), tag Orientation; TIFF 6.0 (1992), page 36
type Orientation uint8

// Turned reports whether the picture is not seen as it is stored.
func (o Orientation) Turned() bool { return o > 1 }

// String writes what is done to the stored pixels.
func (o Orientation) String() string {
	return [...]string{
		"as stored", "as stored", "mirrored", "turned by 180°", "flipped", "transposed", "turned clockwise by 90°",
		"transposed across the other diagonal", "turned counterclockwise by 90°",
	}[o]
}

// sideways tells whether rows become columns.
func (o Orientation) sideways() bool { return o >= 5 }

// turn returns the picture as people see it.
//
//	shapes   Pix: width × height × 3 of a picture that lies on its side
//	cost     a second picture in memory, unless it is as stored
func (o Orientation) turn(img *Image) *Image {
	if !o.Turned() {
		return img
	}
	fromRight := o == 2 || o == 3 || o == 7 || o == 8
	fromBottom := o == 3 || o == 4 || o == 6 || o == 7
	start, across, down := 0, 3, 3*img.Width // bytes to the first pixel, the next one, the next row
	if fromRight {
		start, across = start+3*(img.Width-1), -across
	}
	if fromBottom {
		start, down = start+3*img.Width*(img.Height-1), -down
	}
	turned := NewImage(img.Width, img.Height)
	if o.sideways() {
		across, down = down, across
		turned.Width, turned.Height = img.Height, img.Width
	}
	rest := turned.Pix
	for y := range turned.Height {
		for x := range turned.Width {
			copy(rest[:3], img.Pix[start+y*down+x*across:])
			rest = rest[3:]
		}
	}
	return turned
}

// exifOrientation returns the orientation in EXIF data: a TIFF directory, which
// some programs put behind a title. Data that cannot be read say nothing.
func exifOrientation(data []byte) Orientation {
	data = bytes.TrimPrefix(data, []byte("Exif\x00\x00"))
	d, err := readDirectory(source{"EXIF", data})
	if err != nil {
		return 0
	}
	return d.orientation()
}
