#include "textflag.h"

// func turn(dst *float32, step int, x *float32, stride, fours int)
TEXT ·turn(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ step+8(FP), R10
	MOVQ x+16(FP), SI
	MOVQ stride+24(FP), R8
	MOVQ fours+32(FP), CX
	SHLQ $2, R10              // in bytes
	SHLQ $2, R8
	LEAQ (R10)(R10*2), R11
	LEAQ (R8)(R8*2), R9
	LEAQ (SI)(R8*4), DX       // rows 4 to 7

	PCALIGN $32
four:
	VMOVUPS     (SI), X0
	VMOVUPS     (SI)(R8*1), X1
	VMOVUPS     (SI)(R8*2), X2
	VMOVUPS     (SI)(R9*1), X3
	VINSERTF128 $1, (DX), Y0, Y0
	VINSERTF128 $1, (DX)(R8*1), Y1, Y1
	VINSERTF128 $1, (DX)(R8*2), Y2, Y2
	VINSERTF128 $1, (DX)(R9*1), Y3, Y3
	VUNPCKLPS   Y1, Y0, Y4    // numbers 0 and 1 of rows 0, 1, 4 and 5
	VUNPCKHPS   Y1, Y0, Y5    // numbers 2 and 3
	VUNPCKLPS   Y3, Y2, Y6    // of rows 2, 3, 6 and 7
	VUNPCKHPS   Y3, Y2, Y7
	VUNPCKLPD   Y6, Y4, Y0
	VUNPCKHPD   Y6, Y4, Y1
	VUNPCKLPD   Y7, Y5, Y2
	VUNPCKHPD   Y7, Y5, Y3
	VMOVUPS     Y0, (DI)
	VMOVUPS     Y1, (DI)(R10*1)
	VMOVUPS     Y2, (DI)(R10*2)
	VMOVUPS     Y3, (DI)(R11*1)
	ADDQ        $16, SI
	ADDQ        $16, DX
	LEAQ        (DI)(R10*4), DI
	DECQ        CX
	JNZ         four
	VZEROUPPER
	RET

// func subtract(dst, x *float32, about float32, eights int)
TEXT ·subtract(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	VBROADCASTSS about+16(FP), Y0
	MOVQ         eights+24(FP), CX

eight:
	PREFETCHT1 1600(SI) // what a piece of 400 numbers is followed by
	VMOVUPS (SI), Y1
	VSUBPS  Y0, Y1, Y1
	VMOVUPS Y1, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	DECQ    CX
	JNZ     eight
	VZEROUPPER
	RET
