package study

import (
	"context"
	"path/filepath"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/step"
)

// Run carries out the study and leaves its result in the folder out: the study
// with every default filled in, what went in, RDMs, scores, figures, the page.
//
// The order is that of a Methods section: stimuli go through the networks, the
// brain's responses and the networks' become RDMs, RDMs are compared, and what
// was found is drawn.
func (s *Study) Run(ctx context.Context, out string, env *step.Env, executor Executor) error {
	env.Seed = s.Seed
	plan, err := s.Plan(out)
	if err != nil {
		return err
	}
	if err := file.WriteBytes(filepath.Join(out, "study.yaml"), []byte(s.YAML())); err != nil {
		return err
	}
	folder, err := result.Create(out)
	if err != nil {
		return err
	}
	if err := folder.WriteBrains(s.brainNames()); err != nil {
		return err
	}
	return executor.Execute(ctx, plan, env)
}
