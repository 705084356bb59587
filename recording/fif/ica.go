package fif

import (
	"encoding/json"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// ICA is what independent component analysis found in a recording, as
// MNE-Python keeps it: the signal x of the channels at one time is whitened, the
// mean is taken out, and what the first directions of variance see of it are the
// mixed sources,
//
//	w = x ⊘ Prewhitener − Mean, or Prewhitener·x − Mean
//	s = Unmixing·Directions[:components]·w
//
// Directions behind those of the components, as far as Kept, go back into the
// signal as they are.
type ICA struct {
	Channels    []string
	Prewhitener [][]float64 // channels × 1, which the signal is divided by, or channels × channels, which it is multiplied with
	Mean        []float64   // of the whitened channels
	Directions  [][]float64 // of variance, the largest first, × channels
	Variance    []float64   // that each direction explains
	Unmixing    [][]float64 // components × components
	Excluded    []int       // components that are to be taken out
	Kept        int         // directions that go back into the signal
	Method      string      // "fastica", "infomax", "picard"; "" where the file does not say
	Projections []recording.Projection
}

// oldComponents is the block before MNE-Python 0.11.
const oldComponents block = 123

// ReadICA reads the components of a file.
//
//	errors   *file.ParseError for what breaks the format; a file of something else;
//	         sizes that do not fit
func ReadICA(path string) (*ICA, error) {
	return within(path, (*source).components)
}

// components reads the first analysis of the file.
func (s *source) components(root *node) (*ICA, error) {
	block := root.first(components, oldComponents)
	if block == nil {
		return nil, s.defect("it has no components")
	}
	c := &ICA{}
	for _, part := range []func(*node, *ICA) error{s.icaMatrices, s.icaVectors, s.icaWords, s.icaSizes} {
		if err := part(block, c); err != nil {
			return nil, err
		}
	}
	info := root.first(measurementInfo)
	if info == nil {
		return c, nil
	}
	var err error
	c.Projections, err = s.everyProjection(info)
	return c, err
}

// icaMatrices reads what has rows and columns.
func (s *source) icaMatrices(n *node, c *ICA) error {
	for k, to := range map[kind]*[][]float64{icaWhitener: &c.Prewhitener, icaDirections: &c.Directions, icaUnmixing: &c.Unmixing} {
		t, err := s.needed(n, k)
		if err != nil {
			return err
		}
		m, err := s.matrix(t, 2)
		if err != nil {
			return err
		}
		numbers := m.numbers()
		for i := range m.sizes[0] {
			*to = append(*to, numbers[i*m.sizes[1]:][:m.sizes[1]])
		}
	}
	return nil
}

// icaVectors reads the mean and the variances, and which components are excluded:
// maybe none.
func (s *source) icaVectors(n *node, c *ICA) error {
	for k, to := range map[kind]*[]float64{icaMean: &c.Mean, icaVariance: &c.Variance} {
		t, err := s.needed(n, k)
		if err != nil {
			return err
		}
		m, err := s.matrix(t, 1)
		if err != nil {
			return err
		}
		*to = m.numbers()
	}
	t, found := n.tag(icaExcluded)
	if !found {
		return nil
	}
	numbers, err := s.ints(t)
	for _, v := range numbers {
		if v < 0 || int(v) >= len(c.Unmixing) {
			return s.malformed(t, "component %d is excluded, but there are %d", v, len(c.Unmixing))
		}
		c.Excluded = append(c.Excluded, int(v))
	}
	return err
}

// icaWords reads the names of the channels, the method, and how many directions
// are kept: a number of them, a share of the variance, or all.
func (s *source) icaWords(n *node, c *ICA) error {
	t, err := s.needed(n, rowNames)
	if err != nil {
		return err
	}
	if c.Channels, err = s.names(t); err != nil {
		return err
	}
	for k, field := range map[kind]struct {
		key string
		to  any
	}{icaInterface: {"n_pca_components", (*keptDirections)(c)}, icaMore: {"method", &c.Method}} {
		t, found := n.tag(k)
		if !found {
			continue
		}
		text, err := s.text(t)
		if err != nil {
			return err
		}
		value, found := setting(text, field.key)
		if !found {
			continue
		}
		if err := json.Unmarshal([]byte(value), field.to); err != nil {
			return s.malformed(t, "%s is %s: %v", field.key, value, err)
		}
	}
	if c.Kept == 0 {
		c.Kept = len(c.Directions)
	}
	return nil
}

// setting finds the value of a key in "key:value;key:value", where values are
// JSON.
func setting(text, key string) (value string, found bool) {
	for pair := range strings.SplitSeq(text, ";") {
		if k, v, cut := strings.Cut(pair, ":"); cut && k == key {
			return v, true
		}
	}
	return "", false
}

// keptDirections reads how many directions are kept.
type keptDirections ICA

// UnmarshalJSON takes a whole number of directions, of which there are as many as
// components, or with a decimal point the share of the variance that they have to
// go beyond.
func (c *keptDirections) UnmarshalJSON(data []byte) error {
	var number json.Number
	if err := json.Unmarshal(data, &number); err != nil || number == "" {
		return err
	}
	if count, err := number.Int64(); err == nil {
		c.Kept = int(max(count, int64(len(c.Unmixing))))
		return nil
	}
	share, err := number.Float64()
	whole, sum := 0.0, 0.0
	for _, v := range c.Variance {
		whole += v
	}
	for _, v := range c.Variance {
		sum += v
		c.Kept++
		if sum/whole > share {
			break
		}
	}
	return err
}

// needed returns the tag of a block that cannot do without it.
func (s *source) needed(n *node, k kind) (tag, error) {
	t, found := n.tag(k)
	if !found {
		return t, s.defect("its components have no %v", k)
	}
	return t, nil
}

// icaSizes returns an error unless all sizes fit.
func (s *source) icaSizes(_ *node, c *ICA) error {
	channels, directions, found := len(c.Channels), len(c.Directions), len(c.Unmixing)
	wide := func(rows [][]float64, widths ...int) bool {
		for _, row := range rows {
			if len(row) != widths[0] && len(row) != widths[len(widths)-1] {
				return false
			}
		}
		return true
	}
	switch {
	case len(c.Prewhitener) != channels || !wide(c.Prewhitener, 1, channels):
		return s.defect("its components have a whitener of %d rows for %d channels", len(c.Prewhitener), channels)
	case len(c.Mean) != channels:
		return s.defect("its components have a mean of %d numbers for %d channels", len(c.Mean), channels)
	case directions > channels || !wide(c.Directions, channels) || len(c.Variance) != directions:
		return s.defect("its components have %d directions with %d variances for %d channels", directions, len(c.Variance), channels)
	case found < 1 || found > directions || !wide(c.Unmixing, found):
		return s.defect("its components have an unmixing matrix of %d rows for %d directions", found, directions)
	case c.Kept < found || c.Kept > directions:
		return s.defect("%d directions are to be kept, but it has %d components in %d directions", c.Kept, found, directions)
	}
	return nil
}
