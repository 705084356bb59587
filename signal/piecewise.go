package signal

import (
	"context"
	"slices"
	"sync"

	"github.com/isocortex/isocortex/fourier"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// A kernel computes pieces of signals from what lies around them.
type kernel interface {
	// extent returns the samples that a piece needs on either side, and those that
	// it has at most.
	extent() (reach, length int)
	// apply sets dst to the piece of up to four signals, from is longer by the reach
	// on either side.
	apply(dst, from [][]float64)
}

// pieces is a recording of which a kernel computes the signal, piece by piece. The
// pieces lie where they do for every window, so that every window has the same
// bits.
type pieces struct {
	inner     recording.Recording
	header    recording.Header
	wanted    func(recording.Channel) bool
	kernel    kernel
	stretches []recording.Window
	padding   padding
	budget    work.Budget
	rooms     sync.Pool // of *[][]float64

	mutex  sync.Mutex // over all below
	kept   []*piece   // the last ones that windows had a part of, up to two
	input  []float64
	closed bool
}

// A piece is what was computed of some channels.
type piece struct {
	window, stretch recording.Window
	rows            map[int][]float64
}

// A row is the part of a channel that is wanted.
type row struct {
	channel int
	values  []float64
}

// newPieces returns the recording around another.
func newPieces(r recording.Recording, k kernel, budget work.Budget) *pieces {
	h := r.Header()
	p := &pieces{inner: r, header: *h, wanted: physiological, kernel: k, stretches: stretches(h), budget: budget}
	if joins(h) {
		p.padding = held
	}
	return p
}

// physiological reports whether a channel measures a body: what is not filtered
// are codes, the position of the head, the state of the machine and what nobody
// has named.
func physiological(c recording.Channel) bool {
	return !slices.Contains([]recording.Kind{recording.Stim, recording.HeadPosition, recording.System, recording.Other}, c.Kind)
}

// Header describes the recording.
func (p *pieces) Header() *recording.Header { return &p.header }

// Close closes the recording inside, too.
func (p *pieces) Close() error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.closed, p.kept, p.input = true, nil, nil
	return p.inner.Close()
}

// Read sets dst to the signal, as recording.Recording says.
//
//	cost     of the pieces that the window touches; the last two are kept, so that
//	         windows that follow each other cost no more than one
func (p *pieces) Read(dst []float64, channels []int, w recording.Window) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.closed {
		return recording.ErrClosed
	}
	if err := p.header.Check(dst, channels, w); err != nil {
		return err
	}
	var computed, others []row
	for i, c := range channels {
		one := row{c, dst[i*w.Len():][:w.Len()]}
		if p.wanted(p.header.Channels[c]) {
			computed = append(computed, one)
		} else {
			others = append(others, one)
		}
	}
	if err := p.plain(others, w, w); err != nil {
		return err
	}
	return p.compute(computed, w)
}

// compute sets rows, which are those of the window: within stretches to the
// pieces, between them to what was recorded.
func (p *pieces) compute(rows []row, w recording.Window) error {
	if len(rows) == 0 {
		return nil
	}
	done := w.From
	for _, s := range p.stretches {
		if gap := shared(w, recording.Window{From: done, To: s.From}); gap.Len() > 0 {
			if err := p.plain(rows, w, gap); err != nil {
				return err
			}
		}
		for _, one := range p.touched(s, w) {
			if err := p.part(rows, w, one); err != nil {
				return err
			}
		}
		done = max(done, s.To)
	}
	return p.plain(rows, w, recording.Window{From: max(done, w.From), To: w.To})
}

// touched returns the pieces of a stretch of which a window has a part.
func (p *pieces) touched(s, w recording.Window) []piece {
	_, n := p.kernel.extent()
	length, both := recording.Stored(n), shared(w, s)
	if both.Len() <= 0 {
		return nil
	}
	var all []piece
	for from := s.From + (both.From-s.From)/length*length; from < both.To; from += length {
		all = append(all, piece{window: shared(s, recording.Window{From: from, To: from + length}), stretch: s})
	}
	return all
}

// shared returns what two windows have both, of length 0 or less if nothing.
func shared(a, b recording.Window) recording.Window {
	return recording.Window{From: max(a.From, b.From), To: min(a.To, b.To)}
}

// plain sets what rows of a window have of a part of it to what was recorded.
func (p *pieces) plain(rows []row, w, part recording.Window) error {
	if part.Len() <= 0 || len(rows) == 0 {
		return nil
	}
	channels := make([]int, len(rows))
	for i, r := range rows {
		channels[i] = r.channel
	}
	values := make([]float64, len(rows)*part.Len())
	if err := p.inner.Read(values, channels, part); err != nil {
		return err
	}
	for i, r := range rows {
		copy(r.values[part.From-w.From:], values[i*part.Len():][:part.Len()])
	}
	return nil
}

// part sets what rows of a window have of a piece.
func (p *pieces) part(rows []row, w recording.Window, one piece) error {
	both := shared(w, one.window)
	if both == one.window && !p.keeps(one.window) {
		direct := make([]row, len(rows))
		for i, r := range rows {
			direct[i] = row{r.channel, r.values[both.From-w.From:][:both.Len()]}
		}
		return p.make(direct, one)
	}
	kept, err := p.keep(rows, one)
	if err != nil {
		return err
	}
	for _, r := range rows {
		copy(r.values[both.From-w.From:][:both.Len()], kept.rows[r.channel][both.From-one.window.From:])
	}
	return nil
}

// keeps reports whether a piece has been kept.
func (p *pieces) keeps(w recording.Window) bool {
	return slices.ContainsFunc(p.kept, func(k *piece) bool { return k.window == w })
}

// keep returns the piece with the channels of the rows, and forgets the one that
// was asked for least lately.
func (p *pieces) keep(rows []row, one piece) (*piece, error) {
	const most = 2
	kept := &one
	if i := slices.IndexFunc(p.kept, func(k *piece) bool { return k.window == one.window }); i >= 0 {
		kept = p.kept[i]
		p.kept = slices.Delete(p.kept, i, i+1)
	} else {
		kept.rows = map[int][]float64{}
	}
	var missing []row
	for _, r := range rows {
		if kept.rows[r.channel] == nil {
			kept.rows[r.channel] = make([]float64, one.window.Len())
			missing = append(missing, row{r.channel, kept.rows[r.channel]})
		}
	}
	if err := p.make(missing, one); err != nil {
		return nil, err
	}
	p.kept = append(p.kept[max(0, len(p.kept)-most+1):], kept)
	return kept, nil
}

// make computes a piece.
func (p *pieces) make(rows []row, one piece) error {
	if len(rows) == 0 {
		return nil
	}
	reach, _ := p.kernel.extent()
	around := shared(one.stretch, recording.Window{From: one.window.From - recording.Stored(reach), To: one.window.To + recording.Stored(reach)})
	p.input = slices.Grow(p.input[:0], len(rows)*around.Len())[:len(rows)*around.Len()]
	channels := make([]int, len(rows))
	for i, r := range rows {
		channels[i] = r.channel
	}
	if err := p.inner.Read(p.input, channels, around); err != nil {
		return err
	}
	groups := work.Shards(len(rows), fourier.Lanes)
	return p.budget.Each(context.Background(), "", len(groups), func(i int) error {
		g := groups[i]
		var dst [][]float64
		from := p.room(g.Len(), one.window.Len()+2*reach)
		defer p.rooms.Put(&from)
		for j, r := range rows[g.From:g.To] {
			beyond(from[j], int(one.window.From-one.stretch.From)-reach, one.stretch.Len(),
				known{p.input[(g.From+j)*around.Len():][:around.Len()], int(around.From - one.stretch.From), p.padding})
			dst = append(dst, r.values)
		}
		p.kernel.apply(dst, from)
		return nil
	})
}

// room returns rows of a length, of a room that was used before if there is one.
func (p *pieces) room(rows, length int) [][]float64 {
	from, used := p.rooms.Get().(*[][]float64)
	if !used || len(*from) != rows {
		from = new(make([][]float64, rows))
	}
	for i, r := range *from {
		(*from)[i] = slices.Grow(r[:0], length)[:length]
	}
	return *from
}
