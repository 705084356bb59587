package fourier

import "golang.org/x/sys/cpu"

// vectors says whether the processor, and the system on it, can run what is in
// vectors_amd64.s.
var vectors = cpu.X86.HasAVX2 && cpu.X86.HasFMA

//go:noescape
func apartVectors(x *float64, quarter int, twiddles *float64)

//go:noescape
func unitedVectors(x *float64, quarter int, twiddles *float64)

//go:noescape
func foursApartVectors(x *float64, count int)

//go:noescape
func foursUnitedVectors(x *float64, count int)

//go:noescape
func twosVectors(x *float64, count int)

//go:noescape
func multiplyVectors(x, factors *float64, n int)
