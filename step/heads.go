package step

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/recording"
)

// farHead is how far apart heads are that sensors see other places of, in m.
const farHead = 0.005

// warnOfHeads tells of heads that were elsewhere in another run.
func warnOfHeads(runs []*run, env *Env) {
	first := runs[0].header.Head
	for _, r := range runs[1:] {
		if first == nil || r.header.Head == nil {
			continue
		}
		if d := between(first.Shift, r.header.Head.Shift); d > farHead {
			env.warn(fmt.Sprintf("%s: the head is %.0f mm from where it was in %s: sensors see other places of the brain", r.path, 1000*d, runs[0].path))
		}
	}
}

// between is the distance of two places.
func between(a, b recording.Vector) float64 {
	sum := 0.0
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return math.Sqrt(sum)
}

// headLabel is where the head was under the sensors, in mm.
const headLabel = "head"

// writeHead writes a place for the label; "" where nobody knows it.
func writeHead(head *recording.Transform) string {
	if head == nil {
		return ""
	}
	return fmt.Sprintf("%.1f %.1f %.1f mm", 1000*head.Shift[0], 1000*head.Shift[1], 1000*head.Shift[2])
}

// readHead is the inverse of writeHead.
func readHead(text string) (head recording.Vector, found bool) {
	_, err := fmt.Sscanf(text, "%g %g %g mm", &head[0], &head[1], &head[2])
	for i := range head {
		head[i] /= 1000
	}
	return head, err == nil
}

// warnOfHeads tells of subjects whose heads were far apart, where RDMs of the same
// channel are to be averaged over them, and takes the label away that says where.
func (s RDM) warnOfHeads(stacks []*rdm.RDMs, env *Env) {
	farthest, names := 0.0, [2]string{}
	for i, a := range stacks {
		for j, b := range stacks[:i] {
			one, known := firstHead(a)
			other, both := firstHead(b)
			if d := between(one, other); known && both && d > farthest {
				farthest, names = d, [2]string{s.From[j].shown(), s.From[i].shown()}
			}
		}
	}
	for _, r := range stacks {
		delete(r.Labels, headLabel)
	}
	if s.Trials.Each == rdm.EachChannel && farthest > farHead {
		env.warn(fmt.Sprintf("heads lay up to %.0f mm apart under the sensors (%s and %s): the mean over subjects of one sensor mixes places of the brain", 1000*farthest, names[0], names[1]))
	}
}

// firstHead returns where the head was, if RDMs say it.
func firstHead(r *rdm.RDMs) (recording.Vector, bool) {
	texts := r.Labels[headLabel]
	if len(texts) == 0 {
		return recording.Vector{}, false
	}
	return readHead(texts[0])
}
