package step

import (
	"context"
	"path/filepath"
)

// Figures draws a result folder.
type Figures struct{ Folder string }

// Verb is "figures".
func (Figures) Verb() string { return "figures" }

// Inputs is the folder.
func (s Figures) Inputs() []string { return []string{s.Folder} }

// Outputs is the folder.
func (s Figures) Outputs() []string { return []string{filepath.Join(s.Folder, "figures")} }

// Cost is nothing.
func (Figures) Cost() string { return "" }

// Run draws.
func (s Figures) Run(context.Context, *Env) error { return nil }
