package study

import (
	"regexp"
	"strconv"
	"strings"
)

// YAML prints the study with every default filled in. Reading it again, under
// the same name and with the same choices, gives an equal Study.
func (s *Study) YAML() string {
	p := &printer{text: &strings.Builder{}}
	Options{}.study(p, s)
	return p.text.String()
}

// A printer is the form that prints one section.
type printer struct {
	text   *strings.Builder
	indent string
	bullet bool // the next line begins an item of a list
}

// plain matches text that YAML takes as it is.
var plain = regexp.MustCompile(`^[\pL\d./_]([\pL\d ./_*?()+#=@%-]*[\pL\d./_*?()+#=@%-])?$`)

// quote writes text for YAML, in quotes where it needs them; empty text stays
// empty.
func quote(text string) string {
	word := strings.ToLower(text)
	if text == "" || plain.MatchString(text) && !strings.Contains(text, " #") && word != "null" {
		return text
	}
	return strconv.Quote(text)
}

// line prints one line, with the bullet where an item begins.
func (p *printer) line(text string) {
	indent := p.indent
	if p.bullet {
		indent = indent[2:] + "- " // the bullet stands in the indentation
		p.bullet = false
	}
	p.text.WriteString(indent + text + "\n")
}

// inside prints a part of the text deeper by two spaces.
func (p *printer) inside(print func()) {
	p.indent += "  "
	print()
	p.indent = p.indent[2:]
}

func (p *printer) has(string) bool         { return false }
func (p *printer) require(...string)       {}
func (p *printer) complain(_, _, _ string) {}

func (p *printer) scalar(key string, v value) {
	if text := v.write(); text != "" {
		p.line(key + ": " + text)
	}
}

func (p *printer) list(key string, v values) {
	var texts []string
	for _, item := range v.all() {
		texts = append(texts, item.write())
	}
	if len(texts) > 0 {
		p.texts(key, texts)
	}
}

// texts prints a list on one line if it is short.
func (p *printer) texts(key string, texts []string) {
	const short = 100
	if line := key + ": [" + strings.Join(texts, ", ") + "]"; len(line) <= short {
		p.line(line)
		return
	}
	p.line(key + ":")
	p.inside(func() {
		for _, text := range texts {
			p.line("- " + text)
		}
	})
}

func (p *printer) layers(key string, layers *[]Layer) {
	var names []string
	shown := false
	for _, layer := range *layers {
		names = append(names, quote(layer.Name))
		shown = shown || layer.Shown != layer.Name
	}
	switch {
	case len(names) == 0:
		p.line(key + ": all")
	case !shown:
		p.texts(key, names)
	default:
		p.line(key + ":")
		p.inside(func() {
			for i, layer := range *layers {
				p.line(quote(layer.Shown) + ": " + names[i])
			}
		})
	}
}

func (p *printer) section(key string, schema func(form)) {
	inner := &printer{text: &strings.Builder{}, indent: p.indent + "  "}
	schema(inner)
	if inner.text.Len() > 0 {
		p.line(key + ":")
		p.text.WriteString(inner.text.String())
	}
}

func (p *printer) items(key string, count int) []form {
	if count == 0 {
		return nil
	}
	p.line(key + ":")
	items := make([]form, count)
	for i := range items {
		items[i] = &printer{text: p.text, indent: p.indent + "    ", bullet: true}
	}
	return items
}
