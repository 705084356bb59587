//go:build unix

package engine

import "github.com/ebitengine/purego"

// load maps the library at path into this process, where it stays: its threads
// may outlive every session.
func load(path string) (uintptr, error) {
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

// symbol returns the address of a function that the library exports.
func symbol(library uintptr, name string) (uintptr, error) {
	return purego.Dlsym(library, name)
}
