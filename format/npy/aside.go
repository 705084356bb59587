package npy

import (
	"github.com/isocortex/isocortex/file"
)

// SetAside returns the numbers as they lie in a scratch file in the folder, where
// they take no memory but for what is looked at. They must not be written to, and
// end when the file is closed, of which nothing is left then.
//
//	cost     writes the numbers once
func SetAside(folder string, numbers []float64) (view []float64, scratch *file.Mapping, err error) {
	f, err := file.Scratch(folder)
	if err != nil {
		return nil, nil, err
	}
	defer file.RemoveScratch(f)
	if _, err := f.Write(littleEndianBytes(numbers)); err != nil {
		return nil, nil, err
	}
	mapping, err := file.MapOpen(f)
	if err != nil {
		return nil, nil, err
	}
	h := header{layout: layout{kind: 'f', size: 8, big: !littleEndian}, count: len(numbers)}
	if view, _ = h.view(mapping.Bytes).([]float64); view == nil {
		view = numbers // they lie otherwise in memory here
	}
	return view, mapping, nil
}
