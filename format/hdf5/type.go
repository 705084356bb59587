package hdf5

import (
	"fmt"
	"strings"
)

// A Class says what kind of value a type describes. The numbers are those of
// the format.
type Class int

// The classes of types.
const (
	ClassInteger Class = iota
	ClassFloat
	ClassTime // not read
	ClassString
	ClassBits   // read as integers
	ClassOpaque // not read
	ClassCompound
	ClassReference
	ClassEnum
	ClassSequence // sequences whose lengths vary from element to element
	ClassArray    // arrays of one shape in every element
)

// String returns the name of the class.
func (c Class) String() string {
	names := []string{
		"integer", "float", "time", "string", "bits", "opaque",
		"compound", "reference", "enum", "sequence", "array",
	}
	if c < 0 || int(c) >= len(names) {
		return fmt.Sprintf("class %d", int(c))
	}
	return names[c]
}

// A Type describes one element of a dataset or attribute.
type Type struct {
	Class     Class
	Size      int      // bytes in the file
	Signed    bool     // integers
	BigEndian bool     // numbers
	Variable  bool     // strings of any length, which lie elsewhere in the file
	Members   []Member // of a compound; of an enum, names and values
	Element   *Type    // of a sequence or array; of an enum, the integers; else nil
	Shape     []int    // of an array

	padding             int // of strings
	offset, bits        int // of numbers: where the bits are in the Size bytes, and how many
	mantissa, exponents int // of floats: bits
	bias                int // of floats: what is added to the exponent
	region              bool
}

// A Member is a part of a compound, or a name of an enum.
type Member struct {
	Name   string
	Type   *Type // of a compound's part
	Offset int   // bytes from the start of the element
	Value  int64 // that an enum's name stands for
}

// String describes t in the words of Go and NumPy: "float64", "string",
// "bool", "compound {real float64, imag float64}".
func (t *Type) String() string {
	switch t.Class {
	case ClassInteger, ClassBits:
		if t.Signed {
			return fmt.Sprintf("int%d", 8*t.Size)
		}
		return fmt.Sprintf("uint%d", 8*t.Size)
	case ClassFloat:
		return fmt.Sprintf("float%d", 8*t.Size)
	case ClassEnum:
		if t.boolean() {
			return "bool"
		}
		return "enum " + t.Element.String()
	case ClassSequence:
		return "sequence of " + t.Element.String()
	case ClassArray:
		return fmt.Sprintf("%v %s", t.Shape, t.Element)
	case ClassCompound:
		var members []string
		for _, m := range t.Members {
			members = append(members, m.Name+" "+m.Type.String())
		}
		return "compound {" + strings.Join(members, ", ") + "}"
	}
	return t.Class.String()
}

// boolean reports whether t is what h5py saves truth values as.
func (t *Type) boolean() bool {
	return t.Class == ClassEnum && len(t.Members) == 2 &&
		t.Members[0].Name == "FALSE" && t.Members[0].Value == 0 &&
		t.Members[1].Name == "TRUE" && t.Members[1].Value == 1
}
