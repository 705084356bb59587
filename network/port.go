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

// port returns how the weights spell the architecture; of a program without a
// port, names are the same.
func (a Architecture) port(w *Weights) Port {
	at := slices.IndexFunc(a.Ports, func(p Port) bool { return p.Program == w.Program })
	if at < 0 {
		return Port{Program: w.Program, Preprocessing: a.Preprocessing}
	}
	port := a.Ports[at]
	if w.numbered {
		port.Modules = a.numbered()
	}
	return port
}

// numbered returns the modules by what Keras 3 called layers in its first files:
// conv2d, conv2d_1, ..., dense, dense_1, ..., in the order of the network. Ours are
// drawn in the same order.
func (a Architecture) numbered() map[string]string {
	modules, counts := map[string]string{}, map[string]int{}
	for _, p := range a.Parameters() {
		module, part := cutPart(p.Name)
		kind := ""
		switch {
		case part == "weight" && len(p.Shape) == 4:
			kind = "conv2d"
		case part == "weight" && len(p.Shape) == 2:
			kind = "dense"
		case part == "running_mean":
			kind = "batch_normalization"
		default:
			continue
		}
		name := kind
		if counts[kind] > 0 {
			name = fmt.Sprintf("%s_%d", kind, counts[kind])
		}
		modules[name] = module
		counts[kind]++
	}
	return modules
}

// cutPart cuts the name of an array into that of its module and the last word.
func cutPart(name string) (module, part string) {
	end := strings.LastIndexByte(name, '.')
	return name[:max(end, 0)], name[end+1:]
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
	own, part := cutPart(name)
	if module, there := modules[own]; there {
		return module + "." + part
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
		case "LRN":
			steps = append(steps, ownNeighbors(node))
		default:
			steps = append(steps, node.Op)
		}
	}
	return steps
}

// neighbors names a normalization over neighbors by its numbers, as MatConvNet
// counts them: how many channels, what is added to alpha times the sum of their
// squares, and the power that divides.
func neighbors(channels, kappa, alpha, beta float32) string {
	return fmt.Sprintf("LRN(%.4g, %.4g, %.4g, %.4g)", channels, kappa, alpha, beta)
}

// ownNeighbors names the normalization of a node. ONNX divides alpha by the number
// of channels.
func ownNeighbors(node *onnx.Node) string {
	number := func(name string, usual float32) float32 {
		if a := node.Attribute(name); a != nil {
			return a.Float
		}
		return usual
	}
	size := float32(node.Attribute("size").Int)
	return neighbors(size, number("bias", 1), number("alpha", 1e-4)/size, number("beta", .75))
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
