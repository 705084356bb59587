package inference

import (
	"github.com/isocortex/isocortex/nearest"
)

// A Procedure is a way to ask whether a score is chance, told for people: what
// it takes for granted, and about whom it says something. Whatever it does not
// generalize to is taken as it is: a test of subjects alone finds that all of
// them see these conditions in a certain way, be it by chance of the conditions.
type Procedure struct {
	Name  string
	Null  string // what is tested
	Over  Over   // what the answer holds for anew
	Exact string // when p ≤ α comes up with a chance of α under the null, or "approximate"
}

// Procedures lists every procedure, in the order that help shows.
var Procedures = []Procedure{
	{"dual bootstrap", "the mean score over new subjects and new conditions is zero", Both, "approximate"},
	{"label permutation", "model RDM and brain have nothing in common: labels of conditions are interchangeable", Conditions, "always"},
	{"bootstrap of conditions", "the mean score of these subjects over new conditions is zero", Conditions, "approximate"},
	{"sign flip", "the scores of subjects are symmetric about zero", Subjects, "always"},
	{"t", "the mean score over new subjects is zero", Subjects, "for normal scores"},
	{"Wilcoxon", "the scores of subjects are symmetric about zero", Subjects, "up to 50 subjects"},
	{"bootstrap of subjects", "the mean score over new subjects is zero", Subjects, "approximate"},
}

// EnoughSubjects and EnoughConditions are the fewest from which there is
// something to be said of others.
const (
	EnoughSubjects   = 5
	EnoughConditions = 20
)

// Recommended returns the procedure that generalizes as far as the data allow:
// to subjects and conditions with enough of both, to subjects with enough of
// them alone, otherwise to conditions.
func Recommended(size Size) Procedure {
	name := "label permutation"
	switch {
	case size.Subjects >= EnoughSubjects && size.Conditions >= EnoughConditions:
		name = "dual bootstrap"
	case size.Subjects >= EnoughSubjects:
		name = "sign flip"
	}
	p, err := ProcedureByName(name)
	if err != nil {
		panic(err) // the names above are in the table
	}
	return p
}

// ProcedureByName returns the procedure of that name.
//
//	errors   an unknown name; the error says which names are close and lists all
func ProcedureByName(name string) (Procedure, error) {
	return nearest.In(Procedures, "test", name, func(p Procedure) []string { return []string{p.Name} })
}
