package study

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/decoding"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/unit"
)

// A value is one kind of thing that stands behind a key, bound to the variable
// that holds it: how it is read, and how it is written again.
type value struct {
	what  string                   // it is, for people: "a number"
	reset func()                   // take the default
	read  func(text string) *wrong // keep what the text says; nil when nothing is wrong
	write func() string            // as YAML; empty leaves the key out
}

// wrong says what is wrong with a text and what to try. Without a message the
// text is a name that nobody knows.
type wrong struct{ message, hint string }

// values is a list of one kind of value.
type values struct {
	reset func()
	next  func() value   // room for one more
	all   func() []value // those there are
}

// each makes a list of values out of one kind. The default is the empty list.
func each[T any](list *[]T, kind func(*T) value) values {
	return values{
		reset: func() { *list = nil },
		next: func() value {
			*list = append(*list, *new(T))
			return kind(&(*list)[len(*list)-1])
		},
		all: func() []value {
			all := make([]value, len(*list))
			for i := range *list {
				all[i] = kind(&(*list)[i])
			}
			return all
		},
	}
}

// text is any text.
func text[T ~string](v *T, byDefault T) value {
	return value{
		what:  "text",
		reset: func() { *v = byDefault },
		read:  func(text string) *wrong { *v = T(text); return nil },
		write: func() string { return quote(string(*v)) },
	}
}

// name is a text that can also name a file.
func name(v *string, byDefault string) value {
	kind := text(v, byDefault)
	kind.read = func(text string) *wrong {
		*v = text
		if strings.ContainsAny(text, `/\:*?"<>|`) || strings.HasPrefix(text, ".") {
			return &wrong{fmt.Sprintf("the name %q cannot name a file", text), `leave out a dot in front and / \ : * ? " < > |`}
		}
		return nil
	}
	return kind
}

// nouns names the choices behind keys that are not nouns themselves.
var nouns = map[string]string{
	"correct": "correction", "over": "choice", "preprocessing": "preset", "axes": "axis",
	"times": "brain", "regions": "brain", "controls": "network or model RDM", "classes": "column", "layers": "layer",
	"whole": "variant of a whole network", "normalize": "normalization",
}

// choice is one of several names; a hyphen may stand for a space. Any name will
// do where no choices are known.
func choice(v *string, byDefault string, choices []string) value {
	kind := text(v, byDefault)
	kind.what = "a name"
	kind.read = func(text string) *wrong {
		*v = text
		if len(choices) == 0 {
			return nil
		}
		i := slices.IndexFunc(choices, func(c string) bool { return spaced(c) == spaced(text) })
		if i < 0 {
			return &wrong{hint: suggest(text, choices)}
		}
		*v = choices[i]
		return nil
	}
	return kind
}

// spaced writes the spaces of a name that came with hyphens.
func spaced(name string) string { return strings.ReplaceAll(name, "-", " ") }

// number is any finite number.
func number(v *float64, byDefault float64) value {
	return value{
		what:  "a number",
		reset: func() { *v = byDefault },
		read: func(text string) *wrong {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
				return &wrong{fmt.Sprintf("%q is not a number", text), "write it like 0.05 or 1e-3"}
			}
			*v = x
			return nil
		},
		write: func() string { return strconv.FormatFloat(*v, 'g', -1, 64) },
	}
}

// size is a number of bytes with its unit, or automatic.
func size(v *int64) value {
	return value{
		what:  "a size",
		reset: func() { *v = 0 },
		read: func(text string) *wrong {
			if text == rsa.Automatic {
				*v = 0
				return nil
			}
			bytes, err := unit.Parse(text, unit.Size)
			if err != nil {
				return &wrong{message: err.Error()}
			}
			if bytes < 1 {
				return &wrong{text + " is no room for anything", `write it like "20 GB", or automatic`}
			}
			*v = int64(bytes)
			return nil
		},
		write: func() string {
			if *v == 0 {
				return rsa.Automatic
			}
			return wholeBytes(*v)
		},
	}
}

// wholeBytes writes a number of bytes without rounding it.
func wholeBytes(bytes int64) string {
	name := "B"
	for _, larger := range []string{"kB", "MB", "GB", "TB"} {
		if bytes%1000 != 0 {
			break
		}
		bytes, name = bytes/1000, larger
	}
	return strconv.FormatInt(bytes, 10) + " " + name
}

// reduction is a way to make layers shorter, or none.
func reduction(v *string) value {
	kind := text(v, NoReduction)
	kind.what = "a way to make layers shorter"
	kind.read = func(text string) *wrong {
		*v = text
		if text == NoReduction {
			return nil
		}
		if _, err := projection.ParseRecipe(text); err != nil {
			return &wrong{message: err.Error()}
		}
		return nil
	}
	return kind
}

// fraction is a number between 0 and 1, both excluded.
func fraction(v *float64, byDefault float64) value {
	kind := number(v, byDefault)
	finite := kind.read
	kind.read = func(text string) *wrong {
		if err := finite(text); err != nil {
			return err
		}
		if *v <= 0 || *v >= 1 {
			return &wrong{fmt.Sprintf("%s is not between 0 and 1", text), "write it like 0.05"}
		}
		return nil
	}
	return kind
}

// whole is a count of at least one.
func whole(v *int, byDefault int) value {
	return value{
		what:  "a whole number",
		reset: func() { *v = byDefault },
		read: func(text string) *wrong {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return &wrong{fmt.Sprintf("%q is not a whole number above 0", text), "write it in digits, like 10000"}
			}
			*v = n
			return nil
		},
		write: func() string { return strconv.Itoa(*v) },
	}
}

// wholeOrNone is a count of at least one, or none.
func wholeOrNone(v *int) value {
	kind := whole(v, 0)
	count, write := kind.read, kind.write
	kind.read = func(text string) *wrong {
		if text == "none" {
			*v = 0
			return nil
		}
		return count(text)
	}
	kind.write = func() string {
		if *v == 0 {
			return "none"
		}
		return write()
	}
	return kind
}

// shrinkage is that of classifiers.
func shrinkage(v *string) value {
	kind := text(v, decoding.Shrinkages[0])
	kind.read = func(text string) *wrong {
		*v = text
		if _, err := decoding.ParseShrinkage(text); err != nil {
			return &wrong{err.Error(), "write a share, like 0.1"}
		}
		return nil
	}
	return kind
}

// seed is a whole number from 0 to 2⁶⁴ − 1.
func seed(v *uint64, byDefault uint64) value {
	return value{
		what:  "a whole number",
		reset: func() { *v = byDefault },
		read: func(text string) *wrong {
			n, err := strconv.ParseUint(text, 10, 64)
			if err != nil {
				return &wrong{fmt.Sprintf("%q is not a whole number of at most 64 bits", text), "write it in digits, like 20240117"}
			}
			*v = n
			return nil
		},
		write: func() string { return strconv.FormatUint(*v, 10) },
	}
}

// device is what computes networks.
func device(v *engine.Device) value {
	return value{
		what:  "a name",
		reset: func() { *v = engine.Device{} },
		read: func(text string) *wrong {
			d, err := engine.ParseDevice(text)
			if err != nil {
				return &wrong{err.Error(), "write cpu, or leave it out"}
			}
			*v = d
			return nil
		},
		write: func() string { return quote(v.String()) },
	}
}

// version is the version of the file, which must be this program's.
func version() value {
	this := strconv.Itoa(Version)
	return value{
		what:  "a whole number",
		reset: func() {},
		read: func(text string) *wrong {
			if text != this {
				return &wrong{fmt.Sprintf("study files of version %q are unknown to this program", text), "this is version " + this}
			}
			return nil
		},
		write: func() string { return this },
	}
}

// yes is yes or no, by default no.
func yes(v *bool) value {
	return value{
		what:  "yes or no",
		reset: func() { *v = false },
		read: func(text string) *wrong {
			switch text {
			case "yes", "true":
				*v = true
			case "no", "false":
				*v = false
			default:
				return &wrong{fmt.Sprintf("%q is neither yes nor no", text), "write yes or no"}
			}
			return nil
		},
		write: func() string {
			if *v {
				return "yes"
			}
			return "no"
		},
	}
}

// span is a span of time in seconds, or the word that stands for the zero Span.
func span(v *unit.Span, word string) value {
	return value{
		what:  "a span of time",
		reset: func() { *v = unit.Span{} },
		read: func(text string) *wrong {
			if text == word {
				*v = unit.Span{}
				return nil
			}
			s, err := unit.ParseSpan(text, unit.Time)
			if err != nil {
				return &wrong{err.Error(), fmt.Sprintf("write it like \"-200 ms to 0 ms\", or %s", word)}
			}
			*v = s
			return nil
		},
		write: func() string {
			if *v == (unit.Span{}) {
				return word
			}
			return quantity(v.From) + " to " + quantity(v.To)
		},
	}
}

// quantity writes a time so that reading it gives the same bits: in
// milliseconds where these are short, else in seconds.
func quantity(seconds float64) string {
	ms := strconv.FormatFloat(math.Round(seconds*1e6)/1e3, 'f', -1, 64) + " ms"
	if again, err := unit.Parse(ms, unit.Time); err == nil && again == seconds {
		return ms
	}
	return strconv.FormatFloat(seconds, 'g', -1, 64) + " s"
}

// path is a file that must exist, with one of the given endings if there are any.
func (o Options) path(v *Path, endings ...string) value {
	kind := text(v, "")
	kind.what = "a path"
	kind.read = func(text string) *wrong {
		*v = Path(text)
		file, _ := v.Split()
		if ending := strings.ToLower(filepath.Ext(file)); len(endings) > 0 && !slices.Contains(endings, ending) {
			return &wrong{fmt.Sprintf("%q is not a file that fits here", text), "its name must end in " + alternatives(endings, "%s")}
		}
		return o.find(text, file)
	}
	return kind
}

// networkEndings are those of files that hold networks, and of weights.
var networkEndings = []string{".onnx", ".pth", ".pt", ".th", ".tar", ".safetensors", ".h5", ".keras", ".mat", ".yaml", ".yml"}

// networkFile is a file of a network, or the name of one that is known.
func (o Options) networkFile(v *Path) value {
	kind := o.path(v, networkEndings...)
	file := kind.read
	kind.read = func(text string) *wrong {
		if name, _, _ := strings.Cut(text, zoo.RandomMark); slices.Contains(o.Choices.Networks, name) {
			*v = Path(text)
			return nil
		}
		return file(text)
	}
	return kind
}

// withOwn adds to presets that of the network; any name goes where there are none.
func withOwn(presets []string) []string {
	if len(presets) == 0 {
		return nil
	}
	return append([]string{OwnPreprocessing}, presets...)
}

// find says whether a file is missing. A name may hold a # of its own.
func (o Options) find(text, file string) *wrong {
	switch {
	case o.Exists == nil || o.Exists(text) || o.Exists(file):
		return nil
	case strings.ContainsAny(file, "*?["):
		return &wrong{fmt.Sprintf("no file matches %q", file), beside}
	default:
		return &wrong{fmt.Sprintf("there is no file %q", file), beside}
	}
}

const beside = "paths begin at the folder of the study file"

// labels is a file with one label per line, or a column of a TSV.
func (o Options) labels(v *Path) value {
	kind := o.path(v, ".txt", ".tsv")
	file := kind.read
	kind.read = func(text string) *wrong {
		if err := file(text); err != nil {
			return err
		}
		table, column := v.Split()
		if strings.EqualFold(filepath.Ext(table), ".tsv") == (column == "") {
			return &wrong{fmt.Sprintf("%q does not say where the labels are", text), "write labels.txt, one label per line, or table.tsv#column"}
		}
		return nil
	}
	return kind
}
