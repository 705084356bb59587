package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/onnx"
)

// A Port says how another program spells an architecture.
type Port struct {
	Program       Program
	Modules       map[string]string // the program's name of a module, and that of the drawing; others are the same
	Preprocessing string            // the preset that the program's weights expect
}

// port returns the port of a program; of a program without one, names are the
// same.
func (a Architecture) port(program Program) Port {
	for _, p := range a.Ports {
		if p.Program == program {
			return p
		}
	}
	return Port{Program: program, Preprocessing: a.Preprocessing}
}

// drawn returns the arrays under the names that the drawing has for them.
func (p Port) drawn(arrays []Array) []Array {
	named := make([]Array, len(arrays))
	for i, array := range arrays {
		array.Name = translated(array.Name, p.Modules)
		named[i] = array
	}
	return named
}

// spelled changes the names in e to those of the program.
func (p Port) spelled(e *MismatchError) *MismatchError {
	back := map[string]string{}
	for theirs, ours := range p.Modules {
		back[ours] = theirs
	}
	for i := range e.Missing {
		e.Missing[i].Name = translated(e.Missing[i].Name, back)
	}
	for i := range e.Unexpected {
		e.Unexpected[i] = translated(e.Unexpected[i], back)
	}
	for i, text := range e.Shapes {
		name, rest, _ := strings.Cut(text, " ")
		e.Shapes[i] = translated(name, back) + " " + rest
	}
	return e
}

// translated changes the module of an array, all of its name but the last word.
func translated(name string, modules map[string]string) string {
	end := strings.LastIndexByte(name, '.')
	if end < 0 {
		return name
	}
	if module, there := modules[name[:end]]; there {
		return module + name[end:]
	}
	return name
}

// otherSteps says where the steps of weights are not those of the network; nil
// where they are, or where nobody knows them.
func (n *Network) otherSteps(steps []string) []string {
	if steps == nil {
		return nil
	}
	own := n.steps()
	at := func(steps []string, i int) string {
		if i < len(steps) {
			return steps[i]
		}
		return "the end"
	}
	for i := range max(len(own), len(steps)) {
		if theirs, ours := at(steps, i), at(own, i); theirs != ours {
			return []string{fmt.Sprintf("step %d is %s, not %s", i+1, theirs, ours)}
		}
	}
	return nil
}

// steps lists the operators as Weights.Steps does, where fully connected layers
// are convolutions.
func (n *Network) steps() []string {
	var steps []string
	for _, node := range n.Model.Graph.Nodes {
		switch node.Op {
		case "Flatten":
		case "Gemm":
			steps = append(steps, "Conv")
		default:
			steps = append(steps, node.Op)
		}
	}
	return steps
}

// keepPlaces are the operators behind which a flattened picture is in the order
// that it had before.
var keepPlaces = map[string]bool{"Relu": true, "Dropout": true, "Identity": true}

// flattened returns, for every matrix that is multiplied with a picture in one
// row, the picture's channels, height and width.
func (n *Network) flattened(picture [3]int) map[string][3]int {
	given := []int64{1, int64(picture[0]), int64(picture[1]), int64(picture[2])}
	shapes, found := n.Model.Shapes(map[string][]int64{n.Input.Name: given}), map[string][3]int{}
	for _, node := range n.Model.Graph.Nodes {
		if node.Op != "Gemm" && node.Op != "MatMul" {
			continue
		}
		from := n.Model.NodeByOutput(node.Inputs[0])
		for from != nil && keepPlaces[from.Op] {
			from = n.Model.NodeByOutput(from.Inputs[0])
		}
		if from == nil || from.Op != "Flatten" {
			continue
		}
		if s := shapes[from.Inputs[0]]; len(s) == 4 {
			found[node.Inputs[1]] = [3]int{int(s[1]), int(s[2]), int(s[3])}
		}
	}
	return found
}

// channelsFirst changes the order of what each row of a matrix is multiplied with
// from height × width × channels to channels × height × width.
func channelsFirst(matrix *onnx.Tensor, picture [3]int) {
	channels, places := picture[0], picture[1]*picture[2]
	row := make([]byte, 4*channels*places)
	for own := range slices.Chunk(matrix.Data, len(row)) {
		copy(row, own)
		for place := range places {
			for c := range channels {
				copy(own[4*(c*places+place):][:4], row[4*(place*channels+c):])
			}
		}
	}
}

// tile is how many numbers of a side are transposed at a time, so that both ends
// of the way stay in the cache.
const tile = 32

// transposed returns the transposes of matrices that lie one after the other,
// each row by row.
func transposed(values []float32, rows, columns int) []float32 {
	if rows == 1 || columns == 1 {
		return values
	}
	turned := make([]float32, len(values))
	for start := 0; start < len(values); start += rows * columns {
		from, to := values[start:start+rows*columns], turned[start:]
		for top := 0; top < rows; top += tile {
			for left := 0; left < columns; left += tile {
				for i := top; i < min(top+tile, rows); i++ {
					for j := left; j < min(left+tile, columns); j++ {
						to[j*rows+i] = from[i*columns+j]
					}
				}
			}
		}
	}
	return turned
}
