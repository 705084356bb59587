package recording

// Memory is a recording whose signal is in memory: one row per channel of the
// header. It implements Recording.
type Memory struct {
	header Header
	signal [][]float64
	gate   Gate
}

// NewMemory returns a recording of a signal in SI units, which is not copied.
// The header's Samples are those of the signal.
//
//	errors   of Header.Valid; rows that are not as many as the channels, or not
//	         equally long, panic
func NewMemory(header Header, signal [][]float64) (*Memory, error) {
	if len(signal) != len(header.Channels) {
		panic("recording: the signal has not one row per channel")
	}
	if len(signal) > 0 {
		header.Length = len(signal[0])
	}
	for _, row := range signal {
		if len(row) != header.Length {
			panic("recording: the rows of the signal are not equally long")
		}
	}
	return &Memory{header: header, signal: signal}, header.Valid()
}

// Header describes the recording.
func (m *Memory) Header() *Header { return &m.header }

// Read sets dst to the signal, as Recording says.
func (m *Memory) Read(dst []float64, channels []int, window Window) error {
	return m.gate.Through(func() error {
		if err := m.header.Check(dst, channels, window); err != nil {
			return err
		}
		for i, c := range channels {
			copy(dst[i*window.Len():], m.signal[c][window.From:window.To])
		}
		return nil
	})
}

// Close ends reading.
func (m *Memory) Close() error {
	return m.gate.Shut(func() error { return nil })
}
