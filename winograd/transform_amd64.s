#include "go_asm.h"
#include "textflag.h"

// The roots and what is made of them, as in points.go.
DATA roots<>+0(SB)/4, $0.6875       // near
DATA roots<>+4(SB)/4, $1.5          // far
DATA roots<>+8(SB)/4, $0.47265625   // near2
DATA roots<>+12(SB)/4, $2.25        // far2
DATA roots<>+16(SB)/4, $0.324951171875 // near3
DATA roots<>+20(SB)/4, $3.375       // far3
DATA roots<>+24(SB)/4, $2.72265625  // middle
DATA roots<>+28(SB)/4, $1.0634765625 // low
GLOBL roots<>(SB), RODATA|NOPTR, $32

// Eight lanes that are there, then eight that are not.
DATA lanes<>+0(SB)/8, $-1
DATA lanes<>+8(SB)/8, $-1
DATA lanes<>+16(SB)/8, $-1
DATA lanes<>+24(SB)/8, $-1
DATA lanes<>+32(SB)/8, $0
DATA lanes<>+40(SB)/8, $0
DATA lanes<>+48(SB)/8, $0
DATA lanes<>+56(SB)/8, $0
GLOBL lanes<>(SB), RODATA|NOPTR, $64

// SPREADING loads the constants of SPREAD.
#define SPREADING \
	VBROADCASTSS roots<>+0(SB), Y8   \
	VBROADCASTSS roots<>+4(SB), Y9   \
	VBROADCASTSS roots<>+8(SB), Y10  \
	VBROADCASTSS roots<>+12(SB), Y11 \
	VBROADCASTSS roots<>+24(SB), Y12 \
	VBROADCASTSS roots<>+28(SB), Y13

// SPREAD is spread6 of the six numbers in each lane of Y0 to Y5. Its results go
// to DI and on, BX bytes apart; CX is 3·BX and DX is 5·BX.
#define SPREAD \
	VMOVAPS      Y4, Y6           \
	VMOVAPS      Y3, Y7           \
	VFNMADD231PS Y2, Y11, Y6      \
	VFNMADD231PS Y1, Y11, Y7      \
	VMOVAPS      Y6, Y14          \
	VFMADD231PS  Y7, Y8, Y14      \
	VFNMADD231PS Y7, Y8, Y6       \
	VMOVUPS      Y14, (DI)(BX*1)  \
	VMOVUPS      Y6, (DI)(BX*2)   \
	VMOVAPS      Y4, Y6           \
	VMOVAPS      Y3, Y7           \
	VFNMADD231PS Y2, Y10, Y6      \
	VFNMADD231PS Y1, Y10, Y7      \
	VMOVAPS      Y6, Y14          \
	VFMADD231PS  Y7, Y9, Y14      \
	VFNMADD231PS Y7, Y9, Y6       \
	VMOVUPS      Y14, (DI)(CX*1)  \
	VMOVUPS      Y6, (DI)(BX*4)   \
	VFNMADD231PS Y2, Y12, Y4      \
	VFNMADD231PS Y3, Y12, Y5      \
	VFMADD231PS  Y0, Y13, Y4      \
	VFMADD231PS  Y1, Y13, Y5      \
	VMOVUPS      Y4, (DI)         \
	VMOVUPS      Y5, (DI)(DX*1)

// AHEAD fetches what the next call will read.
#define AHEAD \
	PREFETCHT0 (R8)(R14*1)  \
	PREFETCHT0 (R9)(R14*1)  \
	PREFETCHT0 (R10)(R14*1) \
	PREFETCHT0 (R11)(R14*1) \
	PREFETCHT0 (R12)(R14*1) \
	PREFETCHT0 (R13)(R14*1) \
	ADDQ       $32, R14

// func vectorColumns(dst *float32, pitch int, lines *[6][]float32, ahead int)
TEXT ·vectorColumns(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ pitch+8(FP), BX
	MOVQ lines+16(FP), AX
	MOVQ ahead+24(FP), R14
	SHLQ $2, R14
	SHLQ $2, BX
	LEAQ (BX)(BX*2), CX
	LEAQ (BX)(BX*4), DX
	MOVQ 0(AX), R8
	MOVQ 24(AX), R9
	MOVQ 48(AX), R10
	MOVQ 72(AX), R11
	MOVQ 96(AX), R12
	MOVQ 120(AX), R13
	MOVQ 8(AX), AX          // columns
	XORQ SI, SI
	SPREADING
	SUBQ $8, AX
	JLT  rest

eight:
	AHEAD
	VMOVUPS (R8)(SI*4), Y0
	VMOVUPS (R9)(SI*4), Y1
	VMOVUPS (R10)(SI*4), Y2
	VMOVUPS (R11)(SI*4), Y3
	VMOVUPS (R12)(SI*4), Y4
	VMOVUPS (R13)(SI*4), Y5
	SPREAD
	ADDQ    $32, DI
	ADDQ    $8, SI
	SUBQ    $8, AX
	JGE     eight

rest:
	ADDQ       $8, AX
	JZ         done
	AHEAD
	SHLQ       $2, AX
	LEAQ       lanes<>+32(SB), R15
	SUBQ       AX, R15
	VMOVUPS    (R15), Y15
	VMASKMOVPS (R8)(SI*4), Y15, Y0
	VMASKMOVPS (R9)(SI*4), Y15, Y1
	VMASKMOVPS (R10)(SI*4), Y15, Y2
	VMASKMOVPS (R11)(SI*4), Y15, Y3
	VMASKMOVPS (R12)(SI*4), Y15, Y4
	VMASKMOVPS (R13)(SI*4), Y15, Y5
	SPREAD

done:
	VZEROUPPER
	RET

// Patches 0 to 3 of eight are in the low half of a register, 4 to 7 in the high
// one. AT loads where they are into R8 to R15.
#define AT(from) \
	MOVQ 0(from), R8   \
	MOVQ 8(from), R9   \
	MOVQ 16(from), R10 \
	MOVQ 24(from), R11 \
	MOVQ 32(from), R12 \
	MOVQ 40(from), R13 \
	MOVQ 48(from), R14 \
	MOVQ 56(from), R15

// PAIR loads four numbers of each of two patches.
#define PAIR(at, low, high, x, y) \
	VMOVUPS     at(SI)(low*4), x         \
	VINSERTF128 $1, at(SI)(high*4), y, y

// func vectorRows(r *rows)
TEXT ·vectorRows(SB), NOSPLIT, $0-8
	MOVQ r+0(FP), AX
	MOVQ rows_dst(AX), DI
	MOVQ rows_stride(AX), BX
	MOVQ rows_src(AX), SI
	MOVQ rows_from(AX), CX
	AT(CX)
	MOVQ rows_pitch(AX), AX
	SHLQ $2, AX
	SHLQ $2, BX
	LEAQ (BX)(BX*2), CX
	LEAQ (BX)(BX*4), DX
	SPREADING
	PUSHQ BP
	MOVQ $6, BP

row:
	PAIR(0, R8, R12, X0, Y0)
	PAIR(0, R9, R13, X1, Y1)
	PAIR(0, R10, R14, X2, Y2)
	PAIR(0, R11, R15, X3, Y3)
	PAIR(16, R8, R12, X4, Y4)
	PAIR(16, R10, R14, X5, Y5)
	PAIR(16, R9, R13, X6, Y6)
	PAIR(16, R11, R15, X7, Y7)
	VUNPCKLPS Y2, Y0, Y14
	VUNPCKHPS Y2, Y0, Y15
	VUNPCKLPS Y3, Y1, Y2
	VUNPCKHPS Y3, Y1, Y3
	VUNPCKLPS Y5, Y4, Y4
	VUNPCKLPS Y7, Y6, Y6
	VUNPCKLPS Y2, Y14, Y0
	VUNPCKHPS Y2, Y14, Y1
	VUNPCKLPS Y3, Y15, Y2
	VUNPCKHPS Y3, Y15, Y3
	VUNPCKHPS Y6, Y4, Y5
	VUNPCKLPS Y6, Y4, Y4
	SPREAD
	ADDQ AX, SI
	LEAQ (DI)(CX*2), DI
	DECQ BP
	JNZ  row
	POPQ BP
	VZEROUPPER
	RET

// GATHER is gather4 of the six numbers in each lane of Y0 to Y5. Its results are
// in Y0, Y4, Y6, Y5.
#define GATHER \
	VADDPS      Y2, Y1, Y6    \
	VSUBPS      Y2, Y1, Y1    \
	VADDPS      Y4, Y3, Y2    \
	VSUBPS      Y4, Y3, Y3    \
	VADDPS      Y6, Y0, Y0    \
	VMULPS      Y6, Y10, Y6   \
	VMULPS      Y1, Y8, Y4    \
	VFMADD231PS Y1, Y12, Y5   \
	VADDPS      Y2, Y0, Y0    \
	VFMADD231PS Y2, Y11, Y6   \
	VFMADD231PS Y3, Y9, Y4    \
	VFMADD231PS Y3, Y13, Y5

// FINISH multiplies with the scale, adds the bias, and takes the lowest number
// for what is lower. A NaN is not.
#define FINISH(y) \
	VFMADD213PS Y14, Y7, y \
	VMAXPS      y, Y15, y

// The bytes from one product to the next: gemm.Height · gemm.Width numbers.
#define PRODUCT 384

// func vectorPatches(p *patches)
TEXT ·vectorPatches(SB), NOSPLIT, $0-8
	MOVQ         p+0(FP), AX
	MOVQ         patches_src(AX), SI
	MOVQ         patches_half(AX), BX
	VBROADCASTSS roots<>+0(SB), Y8
	VBROADCASTSS roots<>+4(SB), Y9
	VBROADCASTSS roots<>+8(SB), Y10
	VBROADCASTSS roots<>+12(SB), Y11
	VBROADCASTSS roots<>+16(SB), Y12
	VBROADCASTSS roots<>+20(SB), Y13
	MOVQ         $6, CX

column:
	VMOVUPS (0*PRODUCT)(SI), Y0
	VMOVUPS (6*PRODUCT)(SI), Y1
	VMOVUPS (12*PRODUCT)(SI), Y2
	VMOVUPS (18*PRODUCT)(SI), Y3
	VMOVUPS (24*PRODUCT)(SI), Y4
	VMOVUPS (30*PRODUCT)(SI), Y5
	GATHER
	VMOVUPS Y0, (BX)
	VMOVUPS Y4, 192(BX)
	VMOVUPS Y6, 384(BX)
	VMOVUPS Y5, 576(BX)
	ADDQ    $PRODUCT, SI
	ADDQ    $32, BX
	DECQ    CX
	JNZ     column

	MOVQ         patches_half(AX), BX
	MOVQ         patches_dst(AX), DI
	MOVQ         patches_to(AX), SI
	AT(SI)
	VBROADCASTSS (patches_finish+finish_scale)(AX), Y7
	VBROADCASTSS (patches_finish+finish_bias)(AX), Y14
	VBROADCASTSS (patches_finish+finish_lowest)(AX), Y15
	MOVQ         patches_pitch(AX), AX
	SHLQ         $2, AX
	MOVQ         $4, CX

row:
	VMOVUPS (BX), Y0
	VMOVUPS 32(BX), Y1
	VMOVUPS 64(BX), Y2
	VMOVUPS 96(BX), Y3
	VMOVUPS 128(BX), Y4
	VMOVUPS 160(BX), Y5
	GATHER
	FINISH(Y0)
	FINISH(Y4)
	FINISH(Y6)
	FINISH(Y5)
	VUNPCKLPS    Y6, Y0, Y1
	VUNPCKHPS    Y6, Y0, Y2
	VUNPCKLPS    Y5, Y4, Y3
	VUNPCKHPS    Y5, Y4, Y4
	VUNPCKLPS    Y3, Y1, Y0
	VUNPCKHPS    Y3, Y1, Y1
	VUNPCKLPS    Y4, Y2, Y3
	VUNPCKHPS    Y4, Y2, Y2
	VMOVUPS      X0, (DI)(R8*4)
	VMOVUPS      X1, (DI)(R9*4)
	VMOVUPS      X3, (DI)(R10*4)
	VMOVUPS      X2, (DI)(R11*4)
	VEXTRACTF128 $1, Y0, (DI)(R12*4)
	VEXTRACTF128 $1, Y1, (DI)(R13*4)
	VEXTRACTF128 $1, Y3, (DI)(R14*4)
	VEXTRACTF128 $1, Y2, (DI)(R15*4)
	ADDQ         $192, BX
	ADDQ         AX, DI
	DECQ         CX
	JNZ          row
	VZEROUPPER
	RET
