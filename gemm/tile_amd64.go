package gemm

import "golang.org/x/sys/cpu"

// vectors says whether the processor, and the system on it, can run tile.
var vectors = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// wider says whether it has vectors of twice the width.
var wider = cpu.X86.HasAVX512F

// tile is Tile for depth > 0, in tile_amd64.s.
//
//go:noescape
func tile(dst *float32, stride int, a, b *float32, depth int)

// add32 and add64 are Add for depth > 0, in tile_amd64.s.
//
//go:noescape
func add32(dst *float32, stride int, a, b *float32, depth int)

//go:noescape
func add64(dst *float64, stride int, a, b *float32, depth int)

// turn writes numbers of eight rows of x, stride apart, beside each other: number
// k of row r to dst[k·step + r], for k below 4·fours in this order. It is in
// panel_amd64.s, for fours > 0.
//
//go:noescape
func turn(dst *float32, step int, x *float32, stride, fours int)

// subtract is Subtract for eights > 0 times eight numbers, in panel_amd64.s.
//
//go:noescape
func subtract(dst, x *float32, about float32, eights int)
