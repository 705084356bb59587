package result_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/result"
)

// create makes a folder of results for one test.
func create(t *testing.T) (*result.Folder, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out")
	folder, err := result.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return folder, path
}

func TestCreateLeavesNothingBehind(t *testing.T) {
	folder, path := create(t)
	if entries, err := os.ReadDir(path); err != nil || len(entries) != 0 {
		t.Errorf("a new folder holds %v, %v", entries, err)
	}
	if err := folder.WriteBytes("a/b.txt", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	again, err := result.Create(path)
	if err != nil || !again.Has("a/b.txt") || again.Has("a/c.txt") {
		t.Errorf("taking a folder that is there: %v", err)
	}
	if _, err := result.Create(filepath.Join(path, "a", "b.txt")); err == nil {
		t.Error("a file was taken for a folder")
	}
	for _, wrong := range []string{filepath.Join(path, "a", "b.txt"), filepath.Join(path, "none")} {
		if _, err := result.Open(wrong); err == nil {
			t.Errorf("%s was opened as a folder", filepath.Base(wrong))
		}
	}
}

func TestNamesStayInside(t *testing.T) {
	folder, path := create(t)
	if got := folder.Path("rsa/peaks.tsv"); got != filepath.Join(path, "rsa", "peaks.tsv") {
		t.Errorf("path %q", got)
	}
	for _, name := range []string{"../x", "/x", "a/../../x", ""} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was taken for a file inside", name)
				}
			}()
			folder.Path(name)
		}()
	}
}

func TestWriteArray(t *testing.T) {
	folder, _ := create(t)
	want := npy.Vector([]float64{1, math.Inf(-1), 3})
	if err := folder.WriteArray("rdm/times.npy", want); err != nil {
		t.Fatal(err)
	}
	got, err := npy.Read(folder.Path("rdm/times.npy"))
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("read %v, %v", got, err)
	}
}

func TestJSON(t *testing.T) {
	folder, _ := create(t)
	if err := folder.WriteJSON("a.json", math.NaN()); err == nil || folder.Has("a.json") {
		t.Errorf("NaN was written as JSON: %v", err)
	}
	if err := folder.WriteBytes("a.json", []byte("{")); err != nil {
		t.Fatal(err)
	}
	var v any
	if err := folder.ReadJSON("a.json", &v); err == nil || !strings.Contains(err.Error(), "a.json") {
		t.Errorf("err = %v, want one that names the file", err)
	}
}

// victim is the folder that a second run of this test program writes into,
// until it is killed.
const victim = "ISOCORTEX_TEST_VICTIM"

// A table is there whole, with its definitions, or not at all, at whatever
// moment the program that writes it is killed.
func TestKilledWhileWriting(t *testing.T) {
	if path := os.Getenv(victim); path != "" {
		writeForever(path)
	}
	for after := range 8 {
		path := t.TempDir()
		program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWhileWriting$")
		program.Env = append(os.Environ(), victim+"="+path)
		if err := program.Start(); err != nil {
			t.Skip("no second program can be started:", err)
		}
		time.Sleep(time.Duration(20+7*after) * time.Millisecond)
		if err := program.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = program.Wait() // says that it was killed
		tables, _ := filepath.Glob(filepath.Join(path, "*.tsv"))
		for _, table := range tables {
			read, err := result.ReadTable(table)
			if err != nil {
				t.Fatal(err)
			}
			if read.Len() != rows {
				t.Errorf("%s has %d rows, want %d", table, read.Len(), rows)
			}
		}
		t.Logf("%d tables", len(tables))
	}
}

const rows = 2000

// writeForever writes the same five tables over and over.
func writeForever(path string) {
	folder, err := result.Create(path)
	if err != nil {
		panic(err)
	}
	table := &result.Table{Description: "Rows", Columns: []result.Column{{Name: "x", Description: "Zero", Numbers: make([]float64, rows)}}}
	for i := 0; ; i++ {
		if err := folder.WriteTable(fmt.Sprintf("t%d.tsv", i%5), table); err != nil {
			panic(err)
		}
	}
}
