package compare

// Comparators lists every comparator, in the order that help shows.
var Comparators = []Comparator{
	{
		Name: "pearson", Symbol: "Pearson r",
		Definition: "r = Σ(x-x̄)(y-ȳ) / √(Σ(x-x̄)² Σ(y-ȳ)²) over pairs; NaN when either side is constant",
		Pooling:    "mean of RDVs standardized to mean 0 and population standard deviation 1",
		Needs:      finite, Exact: true,
		prepare: standardizeValues, score: product, ofSums: sums.correlation, pool: poolStandardized,
	},
	{
		Name: "spearman", Symbol: "Spearman ρ",
		Definition: "Pearson's r of the average ranks; NaN when either side is constant",
		Pooling:    averageRanks, Needs: differ,
		sorts: true, prepare: standardizeRanks, score: product,
	},
	{
		Name: "kendall-tau-a", Short: "tau-a", Symbol: "Kendall τ-a",
		Definition: "(C-D) / n₀ with C concordant and D discordant of all n₀ = m(m-1)/2 pairs of pairs; a tie counts as neither, so a constant side gives 0",
		Pooling:    averageRanks, Needs: two,
		sorts: true, prepare: rankDensely, score: tauA,
	},
	{
		Name: "kendall-tau-b", Short: "tau-b", Symbol: "Kendall τ-b",
		Definition: "(C-D) / √((n₀-n₁)(n₀-n₂)) with n₁ and n₂ pairs of pairs tied on either side; NaN when either side is constant",
		Pooling:    averageRanks, Needs: differ,
		sorts: true, prepare: rankDensely, score: tauB,
	},
	{
		Name: "cosine", Symbol: "cosine",
		Definition: "Σxy / √(Σx² Σy²) over pairs; NaN when either side is zero everywhere",
		Pooling:    "mean of RDVs scaled to a root mean square of 1",
		Needs:      notZero, Exact: true,
		prepare: scaleValues, score: product, ofSums: sums.cosine, chance: productOfMeans, pool: poolScaled,
	},
	{
		Name: "rho-a", Symbol: "Spearman ρ-a",
		Definition: "12 Σ(r-r̄)(s-s̄) / (m³-m) with r and s the average ranks of m pairs: the mean of Spearman's ρ over all ways to break ties, so a constant side gives 0",
		Pooling:    averageRanks, Needs: two, Exact: true,
		sorts: true, prepare: scaleRanks, score: product,
	},
	{
		Name: "whitened-pearson", Symbol: "whitened Pearson r",
		Definition: "x'V⁻¹y / √(x'V⁻¹x y'V⁻¹y) of RDVs less their mean, with V = 2I + BB' the covariance of distances between conditions that are measured with equal and independent noise, B being 1 where a pair has a condition; NaN when either side is constant",
		Pooling:    "mean of RDVs less their mean, scaled to the same length after whitening",
		Needs:      finite, Exact: true,
		Whole: true, prepare: whitenCentered.prepare, score: product, pool: whitenCentered.pool,
	},
	{
		Name: "whitened-cosine", Symbol: "whitened cosine",
		Definition: "x'V⁻¹y / √(x'V⁻¹x y'V⁻¹y) with V = 2I + BB' the covariance of distances between conditions that are measured with equal and independent noise, B being 1 where a pair has a condition; of squared Euclidean distances it is linear CKA; NaN when either side is zero everywhere",
		Pooling:    "mean of RDVs scaled to the same length after whitening",
		Needs:      notZero, Exact: true,
		Whole: true, prepare: whitenAsIs.prepare, score: product, chance: whitenAsIs.chance, pool: whitenAsIs.pool,
	},
	{
		Name: "bures", Symbol: "Bures F",
		Definition: "tr √(√G H √G) / √(tr G tr H) with G and H the second moments of centered patterns, -½ of either RDM with its rows and columns centered; eigenvalues below 0 count in the traces of the denominator only, so that it may exceed 1 for an RDM that is not of squared Euclidean distances",
		Pooling:    "mean of RDVs scaled to a mean of 1",
		Needs:      "a positive mean, and all pairs of the conditions that have one",
		Whole:      true, prepare: placePoints, score: buresSimilarity, chance: meanOfOrders(placePoints, buresSimilarity), pool: poolByMean,
	},
	{
		Name: "negative-bures-distance", Symbol: "−Bures d",
		Definition: "-√(tr G + tr H - 2 tr √(√G H √G)) with G and H as for bures: the distance of the points of both RDMs after the best rotation",
		Pooling:    plainMean,
		Needs:      allPairs,
		Whole:      true, prepare: placePoints, score: negativeBuresDistance, chance: meanOfOrders(placePoints, negativeBuresDistance), pool: poolNothing,
	},
	{
		Name: "negative-riemannian-distance", Symbol: "−Riemann d",
		Definition: "-min √Σ log² λ over a, b > 0 with λ the eigenvalues of H⁻¹(aG + bS), G and H the second moments of patterns relative to the first condition, of model and brain, and S that of independent noise; NaN unless H is positive definite",
		Pooling:    plainMean,
		Needs:      "all pairs of the conditions that have one, and squared distances of points in general position: no copies, more channels than conditions, no dissimilarity below 0",
		Directed:   true,
		Whole:      true, prepare: secondMoment, score: negativeRiemannianDistance, chance: meanOfOrders(secondMoment, negativeRiemannianDistance), pool: poolNothing,
	},
}

// What RDVs need, and how they are pooled, where several comparators agree.
const (
	two          = "two pairs or more"
	differ       = "two pairs or more whose values differ"
	finite       = differ + ", none of them infinite"
	notZero      = "two pairs or more that are not all 0, none of them infinite"
	allPairs     = "all pairs of the conditions that have one"
	averageRanks = "mean of average ranks, stretched where a subject lacks pairs"
	plainMean    = "mean of RDVs as they are"
)
