package fif

import "github.com/isocortex/isocortex/recording"

// A Covariance is that of noise between channels.
type Covariance struct {
	Channels    []string
	Matrix      []float64 // channels × channels, symmetric, in SI units
	Diagonal    bool      // nothing but variances was kept
	Freedom     int       // degrees of freedom
	Projections []recording.Projection
	Bad         []string
}

// largestDimension of a covariance; recordings have a tenth of it.
const largestDimension = 10000

// ReadCovariance reads the first covariance of noise in a file.
//
//	errors   *file.ParseError for what breaks the format; a file of something else
func ReadCovariance(path string) (*Covariance, error) {
	return within(path, (*source).firstCovariance)
}

// firstCovariance reads the first covariance of the file.
func (s *source) firstCovariance(root *node) (*Covariance, error) {
	block := root.first(covariance)
	if block == nil {
		return nil, s.defect("it has no covariance")
	}
	c := &Covariance{}
	if err := s.covariance(block, c); err != nil {
		return nil, err
	}
	return c, nil
}

// covariance reads a covariance.
func (s *source) covariance(n *node, c *Covariance) error {
	size, found := n.tag(covarianceSize)
	if !found {
		return s.defect("its covariance has no size")
	}
	dimension, err := s.int(size)
	if err != nil {
		return err
	}
	if dimension < 1 || dimension > largestDimension {
		return s.malformed(size, "it is %d", dimension)
	}
	if t, found := n.tag(rowNames); found {
		if c.Channels, err = s.names(t); err != nil {
			return err
		}
	}
	if len(c.Channels) != dimension {
		return s.malformed(size, "it is %d, but there are names of %d channels", dimension, len(c.Channels))
	}
	if t, found := n.tag(covarianceFreedom); found {
		if c.Freedom, err = s.int(t); err != nil {
			return err
		}
	}
	if t, found := n.first(badChannels).tag(channelList); found {
		if c.Bad, err = s.names(t); err != nil {
			return err
		}
	}
	if c.Projections, err = s.everyProjection(n); err != nil {
		return err
	}
	return s.products(n, c, dimension)
}

// products reads the numbers: the lower triangle row by row, or the diagonal.
func (s *source) products(n *node, c *Covariance, dimension int) error {
	t, found := n.tag(covarianceTriangle)
	want := dimension * (dimension + 1) / 2
	if !found {
		if t, found = n.tag(covarianceDiagonal); !found {
			return s.defect("its covariance has no numbers")
		}
		c.Diagonal, want = true, dimension
	}
	numbers, err := s.floats(t)
	if err != nil {
		return err
	}
	if len(numbers) != want {
		return s.malformed(t, "%d numbers for %d channels", len(numbers), dimension)
	}
	c.Matrix = make([]float64, dimension*dimension)
	next := 0
	for i := range dimension {
		from := 0
		if c.Diagonal {
			from = i
		}
		for j := from; j <= i; j++ {
			c.Matrix[i*dimension+j], c.Matrix[j*dimension+i] = numbers[next], numbers[next]
			next++
		}
	}
	return nil
}

// Projections reads the projections of a file.
//
//	errors   *file.ParseError for what breaks the format; a file without projections
func Projections(path string) ([]recording.Projection, error) {
	return within(path, func(s *source, root *node) ([]recording.Projection, error) {
		list, err := s.everyProjection(root)
		if err == nil && len(list) == 0 {
			err = s.defect("it has no projections")
		}
		return list, err
	})
}
