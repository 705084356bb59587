package house

import (
	"bufio"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// commands returns what follows the prompt in the ```console blocks of a page.
func commands(page string) []string {
	var found []string
	inside := false
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		if fence := strings.HasPrefix(line, "```"); fence {
			inside = line == "```console"
			continue
		}
		if command, ok := strings.CutPrefix(line, "$ "); ok && inside {
			found = append(found, strings.TrimPrefix(command, "bin/"))
		}
	}
	return found
}

// targets returns the targets that a Makefile declares.
func targets(makefile string) []string {
	var found []string
	for _, line := range regexp.MustCompile(`(?m)^([a-z][a-z -]*):([^=]|$)`).FindAllStringSubmatch(makefile, -1) {
		found = append(found, strings.Fields(line[1])...)
	}
	return found
}

// background is the end of a line of a script that does not wait for its command.
var background = regexp.MustCompile(` &(\w+&)?$`)

// executed returns the commands that the scripts of a folder run, without the
// words of the script language around them.
func executed(tree fs.FS, folder string) ([]string, error) {
	scripts, err := fs.Glob(tree, path.Join(folder, "*.txtar"))
	if err != nil {
		return nil, err
	}
	var found []string
	for _, name := range scripts {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		script, _, _ := strings.Cut(string(text), "\n-- ")
		lines := bufio.NewScanner(strings.NewReader(script))
		for lines.Scan() {
			words := strings.Fields(lines.Text())
			for len(words) > 0 && slices.Contains([]string{"!", "?", "exec"}, words[0]) {
				words = words[1:]
			}
			found = append(found, background.ReplaceAllString(strings.Join(words, " "), ""))
		}
	}
	return found, nil
}

// unproved returns the commands of a page that nothing runs: those of isocortex
// that are in no script, and the targets of make that do not exist.
func unproved(page, makefile string, scripts []string) []string {
	var findings []string
	for _, command := range commands(page) {
		program, rest, _ := strings.Cut(command, " ")
		switch program {
		case "isocortex":
			if !slices.Contains(scripts, command) {
				findings = append(findings, command+": no script of cmd/isocortex/testdata/script runs it")
			}
		case "make":
			for target := range strings.FieldsSeq(rest) {
				if !slices.Contains(targets(makefile), target) {
					findings = append(findings, command+": the Makefile has no such target")
				}
			}
		case "git", "cd":
		default:
			findings = append(findings, command+": neither isocortex nor make")
		}
	}
	return findings
}

func TestCommandsOfTheReadmeAreRun(t *testing.T) {
	scripts, err := executed(project, "cmd/isocortex/testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"README.md", "CONTRIBUTING.md"} {
		for _, finding := range unproved(read(t, page), read(t, "Makefile"), scripts) {
			t.Errorf("%s: %s", page, finding)
		}
	}
}

func TestExecutedReadsScripts(t *testing.T) {
	got, err := executed(fstest.MapFS{
		"s/a.txtar": {Data: []byte("# isocortex comment\n! exec isocortex rdm x &\nexec isocortex view demo &view&\n-- f --\nisocortex no command\n")},
	}, "s")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"# isocortex comment", "isocortex rdm x", "isocortex view demo"}; !slices.Equal(got, want) {
		t.Errorf("executed = %q, want %q", got, want)
	}
}

func TestUnprovedFindsCommandsThatNothingRuns(t *testing.T) {
	page := "```console\n$ isocortex info a.npz\nsome output\n$ bin/isocortex rdm b\n$ make test lint\n$ curl x\n```\n```\n$ isocortex free\n```\n"
	expect(
		t, unproved(page, "all:\n\ntest: all\n\tgo test\nX := 1\n", []string{"isocortex info a.npz"}),
		"isocortex rdm b", "make test lint", "curl x",
	)
}
