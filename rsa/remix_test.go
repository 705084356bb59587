package rsa_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleRemix() {
	fitted := mat.NewDense(6, 2, []float64{0, 1, 0, 2, 1, 1, 5, 1, 6, 2, 5, 2})
	classes := []string{"face", "face", "face", "house", "house", "house"}
	tested := mat.NewDense(2, 2, []float64{0.5, 1, 5.5, 1})
	found, err := rsa.Remix{}.Run(context.Background(), fitted, classes, tested, work.Budget{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %+.1f and %+.1f, right about %.0f %% that were held out\n", found.Classes[0], found.Decisions.At(0, 0), found.Decisions.At(1, 0), 100*found.Accuracy)
	// Output: face: +1.4 and -1.1, right about 100 % that were held out
}

// dense makes a matrix of rows.
func dense(rows [][]float64) *mat.Dense {
	return mat.NewDense(len(rows), len(rows[0]), slices.Concat(rows...))
}

// Decision values are those of scikit-learn. Both logistic regressions end at a
// gradient that is not quite 0.
func TestRemixAgreesWithTheReference(t *testing.T) {
	var want struct {
		Fitted, Tested [][]float64
		Classes        []string
		Logistic, LDA  [][]float64 // classes × tested
	}
	realtest.Reference(t, "remix.json", &want)
	for classifier, values := range map[string][][]float64{rsa.Logistic: want.Logistic, rsa.Discriminant: want.LDA} {
		r := rsa.Remix{Classifier: classifier, Penalty: 0.5, Shrinkage: 0.3}
		found, err := r.Run(t.Context(), dense(want.Fitted), want.Classes, dense(want.Tested), work.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		tolerance := map[string]float64{rsa.Logistic: 1e-7, rsa.Discriminant: 1e-10}[classifier]
		if !slices.Equal(found.Classes, []string{"animal", "face", "tool"}) || !mat.EqualApprox(found.Decisions.T(), dense(values), tolerance) {
			t.Errorf("%s: decisions of %q\n%v\nwant\n%v", classifier, found.Classes, mat.Formatted(found.Decisions.T()), mat.Formatted(dense(values)))
		}
	}
}

// clouds draws responses around one center per class.
func clouds(stream uint64, each int, distance float64) (x *mat.Dense, classes []string) {
	random := seed.Stream(stream, "clouds", 0)
	const channels = 8
	x = mat.NewDense(3*each, channels, nil)
	for i := range 3 * each {
		class := i % 3
		classes = append(classes, []string{"a", "b", "c"}[class])
		for c := range channels {
			x.Set(i, c, random.NormFloat64())
		}
		x.Set(i, class, x.At(i, class)+distance)
	}
	return x, classes
}

// The accuracy is that of stimuli that were held out: high for classes that can
// be told apart, that of chance for classes that cannot.
func TestRemixAccuracyIsHeldOut(t *testing.T) {
	tested, _ := clouds(9, 4, 0)
	for distance, want := range map[float64][2]float64{6: {0.97, 1}, 0: {0.2, 0.47}} {
		x, classes := clouds(1, 40, distance)
		for _, classifier := range rsa.Classifiers {
			found, err := rsa.Remix{Classifier: classifier, Seed: 1}.Run(t.Context(), x, classes, tested, work.Budget{})
			if err != nil {
				t.Fatal(err)
			}
			if found.Accuracy < want[0] || found.Accuracy > want[1] || math.Abs(found.Chance-1.0/3) > 1e-12 || found.Folds != 5 {
				t.Errorf("%s of classes %g apart: accuracy %v in %d folds, want %v; by chance %v", classifier, distance, found.Accuracy, found.Folds, want, found.Chance)
			}
			if mean := (found.Recall[0] + found.Recall[1] + found.Recall[2]) / 3; math.Abs(mean-found.Accuracy) > 1e-12 {
				t.Errorf("%s: recall %v of classes of one size, accuracy %v", classifier, found.Recall, found.Accuracy)
			}
		}
	}
}

// The number of threads changes no bit; the order of the stimuli to fit hardly
// any decision.
func TestRemixIsReproducible(t *testing.T) {
	x, classes := clouds(1, 10, 2)
	tested, _ := clouds(2, 3, 2)
	run := func(threads int) *rsa.RemixResult {
		found, err := rsa.Remix{Seed: 3}.Run(t.Context(), x, classes, tested, work.Budget{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	first := run(1)
	if !reflect.DeepEqual(first, run(4)) {
		t.Error("the number of threads changes the result")
	}
	order := seed.Stream(1, "order", 0).Perm(len(classes))
	shuffled, names := mat.NewDense(len(classes), 8, nil), make([]string, len(classes))
	for to, from := range order {
		shuffled.SetRow(to, x.RawRowView(from))
		names[to] = classes[from]
	}
	x, classes = shuffled, names
	if again := run(1); !mat.EqualApprox(again.Decisions, first.Decisions, 1e-6) {
		t.Error("the order of stimuli changes decisions")
	}
}

// A picture is known by its response, up to what engines round.
func TestRemixRefusesTestedStimuli(t *testing.T) {
	x, classes := clouds(1, 4, 2)
	tested, _ := clouds(2, 2, 2)
	for c := range 8 {
		tested.Set(4, c, x.At(7, c)*(1+1e-7))
	}
	_, err := rsa.Remix{}.Run(t.Context(), x, classes, tested, work.Budget{})
	var again *rsa.RepeatedError
	if !errors.As(err, &again) || again.Fitted != 7 || again.Tested != 4 {
		t.Errorf("err = %v", err)
	}
	tested.SetRow(4, make([]float64, 8)) // a response that is 0 everywhere is no proof
	x.SetRow(7, make([]float64, 8))
	if _, err := (rsa.Remix{}).Run(t.Context(), x, classes, tested, work.Budget{}); err != nil {
		t.Error(err)
	}
}

func TestRemixRefuses(t *testing.T) {
	x, classes := clouds(1, 4, 2)
	tested, _ := clouds(2, 2, 2)
	broken := mat.DenseCopyOf(x)
	broken.Set(2, 3, math.NaN())
	for says, c := range map[string]struct {
		remix   rsa.Remix
		x       *mat.Dense
		classes []string
		tested  *mat.Dense
	}{
		`no classifier is called "svm"`:         {rsa.Remix{Classifier: "svm"}, x, classes, tested},
		"a penalty of -1":                       {rsa.Remix{Penalty: -1}, x, classes, tested},
		"a shrinkage of 2":                      {rsa.Remix{Shrinkage: 2}, x, classes, tested},
		"1 folds":                               {rsa.Remix{Folds: 1}, x, classes, tested},
		"8 channels to fit and 2 tested":        {rsa.Remix{}, x, classes, mat.NewDense(3, 2, nil)},
		"3 classes for 12 stimuli":              {rsa.Remix{}, x, classes[:3], tested},
		`all stimuli to fit are of class`:       {rsa.Remix{}, x, slices.Repeat([]string{"a"}, 12), tested},
		`class "rare" has one stimulus`:         {rsa.Remix{}, x, append([]string{"rare"}, classes[1:]...), tested},
		"channel 4 of stimulus 3 to fit is NaN": {rsa.Remix{}, broken, classes, tested},
	} {
		if _, err := c.remix.Run(t.Context(), c.x, c.classes, c.tested, work.Budget{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("err = %v, want one that says %q", err, says)
		}
	}
}
