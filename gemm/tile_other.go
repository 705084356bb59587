//go:build !amd64

package gemm

const vectors, wider = false, false

func tile(*float32, int, *float32, *float32, int) { panic(noVectors) }

func add32(*float32, int, *float32, *float32, int) { panic(noVectors) }

func add64(*float64, int, *float32, *float32, int) { panic(noVectors) }

func turn(*float32, int, *float32, int, int) { panic(noVectors) }

func subtract(*float32, *float32, float32, int) { panic(noVectors) }

const noVectors = "gemm: no vectors here"
