package stimulus

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func ExampleOrientation() {
	for o := Orientation(1); o <= 8; o++ {
		fmt.Println(uint8(o), o)
	}
	// Output:
	// 1 as stored
	// 2 mirrored
	// 3 turned by 180°
	// 4 flipped
	// 5 transposed
	// 6 turned clockwise by 90°
	// 7 transposed across the other diagonal
	// 8 turned counterclockwise by 90°
}

// drawn is a picture of any size, of which no two pixels are the same.
func drawn(t *rapid.T) *Image {
	img := NewImage(rapid.IntRange(1, 9).Draw(t, "width"), rapid.IntRange(1, 9).Draw(t, "height"))
	for i := range img.Pix {
		img.Pix[i] = uint8(i)
	}
	return img
}

func same(a, b *Image) bool {
	return a.Width == b.Width && a.Height == b.Height && bytes.Equal(a.Pix, b.Pix)
}

// The eight orientations are a group: two mirrorings or two half turns undo each
// other, the quarter turns undo each other, and everything follows from the
// quarter turn and the mirror.
func TestOrientationsAreAGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		img := drawn(t)
		turns := func(all ...Orientation) *Image {
			turned := img
			for _, o := range all {
				turned = o.turn(turned)
			}
			return turned
		}
		for o := Orientation(0); o <= 8; o++ {
			inverse := o
			if o == 6 || o == 8 {
				inverse = 14 - o
			}
			if !same(turns(o, inverse), img) {
				t.Fatalf("%v, then %v, changes a picture", o, inverse)
			}
		}
		for o, all := range map[Orientation][]Orientation{3: {6, 6}, 8: {6, 6, 6}, 4: {2, 6, 6}, 5: {2, 8}, 7: {2, 6}} {
			if !same(turns(o), turns(all...)) {
				t.Fatalf("%v is not %v", o, all)
			}
		}
	})
}

func TestAQuarterTurnTakesTheFirstRowToTheRight(t *testing.T) {
	img := &Image{Width: 2, Height: 3, Pix: []uint8{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5}}
	got := Orientation(6).turn(img)
	if want := []uint8{4, 4, 4, 2, 2, 2, 0, 0, 0, 5, 5, 5, 3, 3, 3, 1, 1, 1}; got.Width != 3 || !slices.Equal(got.Pix, want) {
		t.Errorf("%d × %d pixels %v, want %v", got.Width, got.Height, got.Pix, want)
	}
}

// EXIF data that make no sense say nothing, and are no error: the pixels are fine.
func TestDamagedEXIFSaysNothing(t *testing.T) {
	good := []byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00")
	if got := exifOrientation(good); got != 6 {
		t.Fatalf("orientation %d, want 6", got)
	}
	if got := exifOrientation(append([]byte("Exif\x00\x00"), good...)); got != 6 {
		t.Errorf("behind a title orientation %d, want 6", got)
	}
	for length := range good {
		if got := exifOrientation(good[:length]); got != 0 {
			t.Errorf("of %d bytes orientation %d", length, got)
		}
	}
	for at, value := range map[int]byte{18: 9, 12: 5, 14: 0, 10: 0x13} { // no such orientation, kind, count, field
		bad := slices.Clone(good)
		bad[at] = value
		if got := exifOrientation(bad); got != 0 {
			t.Errorf("byte %d changed: orientation %d", at, got)
		}
	}
}
