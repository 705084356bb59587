package download

import "io"

// Patient is the client that is used where none is given.
var Patient = patient

// WriteTo writes what comes to a part that lies at path.
func WriteTo(path string, body io.Reader) error {
	return (&getting{path: path, part: path}).write(body, 0, -1)
}
