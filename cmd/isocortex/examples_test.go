package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/engine/enginetest"
)

// examples returns the commands under "Examples" of every verb, in the order in
// which a newcomer would type them.
func examples() map[string][]string {
	root := (&app{}).command()
	found := map[string][]string{}
	for _, verb := range root.Commands() {
		script := strings.ReplaceAll(verb.Example, "\\\n", "")
		for line := range strings.Lines(script) {
			found[verb.Name()] = append(found[verb.Name()], strings.Join(strings.Fields(line), " "))
		}
	}
	return found
}

// The examples of help are typed one after the other, in the order of help.
// They need nothing but what demo makes, and arrays of one's own.
func TestExamplesOfHelp(t *testing.T) {
	t.Parallel()
	library := enginetest.Path(t)
	folder := t.TempDir()
	for name, args := range map[string][]string{"eeg.npy": {"", "40", "pair=6"}, "a.npy": {"", "pair=6"}, "b.npy": {"", "pair=6"}, "silhouette.npy": {"", "pair=6"}, "responses.npy": {"", "3", "2", "20"}} {
		if err := makeArray(filepath.Join(folder, name), args); err != nil {
			t.Fatal(err)
		}
	}
	if err := makeTimes(filepath.Join(folder, "seconds.npy"), []string{"", "40"}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "trials.tsv"), []byte("condition\nface\nhouse\ncat\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, spoiled := range map[string]string{"run-1.fif": "3", "run-2.fif": "5"} {
		if err := makeRecording(filepath.Join(folder, name), []string{"", spoiled}); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"codes.tsv":  "code\tcondition\n1\tcat\n2\tdog\n3\thouse\n4\ttool\n",
		"events.tsv": "onset\tstim_file\n1.0\tcat.png\n1.5\tdog.png\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	all := examples()
	for _, verb := range []string{"demo", "check", "run", "activations", "dataset", "epochs", "rdm", "compare", "rsa", "fusion", "info", "report", "export", "completion"} {
		if len(all[verb]) == 0 {
			t.Errorf("%s has no example", verb)
		}
		for _, command := range all[verb] {
			t.Run(command, func(t *testing.T) {
				shell := exec.Command("sh", "-ec", command)
				shell.Dir = folder
				shell.Env = append(os.Environ(), "ISOCORTEX_ONNXRUNTIME="+library)
				if out, err := shell.CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}

// Every verb says what it does in a line, and how it is used.
func TestHelpOfEveryVerb(t *testing.T) {
	a := &app{}
	root := a.command()
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, verb := range cmd.Commands() {
			visit(verb)
			if verb.Hidden || verb.Parent() != root {
				continue
			}
			if verb.Short == "" || strings.HasSuffix(verb.Short, ".") {
				t.Errorf("%s: %q is not a line without a full stop", verb.Name(), verb.Short)
			}
			text := help(verb, nil)
			for line := range strings.Lines(text) {
				if n := len([]rune(strings.TrimRight(line, "\n"))); n > width {
					t.Errorf("%s --help has a line of %d characters: %s", verb.Name(), n, line)
				}
			}
			if verb.Runnable() && !strings.Contains(text, "\nUsage:\n  isocortex "+verb.Name()) {
				t.Errorf("%s --help does not show how it is used:\n%s", verb.Name(), text)
			}
		}
	}
	visit(root)
}
