package main

import (
	"os"
	"strings"
	"testing"
)

// The committed picture is what the program draws.
func TestPictureIsCurrent(t *testing.T) {
	const path = "../../docs/flow.svg"
	var drawn strings.Builder
	draw(&drawn)
	if committed, err := os.ReadFile(path); err != nil || string(committed) != drawn.String() {
		t.Errorf("%s differs from what is drawn (%v): go run -C lint ./flow > docs/flow.svg", path, err)
	}
}
