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

// START reads what all routines are given and clears the sums.
#define START \
	MOVQ   dst+0(FP), DI      \
	MOVQ   stride+8(FP), R8   \
	MOVQ   a+16(FP), SI       \
	MOVQ   b+24(FP), DX       \
	MOVQ   depth+32(FP), CX   \
	VXORPS Y4, Y4, Y4         \
	VXORPS Y5, Y5, Y5         \
	VXORPS Y6, Y6, Y6         \
	VXORPS Y7, Y7, Y7         \
	VXORPS Y8, Y8, Y8         \
	VXORPS Y9, Y9, Y9         \
	VXORPS Y10, Y10, Y10      \
	VXORPS Y11, Y11, Y11      \
	VXORPS Y12, Y12, Y12      \
	VXORPS Y13, Y13, Y13      \
	VXORPS Y14, Y14, Y14      \
	VXORPS Y15, Y15, Y15

// SUM adds the products of every k, by four and one.
#define SUM \
	SUBQ    $4, CX       \
	JLT     rest         \
	PCALIGN $32          \
four:                    \
	STEP(0, 0)           \
	STEP(24, 64)         \
	STEP(48, 128)        \
	STEP(72, 192)        \
	ADDQ    $96, SI      \
	ADDQ    $256, DX     \
	SUBQ    $4, CX       \
	JGE     four         \
rest:                    \
	ADDQ    $4, CX       \
	JZ      done         \
one:                     \
	STEP(0, 0)           \
	ADDQ    $24, SI      \
	ADDQ    $64, DX      \
	DECQ    CX           \
	JNZ     one          \
done:

// EACH does the same with the sums of every row.
#define EACH(do) \
	do(Y4, X4, Y5, X5)     \
	do(Y6, X6, Y7, X7)     \
	do(Y8, X8, Y9, X9)     \
	do(Y10, X10, Y11, X11) \
	do(Y12, X12, Y13, X13) \
	do(Y14, X14, Y15, X15)

// SET writes the sums of the next row.
#define SET(low, lowHalf, high, highHalf) \
	VMOVUPS low, (DI)    \
	VMOVUPS high, 32(DI) \
	ADDQ    R8, DI

// ADD adds them to what is there.
#define ADD(low, lowHalf, high, highHalf) \
	VADDPS (DI), low, low      \
	VADDPS 32(DI), high, high  \
	SET(low, lowHalf, high, highHalf)

// WIDEN adds eight sums to float64.
#define WIDEN(sums, half, at) \
	VCVTPS2PD    half, Y0            \
	VEXTRACTF128 $1, sums, X1        \
	VCVTPS2PD    X1, Y1              \
	VADDPD       at(DI), Y0, Y0      \
	VADDPD       (at+32)(DI), Y1, Y1 \
	VMOVUPD      Y0, at(DI)          \
	VMOVUPD      Y1, (at+32)(DI)

// ADDWIDE adds those of the next row to float64.
#define ADDWIDE(low, lowHalf, high, highHalf) \
	WIDEN(low, lowHalf, 0)    \
	WIDEN(high, highHalf, 64) \
	ADDQ R8, DI

// func tile(dst *float32, stride int, a, b *float32, depth int)
TEXT ·tile(SB), NOSPLIT, $0-40
	START
	SHLQ $2, R8 // in bytes
	SUM
	EACH(SET)
	VZEROUPPER
	RET

// func add32(dst *float32, stride int, a, b *float32, depth int)
TEXT ·add32(SB), NOSPLIT, $0-40
	START
	SHLQ $2, R8
	SUM
	EACH(ADD)
	VZEROUPPER
	RET

// func add64(dst *float64, stride int, a, b *float32, depth int)
TEXT ·add64(SB), NOSPLIT, $0-40
	START
	SHLQ $3, R8
	LEAQ (R8)(R8*2), R9
	LEAQ (DI)(R9*1), R10
	PREFETCHT0 (DI)
	PREFETCHT0 64(DI)
	PREFETCHT0 (DI)(R8*1)
	PREFETCHT0 64(DI)(R8*1)
	PREFETCHT0 (DI)(R8*2)
	PREFETCHT0 64(DI)(R8*2)
	PREFETCHT0 (R10)
	PREFETCHT0 64(R10)
	PREFETCHT0 (R10)(R8*1)
	PREFETCHT0 64(R10)(R8*1)
	PREFETCHT0 (R10)(R8*2)
	PREFETCHT0 64(R10)(R8*2)
	SUM
	EACH(ADDWIDE)
	VZEROUPPER
	RET
