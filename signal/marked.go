package signal

import "github.com/isocortex/isocortex/recording"

// Marked returns a recording around another in which channels are bad, beside
// those that its file marks.
//
//	errors   a channel that is not there
func Marked(r recording.Recording, bad ...string) (recording.Recording, error) {
	places, err := named(r.Header(), bad)
	if err != nil {
		return nil, err
	}
	m := newMixed(r, nil, nil)
	for _, c := range places {
		m.header.Channels[c].Bad = true
	}
	return m, nil
}
