//go:build !amd64

package winograd

func vectorColumns(*float32, int, *[patch][]float32, int) { panic("winograd: no vectors here") }

func vectorRows(*rows) { panic("winograd: no vectors here") }

func vectorPatches(*patches) { panic("winograd: no vectors here") }
