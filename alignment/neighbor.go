package alignment

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// mutualNeighbors is the share of nearest stimuli that both sides agree on. Of
// k of n-1 stimuli drawn at random, k/(n-1) are among any k.
func mutualNeighbors(p *pair) error {
	k, n := p.Neighbors, p.Stimuli
	if k >= n {
		return fmt.Errorf("%d stimuli do not have %d neighbors each: ask for fewer", n, k)
	}
	x, y, err := p.grams()
	if err != nil {
		return err
	}
	if p.Value = math.NaN(); silent(x) || silent(y) {
		return nil
	}
	if min(p.Channels[0], p.Channels[1]) == 1 {
		p.warn("responses of one channel have two directions: which stimuli are nearest is left to their position")
	}
	shared := 0
	for i := range n {
		mine := nearestTo(x, i, k)
		for _, j := range nearestTo(y, i, k) {
			if slices.Contains(mine, j) {
				shared++
			}
		}
	}
	p.Value, p.Chance = float64(shared)/float64(n*k), float64(k)/float64(n-1)
	return nil
}

// silent reports whether a stimulus has no response, and so no direction.
func silent(products *mat.SymDense) bool {
	for i := range products.SymmetricDim() {
		if products.At(i, i) == 0 {
			return true
		}
	}
	return false
}

// nearestTo returns the k stimuli with the largest cosines to stimulus i.
func nearestTo(products *mat.SymDense, i, k int) []int {
	n := products.SymmetricDim()
	cosines, others := make([]float64, n), make([]int, 0, n-1)
	for j := range n {
		if j != i {
			cosines[j] = products.At(i, j) / math.Sqrt(products.At(j, j)) // that of i is the same for all
			others = append(others, j)
		}
	}
	slices.SortStableFunc(others, func(a, b int) int {
		switch {
		case cosines[a] > cosines[b]:
			return -1
		case cosines[a] < cosines[b]:
			return 1
		}
		return 0
	})
	return others[:k]
}
