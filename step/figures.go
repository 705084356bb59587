package step

import (
	"cmp"
	"context"
	"path/filepath"
)

// Figures draws everything that a result folder holds as SVG, into its folder of
// figures.
type Figures struct {
	Folder     string // the result folder
	Comparator string // whose scores are drawn; "" for the first that there is
	Out        string // folder; "" for figures in the result folder
}

// Verb is "figures".
func (Figures) Verb() string { return "figures" }

// Inputs is what is drawn.
func (s Figures) Inputs() []string {
	return resultFiles(s.Folder, "rsa", "rdm", "sensors", "stimuli/stimuli.tsv")
}

// Outputs is the folder of figures.
func (s Figures) Outputs() []string {
	return []string{cmp.Or(s.Out, filepath.Join(s.Folder, "figures"))}
}

// To is the same step writing elsewhere.
func (s Figures) To(out string) Step { s.Out = out; return s }

// Cost is next to nothing.
func (Figures) Cost() string { return "" }

// Run draws.
func (s Figures) Run(ctx context.Context, env *Env) error {
	return Plot{From: s.Folder, Comparator: s.Comparator, Out: s.Outputs()[0]}.Run(ctx, env)
}
