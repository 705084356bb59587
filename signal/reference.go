package signal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/recording"
)

// AverageReference is the name of the mean of all EEG channels that are not bad.
const AverageReference = "average"

// Referenced returns a recording around another whose EEG is relative to the mean
// of some channels, which are named, or of all EEG channels that are not bad. The
// mean is subtracted from every EEG channel but bad ones, which stay as they are.
//
//	NaN      of a channel of the reference is that of all EEG
//	errors   no good EEG; a channel that is not there
func Referenced(r recording.Recording, names ...string) (recording.Recording, error) {
	h := r.Header()
	scalp := h.Pick(func(c recording.Channel) bool { return c.Kind == recording.EEG && !c.Bad })
	if len(scalp) == 0 {
		return nil, fmt.Errorf("%s: it has no EEG that is good, of which a reference could be subtracted", h.Path)
	}
	reference, described := scalp, AverageReference
	if len(names) > 0 && !slices.Equal(names, []string{AverageReference}) {
		var err error
		if reference, err = named(h, names); err != nil {
			return nil, err
		}
		described = strings.Join(names, ", ")
	}
	among := slices.Clone(scalp)
	for _, c := range reference {
		if !slices.Contains(among, c) {
			among = append(among, c)
		}
	}
	mix := mixture{weights: make([]float64, len(among)), parts: make([]float64, len(among))}
	for i, c := range among {
		if i < len(scalp) {
			mix.parts[i] = 1
		}
		if slices.Contains(reference, c) {
			mix.weights[i] = 1 / float64(len(reference))
		}
	}
	m := newMixed(r, among, []mixture{mix})
	m.header.Reference = described
	return m, nil
}

// named returns the places of channels.
func named(h *recording.Header, names []string) ([]int, error) {
	var places []int
	for _, name := range names {
		if _, err := nearest.In(h.Channels, "channel", name, func(c recording.Channel) []string { return []string{c.Name} }); err != nil {
			return nil, fmt.Errorf("%s: %w", h.Path, err)
		}
		at, _ := h.Index(name)
		if !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	return places, nil
}
