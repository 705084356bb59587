package hdf5

import (
	"bytes"

	"github.com/isocortex/isocortex/file"
)

const signature = "\x89HDF\r\n\x1a\n"

// Detect reports whether a file that begins like this is an HDF5 file without a
// user block.
func Detect(head []byte) bool { return bytes.HasPrefix(head, []byte(signature)) }

// readSuperblock finds where the HDF5 content starts, and opens the root group.
func (f *File) readSuperblock() error {
	whole := f.mapping.Bytes
	for start := 0; ; start = max(512, 2*start) {
		if start > len(whole)-len(signature) {
			return file.Malformed(f.path, 0, "superblock", "no HDF5 signature: this is no HDF5 file")
		}
		if bytes.HasPrefix(whole[start:], []byte(signature)) {
			f.start, f.data = int64(start), whole[start:]
			break
		}
	}
	root, err := f.superblock()
	if err != nil {
		return err
	}
	h, err := f.header(root)
	if err != nil {
		return err
	}
	f.root = &Group{object: object{f: f, name: "/", address: root, header: h}}
	return nil
}

// superblock returns the address of the header of the root group.
func (f *File) superblock() (root int64, err error) {
	c := f.cursor("superblock", 0, -1)
	c.skip(int64(len(signature)))
	var end int64
	if version := c.version(0, 1, 2, 3); version < 2 {
		end, root = c.oldSuperblock(version)
	} else {
		end, root = c.newSuperblock()
	}
	if whole := int64(len(f.mapping.Bytes)); c.err == nil && end > whole {
		c.malformed("the file ends at byte %d of %d: it was not copied or not written to its end", whole, end)
	}
	return root, c.err
}

// widths reads how many bytes an address and a size take.
func (c *cursor) widths() {
	c.f.offsets, c.f.lengths = c.small(1), c.small(1)
	for _, n := range []int{c.f.offsets, c.f.lengths} {
		if n != 2 && n != 4 && n != 8 {
			c.unsupported("addresses or sizes of %d bytes", n)
			c.f.offsets, c.f.lengths = 8, 8
		}
	}
}

func (c *cursor) oldSuperblock(version int) (end, root int64) {
	c.skip(4) // versions of the free space, the root group, one reserved, and shared headers
	c.widths()
	c.skip(1 + 2 + 2 + 4) // reserved, ranks of the group trees, flags
	if version == 1 {
		c.skip(4) // rank of the chunk trees, reserved
	}
	c.address() // of the superblock: known from where it is
	c.address() // free space
	end = c.address()
	c.address()                // driver information
	c.skip(int64(c.f.offsets)) // name of the root group
	return end, c.address()
}

func (c *cursor) newSuperblock() (end, root int64) {
	c.widths()
	c.skip(1) // flags
	c.address()
	c.address() // superblock extension
	end, root = c.address(), c.address()
	c.checksum(0)
	return end, root
}
