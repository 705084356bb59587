package decoding

import "context"

// A trainer makes the classifiers of all pairs of conditions from one split.
type trainer func(ctx context.Context, d Decoder, v *view, s *split) (classifiers, error)

// Classifiers tell conditions apart, any two of them.
type classifiers interface {
	// test adds what they make of the test trials of a view. These may be of another
	// time than they were trained at.
	test(ctx context.Context, d Decoder, v *view, found tally) error
}

// kinds are the ways to tell conditions apart.
var kinds = []struct {
	name  string
	train trainer
	fits  func(s Shrinkage) string
}{
	{"lda", trainDiscriminants, func(s Shrinkage) string {
		return "linear discriminant analysis of each pair, w = Σ⁻¹(μ₂ − μ₁), priors as in training; " + s.text()
	}},
	{"pooled lda", trainPooled, func(s Shrinkage) string {
		return "linear discriminant analysis with one covariance for all pairs, w = Σ⁻¹(μ₂ − μ₁), priors as in training; " + s.text()
	}},
	{"svm", trainMachines, func(Shrinkage) string {
		return "linear support vector machine of each pair, C = 1"
	}},
}

// forPairs calls f for the pairs of conditions that the split can tell apart,
// with the place of the pair in an RDV.
func (s *split) forPairs(f func(pair, a, b int)) {
	pair := 0
	for a := range s.training {
		for b := a + 1; b < len(s.training); b++ {
			if len(s.training[a]) > 0 && len(s.training[b]) > 0 && len(s.test[a])+len(s.test[b]) > 0 {
				f(pair, a, b)
			}
			pair++
		}
	}
}
