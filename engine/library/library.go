// Package library carries the ONNX Runtime library inside the program and finds
// the one to use.
//
//	path, err := library.Find(flag)
//	e, err := engine.Open(path)
//
// The folder files is embedded as it is: with only its README in it the program
// builds as well, and then needs a library from elsewhere. The build fetches one
// with
//
//	go run ./engine/library/fetch
//
// which checks it against the table in builds.tsv. Only the program imports this
// package: a test that did would carry 46 MB.
package library

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

//go:embed all:files
var files embed.FS

//go:embed builds.tsv
var builds string

//go:embed license.txt
var license string

// Variable is the environment variable that names a library to use.
const Variable = "ISOCORTEX_ONNXRUNTIME"

// ErrNone says that no library was named and none is embedded.
var ErrNone = errors.New("no ONNX Runtime library: build the program with \"make build\", which puts one inside, or set " +
	Variable + " to the path of one")

// A Build is the library for one platform, as the npm package onnxruntime-node
// holds it.
type Build struct {
	Platform string // system and processor in the words of Go: linux/amd64
	Name     string // of the file
	Source   string // path in the npm package
	SHA256   string // of the file, hexadecimal
}

// Builds returns the libraries that are known, from the table that the package
// holds.
func Builds() []Build {
	var list []Build
	for line := range strings.Lines(builds) {
		column := strings.Fields(line)
		list = append(list, Build{column[0], column[1], column[2], column[3]})
	}
	return list
}

// BuildFor returns the library for a platform such as linux/amd64.
func BuildFor(platform string) (Build, error) {
	var known []string
	for _, b := range Builds() {
		if b.Platform == platform {
			return b, nil
		}
		known = append(known, b.Platform)
	}
	return Build{}, fmt.Errorf("no ONNX Runtime library for %s is known, only for %s: set %s to the path of one",
		platform, strings.Join(known, ", "), Variable)
}

// Bytes returns a copy of the embedded library; false when there is none.
func Bytes() ([]byte, bool) {
	build, err := BuildFor(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		return nil, false
	}
	data, err := files.ReadFile("files/" + build.Name)
	return data, err == nil
}

// Licenses returns the license of the library, to be shown with the program's.
func Licenses() string { return license }

// Find returns the path of the library to use: the one that flag names, else
// the one that the environment names, else the embedded one.
//
// The embedded library is unpacked once per user, into the cache folder of the
// system, under its SHA-256. A file there that is not what it should be is
// replaced. Where that folder cannot be written to or not be executed from, the
// library goes to memory (Linux) or to a temporary folder, which stays.
//
//	errors   ErrNone; the system's
//	cost     some 35 ms for the SHA-256; 100 ms more when it must be unpacked
func Find(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	if path := os.Getenv(Variable); path != "" {
		return path, nil
	}
	build, err := BuildFor(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		return "", err
	}
	p := parcel{build: build, open: func() (fs.File, error) { return files.Open("files/" + build.Name) }}
	if cache, err := os.UserCacheDir(); err == nil {
		p.cache = cache
	}
	return p.find()
}
