package mat

import "fmt"

// childName returns the address of child i of n, for people.
func (n *node) childName(fields []string, i int) string {
	if fields == nil {
		return fmt.Sprintf("%s{%d}", n.name, i+1)
	}
	field := fields[i%len(fields)]
	if length, _ := count(n.shape); length == 1 {
		return n.name + "." + field
	}
	return fmt.Sprintf("%s(%d).%s", n.name, i/len(fields)+1, field)
}

// text returns values as the characters of n if they fill its shape.
func (n *node) text(values any) (stored, error) {
	length, _ := count(n.shape)
	switch values := values.(type) {
	case []uint8:
		if len(values) == length {
			return stored{real: values}, nil
		}
	default:
		wide, ok := as[uint16](values)
		if ok && len(wide) == length {
			return stored{real: wide}, nil
		}
	}
	return stored{}, n.malformed("characters", "%s: they do not fill the shape %v", n.name, n.shape)
}

// positions returns where the values of a sparse matrix stand, column-major:
// value k in row rows[k] of the column c with starts[c] ≤ k < starts[c+1].
func (n *node) positions(rows, starts []int64) ([]int, error) {
	height, width := int64(n.shape[0]), int64(n.shape[1])
	if len(n.shape) != 2 || int64(len(starts)) != width+1 || starts[0] != 0 {
		return nil, n.malformed("column indices", "%d of them for shape %v", len(starts), n.shape)
	}
	positions := []int{}
	for column := range width {
		for k := starts[column]; k < starts[column+1]; k++ {
			if k >= int64(len(rows)) || rows[k] < 0 || rows[k] >= height || k > starts[column] && rows[k] <= rows[k-1] {
				return nil, n.malformed("row indices", "%s: value %d of column %d is in no row of its own", n.name, k+1, column+1)
			}
			positions = append(positions, int(column*height+rows[k]))
		}
		if starts[column+1] < starts[column] {
			return nil, n.malformed("column indices", "%s: column %d starts before the one on its left", n.name, column+2)
		}
	}
	return positions, nil
}
