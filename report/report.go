// Package report shows a result folder as one page.
//
// The page is a single HTML file with its data, pictures and program inside: it
// opens from a disk or an e-mail, works without a network, and its security
// policy forbids it to reach one.
//
//	err := report.Write("results/faces", "results/faces/report.html")
//	err := http.Serve(listener, report.Handler("results/faces"))
//
// What is shown is read from the folder alone: rsa/*/*.json, reweight/,
// partition/, fusion/, weigh/, remix/, rdm/*.npz, sensors/, stimuli/, study.yaml, provenance.json and,
// for simulated data, truth.json. A part that is not there is left out of the page.
package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the browser's program and style sheet
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"

	"github.com/isocortex/isocortex/file"
)

// The bundle that `npm run build` makes of web/src.
var (
	//go:embed web/dist/page.js
	script string
	//go:embed web/dist/page.css
	style string
	//go:embed page.html
	frame string
)

// Shows lists the parts of a result folder that a page shows.
var Shows = []string{"study.yaml", "provenance.json", "truth.json", "rsa", "reweight", "partition", "fusion", "weigh", "remix", "rdm", "sensors", "stimuli"}

// Write reads a result folder and writes its page to the file out, whole or not
// at all. The same folder gives the same bytes.
//
//	errors   a folder without results, and every file of it that cannot be
//	         read, each with its path
func Write(resultFolder, out string) error {
	page, err := Read(resultFolder)
	if err != nil {
		return err
	}
	document, err := page.HTML()
	if err != nil {
		return err
	}
	return file.WriteBytes(out, document)
}

// HTML returns the page as one document that needs no other file.
func (p *Page) HTML() ([]byte, error) {
	data, err := json.Marshal(p.whole()) // < and > become \u003c and \u003e: no text can end the script element
	if err != nil {
		return nil, fmt.Errorf("the page's data: %w", err)
	}
	shape, err := template.New("page").Parse(frame)
	if err != nil {
		return nil, err
	}
	var document bytes.Buffer
	err = shape.Execute(&document, map[string]any{
		"Title":  p.Title,
		"Policy": p.policy(),
		"Style":  template.CSS(style),
		"Script": template.JS(script),
		"Data":   template.JS(data),
	})
	return document.Bytes(), err
}

// whole is the page without nil lists, which JSON would write as null.
func (p *Page) whole() Page {
	whole := *p
	whole.Summary, whole.Warnings = list(p.Summary), list(p.Warnings)
	whole.Results, whole.Models, whole.Stimuli = list(p.Results), list(p.Models), list(p.Stimuli)
	whole.Brains = list(p.Brains)
	whole.Methods, whole.Provenance, whole.Inputs = list(p.Methods), list(p.Provenance), list(p.Inputs)
	if p.Truth != nil {
		whole.Truth = &Truth{Title: p.Truth.Title, Text: p.Truth.Text, Planted: list(p.Truth.Planted)}
	}
	return whole
}

func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// policy allows the two embedded texts, by their hashes, and pictures inside
// the document; nothing else. A live page may also ask its own server.
func (p *Page) policy() string {
	policy := "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; script-src '" + digest(script) + "'; style-src '" + digest(style) + "'"
	if p.Version != "" {
		policy += "; connect-src 'self'"
	}
	return policy
}

// digest writes a hash the way a security policy does.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
