#include "textflag.h"

// The sums of row r are in Y(4+2r), columns 0 to 7, and Y(5+2r), columns 8 to 15.

// STEP adds the products of one k: six numbers at a(SI), sixteen at b(DX).
#define STEP(a, b) \
	VMOVUPS      b(DX), Y0       \
	VMOVUPS      (b+32)(DX), Y1  \
	VBROADCASTSS a(SI), Y2       \
	VBROADCASTSS (a+4)(SI), Y3   \
	VFMADD231PS  Y0, Y2, Y4      \
	VFMADD231PS  Y1, Y2, Y5      \
	VFMADD231PS  Y0, Y3, Y6      \
	VFMADD231PS  Y1, Y3, Y7      \
	VBROADCASTSS (a+8)(SI), Y2   \
	VBROADCASTSS (a+12)(SI), Y3  \
	VFMADD231PS  Y0, Y2, Y8      \
	VFMADD231PS  Y1, Y2, Y9      \
	VFMADD231PS  Y0, Y3, Y10     \
	VFMADD231PS  Y1, Y3, Y11     \
	VBROADCASTSS (a+16)(SI), Y2  \
	VBROADCASTSS (a+20)(SI), Y3  \
	VFMADD231PS  Y0, Y2, Y12     \
	VFMADD231PS  Y1, Y2, Y13     \
	VFMADD231PS  Y0, Y3, Y14     \
	VFMADD231PS  Y1, Y3, Y15

// STORE writes the sums of the next row.
#define STORE(low, high) \
	VMOVUPS low, (DI)     \
	VMOVUPS high, 32(DI)  \
	ADDQ    R8, DI

// func tile(dst *float32, stride int, a, b *float32, depth int)
TEXT ·tile(SB), NOSPLIT, $0-40
	MOVQ   dst+0(FP), DI
	MOVQ   stride+8(FP), R8
	SHLQ   $2, R8             // in bytes
	MOVQ   a+16(FP), SI
	MOVQ   b+24(FP), DX
	MOVQ   depth+32(FP), CX
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	VXORPS Y8, Y8, Y8
	VXORPS Y9, Y9, Y9
	VXORPS Y10, Y10, Y10
	VXORPS Y11, Y11, Y11
	VXORPS Y12, Y12, Y12
	VXORPS Y13, Y13, Y13
	VXORPS Y14, Y14, Y14
	VXORPS Y15, Y15, Y15
	SUBQ   $4, CX
	JLT    rest

	PCALIGN $32
four:
	STEP(0, 0)
	STEP(24, 64)
	STEP(48, 128)
	STEP(72, 192)
	ADDQ $96, SI
	ADDQ $256, DX
	SUBQ $4, CX
	JGE  four

rest:
	ADDQ $4, CX
	JZ   store

one:
	STEP(0, 0)
	ADDQ $24, SI
	ADDQ $64, DX
	DECQ CX
	JNZ  one

store:
	STORE(Y4, Y5)
	STORE(Y6, Y7)
	STORE(Y8, Y9)
	STORE(Y10, Y11)
	STORE(Y12, Y13)
	STORE(Y14, Y15)
	VZEROUPPER
	RET
