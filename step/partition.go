package step

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// Partition divides the variance of subjects' RDMs among two or three sets of
// model RDMs.
type Partition struct {
	Models   []Source // as of RSA
	Sets     []Set    // two or three
	Subjects []Source // as of RSA
	Brain    string   // what the subjects' RDMs are of, for people; may be ""
	Measure  string   // of files of responses; "" for DefaultMeasure
	Folds    rsa.Folds
	Strict   bool   // matching by position is an error
	Out      string // folder; "" saves nothing
}

// A Set names model RDMs that explain together.
type Set struct {
	Name    string
	Members []string // model RDMs; networks, "network RDM", files or folders of Models
}

// Partitioned is what Partition finds.
type Partitioned struct {
	Basis
	Conditions int          `json:"conditions"`
	Subjects   int          `json:"subjects"`
	Sets       []Components `json:"sets"`
	*rsa.PartitionResult
	Warnings []string `json:"warnings,omitempty"`
}

// Components are the model RDMs of a set.
type Components struct {
	Name       string   `json:"name"`
	Components []string `json:"components"`
}

// Verb is "partition".
func (Partition) Verb() string { return "partition" }

// Inputs are the files of all sources.
func (s Partition) Inputs() []string { return s.sides().Inputs() }

// Outputs is the folder, if there is one.
func (s Partition) Outputs() []string { return RSA{Out: s.Out}.Outputs() }

// To is the same step writing elsewhere.
func (s Partition) To(out string) Step { s.Out = out; return s }

// Cost counts the fits.
func (s Partition) Cost() string {
	return fmt.Sprintf("%d fits per fold and time", 1<<len(s.Sets)-1)
}

// sides reads as RSA does.
func (s Partition) sides() RSA {
	return RSA{Models: s.Models, Subjects: s.Subjects, Brain: s.Brain, Measure: s.Measure, Comparator: "pearson", Strict: s.Strict} // R² is of values
}

// Run divides and saves.
func (s Partition) Run(ctx context.Context, env *Env) error {
	found, err := s.Divide(ctx, env)
	if err != nil {
		return err
	}
	return s.Save(found)
}

// Divide returns what Run saves. What one set explains comes before what two do.
func (s Partition) Divide(ctx context.Context, env *Env) (*Partitioned, error) {
	if _, err := env.Multiplier(); err != nil { // which fits multiply with
		return nil, err
	}
	sides, err := s.sides().together(ctx, env)
	if err != nil {
		return nil, err
	}
	defer sides.close()
	sets, err := sides.sets(s.Sets)
	if err != nil {
		return nil, err
	}
	found, err := rsa.Partition{Folds: s.Folds}.Run(ctx, sets, sides.subjects, env.Budget)
	if err != nil {
		return nil, err
	}
	for _, shares := range [][]rsa.Share{found.Explained, found.Parts} {
		slices.SortStableFunc(shares, func(a, b rsa.Share) int { return cmp.Compare(len(a.Sets), len(b.Sets)) })
	}
	whole := found.Explained[len(found.Explained)-1]
	env.leave(unscored(whole.Mean))
	divided := &Partitioned{
		Basis: sides.basis(), Conditions: sides.conditions, Subjects: len(sides.subjects.RDVs), PartitionResult: found, Warnings: sides.notes,
	}
	for _, set := range sets {
		divided.Sets = append(divided.Sets, Components{set.Name, namesOf(set.Components)})
	}
	return divided, nil
}

// sets finds the model RDMs of every set.
func (c *compared) sets(given []Set) ([]rsa.ModelSet, error) {
	names, sets := make([]string, len(given)), make([]rsa.ModelSet, len(given))
	for i, set := range given {
		models, err := c.members(set)
		if err != nil {
			return nil, err
		}
		names[i], sets[i] = set.Name, rsa.ModelSet{Name: set.Name, Components: models}
	}
	if twice := repeated(names); twice != "" {
		return nil, fmt.Errorf("two sets are called %q: rename one", twice)
	}
	return sets, nil
}

func namesOf(models []rsa.Model) []string {
	names := make([]string, len(models))
	for i, m := range models {
		names[i] = m.Name
	}
	return names
}

// members lists the model RDMs of a set, each once, in the order of the models.
func (c *compared) members(set Set) ([]rsa.Model, error) {
	names, chosen := distinguished(c.models), make([]bool, len(c.models))
	for _, member := range set.Members {
		found := c.named(member)
		if len(found) == 0 {
			var known []string
			for _, m := range c.models {
				known = append(known, m.Name, m.Network)
			}
			return nil, fmt.Errorf("set %q: no model RDM, network or file is called %q%s", set.Name, member, nearest.Hint(member, known))
		}
		if err := c.oneNetwork(member, found); err != nil {
			return nil, fmt.Errorf("set %q: %w", set.Name, err)
		}
		for _, i := range found {
			chosen[i] = true
		}
	}
	var models []rsa.Model
	for i, m := range names {
		if chosen[i] {
			models = append(models, m)
		}
	}
	if models == nil {
		return nil, fmt.Errorf("set %q has no members: name model RDMs, networks or files", set.Name)
	}
	return models, nil
}

// named returns the places of the models that a name stands for.
func (c *compared) named(name string) []int {
	var found []int
	for i, m := range c.models {
		path := c.sources[i].Path
		known := []string{m.Name, m.Network, m.Network + " " + m.Name, c.sources[i].name(), path, filepath.Dir(path)}
		if slices.Contains(known, name) || filepath.Clean(name) == filepath.Dir(path) {
			found = append(found, i)
		}
	}
	return found
}

// oneNetwork refuses the name of RDMs of several networks.
func (c *compared) oneNetwork(name string, found []int) error {
	var full []string
	for _, i := range found {
		if c.models[i].Name == name {
			full = append(full, fmt.Sprintf("%q", strings.TrimSpace(c.models[i].Network+" "+name)))
		}
	}
	if len(full) < 2 {
		return nil
	}
	return fmt.Errorf("several networks have an RDM called %q: write %s", name, strings.Join(full, " or "))
}

// Save writes a result of Divide as JSON and a table.
func (s Partition) Save(found *Partitioned) error {
	folder, err := result.Create(s.Out)
	if err != nil {
		return err
	}
	if err := folder.WriteJSON("partition.json", found); err != nil {
		return err
	}
	return folder.WriteTable("parts.tsv", found.table())
}

// table has one row per share and time.
func (found *Partitioned) table() *result.Table {
	b := newTable("Shares of the variance of RDMs that were held out, by sets of model RDMs.", found.Times)
	what := b.text("what", "explained: by these sets together, whoever else could; part: by exactly these sets and no other.")
	sets := b.text("sets", "The sets.")
	share := b.number("share", "Mean over subjects; a part is below 0 where sets do more harm than good on what was held out.")
	low, high := b.number("lowest", "Share in the subject where it is lowest."), b.number("highest", "Share in the subject where it is highest.")
	add := func(name string, shares []rsa.Share) {
		for _, one := range shares {
			for t, mean := range one.Mean {
				b.at(t)
				what.add(name)
				sets.add(strings.Join(one.Sets, ", "))
				share.add(mean)
				lowest, highest := rsa.Range(one.Subjects, t)
				low.add(lowest)
				high.add(highest)
			}
		}
	}
	add("explained", found.Explained)
	add("part", found.Parts)
	return b.finish()
}
