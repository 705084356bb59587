package step

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
)

// Heads that lie far apart are told of where RDMs of channels are averaged over
// subjects, and nowhere else; the label stays out of the file.
func TestHeadsOfSubjects(t *testing.T) {
	var sources []Source
	for i, right := range []float64{0, .004, -.009} {
		h := recording.Header{Rate: 100, Head: &recording.Transform{Rotation: [3]recording.Vector{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, Shift: recording.Vector{right, 0, .04}}}
		h.Channels = []recording.Channel{{Name: "MEG0111", Kind: recording.Magnetometer, Unit: "T", Position: recording.Nowhere}}
		row := make([]float64, 900)
		for k := range row {
			row[k] = 1e-13 * float64(k*k%(17+i))
		}
		r, err := recording.NewMemory(h, [][]float64{row})
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		s := Epochs{
			From: []string{filepath.Join(folder, fmt.Sprintf("sub-%d_meg.fif", i+1))}, Events: []string{filepath.Join(folder, "events.tsv")},
			Cut: epoch.Cut{From: 0, To: .5}, Out: filepath.Join(folder, fmt.Sprintf("sub-%d.npz", i+1)),
		}
		if err := os.WriteFile(s.Events[0], []byte("onset\tcondition\n1\ta\n3\tb\n5\tc\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := fif.Write(s.From[0], r, fif.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := s.Run(t.Context(), &Env{}); err != nil {
			t.Fatal(err)
		}
		sources = append(sources, Source{Path: s.Out})
	}
	for each, want := range map[rdm.Each]bool{rdm.EachChannel: true, rdm.EachTime: false} {
		env := &Env{}
		s := RDM{From: sources, Measure: "euclidean", Trials: Trials{Each: each}, Label: "subject"}
		r, err := s.Stack(t.Context(), env)
		if err != nil {
			t.Fatal(err)
		}
		told := slices.ContainsFunc(env.Warnings(), func(w string) bool {
			return strings.Contains(w, "heads lay up to 13 mm apart under the sensors (sub-2.npz and sub-3.npz)")
		})
		if told != want || r.Labels[headLabel] != nil {
			t.Errorf("%s: warnings %q, heads %q", each, env.Warnings(), r.Labels[headLabel])
		}
	}
}
