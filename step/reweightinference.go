package step

import (
	"fmt"

	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// estimateColumns adds columns of an estimate, none without a bootstrap, and
// returns the function that fills them.
func (found *Reweighted) estimateColumns(b *tableBuilder, name, what, question string) func(e rsa.Estimate, time int) {
	r := found.Inference
	if r == nil {
		return func(rsa.Estimate, int) {}
	}
	sure := fmt.Sprintf("the %g %% interval, bootstrap over %s.", 100*r.Interval, r.Over)
	columns := []*columnBuilder[rsa.Number]{
		b.number(name, fmt.Sprintf("Mean %s of %d choices of folds.", what, r.Choices)),
		b.number(name+"_low", "Lower end of "+sure), b.number(name+"_high", "Upper end of "+sure),
		b.number(name+"_p", "P value: "+question+"."), b.number(name+"_p_corrected", "P value corrected over all rows by "+r.Correction+"."),
	}
	return func(e rsa.Estimate, time int) {
		for k, values := range [][]rsa.Number{e.Value, e.Low, e.High, e.P, e.Corrected} {
			columns[k].add(values[time])
		}
	}
}

// ceilingColumns adds columns of the difference to the lower noise ceiling, where
// there is one.
func (found *Reweighted) ceilingColumns(b *tableBuilder) func(e *rsa.Estimate, time int) {
	if found.Inference == nil || found.Inference.Ceiling == nil {
		return func(*rsa.Estimate, int) {}
	}
	add := found.estimateColumns(b, "from_ceiling", "score less the lower noise ceiling", "other than 0, two-sided")
	return func(e *rsa.Estimate, time int) { add(*e, time) }
}

// differenceTable has one row per two mixtures and time.
func (found *Reweighted) differenceTable() *result.Table {
	b := newTable("How much better one mixture of model RDMs predicts what was held out than another.", found.Times)
	name, kind := b.text("mixture", "Network whose RDMs are mixed, or all."), b.text("kind", "How they are mixed.")
	other, otherKind := b.text("other", "The mixture that it is compared with."), b.text("other_kind", "How that is mixed.")
	difference := found.estimateColumns(b, "difference", "score less that of the other", "other than 0, two-sided")
	for _, d := range found.Inference.Differences {
		first, second := found.Models[d.First], found.Models[d.Second]
		for t := range d.Value {
			b.at(t)
			name.add(first.Name)
			kind.add(first.Kind)
			other.add(second.Name)
			otherKind.add(second.Kind)
			difference(d.Estimate, t)
		}
	}
	return b.finish()
}
