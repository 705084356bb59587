package mat

// Decode opens the bytes of a file that is not on disk.
func Decode(path string, data []byte) (*File, error) {
	f := &File{path: path, size: int64(len(data)), close: func() error { return nil }}
	return f, f.list(data)
}
