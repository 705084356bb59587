// Command fetch puts the ONNX Runtime library for a platform where package
// library embeds it.
//
//	go run ./engine/library/fetch [-platform linux/arm64] [-package DIR]
//
// It must run in the root of the checkout. The library comes from the npm
// package that engine/library/package-lock.json pins, without running any script
// of it, and is checked against the SHA-256 in engine/library/builds.tsv.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/isocortex/isocortex/engine/library"
)

// home is the folder of package library, from the root of the checkout.
var home = filepath.Join("engine", "library")

func main() {
	platform := flag.String("platform", runtime.GOOS+"/"+runtime.GOARCH, "system/processor that the library is for")
	unpacked := flag.String("package", "", "an unpacked npm package onnxruntime-node; without it npm fetches one")
	flag.Parse()
	if err := fetch(*platform, *unpacked); err != nil {
		fmt.Fprintln(os.Stderr, "fetch: error:", err)
		os.Exit(1)
	}
}

// fetch makes the folder of embedded files hold the library for the platform,
// and no other.
func fetch(platform, unpacked string) error {
	build, err := library.BuildFor(platform)
	if err != nil {
		return err
	}
	target := filepath.Join(home, "files", build.Name)
	if data, err := os.ReadFile(target); err == nil && check(data, build, target) == nil {
		return nil
	}
	if unpacked == "" {
		folder, err := os.MkdirTemp("", "isocortex-fetch-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		if unpacked, err = install(folder); err != nil {
			return err
		}
	}
	source := filepath.Join(unpacked, filepath.FromSlash(build.Source))
	data, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	if err := check(data, build, source); err != nil {
		return err
	}
	return put(target, data)
}

// install fetches the npm package into the folder and returns its path.
func install(folder string) (string, error) {
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc"} {
		data, err := os.ReadFile(filepath.Join(home, name))
		if err != nil {
			return "", fmt.Errorf("%w: run this in the root of the checkout", err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o666); err != nil {
			return "", err
		}
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = folder
	said, err := npm.CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("%w: install npm, or set %s to the path of a library", err, library.Variable)
	case err != nil:
		return "", fmt.Errorf("npm ci: %w\n%s", err, bytes.TrimSpace(said))
	}
	return filepath.Join(folder, "node_modules", "onnxruntime-node"), nil
}

// check compares the SHA-256 of a library with the table.
func check(data []byte, build library.Build, path string) error {
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != build.SHA256 {
		return fmt.Errorf("%s: SHA-256 is %s, builds.tsv says %s for %s", path, got, build.SHA256, build.Platform)
	}
	return nil
}

// put removes the libraries of other platforms and writes this one.
func put(target string, data []byte) error {
	for _, build := range library.Builds() {
		err := os.Remove(filepath.Join(filepath.Dir(target), build.Name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	part := target + ".part"
	if err := os.WriteFile(part, data, 0o666); err != nil {
		return err
	}
	return os.Rename(part, target)
}
