package bench

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/stimulus"
)

// A kind of pictures.
type kind struct {
	name string
	side int // pixels
	gray bool
}

var (
	color224 = kind{"color224", 224, false}
	gray482  = kind{"gray482", 482, true}
)

// pictures returns a set of n PNG files of the kind.
func (k kind) pictures(tb testing.TB, n int) *stimulus.Set {
	tb.Helper()
	set, err := stimulus.Read(k.folder(tb, n))
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// folder returns the folder of n PNG files, which the first who needs it writes.
func (k kind) folder(tb testing.TB, n int) string {
	tb.Helper()
	mutex.Lock()
	defer mutex.Unlock()
	place := filepath.Join(folder, fmt.Sprintf("%s-%d", k.name, n))
	if _, err := os.Stat(place); err != nil {
		if err := k.write(place, n); err != nil {
			tb.Fatal(err)
		}
	}
	return place
}

func (k kind) write(place string, n int) error {
	if err := os.Mkdir(place, 0o777); err != nil {
		return err
	}
	for i := range n {
		data, err := k.draw(i).PNG()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(place, fmt.Sprintf("%d.png", i)), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// draw makes picture i: waves of many lengths and a little noise, which PNG
// compresses about as well as a photograph.
func (k kind) draw(i int) *stimulus.Image {
	img := stimulus.NewImage(k.side, k.side)
	random := seed.Stream(1, "picture", i)
	for at := range k.side * k.side {
		x, y := float64(at%k.side)/float64(k.side), float64(at/k.side)/float64(k.side)
		light := 0.0
		for octave := range 5 {
			f := math.Pow(2, float64(octave))
			light += math.Sin(f*(3*x+float64(i))) * math.Cos(f*(4*y-float64(i))) / f
		}
		for c := range 3 {
			img.Pix[3*at+c] = uint8(min(max(110+50*light+10*float64(c)+3*random.NormFloat64(), 0), 255))
			if k.gray {
				img.Pix[3*at+c] = img.Pix[3*at]
			}
		}
	}
	return img
}
