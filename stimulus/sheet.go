package stimulus

import "math"

// Seen returns the picture as a network sees it: cut and resized as p says.
// Scale, mean, deviation and the order of the channels change how the input is
// written, not what is seen, and are left out.
//
//	shapes   Pix: height × width × 3 of Size
//	errors   a picture that is too small for Crop
//	cost     that of Resize
func (p Preset) Seen(img *Image) (*Image, error) {
	g, err := p.geometry(img.Width, img.Height)
	if err != nil {
		return nil, err
	}
	seen := NewImage(g.window.Dx(), g.window.Dy())
	seen.Note = img.Note
	g.resize(seen.Pix, img, p.Resize.Filter)
	return seen, nil
}

// Sheet returns the pictures side by side, row by row, on white: a square of
// cells, or a little less high, with 4 pixels between them. Pictures that are
// larger than a cell are shrunk, smaller ones stand in its middle.
//
//	shapes   Pix: rows × columns cells of side × side pixels
//	errors   panics without pictures
//	cost     that of Thumbnail for every picture
func Sheet(pictures []*Image, side int) *Image {
	const gap = 4
	columns := int(math.Ceil(math.Sqrt(float64(len(pictures)))))
	rows := (len(pictures) + columns - 1) / columns
	sheet := NewImage(columns*(side+gap)-gap, rows*(side+gap)-gap)
	for i := range sheet.Pix {
		sheet.Pix[i] = 0xff
	}
	for i, picture := range pictures {
		small := picture.Thumbnail(side)
		left := i%columns*(side+gap) + (side-small.Width)/2
		top := i/columns*(side+gap) + (side-small.Height)/2
		for y := range small.Height {
			copy(sheet.Pix[3*((top+y)*sheet.Width+left):], small.Pix[3*y*small.Width:][:3*small.Width])
		}
	}
	return sheet
}
