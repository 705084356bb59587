package decoding

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Shrinkage says how the covariance of the noise is made regular. S is the
// covariance of what training trials have beyond the mean of their condition,
// divided by their number, and m the mean of its P variances. The zero Shrinkage
// is that of Ledoit and Wolf.
type Shrinkage struct {
	rule   string
	amount float64
}

// The rules.
const (
	ledoitWolf = "ledoit-wolf"
	auto       = "auto"
	cosmo      = "cosmo"
	fixed      = "fixed"
)

// Shrinkages lists what [ParseShrinkage] reads.
var Shrinkages = []string{ledoitWolf, auto, "a share from 0 to 1, such as 0.1", cosmo + ":0.01"}

// ParseShrinkage reads a shrinkage.
//
//	ledoit-wolf   (1 − s) S + s m I, s as Ledoit & Wolf (2004) find it from the
//	              training trials of both conditions; also ""
//	auto          the mean over conditions of that of each, of channels scaled
//	              to variance 1 and scaled back, as scikit-learn does
//	0.1           the same with s = 0.1, above 0 and at most 1
//	cosmo:0.01    S + 0.01 m I, as CoSMoMVPA does, whose default 0.01 is
//
//	errors   other texts, and numbers out of range
func ParseShrinkage(text string) (Shrinkage, error) {
	switch text {
	case "", ledoitWolf:
		return Shrinkage{}, nil
	case auto:
		return Shrinkage{rule: auto}, nil
	}
	number, isCosmo := strings.CutPrefix(text, cosmo+":")
	amount, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil:
		return Shrinkage{}, fmt.Errorf("shrinkage %q: choose %s", text, strings.Join(Shrinkages, ", "))
	case isCosmo && amount > 0 && !math.IsInf(amount, 1):
		return Shrinkage{cosmo, amount}, nil
	case !isCosmo && amount > 0 && amount <= 1:
		return Shrinkage{fixed, amount}, nil
	}
	return Shrinkage{}, fmt.Errorf("shrinkage %s: it must be above 0, because fewer trials than channels leave a covariance singular, and at most 1: 0.1 is usual", text)
}

// text says what is inverted.
func (s Shrinkage) text() string {
	switch s.rule {
	case auto:
		return "Σ the mean of the covariances of conditions, each of channels scaled to variance 1, shrunk as Ledoit & Wolf do and scaled back"
	case cosmo:
		return fmt.Sprintf("Σ = S + %g m I, S the covariance within conditions and m its mean variance", s.amount)
	case fixed:
		return fmt.Sprintf("Σ = %g S + %g m I, S the covariance within conditions and m its mean variance", 1-s.amount, s.amount)
	}
	return "Σ = (1 − s) S + s m I, S the covariance within conditions, m its mean variance and s as Ledoit & Wolf find it"
}

// parts returns the weight of S and that of m I, where the Gram matrix R of N
// residuals says how much they vary: the sum of squares of all of them, of R,
// and that of the squares on its diagonal.
func (s Shrinkage) parts(of scatter) (ofS, ofIdentity float64) {
	switch s.rule {
	case fixed:
		return 1 - s.amount, s.amount
	case cosmo:
		return 1, s.amount
	}
	share := of.ledoitWolf()
	return 1 - share, share
}

// A scatter is what Ledoit and Wolf need to know of residuals.
type scatter struct {
	n, channels    float64
	trace          float64 // of the Gram matrix: the sum of all squares
	squares        float64 // the sum of the squares of all its numbers
	diagonalSquare float64 // of those on its diagonal
}

// addProduct counts that of two residuals, addSquare that of one with itself.
func (r *scatter) addProduct(v float64) { r.squares += 2 * v * v }

func (r *scatter) addSquare(v float64) {
	r.trace += v
	r.squares += v * v
	r.diagonalSquare += v * v
}

// ledoitWolf returns the share of the identity.
//
//	source   Ledoit & Wolf (2004), doi:10.1016/S0047-259X(03)00096-4
func (r scatter) ledoitWolf() float64 {
	mean := r.trace / (r.n * r.channels)
	norm := r.squares / (r.n * r.n)
	far := norm - r.channels*mean*mean
	error := (r.diagonalSquare/r.n - norm) / r.n
	switch {
	case math.IsNaN(far) || math.IsNaN(error):
		return math.NaN()
	case far <= 0 || error >= far:
		return 1
	}
	return max(0, error/far)
}
