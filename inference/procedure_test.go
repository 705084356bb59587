package inference_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/inference"
)

func ExampleRecommended() {
	for _, size := range []inference.Size{{Subjects: 12, Conditions: 92}, {Subjects: 12, Conditions: 8}, {Subjects: 1, Conditions: 92}} {
		p := inference.Recommended(size)
		fmt.Printf("%s: over %s, %s\n", p.Name, p.Over, p.Null)
	}
	// Output:
	// dual bootstrap: over both, the mean score over new subjects and new conditions is zero
	// sign flip: over subjects, the scores of subjects are symmetric about zero
	// label permutation: over conditions, model RDM and brain have nothing in common: labels of conditions are interchangeable
}

// The page on statistics has a row for every procedure, in the words of the table.
func TestPageTellsEveryProcedure(t *testing.T) {
	page, err := os.ReadFile("../docs/statistics.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range inference.Procedures {
		if row := fmt.Sprintf("| %s | %s | %s | %s |", p.Name, p.Null, p.Over, p.Exact); !strings.Contains(string(page), row) {
			t.Errorf("docs/statistics.md lacks\n%s", row)
		}
		if found, err := inference.ProcedureByName(p.Name); err != nil || found != p {
			t.Errorf("%s: %v, %v", p.Name, found, err)
		}
	}
	if _, err := inference.ProcedureByName("sign flips"); err == nil || !strings.Contains(err.Error(), "did you mean sign flip?") {
		t.Errorf("err = %v", err)
	}
}

// A step-up correction looks at adjusted values: here the third of five is
// above α alone and below it beside the fourth; and 1 of 20 at 0.04 is nothing.
func TestBenjaminiHochbergStepsUp(t *testing.T) {
	fdr, err := inference.CorrectionByName("fdr")
	if err != nil {
		t.Fatal(err)
	}
	adjusted := fdr.Adjust([]float64{0.001, 0.002, 0.038, 0.039, 0.9})
	if !near(adjusted[2], 0.039*5/4) {
		t.Errorf("adjusted %v", adjusted)
	}
	p := make([]float64, 20)
	for i := range p {
		p[i] = 0.04 + 0.048*float64(i)
	}
	if adjusted := fdr.Adjust(p); adjusted[0] < 0.5 {
		t.Errorf("0.04 of 20 became %v", adjusted[0])
	}
}
