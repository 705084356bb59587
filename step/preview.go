package step

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/stimulus"
)

// A Preview draws what a network sees of pictures: one as it is, several side by
// side in the order of the set.
//
// Pictures are cut and resized as the preset says. What it does to the numbers
// afterwards (scale, mean, deviation, order of the channels) is not seen.
type Preview struct {
	Stimuli       string // folder, glob or file of pictures, or tensors
	Preprocessing string // name of a preset; "" for DefaultPreprocessing; of tensors it does not count
	Out           string // .png
}

// MostPreviewed is the number of pictures on one sheet.
const MostPreviewed = 100

// sheetSide is the longest side of a sheet, in pixels, before the gaps.
const sheetSide = 2400

// Verb is "info", of which this is a flag.
func (Preview) Verb() string { return "info" }

// Inputs are the pictures.
func (s Preview) Inputs() []string { return []string{s.Stimuli} }

// Outputs is the picture that is drawn.
func (s Preview) Outputs() []string { return []string{s.Out} }

// Cost counts pictures.
func (s Preview) Cost() string { return fmt.Sprintf("%d pictures at most", MostPreviewed) }

// Run reads, prepares and draws.
func (s Preview) Run(ctx context.Context, env *Env) error {
	preset, err := stimulus.PresetByName(cmp.Or(s.Preprocessing, DefaultPreprocessing))
	if err != nil {
		return err
	}
	set, err := stimulus.Read(s.Stimuli) // whose warnings info prints
	if err != nil {
		return err
	}
	if own, tensors := set.AsTheyAre(); tensors {
		preset = own
	}
	if n := len(set.Stimuli); n > MostPreviewed {
		env.warn(fmt.Sprintf("%s shows the first %d of %d pictures", s.Out, MostPreviewed, n))
		set.Stimuli = set.Stimuli[:MostPreviewed]
	}
	seen := make([]*stimulus.Image, len(set.Stimuli))
	err = env.Budget.Each(ctx, "pictures", len(seen), func(i int) error {
		img, err := set.Open(i)
		if err == nil {
			seen[i], err = preset.Seen(img)
		}
		return err
	})
	if err != nil {
		return err
	}
	data, err := onePicture(seen).PNG()
	if err != nil {
		return err
	}
	return file.WriteBytes(s.Out, data)
}

// onePicture puts several pictures on a sheet, in their own size while it is not
// too large.
func onePicture(pictures []*stimulus.Image) *stimulus.Image {
	if len(pictures) == 1 {
		return pictures[0]
	}
	side, columns := 1, 1
	for columns*columns < len(pictures) {
		columns++
	}
	for _, picture := range pictures {
		side = max(side, picture.Width, picture.Height)
	}
	return stimulus.Sheet(pictures, min(side, sheetSide/columns))
}

// inspectPicture tells how a picture is stored, and what reading it decides.
func inspectPicture(path string) (Fact, error) {
	header, err := stimulus.ReadHeader(path)
	if err != nil {
		return Fact{}, err
	}
	picture, err := stimulus.Open(path) // which finds what is damaged
	if err != nil {
		return Fact{}, err
	}
	fact := Fact{Kind: "picture", Lines: []string{header.String()}}
	if picture.Note != "" {
		fact.Lines = append(fact.Lines, picture.Note)
	}
	return fact, nil
}

// inspectStimuli tells how many pictures there are, their size, and what
// reading them decides.
func inspectStimuli(path string, set *stimulus.Set) Fact {
	smallest, largest := set.Stimuli[0], set.Stimuli[0]
	for _, one := range set.Stimuli {
		if one.Width*one.Height < smallest.Width*smallest.Height {
			smallest = one
		}
		if one.Width*one.Height > largest.Width*largest.Height {
			largest = one
		}
	}
	sizes := fmt.Sprintf("%d × %d pixels", smallest.Width, smallest.Height)
	if slices.ContainsFunc(set.Stimuli, func(one stimulus.Stimulus) bool {
		return one.Width != smallest.Width || one.Height != smallest.Height
	}) {
		sizes += fmt.Sprintf(" to %d × %d pixels", largest.Width, largest.Height)
	}
	lines := []string{fmt.Sprintf("%d pictures: %s", len(set.Stimuli), briefly(set.Labels())), sizes}
	return Fact{Path: path, Kind: "stimuli", Lines: append(lines, set.Warnings...)}
}
