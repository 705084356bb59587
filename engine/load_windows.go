package engine

import "golang.org/x/sys/windows"

// load maps the library at path into this process, where it stays: its threads
// may outlive every session. Libraries it needs are looked for beside it.
func load(path string) (uintptr, error) {
	library, err := windows.LoadLibraryEx(path, 0, windows.LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR|windows.LOAD_LIBRARY_SEARCH_DEFAULT_DIRS)
	return uintptr(library), err
}

// symbol returns the address of a function that the library exports.
func symbol(library uintptr, name string) (uintptr, error) {
	return windows.GetProcAddress(windows.Handle(library), name)
}
