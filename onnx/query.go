package onnx

// Attribute returns the attribute of n with the given name, nil if it has none.
func (n *Node) Attribute(name string) *Attribute {
	for _, a := range n.Attributes {
		if a.Name == name {
			return a
		}
	}
	return nil
}
