package cache_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/work"
)

// A text is made once; then it is found.
func Example() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	store, err := cache.Open(filepath.Join(folder, ".isocortex"))
	if err != nil {
		panic(err)
	}
	key, err := cache.NewKey([]any{"shout", "hello"})
	if err != nil {
		panic(err)
	}
	for range 2 {
		if entry := store.Find(key); entry != nil {
			fmt.Println("found:", entry.Record.Name)
			continue
		}
		stage, err := store.Stage()
		if err != nil {
			panic(err)
		}
		if err := os.WriteFile(stage.Output, []byte("HELLO"), 0o666); err != nil {
			panic(err)
		}
		record := cache.Record{Verb: "shout", Name: "hello, but louder"}
		if _, err := store.Keep(context.Background(), key, stage, record, work.Budget{}); err != nil {
			panic(err)
		}
		fmt.Println("made")
	}
	// Output:
	// made
	// found: hello, but louder
}
