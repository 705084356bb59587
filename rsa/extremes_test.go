package rsa_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/isocortex/isocortex/rsa"
)

func TestHighestAndRangeLeaveOutWhatIsUndefined(t *testing.T) {
	nan := rsa.Number(math.NaN())
	for _, c := range []struct {
		values []rsa.Number
		want   string
	}{
		{[]rsa.Number{nan, -2, 3, nan, 3}, "2: 3, -2 to 3"},
		{[]rsa.Number{-2, nan}, "0: -2, -2 to -2"},
		{[]rsa.Number{nan, nan}, "0: NaN, NaN to NaN"},
		{nil, "0: NaN, NaN to NaN"},
	} {
		place, highest := rsa.Highest(c.values)
		var rows [][]rsa.Number
		for _, v := range c.values {
			rows = append(rows, []rsa.Number{7, v})
		}
		low, high := rsa.Range(rows, 1)
		if got := fmt.Sprintf("%d: %v, %v to %v", place, highest, low, high); got != c.want {
			t.Errorf("%v: %s, want %s", c.values, got, c.want)
		}
	}
	s := rsa.FlexibleScores{FoldWeights: [][][]rsa.Number{{{1, 2}}, {{3, nan}}}}
	if low, high := s.FoldRange(0, 1); low != 2 || high != 2 {
		t.Errorf("weights from %v to %v, want 2", low, high)
	}
}
