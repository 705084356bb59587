// Package recording describes what a machine recorded over time from many
// channels, as MEG and EEG do, and how it is read: by window, however large the
// file is.
//
//	header := r.Header()
//	window := recording.Window{From: 0, To: 1000}
//	signal := make([]float64, len(channels)*window.Len())
//	err := r.Read(signal, channels, window)
//
// Formats are packages of their own below this one; each returns a Recording that
// keeps the contract of package recordingtest.
package recording

import "fmt"

// A Recording is an open file, or several that follow each other in time.
type Recording interface {
	// Header describes the recording. It must not be changed.
	Header() *Header
	// Read sets dst to the signal of some channels, in SI units.
	//
	//	shapes   channels: indices of Header().Channels, in any order, also twice;
	//	         dst: channels × samples of the window, row-major
	//	NaN      what the file holds; gaps are 0, and annotated
	//	errors   of the file: *file.ParseError; a window or a channel that is not there;
	//	         ErrClosed. Wrong lengths panic
	//	cost     of what the window holds, in all channels where samples of channels
	//	         are interleaved
	//
	// Several goroutines may read at a time.
	Read(dst []float64, channels []int, window Window) error
	// Close gives back what is open. Reads that still run end first.
	Close() error
}

// Stored is the number of a sample counted from the first that the file holds:
// what a Window is made of, and what BIDS counts onsets from.
type Stored int

// Acquired is the number of a sample counted from the start of acquisition, which
// may lie before what the file holds: what events of MEG carry.
type Acquired int

// A Window is a stretch of samples, From included, To not.
type Window struct{ From, To Stored }

// Len returns the number of samples in the window.
func (w Window) Len() int { return int(w.To - w.From) }

// Stored returns the number that a sample has in the file; it may lie outside.
func (h *Header) Stored(n Acquired) Stored { return Stored(n - h.First) }

// Acquired is the inverse of Stored.
func (h *Header) Acquired(n Stored) Acquired { return Acquired(n) + h.First }

// Seconds returns the time of a sample after the first that the file holds.
func (h *Header) Seconds(n Stored) float64 { return float64(n) / h.Rate }

// Whole is the window of all samples.
func (h *Header) Whole() Window { return Window{0, Stored(h.Length)} }

// Check returns an error unless the window and the channels are in the
// recording. Every Read begins with it.
//
//	errors   name the first that is not, and what there is; a dst of the wrong
//	         length panics
func (h *Header) Check(dst []float64, channels []int, w Window) error {
	if w.From < 0 || w.To < w.From || w.To > Stored(h.Length) {
		return fmt.Errorf("%s: samples %d to %d are asked for, but it has samples 0 to %d", h.Path, w.From, w.To, h.Length)
	}
	for _, c := range channels {
		if c < 0 || c >= len(h.Channels) {
			return fmt.Errorf("%s: channel %d is asked for, but it has %d", h.Path, c, len(h.Channels))
		}
	}
	if len(dst) != len(channels)*w.Len() {
		panic(fmt.Sprintf("recording: %d numbers for %d channels × %d samples", len(dst), len(channels), w.Len()))
	}
	return nil
}
