// Package inflate unpacks what zlib packed, where all of it is at hand and its
// length is known, faster than what reads streams of any length.
//
//	packed = append(packed, make([]byte, inflate.Slack)...)
//	data := make([]byte, length+inflate.Slack)
//	ok := new(inflate.Inflater).Zlib(data, packed)
package inflate

import (
	"encoding/binary"
	"hash/adler32"
	"math/bits"
)

// Most is how many times longer than its packed bytes a stream can be at the very
// most: 258 bytes from 2 bits.
const Most = 1032

// An Inflater holds the tables of a stream, which are used again for the next. It
// exists because this is most of what reading a PNG costs: it has all of the
// source and room for all of the result, so it looks up to two literals at once
// and never stops within. The zero Inflater is ready.
//
//	source   RFC 1950, RFC 1951 (1996)
type Inflater struct {
	src     []uint8 // with Slack zeros behind
	at      int     // bytes of src that went into held
	held    uint64  // the next bits, the first one lowest
	left    uint    // how many of them count
	dst     []uint8 // with Slack bytes behind
	done    int     // bytes of dst
	symbols [codeMax]uint8
	literal [1<<literalBits + 1<<(15-literalBits)*144]code // of at least two codes in each of its second tables
	far     [1<<farBits + 1<<(15-farBits)*16]code
	lengths [1 << lengthBits]code
}

// Slack is what is read behind the source, and written behind the result: more
// than one turn of the loop in block needs.
const Slack = 512

// codeMax is the largest number of lengths in the header of a block.
const codeMax = 286 + 30

// The bits that the first table of each code is looked up with.
const (
	literalBits = 11
	farBits     = 9
	lengthBits  = 7
)

// A code is an entry of a table: what the next bits of the source mean.
//
//	bits 0-5     length in bits, extra bits not included; 0 when no code begins so
//	bits 8-9     the number of literals
//	bits 10-13   extra bits, or the bits of the second table
//	bit 14       there is a second table
//	bit 15       literals
//	bits 16-31   the literals, the base of a length or distance, 0 for the end
//	             of a block, or where the second table begins
type code uint32

const (
	codeSecond  code = 1 << 14
	codeLiteral code = 1 << 15
)

func (c code) length() uint { return uint(c & 63) }
func (c code) extra() uint  { return uint(c >> 10 & 15) }
func (c code) value() int   { return int(c >> 16) }

// meanings of the symbols of the three codes; 0 where a symbol means nothing.
var (
	literalMeanings = meanLiterals()
	farMeanings     = append(meanBases(30, 1, 2), 0, 0)
	lengthMeanings  = meanLengths()
)

func meanLiterals() []code {
	meanings := make([]code, 256, 288)
	for i := range meanings {
		meanings[i] = codeLiteral | 1<<8 | code(i)<<16
	}
	meanings = append(meanings, codeEnd)
	meanings = append(meanings, meanBases(28, 3, 4)...)
	return append(meanings, 258<<16, 0, 0)
}

// codeEnd means the end of a block: no length is as short.
const codeEnd code = 1 << 16

// meanBases gives n bases that begin at first. After twice a group of them, and
// then after every group, there is one more extra bit.
func meanBases(n, first, group int) []code {
	meanings := make([]code, n)
	base := first
	for i := range meanings {
		extra := max(i/group-1, 0)
		meanings[i] = code(base)<<16 | code(extra)<<10
		base += 1 << extra
	}
	return meanings
}

func meanLengths() []code {
	meanings := make([]code, 19)
	for i := range meanings {
		meanings[i] = code(i)<<16 | 1<<8
	}
	return meanings
}

// build fills a table for the code with these lengths, 0 for symbols that do
// not occur; ok is false when it is none.
func build(table []code, root uint, lengths []uint8, meanings []code) (ok bool) {
	next, longest, ok := firstCodes(lengths)
	if !ok {
		return false
	}
	second := max(longest, root) - root
	free := 1 << root
	clear(table[:free])
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		at, width, size := int(bits.Reverse16(next[n])>>(16-n)), uint(n), 1<<root
		next[n]++
		target := table
		if width > root {
			first := &table[at&(size-1)]
			if *first == 0 {
				*first = codeSecond | code(second)<<10 | code(free)<<16
				free += 1 << second
			}
			target, at, width, size = table[first.value():], at>>root, width-root, 1<<second
		}
		entry := meanings[symbol]
		if entry != 0 {
			entry |= code(n)
		}
		for ; at < size; at += 1 << width {
			target[at] = entry
		}
	}
	return true
}

// firstCodes returns the first code of every length, and the longest; ok is
// false when there are more codes than fit, or fewer, but for a single one.
//
//	source   RFC 1951, section 3.2.2
func firstCodes(lengths []uint8) (first [16]uint16, longest uint, ok bool) {
	var counts [16]uint16
	for _, n := range lengths {
		counts[n]++
	}
	used := 0 // of the codes that fit
	for n := 1; n < 16; n++ {
		used <<= 1
		first[n] = uint16(used)
		used += int(counts[n])
		if used > 1<<n {
			return first, 0, false
		}
		if counts[n] > 0 {
			longest = uint(n)
		}
	}
	return first, longest, used == 1<<15 || longest == 0 || longest == 1 && counts[1] == 1
}

// pair lets entries of one literal stand for two where the next one is known.
func pair(table *[1<<literalBits + 1<<(15-literalBits)*144]code) {
	for i := 1<<literalBits - 1; i >= 0; i-- { // down, as i looks at one below it
		first := table[i]
		if first&codeLiteral == 0 {
			continue
		}
		next := table[i>>first.length()]
		if next&codeLiteral != 0 && first.length()+next.length() <= literalBits {
			table[i] = codeLiteral | 2<<8 | code(first.length()+next.length()) | first&(255<<16) | next&(255<<16)<<8
		}
	}
}

// Zlib unpacks src, which has Slack zeros behind its end, into dst, which has
// Slack bytes behind; ok is false when it is damaged or of another length.
func (z *Inflater) Zlib(dst, src []uint8) (ok bool) {
	end := len(src) - Slack
	if end < 6 || src[0]&15 != 8 || src[0]>>4 > 7 || src[1]&32 != 0 || binary.BigEndian.Uint16(src)%31 != 0 {
		return false
	}
	z.src, z.dst, z.at, z.held, z.left, z.done = src, dst, 2, 0, 0, 0
	for last := false; !last; {
		if !z.refill() {
			return false
		}
		header := z.take(3)
		last = header&1 != 0
		switch header >> 1 {
		case 0:
			ok = z.stored()
		case 1:
			ok = z.fixed() && z.block()
		case 2:
			ok = z.dynamic() && z.block()
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	z.at -= int(z.left / 8)
	result := dst[:len(dst)-Slack]
	return z.done == len(result) && z.at == end-4 && binary.BigEndian.Uint32(src[z.at:]) == adler32.Checksum(result)
}

// refill fills held with at least 56 bits; ok is false when the source ended
// long ago.
func (z *Inflater) refill() (ok bool) {
	if z.at > len(z.src)-8 {
		return false
	}
	z.held |= binary.LittleEndian.Uint64(z.src[z.at:]) << (z.left & 63)
	z.at += int((63 - z.left) >> 3)
	z.left |= 56
	return true
}

// take returns the next n bits, which are there.
func (z *Inflater) take(n uint) int {
	v := int(z.held & (1<<(n&63) - 1))
	z.held >>= n & 63
	z.left -= n
	return v
}

// stored copies a block that is not compressed.
func (z *Inflater) stored() (ok bool) {
	z.at -= int(z.left / 8)
	z.held, z.left = 0, 0
	if z.at+4 > len(z.src)-Slack {
		return false
	}
	n := int(binary.LittleEndian.Uint16(z.src[z.at:]))
	mirrored := int(binary.LittleEndian.Uint16(z.src[z.at+2:]))
	z.at += 4
	if n^mirrored != 0xffff || n > len(z.src)-Slack-z.at || n > len(z.dst)-Slack-z.done {
		return false
	}
	copy(z.dst[z.done:], z.src[z.at:][:n])
	z.at, z.done = z.at+n, z.done+n
	return true
}

// fixed makes the tables of the code that every reader knows.
func (z *Inflater) fixed() (ok bool) {
	var lengths [288 + 32]uint8
	for i := range lengths {
		switch {
		case i < 144, i >= 280 && i < 288:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 5
		}
	}
	return z.tables(lengths[:288], lengths[288:])
}

// dynamic reads the tables of a block.
func (z *Inflater) dynamic() (ok bool) {
	if !z.refill() {
		return false
	}
	literals, fars, given := 257+z.take(5), 1+z.take(5), 4+z.take(4)
	if literals > 286 || fars > 30 {
		return false
	}
	var lengths [19]uint8
	for i := range given {
		if !z.refill() {
			return false
		}
		lengths[lengthOrder[i]] = uint8(z.take(3))
	}
	if !build(z.lengths[:], lengthBits, lengths[:], lengthMeanings) {
		return false
	}
	if !z.symbolLengths(literals + fars) {
		return false
	}
	return z.tables(z.symbols[:literals], z.symbols[literals:][:fars])
}

// lengthOrder is the order in which the lengths of the code of lengths stand.
var lengthOrder = [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// symbolLengths reads the lengths of the codes of n symbols.
func (z *Inflater) symbolLengths(n int) (ok bool) {
	for i := 0; i < n; {
		if !z.refill() {
			return false
		}
		c := z.lengths[z.held&(1<<lengthBits-1)]
		if c == 0 {
			return false
		}
		z.take(c.length())
		value, times := uint8(c.value()), 1
		switch {
		case value == 16 && i == 0:
			return false
		case value == 16:
			value, times = z.symbols[i-1], 3+z.take(2)
		case value == 17:
			value, times = 0, 3+z.take(3)
		case value == 18:
			value, times = 0, 11+z.take(7)
		}
		if times > n-i {
			return false
		}
		for range times {
			z.symbols[i] = value
			i++
		}
	}
	return true
}

// tables makes the tables of a block from the lengths of its codes.
func (z *Inflater) tables(literals, fars []uint8) (ok bool) {
	if !build(z.literal[:], literalBits, literals, literalMeanings) || !build(z.far[:], farBits, fars, farMeanings) {
		return false
	}
	pair(&z.literal)
	return true
}

// block unpacks what the codes of a block stand for.
func (z *Inflater) block() (ok bool) {
	src, dst, end := z.src, z.dst, len(z.dst)-Slack
	at, held, left, done := z.at, z.held, z.left, z.done
	for {
		if at > len(src)-8 || done > end {
			return false
		}
		held |= binary.LittleEndian.Uint64(src[at:]) << (left & 63)
		at += int((63 - left) >> 3)
		left |= 56
		c := z.literal[held&(1<<literalBits-1)]
		if c&codeLiteral != 0 {
			for {
				binary.LittleEndian.PutUint16(dst[done:], uint16(c>>16))
				done += int(c >> 8 & 3)
				held >>= c & 63
				left -= uint(c & 63)
				if left < literalBits {
					break
				}
				c = z.literal[held&(1<<literalBits-1)]
				if c&codeLiteral == 0 {
					break
				}
			}
			continue
		}
		if c&codeSecond != 0 {
			c = z.literal[c.value()+int(held>>literalBits&(1<<c.extra()-1))]
		}
		if c == 0 {
			return false
		}
		held >>= c & 63
		left -= c.length()
		if c&codeLiteral != 0 {
			dst[done] = uint8(c >> 16)
			done++
			continue
		}
		if c&^63 == codeEnd {
			z.at, z.held, z.left, z.done = at, held, left, done
			return true
		}
		n := c.value() + int(held&(1<<c.extra()-1))
		held >>= c.extra()
		left -= c.extra()
		c = z.far[held&(1<<farBits-1)]
		if c&codeSecond != 0 {
			c = z.far[c.value()+int(held>>farBits&(1<<c.extra()-1))]
		}
		if c == 0 {
			return false
		}
		held >>= c & 63
		left -= c.length()
		back := c.value() + int(held&(1<<c.extra()-1))
		held >>= c.extra()
		left -= c.extra()
		if back > done {
			return false
		}
		if back >= 8 {
			for i := done; i < done+n; i += 8 {
				binary.LittleEndian.PutUint64(dst[i:], binary.LittleEndian.Uint64(dst[i-back:]))
			}
		} else {
			for i := done; i < done+n; i++ {
				dst[i] = dst[i-back]
			}
		}
		done += n
	}
}
