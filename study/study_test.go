package study_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
	"github.com/isocortex/isocortex/unit"
)

var update = flag.Bool("update", false, "write the golden files anew")

// choices stand for the tables of the packages that do the work.
var choices = study.Choices{
	Measures:    []string{"correlation", "euclidean", "squared euclidean", "crossnobis"},
	Decoders:    []string{"lda accuracy", "svm accuracy"},
	Noise:       []string{"none", "diagonal", "ledoit-wolf"},
	Comparators: []string{"pearson", "spearman", "kendall-tau-a", "kendall-tau-b"},
	Presets:     []string{"torchvision", "caffe", "none"},
	Networks:    []string{"alexnet"},
}

// lacking makes every file exist but those whose path holds "missing".
func lacking(path string) bool { return !strings.Contains(path, "missing") }

// Each testdata/*.yaml is read; what is said about it, or the study printed in
// full, is beside it. A first line "# --set a=b" is a change.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files to read", err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			o := study.Options{Choices: choices, Exists: lacking}
			for line := range strings.Lines(string(data)) {
				if change, found := strings.CutPrefix(line, "# --set "); found {
					o.Set = append(o.Set, strings.TrimSuffix(change, "\n"))
				}
			}
			compare(t, strings.TrimSuffix(path, ".yaml")+".golden", said(filepath.Base(path), data, o))
		})
	}
}

// said returns the complaints about a study file, or the study in full.
func said(name string, data []byte, o study.Options) string {
	s, err := study.Parse(name, data, o)
	if err != nil {
		return err.Error() + "\n"
	}
	return s.YAML()
}

func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
	}
}

// Files that YAML cannot read, or that are no study at all.
func TestNoStudyAtAll(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "x.yaml:1:1: error: the file is empty; begin with \"study: 1\"",
		"# nothing\n":                  "the file is empty",
		"- a\n- b\n":                   "x.yaml:1:1: error: a study file is made of keys and values",
		"null\n":                       "a study file is made of keys and values",
		"study: 1\n---\nstudy: 1\n":    "x.yaml:2:1: error: a second document begins here",
		"study: 1\n...\nstudy: 1\n":    "x.yaml:3:1: error: a second document begins here",
		"study: 1\nrsa:\n\tstrict: no": "x.yaml:3:1: error: cannot be read as YAML: found character that cannot start any token",
		"study: 1\nrsa:\n\ta: no":      "indent with spaces, not tabs",
		"study: 1\ntitle: a: b\n":      "put text that holds \": \" in quotes",
		"study: 1\ntitle: [a, b\n":     "did not find expected ',' or ']' (while parsing a flow sequence from line 2 on)",
		"brain: {rdms: a[1-4].npz}":    "put text that holds one of [ ] { } , in quotes",
		"stimulus: {images: *.png}":    "put a pattern in quotes",
		"study: 1\ntitle: caf\xe9\n":   "x.yaml:2:11: error: this is not text",
		"study: 1\r\nab: \x01\n":       "x.yaml:2:5: error: this is not text",
		"\xff\xfes\x00":                "save the file as UTF-8",
		strings.Repeat("#", 1<<20+1):   "larger than 1048576 bytes",
	} {
		_, err := study.Parse("x.yaml", []byte(text), study.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v; want %s", text, err, want)
		}
	}
}

// A file saved by an editor of another system reads the same.
func TestLineEndsAndByteOrderMark(t *testing.T) {
	text := "\ufeffstudy: 1\r\nbrain: {rdms: a.npy}\r\nrsa: {comparator: pearsn}\r\n"
	_, err := study.Parse("x.yaml", []byte(text), study.Options{Choices: choices})
	want := "x.yaml:3:19: error: unknown comparator \"pearsn\"\n     3 | rsa: {comparator: pearsn}\n                           ~~~~~~ did you mean \"pearson\"?"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestSet(t *testing.T) {
	const text = "study: 1\nbrain: {rdms: a.npy}\nstimulus: {images: x}\nnetworks:\n- {name: VGG-16, file: v.onnx}\nmodel rdms: [{name: two words, file: m.npy}]\n"
	for change, want := range map[string]string{
		"rsa.comparator=kendall-tau-a":            "comparator: kendall-tau-a",
		"inference.test=sign-flip":                "test: sign flip",
		"inference.bootstrap.draws=7":             "draws: 7",
		"seed=99":                                 "seed: 99",
		"title=a = b":                             `title: a = b`,
		"stimulus.images=*.png":                   `images: "*.png"`,
		"brain.rdms=[b.npy, c.npy]":               "rdms: [b.npy, c.npy]",
		"networks.VGG-16.keep-activations=yes":    "keep activations: yes",
		"networks.VGG-16.layers={early: conv1_1}": "early: conv1_1",
		"model-rdms.two-words.similarity=yes":     "similarity: yes",
		"model rdms.two words.similarity=yes":     "similarity: yes",
		"rsa.comparator=spaerman":                 `--set rsa.comparator=spaerman: error: unknown comparator "spaerman"; did you mean "spearman"?`,
		"rsa.comparater=spearman":                 `--set rsa.comparater=spearman: error: key "comparater" is unknown; did you mean "comparator"?`,
		"rsa":                                     "--set rsa: error: this is not a change; write it like",
		"=3":                                      "this is not a change",
		"seed.low=3":                              `key "seed" must be a whole number, not keys with values`,
		"study.low.er=3":                          `there is no section "low" to change`, "study.low=3": `there is no key "low" to change`,
		"networks.VGG-19.file=x.onnx":   `there is no section "VGG-19" to change`,
		"inference.draws=":              `key "draws" has no value`,
		"brain.times=missing.npy":       `there is no file "missing.npy"`,
		"title=&a b":                    "no anchors",
		"inference.draws=many":          `"many" is not a whole number above 0`,
		"rsa={strict: yes, strict: no}": `key "strict" stands here twice`,
	} {
		o := study.Options{Choices: choices, Exists: lacking, Set: []string{change}}
		if got := said("x.yaml", []byte(text), o); !strings.Contains(got, want) {
			t.Errorf("--set %s gives\n%s\nwant %s", change, got, want)
		}
	}
}

// Complaints about the file come first, in its order; those about changes last.
func TestComplaintsAreInOrder(t *testing.T) {
	_, err := study.Parse("x.yaml", []byte("study: 2\nzzz: 1\nbrain: {rdms: *a, b: &c 1}\n"), study.Options{})
	if err == nil {
		t.Fatal("no complaint")
	}
	_, err = study.Parse("x.yaml", []byte("study: 2\nzzz: 1\nbrain: {rdms: 5, times: missing.npy}\n"), study.Options{
		Exists: lacking, Set: []string{"seed=-1", "rsa.strict=maybe"},
	})
	var complaints study.Errors
	if !errors.As(err, &complaints) {
		t.Fatalf("err = %v, want Errors", err)
	}
	var places []string
	for _, c := range complaints {
		places = append(places, strings.Fields(c.String())[0])
	}
	want := []string{"x.yaml:1:8:", "x.yaml:2:1:", "x.yaml:3:15:", "x.yaml:3:25:", "--set", "--set"}
	if !slices.Equal(places, want) {
		t.Errorf("places %v, want %v", places, want)
	}
}

func TestReadLooksForFiles(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a.npy", "a[1].npy", "b#2.npy", "sub-01.npz"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "my.study.yaml")
	write := func(brain string) {
		if err := os.WriteFile(path, []byte("study: 1\nbrain: "+brain), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(`{rdms: ["a.npy", "a[1].npy", "b#2.npy", "sub-01.npz#rdms"]}`)
	s, err := study.Read(path, study.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "my.study" || s.Locate("a/b.npy") != filepath.Join(folder, "a", "b.npy") {
		t.Errorf("title %q, folder %q", s.Title, s.Folder)
	}
	write(`{datasets: ["sub-*.npz", "ses-*.npz", "c.npz"]}`)
	_, err = study.Read(path, study.Options{})
	var complaints study.Errors
	if !errors.As(err, &complaints) || len(complaints) != 2 {
		t.Errorf("err = %v, want two missing files", err)
	}
	if _, err = study.Read(filepath.Join(folder, "none.yaml"), study.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("err = %v for a study file that is not there", err)
	}
}

func TestPathSplit(t *testing.T) {
	for path, want := range map[study.Path][2]string{
		"a.npz#rdms":    {"a.npz", "rdms"},
		"a.npy":         {"a.npy", ""},
		"f#1/a.npy":     {"f#1/a.npy", ""},
		"#1":            {"#1", ""},
		"t.tsv#a label": {"t.tsv", "a label"},
		"s-*.mat#R.a":   {"s-*.mat", "R.a"},
		"f.h5#/g/x":     {"f.h5", "/g/x"},
	} {
		if file, name := path.Split(); file != want[0] || name != want[1] {
			t.Errorf("%q splits into %q and %q, want %q", path, file, name, want)
		}
	}
}

// A large file that is wrong everywhere takes seconds, not minutes.
func TestHugeFiles(t *testing.T) {
	for name, text := range map[string]string{
		"keys in lines":    strings.Repeat("k: 1\n", 40_000),
		"keys in one line": "{" + strings.Repeat("k: 1,", 40_000) + "}",
		"depth":            strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"one word":         "study: " + strings.Repeat("x", 1<<20-10),
		"one key":          strings.Repeat("x", 1000) + ": 1",
	} {
		start := time.Now()
		_, err := study.Parse("x.yaml", []byte(text), study.Options{})
		if err == nil || len(err.Error()) == 0 {
			t.Errorf("%s: no complaint", name)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}

// Reading what YAML printed gives an equal study, whatever it holds.
func TestPrintedStudyReadsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStudy(t)
		printed := s.YAML()
		again, err := study.Parse("x.yaml", []byte(printed), study.Options{Choices: choices})
		if err != nil {
			t.Fatalf("%v\nin\n%s", err, printed)
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Fatalf("(-drawn +read):\n%s\nfrom\n%s", diff, printed)
		}
	})
}

// anyEpochs are epochs that a study may ask for.
func anyEpochs(t *rapid.T, text func(string) string, span func() unit.Span, maybe func(string) study.Path) study.Epochs {
	e := study.Epochs{
		From: -0.2, To: rapid.Float64Range(0, 3).Draw(t, "to"), Baseline: span(), Decimate: rapid.IntRange(1, 9).Draw(t, "decimate"),
		RejectIn: span(), Delay: 0.0345, Mask: rapid.IntRange(-9999, 9999).Draw(t, "mask"), Merge: 0.003, Equal: rapid.Bool().Draw(t, "equal"),
		Whiten: rapid.SampledFrom([]string{"none", "baseline"}).Draw(t, "whiten"), Onset: rapid.SampledFrom(epoch.Onsets).Draw(t, "onset"), Twice: rapid.SampledFrom(step.TwicePolicies).Draw(t, "twice"), Names: maybe(".tsv"), Repetitions: rapid.SampledFrom(epoch.RepetitionWays).Draw(t, "repetitions"), Keep: rapid.Bool().Draw(t, "keep"),
	}
	if rapid.Bool().Draw(t, "more") {
		e.Find = rapid.SampledFrom(step.EventSources).Draw(t, "find")
		e.Stim, e.Condition, e.Reject, e.Flat = text("stim"), text("condition"), "mag=4000fT,grad=4000fT/cm", "eeg=1uV"
		e.Select, e.Channels, e.Bad = []string{"trial_type=famous|unfamiliar"}, []string{"mag", "EEG 001"}, []string{text("bad")}
	}
	return e
}

// anySignal is what a study may ask for of signals.
func anySignal(t *rapid.T, text func(string) string) step.Signal {
	if rapid.Bool().Draw(t, "untouched") {
		return step.Signal{}
	}
	yes := func(what string) bool { return rapid.Bool().Draw(t, what) }
	s := step.Signal{
		Highpass: rapid.Float64Range(1e-3, 10).Draw(t, "highpass"), Lowpass: rapid.Float64Range(11, 1e3).Draw(t, "lowpass"),
		Blinks: 2, EOG: text("eog"), Notch: []float64{50, 1e-3}, Project: yes("project"), Interpolate: yes("interpolate"), Reference: []string{text("reference")},
		Envelope: yes("envelope"), Rate: rapid.SampledFrom([]float64{0, 100, 600.614990234375}).Draw(t, "rate"),
	}
	if !s.Envelope {
		s.Power = []float64{8, 10.5}
	}
	return s
}

// drawStudy draws a study that could have been read.
func drawStudy(t *rapid.T) *study.Study {
	text := func(label string) string {
		words := rapid.OneOf(rapid.StringN(1, 20, -1), rapid.SampledFrom([]string{
			"null", "~", "yes", "no", "<<", "- a", "a: b", "a #b", "#", "'", "\"", "*", "&a", "!t", "%", "@", "`", "1e3",
			"...", "---", "{", "[a]", "a,b", " a ", "?", "? a", "|", ">", "\n", "0x1F", ".nan", "2020-01-01", "é", "\u2028x",
		}))
		return words.Filter(func(s string) bool { return strings.TrimSpace(s) != "" }).Draw(t, label)
	}
	path := func(ending string) study.Path {
		return study.Path(rapid.StringMatching(`[a-zA-Z0-9 ./_*?é\[-]{0,12}[a-z]`).Draw(t, "path") + ending)
	}
	maybe := func(ending string) study.Path {
		if rapid.Bool().Draw(t, "given") {
			return path(ending)
		}
		return ""
	}
	pick := func(names ...string) string { return rapid.SampledFrom(names).Draw(t, "choice") }
	span := func() unit.Span {
		from := rapid.Float64Range(-1e3, 1e3).Draw(t, "from")
		to := rapid.Float64Range(-1e3, 1e3).Draw(t, "to")
		if from >= to {
			return unit.Span{}
		}
		return unit.Span{From: from, To: to}
	}
	fraction := func() float64 { return rapid.Float64Range(1e-9, 1-1e-9).Draw(t, "fraction") }
	count := func() int { return rapid.IntRange(1, 1<<40).Draw(t, "count") }

	s := &study.Study{Folder: ".", Title: text("title"), Seed: rapid.Uint64().Draw(t, "seed")}
	s.Stimulus = study.Stimulus{Images: path(""), Table: maybe(".tsv")}
	s.RDM.Brain = study.BrainRDM{Baseline: span(), Restore: rapid.Float64().Draw(t, "restore")}
	// Longer than the names of networks, from which they must differ.
	for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zé][a-z ]{11,14}[a-z]`), 1, 3, rapid.ID).Draw(t, "brains") {
		b := study.Brain{Name: name, Conditions: maybe(".tsv#label"), Kind: "automatic"}
		if measured := pick("datasets", "recordings", "rdms"); measured != "rdms" {
			if measured == "recordings" {
				b.Recordings, b.Epochs = []study.Path{path(".fif")}, anyEpochs(t, text, span, maybe)
				b.Signal = anySignal(t, text)
				if rapid.Bool().Draw(t, "components") {
					b.ICA = []study.Path{path("_ica.fif")}
				}
			} else {
				b.Datasets = []study.Path{path(".npz"), path(".npz")}
			}
			brain := &s.RDM.Brain
			brain.Measure, brain.Folds, brain.RemoveMean = pick(choices.Measures...), pick("", "run", "session"), rapid.Bool().Draw(t, "remove")
			brain.Noise, brain.NoisePer = pick(choices.Noise...), pick("all", "time", "run")
			brain.Pairing, brain.Missing = pick("leave one out", "all pairs"), pick("undefined", "left out")
			brain.Each, brain.Window, brain.WindowAs = pick("time", "channel"), 0.02, dataset.Joining(pick(dataset.Joinings...))
			brain.Decoding = study.Decoding{}
			if brain.Measure == "crossnobis" {
				brain.Decoding = study.Decoding{PseudoTrials: rapid.IntRange(0, 9).Draw(t, "of distances"), Assignments: count()}
			}
			if rapid.Bool().Draw(t, "decoding") {
				brain.Measure = pick(choices.Decoders...)
				brain.Decoding = study.Decoding{
					PseudoTrials: rapid.IntRange(0, 9).Draw(t, "pseudo-trials"), Assignments: count(),
					Shrinkage: pick("ledoit-wolf", "auto", "0.1", "cosmo:0.01"), Normalize: pick("none", "epoch", "time", "baseline"),
				}
			}
		} else {
			b.RDMs = []study.Path{path(".npy")}
			b.Times = maybe(".npy")
			b.Axes = rapid.SampledFrom([][]string{nil, {"time", "pair"}, {"condition", "condition", "subject"}}).Draw(t, "axes")
			b.Kind = pick("automatic", "accuracy", "decision", "rank")
			if b.Kind == "accuracy" || b.Kind == "decision" {
				b.Chance = rapid.Float64().Draw(t, "chance")
			}
		}
		s.Brains = append(s.Brains, b)
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zé0-9][a-z '#,-]{0,8}[a-z!]`), 0, 4, rapid.ID).Draw(t, "names") {
		if rapid.Bool().Draw(t, "network") {
			n := study.Network{Name: name, File: path(".onnx"), Preprocessing: pick(choices.Presets...), KeepActivations: rapid.Bool().Draw(t, "keep")}
			if n.Reduce = pick("none", "pca:100", "random:1000", "pool", "pool:max"); n.Reduce == "pca:100" {
				n.Fit = maybe("")
			}
			if n.Reduce == "none" && !n.KeepActivations && rapid.Bool().Draw(t, "bounded") {
				n.Scratch = rapid.SampledFrom([]int64{1, 1000, 1_500_000, 20_000_000_000, 1<<50 + 1}).Draw(t, "scratch")
			}
			if rapid.Bool().Draw(t, "whole") {
				n.Whole = []string{"balanced", pick("concatenated", "mean-rdm")}
			}
			renamed := rapid.Bool().Draw(t, "renamed")
			for _, layer := range rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string { return text("layer") }), 0, 9, rapid.ID).Draw(t, "layers") {
				n.Layers = append(n.Layers, study.Layer{Shown: layer, Name: layer})
				if renamed {
					n.Layers[len(n.Layers)-1].Name = text("layer name")
				}
			}
			s.Networks = append(s.Networks, n)
		} else {
			s.ModelRDMs = append(s.ModelRDMs, study.ModelRDM{
				Name: name, File: path(".npz"), Names: maybe(".txt"), Conditions: maybe(".txt"),
				Similarity: rapid.Bool().Draw(t, "similarity"),
			})
		}
	}
	s.RDM.Networks.Measure = pick(choices.Measures...)
	s.RSA = study.RSA{Comparator: pick(choices.Comparators...), Pool: pick("comparator", "raw-mean"), Strict: rapid.Bool().Draw(t, "strict"), Window: span()}
	if rapid.Bool().Draw(t, "reweight") {
		s.RSA.Reweight = study.Reweight{Kinds: []string{pick("weighted", "fixed"), "select"}, Regression: pick("ols", "non-negative"), Bootstrap: pick("automatic", "dual", "none")}
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,5}`), 0, 3, rapid.ID).Draw(t, "sets") {
		s.RSA.Partition = append(s.RSA.Partition, study.Set{Name: name, Members: []string{text("member"), "fc"}})
	}
	if len(s.RSA.Partition) == 1 {
		s.RSA.Partition = nil
	}
	if rapid.Bool().Draw(t, "fused") && len(s.Brains) > 1 {
		s.RSA.Fusion = study.Fusion{Times: []string{s.Brains[0].Name}, Regions: []string{s.Brains[1].Name}, Variance: pick("ranks", "automatic")}
	}
	if rapid.Bool().Draw(t, "weighed") && len(s.Networks) > 0 {
		s.RSA.Weigh = study.Weigh{Layers: []string{"all"}, Regression: pick("ridge", "non-negative"), Window: unit.Span{From: 0, To: 0.1}}
		if rapid.Bool().Draw(t, "penalties") {
			s.RSA.Weigh.Penalties = []float64{0.1, rapid.Float64Range(1, 2).Draw(t, "penalty")}
		}
	}
	if rapid.Bool().Draw(t, "remixed") && len(s.Networks) > 0 {
		s.RSA.Remix = study.Remix{
			Images: "others", Table: "others.tsv", Layers: []string{"all"}, Classes: pick("category", "condition"), Classifier: pick("lda", "logistic"),
			Penalty: 2, Shrinkage: fraction(), Folds: 1 + count(), Measure: pick(choices.Measures...),
		}
	}
	s.Inference = study.Inference{
		Test: pick("automatic", "sign flip", "none"), Tail: pick("less", "two-sided"), Draws: count(),
		Correct: pick("max statistic", "fdr"), Level: fraction(),
		Bootstrap: study.Bootstrap{Over: pick("both", "automatic"), Draws: count(), Interval: fraction()},
	}
	if s.RDM.Brain.Each == "channel" && rapid.Bool().Draw(t, "neighbors") {
		s.Inference.Sensors = study.Path(pick("biosemi128", "helmet.fif"))
	}
	s.Report.Order = pick("given", "category")
	return s
}

// Nothing in a file makes the parser panic; every complaint has a place and
// text; a study that is read prints as one that reads the same.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "rsa.comparator=spearman")
	}
	f.Add([]byte("study: 1\nbrain: {rdms: a.npy}"), "networks=[{name: a, file: b.onnx, layers: {a: b}}]")
	f.Fuzz(func(t *testing.T, data []byte, change string) {
		o := study.Options{Choices: choices, Exists: lacking, Set: []string{change}}
		s, err := study.Parse("x.yaml", data, o)
		var complaints study.Errors
		if err == nil {
			again, err := study.Parse("x.yaml", []byte(s.YAML()), study.Options{Choices: choices, Exists: lacking})
			if err != nil || !cmp.Equal(s, again) {
				t.Fatalf("%v\n%s\n%s", err, s.YAML(), cmp.Diff(s, again))
			}
			return
		}
		if !errors.As(err, &complaints) || len(complaints) == 0 {
			t.Fatalf("err = %v, want complaints", err)
		}
		for _, c := range complaints {
			if c.Line < 1 || c.Column < 1 || c.Width < 1 || c.Message == "" || c.String() == "" {
				t.Errorf("complaint %+v", c)
			}
		}
	})
}
