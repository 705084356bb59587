package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/isocortex/isocortex/engine/enginetest"
)

// The test binary is the program when it is called isocortex.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"isocortex": main})
}

// Scripts whose names begin with engine_ need the engine.
const needsEngine = "engine_"

func TestScripts(t *testing.T) {
	// No verb in these may open an engine: this one cannot be opened.
	broken := filepath.Join(t.TempDir(), "broken.so")
	if err := os.WriteFile(broken, []byte("not a library"), 0o666); err != nil {
		t.Fatal(err)
	}
	runScripts(t, false, broken)
}

func TestScriptsWithEngine(t *testing.T) {
	runScripts(t, true, enginetest.Path(t))
}

// runScripts runs the scripts that need an engine, or those that do not.
func runScripts(t *testing.T, engine bool, library string) {
	all, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var chosen []string
	for _, path := range all {
		if strings.HasPrefix(filepath.Base(path), needsEngine) == engine {
			chosen = append(chosen, path)
		}
	}
	commands := map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"exits":  exits,
		"json":   checkJSON,
		"whole":  whole,
		"narrow": narrow,
	}
	maps.Copy(commands, makers)
	maps.Copy(commands, background)
	testscript.Run(t, testscript.Params{
		Files: chosen,
		Cmds:  commands,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ISOCORTEX_ONNXRUNTIME", library)
			env.Setenv("ENGINE", library)
			return nil
		},
	})
}

// exits CODE COMMAND... runs a command and requires its exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\n%s", got, want, ts.ReadFile("stderr"))
	}
}

// json stdout|stderr KEY[=VALUE]... requires that the output of the last command
// is JSON and nothing else, and that its last value has every key, "a.b.0" being
// the first element of b in a; and the value, as JSON writes it.
func checkJSON(ts *testscript.TestScript, _ bool, args []string) {
	var value any
	decoder := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	for values := 0; ; values++ {
		err := decoder.Decode(&value)
		if err == io.EOF && (values == 1 || values > 1 && args[0] == "stderr") {
			break
		}
		if err != nil {
			ts.Fatalf("%s, after %d values: %v\n%s", args[0], values, err, ts.ReadFile(args[0]))
		}
	}
	for _, arg := range args[1:] {
		path, want, given := strings.Cut(arg, "=")
		found, err := lookUp(value, path)
		ts.Check(err)
		text, err := json.Marshal(found)
		ts.Check(err)
		if given && string(text) != want {
			ts.Fatalf("%s is %s, want %s", path, text, want)
		}
	}
}

// lookUp follows a path of keys and places.
func lookUp(value any, path string) (any, error) {
	for key := range strings.SplitSeq(path, ".") {
		switch node := value.(type) {
		case map[string]any:
			next, has := node[key]
			if !has {
				return nil, fmt.Errorf("no key %q of %q", key, path)
			}
			value = next
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(node) {
				return nil, fmt.Errorf("no element %s of %q", key, path)
			}
			value = node[i]
		default:
			return nil, fmt.Errorf("%q of %q is in neither object nor list", key, path)
		}
	}
	return value, nil
}

// whole FOLDER requires that no file below the folder is half written.
func whole(ts *testscript.TestScript, _ bool, args []string) {
	err := filepath.WalkDir(ts.MkAbs(args[0]), func(path string, entry os.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(entry.Name(), ".") && path != ts.MkAbs(args[0]) {
			return fmt.Errorf("%s was left behind", path)
		}
		return err
	})
	ts.Check(err)
}

// narrow FILE requires lines of at most 80 characters.
func narrow(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
			ts.Fatalf("%d characters, want at most %d: %s", n, width, line)
		}
	}
}
