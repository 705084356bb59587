#include "textflag.h"

// A number of four lanes is in two registers, real and imaginary parts. Those of
// four times are in Y0 to Y7.

// START reads what routines are given: DI the numbers, CX a count.
#define START \
	MOVQ x+0(FP), DI \
	MOVQ count+8(FP), CX

// QUARTERS reads what routines are given whose four times are a quarter of all
// numbers apart: DI the numbers, CX how many a quarter is, SI the twiddles.
#define QUARTERS \
	MOVQ x+0(FP), DI         \
	MOVQ quarter+8(FP), CX   \
	MOVQ twiddles+16(FP), SI \
	MOVQ CX, R8              \
	SHLQ $6, R8              \
	LEAQ (R8)(R8*2), R9

// NEIGHBORS is for four times that follow each other.
#define NEIGHBORS \
	START          \
	MOVQ $64, R8   \
	MOVQ $192, R9

// LOAD reads four times that are R8 bytes apart; R9 is three times as much.
#define LOAD \
	VMOVUPD (DI), Y0           \
	VMOVUPD 32(DI), Y1         \
	VMOVUPD (DI)(R8*1), Y2     \
	VMOVUPD 32(DI)(R8*1), Y3   \
	VMOVUPD (DI)(R8*2), Y4     \
	VMOVUPD 32(DI)(R8*2), Y5   \
	VMOVUPD (DI)(R9*1), Y6     \
	VMOVUPD 32(DI)(R9*1), Y7

// STORE writes the transform at 0, and what is given for 1 and 3; at 2 are Y8 and Y9.
#define STORE(re1, im1, re3, im3) \
	VMOVUPD Y4, (DI)          \
	VMOVUPD Y5, 32(DI)        \
	VMOVUPD re1, (DI)(R8*1)   \
	VMOVUPD im1, 32(DI)(R8*1) \
	VMOVUPD Y8, (DI)(R8*2)    \
	VMOVUPD Y9, 32(DI)(R8*2)  \
	VMOVUPD re3, (DI)(R9*1)   \
	VMOVUPD im3, 32(DI)(R9*1)

// SUMS makes of Y0 to Y7: 0+2 in Y8 and Y9, 0-2 in Y0 and Y1, 1+3 in Y10 and
// Y11, 1-3 in Y2 and Y3.
#define SUMS \
	VADDPD Y4, Y0, Y8  \
	VADDPD Y5, Y1, Y9  \
	VSUBPD Y4, Y0, Y0  \
	VSUBPD Y5, Y1, Y1  \
	VADDPD Y6, Y2, Y10 \
	VADDPD Y7, Y3, Y11 \
	VSUBPD Y6, Y2, Y2  \
	VSUBPD Y7, Y3, Y3

// CROSS makes of those: the transform at 0 in Y4 and Y5, at 2 in Y8 and Y9, and
// of the other two that with turn -i in Y6 and Y7, that with i in Y0 and Y1.
#define CROSS \
	VADDPD Y10, Y8, Y4 \
	VADDPD Y11, Y9, Y5 \
	VSUBPD Y10, Y8, Y8 \
	VSUBPD Y11, Y9, Y9 \
	VADDPD Y3, Y0, Y6  \
	VSUBPD Y2, Y1, Y7  \
	VSUBPD Y3, Y0, Y0  \
	VADDPD Y2, Y1, Y1

// TWIST multiplies (re, im) with the twiddle at w(SI) into Y12 and Y13.
#define TWIST(re, im, w) \
	VBROADCASTSD w(SI), Y10       \
	VBROADCASTSD (w+8)(SI), Y11   \
	VMULPD       im, Y11, Y12     \
	VMULPD       im, Y10, Y13     \
	VFMSUB231PD  re, Y10, Y12     \
	VFMADD231PD  re, Y11, Y13

// UNTWIST multiplies (re, im) in place with the conjugate of the twiddle at w(SI).
#define UNTWIST(re, im, w) \
	VBROADCASTSD w(SI), Y10       \
	VBROADCASTSD (w+8)(SI), Y11   \
	VMULPD       im, Y11, Y12     \
	VMULPD       re, Y11, Y13     \
	VFMADD231PD  re, Y10, Y12     \
	VFMSUB231PD  im, Y10, Y13     \
	VMOVAPD      Y12, re          \
	VMOVAPD      Y13, im

// func apartVectors(x *float64, quarter int, twiddles *float64)
TEXT ·apartVectors(SB), NOSPLIT, $0-24
	QUARTERS
	PCALIGN $32

next:
	LOAD
	SUMS
	CROSS
	VMOVUPD Y4, (DI)
	VMOVUPD Y5, 32(DI)
	TWIST(Y6, Y7, 0)
	VMOVUPD Y12, (DI)(R8*1)
	VMOVUPD Y13, 32(DI)(R8*1)
	TWIST(Y8, Y9, 16)
	VMOVUPD Y12, (DI)(R8*2)
	VMOVUPD Y13, 32(DI)(R8*2)
	TWIST(Y0, Y1, 32)
	VMOVUPD Y12, (DI)(R9*1)
	VMOVUPD Y13, 32(DI)(R9*1)
	ADDQ    $64, DI
	ADDQ    $48, SI
	DECQ    CX
	JNZ     next
	VZEROUPPER
	RET

// func unitedVectors(x *float64, quarter int, twiddles *float64)
TEXT ·unitedVectors(SB), NOSPLIT, $0-24
	QUARTERS
	PCALIGN $32

next:
	LOAD
	UNTWIST(Y2, Y3, 0)
	UNTWIST(Y4, Y5, 16)
	UNTWIST(Y6, Y7, 32)
	SUMS
	CROSS
	STORE(Y0, Y1, Y6, Y7)
	ADDQ    $64, DI
	ADDQ    $48, SI
	DECQ    CX
	JNZ     next
	VZEROUPPER
	RET

// func foursApartVectors(x *float64, count int)
TEXT ·foursApartVectors(SB), NOSPLIT, $0-16
	NEIGHBORS

next:
	LOAD
	SUMS
	CROSS
	STORE(Y6, Y7, Y0, Y1)
	ADDQ    $256, DI
	DECQ    CX
	JNZ     next
	VZEROUPPER
	RET

// func foursUnitedVectors(x *float64, count int)
TEXT ·foursUnitedVectors(SB), NOSPLIT, $0-16
	NEIGHBORS

next:
	LOAD
	SUMS
	CROSS
	STORE(Y0, Y1, Y6, Y7)
	ADDQ    $256, DI
	DECQ    CX
	JNZ     next
	VZEROUPPER
	RET

// func twosVectors(x *float64, count int)
TEXT ·twosVectors(SB), NOSPLIT, $0-16
	START

next:
	VMOVUPD (DI), Y0
	VMOVUPD 32(DI), Y1
	VMOVUPD 64(DI), Y2
	VMOVUPD 96(DI), Y3
	VADDPD  Y2, Y0, Y4
	VADDPD  Y3, Y1, Y5
	VSUBPD  Y2, Y0, Y0
	VSUBPD  Y3, Y1, Y1
	VMOVUPD Y4, (DI)
	VMOVUPD Y5, 32(DI)
	VMOVUPD Y0, 64(DI)
	VMOVUPD Y1, 96(DI)
	ADDQ    $128, DI
	DECQ    CX
	JNZ     next
	VZEROUPPER
	RET

// func multiplyVectors(x, factors *float64, n int)
TEXT ·multiplyVectors(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), DI
	MOVQ factors+8(FP), SI
	MOVQ n+16(FP), CX

next:
	VBROADCASTSD (SI), Y0
	VMULPD       (DI), Y0, Y1
	VMULPD       32(DI), Y0, Y2
	VMOVUPD      Y1, (DI)
	VMOVUPD      Y2, 32(DI)
	ADDQ         $8, SI
	ADDQ         $64, DI
	DECQ         CX
	JNZ          next
	VZEROUPPER
	RET
