package recording

import "fmt"

// Epochs are pieces of signal around events, all of one length, as a file holds
// them.
type Epochs interface {
	// Header describes the epochs. It must not be changed.
	Header() *EpochsHeader
	// Read sets dst to the signal of some epochs and channels, in SI units.
	//
	//	shapes   epochs: indices of Header().Trials; channels: of Header().Channels;
	//	         dst: epochs × channels × samples of an epoch, row-major
	//	errors   of the file; an epoch or channel that is not there; ErrClosed. Wrong
	//	         lengths panic
	//
	// Several goroutines may read at a time.
	Read(dst []float64, epochs, channels []int) error
	// Close gives back what is open.
	Close() error
}

// An EpochsHeader says what epochs there are. Its Samples are those of one epoch.
type EpochsHeader struct {
	Header
	Start    int        // number of the first sample of an epoch, counted from its event
	Trials   []Trial    // one per epoch
	Columns  []string   // what is known about trials
	Baseline [2]float64 // s, what was subtracted is the mean from the first to the second; NaN: nothing
}

// A Trial is what an epoch is about.
type Trial struct {
	Event  Event
	Name   string   // of the event
	Values []string // of the columns
}

// Times returns the times of the samples of an epoch in s after its event.
func (h *EpochsHeader) Times() []float64 {
	times := make([]float64, h.Length)
	for i := range times {
		times[i] = float64(h.Start+i) / h.Rate
	}
	return times
}

// Check returns an error unless the epochs and channels are there.
//
//	errors   name the first that is not; a dst of the wrong length panics
func (h *EpochsHeader) Check(dst []float64, epochs, channels []int) error {
	for _, e := range epochs {
		if e < 0 || e >= len(h.Trials) {
			return fmt.Errorf("%s: epoch %d is asked for, but it has %d", h.Path, e, len(h.Trials))
		}
	}
	if err := h.Header.Check(nil, channels, Window{}); err != nil {
		return err
	}
	if len(dst) != len(epochs)*len(channels)*h.Length {
		panic(fmt.Sprintf("recording: %d numbers for %d epochs × %d channels × %d samples", len(dst), len(epochs), len(channels), h.Length))
	}
	return nil
}
