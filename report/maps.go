package report

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/work"
)

// mostMapped is how much a page maps of one stack: RDMs · conditions², which
// takes some ten seconds.
const mostMapped = 1 << 23

// maps arranges the conditions in every RDM of a stack; nil where that would
// take too long, or where no RDM has a map.
//
// The frame whose conditions lie farthest apart is turned onto that of the first
// stack of the page. From there on, each frame over time is turned onto its
// neighbor, and each of other RDMs onto that frame.
func (r *reader) maps(rdms *rdm.RDMs) *Map {
	if rdms.Size < 3 || rdms.Len()*rdms.Size*rdms.Size > mostMapped {
		return nil
	}
	frames := arranged(rdms)
	anchor := widest(frames)
	if anchor < 0 {
		return nil
	}
	if r.anchor == nil {
		r.anchor = &frames[anchor].Configuration
	}
	frames[anchor].Configuration = embedding.Rigid.Align(frames[anchor].Configuration, *r.anchor)
	for _, direction := range []int{-1, 1} {
		last := anchor
		for i := anchor + direction; 0 <= i && i < len(frames); i += direction {
			if frames[i] == nil {
				continue
			}
			frames[i].Configuration = embedding.Rigid.Align(frames[i].Configuration, frames[last].Configuration)
			if rdms.Times != nil {
				last = i
			}
		}
	}
	return packMap(frames, rdms.Size)
}

// arranged makes the map of every RDM; nil for one that has none, such as one
// that lacks all pairs of a condition.
func arranged(rdms *rdm.RDMs) []*embedding.Arrangement {
	frames := make([]*embedding.Arrangement, rdms.Len())
	err := work.Budget{}.Each(context.Background(), "", len(frames), func(i int) error {
		rdv, kind := rdms.Definition.Spread(rdms.RDV(i))
		if found, err := embedding.Arrange(context.Background(), rdv, kind, embedding.Recommended); err == nil {
			frames[i] = found
		}
		return nil
	})
	if err != nil {
		panic(err) // a defect of the program: no piece returns an error
	}
	return frames
}

// widest is the frame whose conditions lie farthest apart; -1 if there is none.
func widest(frames []*embedding.Arrangement) int {
	best, most := -1, 0.0
	for i, f := range frames {
		if f == nil {
			continue
		}
		if spread := extent(f.Coordinates); spread > most {
			best, most = i, spread
		}
	}
	return best
}

// extent is the sum of the squares of coordinates.
func extent(coordinates []float64) (sum float64) {
	for _, x := range coordinates {
		sum += x * x
	}
	return sum
}

// packMap fits coordinates into 16 bits each. Half a step is less than a tenth of
// a pixel.
func packMap(frames []*embedding.Arrangement, conditions int) *Map {
	const steps = math.MaxInt16
	packed := &Map{}
	for _, f := range frames {
		if f != nil {
			for _, x := range f.Coordinates {
				packed.Step = max(packed.Step, math.Abs(x)/steps)
			}
		}
	}
	for _, f := range frames {
		if f == nil {
			packed.Stress, packed.Notes = append(packed.Stress, Number(math.NaN())), append(packed.Notes, "no map: too many pairs are missing")
			packed.Data = append(packed.Data, make([]byte, 4*conditions)...)
			continue
		}
		packed.Stress, packed.Notes = append(packed.Stress, Number(f.Stress1)), append(packed.Notes, note(f))
		for _, x := range f.Coordinates {
			packed.Data = binary.LittleEndian.AppendUint16(packed.Data, uint16(int16(math.Round(x/packed.Step))))
		}
	}
	return packed
}

// note says how a map was made where that is not how most are, and how far to
// trust it.
func note(f *embedding.Arrangement) string {
	below := 0
	for _, d := range f.RDV {
		if d < 0 {
			below++
		}
	}
	switch {
	case f.Scaling != embedding.ClassicalScaling:
		return string(f.Scaling) + " scaling, as pairs are missing"
	case below > 0:
		return fmt.Sprintf("%d of %d pairs below zero", below, len(f.RDV))
	}
	return ""
}
