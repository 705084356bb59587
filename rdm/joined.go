package rdm

import (
	"errors"
	"fmt"
	"iter"

	"github.com/isocortex/isocortex/format/npy"
)

// SetAside moves the dissimilarities of r to a scratch file in the folder, where
// they take no memory but for what is looked at, until r is closed. Those that
// view a file stay there.
//
//	cost     writes the dissimilarities once
func (r *RDMs) SetAside(folder string) error {
	if r.views != nil {
		return nil
	}
	view, scratch, err := npy.SetAside(folder, r.Dissimilarities)
	if err == nil {
		r.Dissimilarities, r.views = view, scratch
	}
	return err
}

// Joined is one stack whose RDMs lie in several, which need not be in memory
// together.
type Joined struct {
	Head  *RDMs   // all but the dissimilarities
	Parts []*RDMs // whose RDMs follow one another
	Index [][]int // places of the conditions of Head in each part
}

// Join returns one stack as a joined one. It shares everything with r.
func Join(r *RDMs) *Joined {
	if r == nil {
		return nil
	}
	head, index := *r, make([]int, r.Size)
	head.Dissimilarities, head.views = nil, nil
	for i := range index {
		index[i] = i
	}
	return &Joined{Head: &head, Parts: []*RDMs{r}, Index: [][]int{index}}
}

// Close closes the parts.
func (j *Joined) Close() (err error) {
	for _, part := range j.Parts {
		err = errors.Join(err, part.Close())
	}
	return err
}

// Len returns the number of RDMs.
func (j *Joined) Len() int {
	count := 0
	for _, part := range j.Parts {
		count += part.Len()
	}
	return count
}

// Stack returns the stack in memory.
//
//	errors   those of Check
func (j *Joined) Stack() (*RDMs, error) {
	stack := *j.Head
	stack.Dissimilarities = make([]float64, 0, j.Len()*Pairs(stack.Size))
	for rdvs := range j.parts() {
		stack.Dissimilarities = append(stack.Dissimilarities, rdvs...)
	}
	return &stack, stack.Check()
}

// Write is [RDMs.Write] of the stack, for which one part at a time is in memory.
func (j *Joined) Write(path string) error {
	if err := j.Head.checkOf(j.Len()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return j.Head.write(path, j.Len(), j.parts())
}

// parts goes through the dissimilarities of the parts.
func (j *Joined) parts() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		for i, part := range j.Parts {
			if !yield(part.Reorder(j.Index[i]).Dissimilarities) {
				return
			}
			if part.views != nil {
				part.views.Release()
			}
		}
	}
}
