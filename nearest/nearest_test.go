package nearest_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/nearest"
)

func ExampleNames() {
	fmt.Println(nearest.Names("spaerman", []string{"pearson", "spearman", "tau-a"}))
	// Output: [spearman]
}

func ExampleDistance() {
	fmt.Println(nearest.Distance("layer", "lyaer"))
	// Output: 1
}

func ExampleHint() {
	fmt.Printf("no measure is called %q%s\n", "corelation", nearest.Hint("corelation", []string{"correlation", "euclidean"}))
	// Output: no measure is called "corelation"; did you mean correlation?
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"kitten", "sitting", 3},
		{"Saturday", "Sunday", 3},
		{"ab", "ba", 1},
		{"ca", "abc", 3}, // the restricted form; the unrestricted one gives 2
		{"héé", "hée", 1},
	} {
		if got := nearest.Distance(c.a, c.b); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	layers := []string{"conv1", "conv2", "conv10", "pool5", "relu1", "fc7", "conv1"}
	for _, c := range []struct {
		word string
		want []string
	}{
		{"covn1", []string{"conv1", "conv10"}},
		{"Conv2", []string{"conv2", "conv1", "conv10"}},
		{"conv", []string{"conv1", "conv2", "conv10"}},
		{"softmax", nil},
		{"", nil},
		{"x", nil},
	} {
		if got := nearest.Names(c.word, layers); !slices.Equal(got, c.want) {
			t.Errorf("Names(%q) = %q, want %q", c.word, got, c.want)
		}
	}
}

func TestNamesOffersAtMostThree(t *testing.T) {
	got := nearest.Names("layer0", []string{"layer1", "layer2", "layer3", "layer4"})
	if want := []string{"layer1", "layer2", "layer3"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDistanceLaws: zero only for equal words, symmetric, between the
// difference of the lengths and the longer of the two.
func TestDistanceLaws(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcé")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d, m, n := nearest.Distance(a, b), len([]rune(a)), len([]rune(b))
		switch {
		case (d == 0) != (a == b):
			t.Fatalf("distance %d", d)
		case d != nearest.Distance(b, a):
			t.Fatal("not symmetric")
		case d < max(m-n, n-m) || d > max(m, n):
			t.Fatalf("distance %d of %d and %d letters", d, m, n)
		}
	})
}

// TestOneSlipIsFound: a word with one slip is close to what was meant.
func TestOneSlipIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{3,10}`).Draw(t, "word")
		at := rapid.IntRange(0, len(word)-2).Draw(t, "at")
		swapped := word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:]
		if got := nearest.Names(swapped, []string{word}); !slices.Equal(got, []string{word}) {
			t.Fatalf("Names(%q) = %q, want %q", swapped, got, word)
		}
	})
}
