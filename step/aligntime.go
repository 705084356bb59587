package step

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/alignment"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rsa"
)

// Which times are compared where a side has several.
const (
	TimesShared = "shared" // each with the same of the other side
	TimesPairs  = "pairs"  // each with every time of the other side
)

// AlignTimes lists which times can be compared.
var AlignTimes = []string{TimesShared, TimesPairs}

// AlignedCourse is what Align finds of Datasets with times. What is undefined is
// NaN, null in JSON.
type AlignedCourse struct {
	Times  [2][]float64   `json:"times"`  // s, of either side; null where it has none
	Scores [][]rsa.Number `json:"scores"` // shared: times × 1; pairs: times of A × times of B
	Best   [2]rsa.Number  `json:"best"`   // times of the best score, s: the largest, of distances the smallest; null where a side has none
}

// over compares two sides of which one has times, and returns the best score.
func (s Align) over(ctx context.Context, by alignment.Alignment, x, y *dataset.Dataset) (best alignment.Score, found *AlignedCourse, warnings []string, err error) {
	found = &AlignedCourse{Times: [2][]float64{x.Times, y.Times}}
	scores := make([][]alignment.Score, 0)
	if s.Times == TimesPairs {
		scores, err = by.AcrossTimes(ctx, x, y, s.Options)
	} else {
		var course []alignment.Score
		course, err = by.OverTime(ctx, x, y, s.Options)
		for _, score := range course {
			scores = append(scores, []alignment.Score{score})
		}
	}
	if err != nil {
		return best, nil, nil, err
	}
	places := [2]int{}
	best = scores[0][0]
	for r, row := range scores {
		numbers := make([]rsa.Number, len(row))
		for c, score := range row {
			numbers[c] = rsa.Number(score.Value)
			if better(by, score.Value, best.Value) {
				best, places = score, [2]int{r, c}
			}
			for _, warning := range score.Warnings {
				if !slices.Contains(warnings, warning) {
					warnings = append(warnings, warning)
				}
			}
		}
		found.Scores = append(found.Scores, numbers)
	}
	if s.Times != TimesPairs {
		places[1] = places[0]
	}
	for side, times := range found.Times {
		if found.Best[side] = rsa.Number(math.NaN()); places[side] < len(times) {
			found.Best[side] = rsa.Number(times[places[side]])
		}
	}
	return best, found, fewer(warnings), nil
}

// better reports whether a score says more likeness than another, or is defined
// where the other is not.
func better(by alignment.Alignment, score, than float64) bool {
	if by.Distance {
		return score < than || math.IsNaN(than) && !math.IsNaN(score)
	}
	return score > than || math.IsNaN(than) && !math.IsNaN(score)
}

// fewer keeps some of the warnings of all times.
func fewer(warnings []string) []string {
	const enough = 3
	if len(warnings) <= enough {
		return warnings
	}
	return append(warnings[:enough:enough], fmt.Sprintf("%d more warnings at other times", len(warnings)-enough))
}
