// Package file writes files whole or not at all, maps them into memory, and
// locates what is wrong with them.
package file

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Two ways a file can be unreadable. Test for them with errors.Is.
var (
	// ErrMalformed says that the file breaks the rules of its format.
	ErrMalformed = errors.New("malformed")
	// ErrUnsupported says that the file may be right but this program cannot read it.
	ErrUnsupported = errors.New("not supported")
)

// A ParseError locates a defect in a file.
type ParseError struct {
	Path   string
	Offset int64  // bytes from the start of the file; negative when there is no such place
	Field  string // name in the format's own specification
	Err    error  // wraps ErrMalformed or ErrUnsupported
}

// Error names the file, the byte, the field and the defect.
func (e *ParseError) Error() string {
	text := e.Path
	if e.Offset >= 0 {
		text += fmt.Sprintf(": byte %d", e.Offset)
	}
	if e.Field != "" {
		text += ": " + e.Field
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns the defect.
func (e *ParseError) Unwrap() error { return e.Err }

// Malformed returns a ParseError for a file that breaks the rules of its format.
func Malformed(path string, offset int64, field, format string, args ...any) error {
	return &ParseError{path, offset, field, fmt.Errorf("%w: %w", ErrMalformed, fmt.Errorf(format, args...))}
}

// Unsupported returns a ParseError for a file that is beyond this program.
func Unsupported(path string, offset int64, field, format string, args ...any) error {
	return &ParseError{path, offset, field, fmt.Errorf("%w: %w", ErrUnsupported, fmt.Errorf(format, args...))}
}

// Write makes the file at path hold what write writes, or leaves path as it
// was: the bytes go to a new file beside it, which takes its name at the end.
//
// Folders above path are made. Safe on network file systems, and against a
// second writer: the last to finish wins, and readers see one file or the other.
func Write(path string, write func(w io.Writer) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	defer func() {
		if err != nil {
			temporary.Close()
			os.Remove(temporary.Name())
			err = fmt.Errorf("write %s: %w", path, cause(err))
		}
	}()
	buffered := bufio.NewWriterSize(temporary, 1<<20)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return install(temporary, path)
}

// cause is what is wrong, without the name of a temporary file that nobody chose.
func cause(err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) && strings.HasSuffix(at.Path, ".part") {
		return at.Err
	}
	return err
}

// install gives a finished temporary file its permissions and its name.
func install(temporary *os.File, path string) error {
	if err := temporary.Chmod(0o666 &^ umask()); err != nil {
		return err
	}
	if err := temporary.Sync(); err != nil {
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

// WriteBytes is Write for bytes at hand. A file that holds them already is left
// as it is.
func WriteBytes(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && info.Size() == int64(len(data)) {
		if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, data) {
			return nil
		}
	}
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Stem returns the name of a file without its folders and its ending; of a name
// that is all ending, such as ".npz", the whole.
func Stem(path string) string {
	name := filepath.Base(path)
	if stem := strings.TrimSuffix(name, filepath.Ext(name)); stem != "" {
		return stem
	}
	return name
}
