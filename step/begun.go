package step

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/rdm"
)

// begun is RDMs of pictures under way: those of the layers that were come to.
type begun struct {
	*unfinished
	stacks map[string]*rdm.RDMs // by layer
}

// begun finds what an earlier run of the same step left, and removes what was
// left by another.
func (s RDM) begun(ctx context.Context, env *Env) (*begun, error) {
	u := &unfinished{folder: env.Unfinished}
	if u.folder == "" {
		u.folder = filepath.Join(filepath.Dir(s.Out), "."+filepath.Base(s.Out)+unfinishedName)
	}
	if err := u.claim(); err != nil {
		return nil, err
	}
	b := &begun{u, map[string]*rdm.RDMs{}}
	err := u.identify(ctx, s, env)
	if err == nil {
		err = b.forgetOthers()
	}
	if err != nil {
		return nil, errors.Join(err, u.release())
	}
	return b, nil
}

// forgetOthers removes files of another key.
func (b *begun) forgetOthers() error {
	entries, err := os.ReadDir(b.folder)
	for _, entry := range entries {
		if name := entry.Name(); name != lockName && !strings.HasPrefix(name, string(b.key)) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(b.folder, name)))
		}
	}
	return err
}

// path is where the RDM of a layer is kept.
func (b *begun) path(layer network.Layer) string {
	return LayerFile(b.folder, string(b.key)+" "+layer.Name)
}

// has reports whether the RDM of a layer is there, and reads it.
func (b *begun) has(layer network.Layer) bool {
	r, err := rdm.Open(b.path(layer))
	if err != nil {
		return false
	}
	b.stacks[layer.Name] = r
	return true
}

// keep takes the RDM of a layer.
func (b *begun) keep(layer network.Layer, r *rdm.RDMs) error {
	b.stacks[layer.Name] = r
	return r.Write(b.path(layer))
}

// stop ends the work on so many layers before its time: what is there serves a
// later run.
func (b *begun) stop(why error, layers int, env *Env) error {
	if len(b.stacks) == 0 {
		return errors.Join(why, b.remove())
	}
	env.note(fmt.Sprintf("%d of %d layers are done and kept: started again in the same way, it goes on from there", len(b.stacks), layers))
	return errors.Join(why, b.release())
}
