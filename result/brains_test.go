package result_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/result"
)

func TestBrainsKeepTheirOrder(t *testing.T) {
	folder, err := result.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if names, err := folder.Brains(); err != nil || !slices.Equal(names, []string{"brain"}) {
		t.Errorf("without a list there are %q, %v", names, err)
	}
	want := []string{"monkey IT", "human IT", "a.b"}
	if err := folder.WriteBrains(want); err != nil {
		t.Fatal(err)
	}
	if names, err := folder.Brains(); err != nil || !slices.Equal(names, want) {
		t.Errorf("there are %q, %v, want %q", names, err, want)
	}
}

// A list from elsewhere leads nowhere else.
func TestBrainsAreFoldersOfTheResult(t *testing.T) {
	folder, err := result.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"IT\n../../etc\n", "a/b\n", "\n", ".\n", "..\n", `a\b`} {
		if err := folder.WriteBytes("rsa/brains.txt", []byte(list)); err != nil {
			t.Fatal(err)
		}
		if names, err := folder.Brains(); err == nil || !strings.Contains(err.Error(), "brains.txt: line ") {
			t.Errorf("the list %q gives %q, %v", list, names, err)
		}
	}
}
