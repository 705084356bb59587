package hdf5

import (
	"encoding/binary"
	"math/bits"
)

// lookup3 returns the checksum of metadata.
//
//	source   Jenkins (2006), lookup3, function hashlittle with initial value 0;
//	         HDF5 File Format Specification 3.0, section III
func lookup3(data []byte) uint32 {
	a := 0xdeadbeef + uint32(len(data))
	b, c := a, a
	for ; len(data) > 12; data = data[12:] {
		a, b, c = mixed(a+word(data), b+word(data[4:]), c+word(data[8:]))
	}
	if len(data) == 0 {
		return c
	}
	var last [12]byte
	copy(last[:], data)
	return finished(a+word(last[:]), b+word(last[4:]), c+word(last[8:]))
}

func word(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

func mixed(a, b, c uint32) (uint32, uint32, uint32) {
	a, c = (a-c)^bits.RotateLeft32(c, 4), c+b
	b, a = (b-a)^bits.RotateLeft32(a, 6), a+c
	c, b = (c-b)^bits.RotateLeft32(b, 8), b+a
	a, c = (a-c)^bits.RotateLeft32(c, 16), c+b
	b, a = (b-a)^bits.RotateLeft32(a, 19), a+c
	c, b = (c-b)^bits.RotateLeft32(b, 4), b+a
	return a, b, c
}

func finished(a, b, c uint32) uint32 {
	c = (c ^ b) - bits.RotateLeft32(b, 14)
	a = (a ^ c) - bits.RotateLeft32(c, 11)
	b = (b ^ a) - bits.RotateLeft32(a, 25)
	c = (c ^ b) - bits.RotateLeft32(b, 16)
	a = (a ^ c) - bits.RotateLeft32(c, 4)
	b = (b ^ a) - bits.RotateLeft32(a, 14)
	return (c ^ b) - bits.RotateLeft32(b, 24)
}

// fletcher32 returns the checksum of a filtered chunk: of big-endian words of
// two bytes, the last filled up with zero.
//
//	source   Fletcher (1982), doi:10.1109/TCOM.1982.1095369
func fletcher32(data []byte) uint32 {
	var low, high uint32
	for i := 0; i < len(data); i += 2 {
		v := uint32(data[i]) << 8
		if i+1 < len(data) {
			v |= uint32(data[i+1])
		}
		low = folded(low + v)
		high = folded(high + low)
	}
	return high<<16 | low
}

// folded returns v modulo 65535, where what is no zero stays none.
func folded(v uint32) uint32 { return v&0xffff + v>>16 }
