//go:build !amd64

package fourier

const vectors = false

func apartVectors(*float64, int, *float64) { panic(noVectors) }

func unitedVectors(*float64, int, *float64) { panic(noVectors) }

func foursApartVectors(*float64, int) { panic(noVectors) }

func foursUnitedVectors(*float64, int) { panic(noVectors) }

func twosVectors(*float64, int) { panic(noVectors) }

func multiplyVectors(*float64, *float64, int) { panic(noVectors) }

const noVectors = "fourier: no vectors here"
