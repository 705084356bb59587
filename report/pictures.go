package report

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"github.com/isocortex/isocortex/result"
)

// largestPicture is the most bytes of one embedded thumbnail.
const largestPicture = 200 << 10

// pictures gives the conditions the thumbnails and categories that
// stimuli/stimuli.tsv names: those of the stimulus of that name, else those of
// the first stimulus of the condition.
func (r *reader) pictures() error {
	rows, err := r.stimulusTable()
	if err != nil {
		return err
	}
	for i := range r.page.Stimuli {
		s := &r.page.Stimuli[i]
		row := find(rows, "stimulus", s.Label)
		if row == nil {
			row = find(rows, "condition", s.Label)
		}
		if category := row["category"]; category != "n/a" {
			s.Category = category
		}
		if s.Image, err = r.picture(row["thumbnail"]); err != nil {
			return err
		}
	}
	return nil
}

// find returns the first row that has the value; nil when none has.
func find(rows []map[string]string, column, value string) map[string]string {
	for _, row := range rows {
		if row[column] == value {
			return row
		}
	}
	return nil
}

// stimulusTable reads stimuli/stimuli.tsv, each row by the names of its columns.
func (r *reader) stimulusTable() ([]map[string]string, error) {
	path := filepath.Join(r.folder, "stimuli", "stimuli.tsv")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	table, err := result.ReadTable(path)
	if err != nil {
		return nil, err
	}
	rows := make([]map[string]string, table.Len())
	for i := range rows {
		rows[i] = map[string]string{}
		for _, column := range table.Columns {
			if column.Text != nil {
				rows[i][column.Name] = column.Text[i]
			}
		}
	}
	return rows, nil
}

// picture returns a thumbnail as a data URI; "" when there is none.
func (r *reader) picture(name string) (string, error) {
	if name == "" || name != filepath.Base(name) {
		return "", nil // the table is data: it may not name files elsewhere
	}
	data, err := os.ReadFile(filepath.Join(r.folder, "stimuli", name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case len(data) > largestPicture:
		r.page.Warnings = append(r.page.Warnings, fmt.Sprintf("The picture %s is not shown: its %d bytes are more than a thumbnail has.", name, len(data)))
		return "", nil
	}
	return "data:" + http.DetectContentType(data) + ";base64," + base64.StdEncoding.EncodeToString(data), nil
}
