package hdf5

// A space is the shape of a dataset or attribute.
type space struct {
	shape []int
	most  []int64 // how far each axis may grow; undefined: without end
	null  bool    // there is no element at all
}

// dataspace reads a shape. That of a single value has no axes; that of nothing
// is one axis of length 0.
func (c *cursor) dataspace() space {
	version := c.version(1, 2)
	axes, flags := c.small(1), c.small(1)
	s := space{shape: []int{}}
	if version == 1 {
		c.skip(1 + 4)
	} else {
		s.null = c.small(1) == 2
	}
	if axes > mostAxes {
		c.malformed("%d axes; the most are %d", axes, mostAxes)
		return s
	}
	for range axes {
		n := c.length()
		s.shape, s.most = append(s.shape, int(n)), append(s.most, n)
	}
	if flags&1 != 0 {
		for i := range axes {
			s.most[i] = c.limit()
		}
	}
	if s.null {
		s.shape = []int{0}
	}
	if _, ok := product(s.shape, 1); !ok {
		c.malformed("shape %v is beyond what this system can address", s.shape)
	}
	return s
}

// limit reads how far an axis may grow.
func (c *cursor) limit() int64 {
	n := c.uint(c.f.lengths)
	if int64(n) < 0 || c.f.lengths < 8 && n == 1<<(8*c.f.lengths)-1 {
		return undefined
	}
	return int64(n)
}
