package fourier

// Each of these does what its plain twin does, with vectors where there are any.
// Pieces are never empty.

func apart(x *float64, quarter int, twiddles *float64) {
	if vectors {
		apartVectors(x, quarter, twiddles)
	} else {
		plainApart(x, quarter, twiddles)
	}
}

func united(x *float64, quarter int, twiddles *float64) {
	if vectors {
		unitedVectors(x, quarter, twiddles)
	} else {
		plainUnited(x, quarter, twiddles)
	}
}

func foursApart(x *float64, count int) {
	if vectors {
		foursApartVectors(x, count)
	} else {
		plainFours(x, count, -1i)
	}
}

func foursUnited(x *float64, count int) {
	if vectors {
		foursUnitedVectors(x, count)
	} else {
		plainFours(x, count, 1i)
	}
}

func twos(x *float64, count int) {
	if vectors {
		twosVectors(x, count)
	} else {
		plainTwos(x, count)
	}
}

func multiply(x, factors *float64, n int) {
	if vectors {
		multiplyVectors(x, factors, n)
	} else {
		plainMultiply(x, factors, n)
	}
}
