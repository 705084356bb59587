package gemm

import "golang.org/x/sys/cpu"

// vectors says whether the processor, and the system on it, can run tile.
var vectors = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// tile is Tile for depth > 0, in tile_amd64.s.
//
//go:noescape
func tile(dst *float32, stride int, a, b *float32, depth int)
