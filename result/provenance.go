package result

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
)

// Provenance says what results were made from, and by what. Nothing in it tells
// who made them, or where.
type Provenance struct {
	Program  string   `json:"program"`            // "isocortex" when empty
	Version  string   `json:"version"`            // that of Version when empty
	Engine   string   `json:"engine,omitempty"`   // release of ONNX Runtime, and +gemm where isocortex computes part of what it would; empty if it was not used
	Go       string   `json:"go"`                 // that of this program when empty
	System   string   `json:"system"`             // operating system and processor, such as linux/amd64; this one when empty
	Command  []string `json:"command,omitempty"`  // arguments after the name of the program
	Study    string   `json:"study,omitempty"`    // title of the study
	Seed     uint64   `json:"seed"`               // of every random draw
	Threads  int      `json:"threads,omitempty"`  // only where their number is part of the result
	Inputs   []Input  `json:"inputs"`             // everything that was read
	Warnings []string `json:"warnings,omitempty"` // what was done in spite of a doubt
}

// provenanceFile is the name of the note in a folder of results.
const provenanceFile = "provenance.json"

// WriteProvenance writes the note as provenance.json. In the command and in
// warnings, paths from the root of the file system lose their folders; where a
// warning holds one with spaces, outside the user's own folder and without
// quotes, only those before the space.
func (f *Folder) WriteProvenance(p Provenance) error {
	p.Program = cmp.Or(p.Program, "isocortex")
	p.Version = cmp.Or(p.Version, Version(""))
	p.Go = cmp.Or(p.Go, runtime.Version())
	p.System = cmp.Or(p.System, runtime.GOOS+"/"+runtime.GOARCH)
	home, _ := os.UserHomeDir() // only to leave it out
	p.Command = impersonal(bare(p.Command), home)
	p.Warnings = impersonal(p.Warnings, home)
	if p.Inputs == nil {
		p.Inputs = []Input{}
	}
	return f.WriteJSON(provenanceFile, p)
}

// ReadProvenance reads the note of the folder.
func (f *Folder) ReadProvenance() (p Provenance, err error) {
	err = f.ReadJSON(provenanceFile, &p)
	return p, err
}

// rooted matches the folders of a path from the root, in quotes or behind a
// space or a sign: not within a word, as in and/or, nor in an address of the web.
var rooted = regexp.MustCompile(`("|')(?:[A-Za-z]:)?[/\\](?:[^"'/\\]*[/\\])*|(^|[\s=(\[{,;])(?:[A-Za-z]:)?[/\\](?:[^\s"'/\\,;]+[/\\])*([^\s"'/\\])`)

// bare leaves the folders out of arguments that are one path from the root, or
// have one behind their equals sign.
func bare(arguments []string) []string {
	var clean []string
	for _, argument := range arguments {
		path := argument[strings.IndexByte(argument, '=')+1:]
		if filepath.IsAbs(path) {
			argument = strings.TrimSuffix(argument, path) + filepath.Base(path)
		}
		clean = append(clean, argument)
	}
	return clean
}

// impersonal leaves rooted folders out of texts.
func impersonal(texts []string, home string) []string {
	var clean []string
	for _, text := range texts {
		if len(home) > 1 {
			text = strings.ReplaceAll(text, home+string(filepath.Separator), "")
			text = strings.ReplaceAll(text, home, "~")
		}
		clean = append(clean, rooted.ReplaceAllString(text, "$1$2$3"))
	}
	return clean
}

// Version returns the version of this program: the given one, set when a
// release is linked, or else what the Go tool noted when it was built.
func Version(linked string) string {
	if linked != "" {
		return linked
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "development"
	}
	return info.Main.Version
}
