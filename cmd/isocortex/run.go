package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/decoding"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/library"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/fingerprint"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
	"github.com/isocortex/isocortex/work"
)

// run is the verb that carries out a study.
func (a *app) run() *cobra.Command {
	var set []string
	out, store := "", ""
	cmd := &cobra.Command{
		Use:   "run STUDY.yaml [-o FOLDER]",
		Short: "Carry out a study",
		Long: `The result is a folder: the study with every default filled in, RDMs, scores,
figures, and report.html, which shows them.

What a step made is kept, and used again where its inputs, its options and the
program are the same: a study that was interrupted goes on, and one that was
changed computes what depends on the change. See 'isocortex cache --help'.`,
		Example: "  isocortex run demo/data/study.yaml -o again\n" +
			"  isocortex run demo/data/study.yaml -o tau \\\n" +
			"    --set rsa.comparator=kendall-tau-a --set inference.draws=1000",
		Args:              operands(1, 1),
		ValidArgsFunction: studies,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.read(cmd, args[0], set)
			if err != nil {
				return err
			}
			if out == "" {
				out = file.Stem(args[0]) + "-result"
			}
			local, err := a.local(cmd, cmp.Or(store, cacheFolder(out)))
			if err != nil {
				return err
			}
			return a.carryOut(cmd, s, out, local)
		},
	}
	cmd.Flags().StringVar(&store, "cache", "", "`folder` of what was made before (default: "+cacheName+" beside the result); none for no such folder")
	cmd.Flags().StringArrayVar(&set, "set", nil, "`key=value` that replaces one of the study, such as rsa.comparator=pearson")
	cmd.Flags().StringVarP(&out, "output", "o", "", "`folder` for the result (default: named after the study)")
	return cmd
}

// read reads a study, with what the command line says otherwise.
func (a *app) read(cmd *cobra.Command, path string, set []string) (*study.Study, error) {
	choices := study.Choices{Measures: rdm.MeasureNames(), Decoders: decoding.MeasureNames(), Noise: step.NoiseNames(), Comparators: comparatorNames(), Presets: presetNames(), Networks: networkNames()}
	s, err := study.Read(path, study.Options{Choices: choices, Set: set})
	if err != nil {
		return nil, err
	}
	if cmd.Flags().Changed("seed") {
		s.Seed = a.flags.seed
	}
	if cmd.Flags().Changed("device") {
		s.Device = a.flags.device
	}
	return s, nil
}

// local carries out studies in this process, with what was made before if there
// is a folder of it.
func (a *app) local(cmd *cobra.Command, folder string) (study.Local, error) {
	if folder == "none" {
		return study.Local{}, nil
	}
	store, err := cache.Open(folder)
	if err != nil {
		return study.Local{}, err
	}
	program, err := a.program(cmd.Context(), store.Memory)
	return study.Local{Store: store, Program: program}, err
}

// program identifies what computes: this program, the engine if it comes from
// elsewhere, and what they leave to each other on this processor.
func (a *app) program(ctx context.Context, memory *fingerprint.Memory) (string, error) {
	files := []string{}
	if path := cmp.Or(a.flags.onnxruntime, os.Getenv(library.Variable)); path != "" {
		files = append(files, path)
	}
	own, err := os.Executable()
	if err != nil {
		return "", err
	}
	prints, err := memory.Of(ctx, append(files, own), work.Budget{})
	if err != nil {
		return "", err
	}
	var all []string
	for _, p := range prints {
		all = append(all, p.SHA256)
	}
	return strings.Join(all, " ") + engine.Own(), nil
}

// carryOut runs a study and says where its result is.
func (a *app) carryOut(cmd *cobra.Command, s *study.Study, out string, local study.Local) error {
	env := a.environment()
	env.Command = a.args
	computed, reused := []string{}, []string{}
	local.Done = func(task study.Task, again bool) {
		if again {
			reused = append(reused, task.Name)
		} else {
			computed = append(computed, task.Name)
		}
	}
	if err := s.Run(cmd.Context(), out, env, local); err != nil {
		return err
	}
	if len(reused) > 0 && !a.flags.quiet && !a.flags.json {
		a.screen.leave()
		fmt.Fprintf(a.stderr, "isocortex: %d of %d steps were made before: %s\n", len(reused), len(reused)+len(computed), strings.Join(reused, "; "))
	}
	page := filepath.Join(out, "report.html")
	return a.print(map[string]any{"result": out, "report": page, "computed": computed, "reused": reused}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n", page)
	})
}
