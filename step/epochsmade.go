package step

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/unit"
)

// finish makes the Dataset, and says what was done and what became of trials.
func (s Epochs) finish(g *epoch.Gathering, runs []*run, bad []string, env *Env) (*EpochsMade, error) {
	for _, k := range g.Implausible() {
		env.warn(fmt.Sprintf("the signal of kind %s is far larger than any in its unit: are these microvolts, or femtotesla, that the file calls volts or tesla?", k))
	}
	ds, err := g.Dataset(epoch.Arrangement{
		Repetitions: s.Arrange, Equal: s.EqualRows, Seed: env.Seed, Labels: map[string]string{"subject": s.subject()},
	})
	if err != nil {
		return nil, err
	}
	n := len(g.Times)
	made := &EpochsMade{
		Subject: s.subject(), Observations: ds.Shape[0], Times: n, From: g.Times[0], To: g.Times[n-1], Rate: g.Rate,
		Trials: len(g.Fates), Conditions: len(uniqueInOrder(ds.Observation["condition"])),
		Channels: kindCounts(g.Channels), Reasons: []Reason{}, Without: []string{}, Dropped: []DroppedOne{}, Dataset: ds,
	}
	if made.count(g.Fates); made.Kept == 0 {
		return nil, fmt.Errorf("no trial of %d is left%s", made.Trials, made.reasons())
	}
	for i, trials := range ds.Observation["trials"] {
		if trials == "0" {
			made.Without = append(made.Without, ds.Observation["condition"][i])
		}
	}
	if len(made.Without) > 0 {
		env.warn(fmt.Sprintf("no trial is left of %s, which are NaN: %s", counted(len(made.Without), "condition"), briefly(made.Without)))
		env.leave(true)
	}
	made.Done = s.preparations(runs, made, bad)
	for _, p := range made.Done {
		ds.Description[p.What] = p.How
	}
	if head := writeHead(runs[0].header.Head); head != "" {
		ds.Description[headLabel] = head
	}
	ds.Description[preparationLabel] = prepared(made.Done)
	return made, nil
}

// preparationLabel says in one text how recordings became epochs: RDMs carry it to
// the report.
const preparationLabel = "preparation"

// ofOneSubject are the preparations that differ between subjects.
var ofOneSubject = []string{"trials", "interpolated", "limits chosen", "bad channels", "noise", "signal space separation"}

// artifactsOf begins what tells of a run.
const artifactsOf = "artifacts of run "

// prepared joins what holds for all subjects.
func prepared(list []Preparation) string {
	var words []string
	for _, p := range list {
		if !slices.Contains(ofOneSubject, p.What) && !strings.HasPrefix(p.What, artifactsOf) {
			words = append(words, p.What+": "+p.How)
		}
	}
	return strings.Join(words, "; ")
}

// count sums up what became of trials.
func (m *EpochsMade) count(fates []epoch.Fate) {
	count := map[string]int{}
	for _, f := range fates {
		if len(f.Why) == 0 {
			m.Kept++
			continue
		}
		m.Dropped = append(m.Dropped, DroppedOne{f.Run, int(f.Trial.Event.At), f.Condition, f.Why})
		for _, why := range f.Why {
			count[why]++
		}
	}
	for _, why := range slices.Sorted(maps.Keys(count)) {
		m.Reasons = append(m.Reasons, Reason{why, count[why]})
	}
	slices.SortStableFunc(m.Reasons, func(a, b Reason) int { return b.Trials - a.Trials })
}

// kindCounts counts channels by their kind.
func kindCounts(channels []recording.Channel) []KindCount {
	var counts []KindCount
	for _, c := range channels {
		place := slices.IndexFunc(counts, func(k KindCount) bool { return k.Kind == string(c.Kind) })
		if place < 0 {
			counts = append(counts, KindCount{string(c.Kind), 0})
			place = len(counts) - 1
		}
		counts[place].Count++
	}
	return counts
}

// preparations lists what was done to the signal, and what was not.
func (s Epochs) preparations(runs []*run, made *EpochsMade, bad []string) []Preparation {
	h := runs[0].header
	list := []Preparation{
		{"epochs", fmt.Sprintf("%s to %s after the event, both ends included: %d times, %.6g per second", unit.Milliseconds(made.From), unit.Milliseconds(made.To), made.Times, made.Rate)},
		{"trials", fmt.Sprintf("%d of %d kept%s", made.Kept, made.Trials, made.reasons())},
		{"filtered", passed(h)},
	}
	list = append(list, s.Signal.done()...)
	add := func(when bool, what, format string, args ...any) {
		if when {
			list = append(list, Preparation{what, fmt.Sprintf(format, args...)})
		}
	}
	repaired := interpolated(runs)
	add(repaired != "", "interpolated", "%s, by splines on the sphere", repaired)
	for _, r := range runs {
		add(len(r.artifacts) > 0, artifactsOf+r.name, "%s", strings.Join(r.artifacts, ", "))
	}
	if b := s.Cut.Baseline; b != nil {
		add(true, "baseline", "mean from %s to %s subtracted", unit.Milliseconds(b.From), unit.Milliseconds(b.To))
	}
	add(s.Cut.Decimate > 1, "decimated", "one time of %d kept", s.Cut.Decimate)
	add(s.Delay != 0, "delay", "%s from the code to the picture", unit.Milliseconds(s.Delay))
	given, _ := s.given()
	add(given != "", "rejected", "peak to peak above %s", given)
	add(s.chosen != "", "limits chosen", "%s: peak to peak above which epochs are rejected, one global limit for each kind (Jas et al. 2017), by exact search in five folds", s.chosen)
	add(s.Flat != "", "flat", "peak to peak below %s", s.Flat)
	add(len(bad) > 0, "bad channels", "%s", strings.Join(bad, ", "))
	add(s.Arrange != "" && s.Arrange != epoch.All, "repetitions", "%s", s.Arrange)
	add(s.EqualRows == epoch.EqualCounts, "equal counts", "as many trials of every condition as of the one with the fewest")
	add(h.Rank > 0, "signal space separation", "done before; it left %d dimensions of MEG", h.Rank)
	add(s.whitened != "", "whitened", "%s", s.whitened)
	add(s.noisy != "", "noise", "%s", s.noisy)
	add(h.Reference != "", "reference", "%s", h.Reference)
	not := s.notDone(h)
	add(not != nil, "not done", "%s", strings.Join(not, "; "))
	return list
}

// reasons lists why trials were dropped.
func (m *EpochsMade) reasons() string {
	const shown = 8
	var words []string
	for i, r := range m.Reasons {
		if i == shown {
			words = append(words, fmt.Sprintf("and %d more reasons", len(m.Reasons)-shown))
			break
		}
		words = append(words, fmt.Sprintf("%s: %d", r.Why, r.Trials))
	}
	if words == nil {
		return ""
	}
	return "; dropped for " + strings.Join(words, ", ")
}

// notDone lists what other pipelines do to recordings and nobody did here, as far
// as the header knows.
func (s Epochs) notDone(h *recording.Header) []string {
	var list []string
	if len(s.Signal.ICA) == 0 {
		list = append(list, "independent components (ICA) removed")
	}
	if slices.ContainsFunc(h.Channels, func(c recording.Channel) bool { return c.Kind == recording.Magnetometer }) {
		list = append(list, "bad channels of MEG interpolated from the field map")
		if h.Rank == 0 {
			list = append(list, "signal space separation")
		}
	}
	if n := len(slices.DeleteFunc(slices.Clone(h.Projections), func(p recording.Projection) bool { return p.Active })); n > 0 {
		list = append(list, counted(n, "projection")+" of the file applied")
	}
	return list
}

// warnOfAliases tells of frequencies that fold back when times are left out.
func (s Epochs) warnOfAliases(r *run, env *Env) {
	if s.Cut.Decimate < 2 {
		return
	}
	rate := r.header.Rate / float64(s.Cut.Decimate)
	if low := r.header.Lowpass; !(rate >= 3*low) {
		known := fmt.Sprintf("the signal goes up to %.4g Hz", low)
		if math.IsNaN(low) {
			known = "nobody says up to which frequency the signal goes"
		}
		env.warn(fmt.Sprintf("%s: %.4g times per second are left, and %s: what is above a third of the rate may come back as another frequency; filter first, or keep more", r.path, rate, known))
	}
}
