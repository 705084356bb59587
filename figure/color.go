package figure

import (
	"image/color"
	"math"
)

// Colors is a color table over [0, 1].
type Colors struct {
	Name   string
	points []color.RGBA // evenly spaced; between them linear in sRGB
}

// At returns the color at t; below 0 and above 1 are the end colors. NaN is a
// gray that no table has.
func (c Colors) At(t float64) color.RGBA {
	if math.IsNaN(t) {
		return missingGray
	}
	place := min(max(t, 0), 1) * float64(len(c.points)-1)
	k := min(int(place), len(c.points)-2)
	a, b, share := c.points[k], c.points[k+1], place-float64(k)
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*share)) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// missingGray stands for NaN.
var missingGray = color.RGBA{150, 155, 160, 255}

// The color tables. Viridis and Cividis rise evenly in lightness, Cividis looks
// the same with red-green color blindness. Diverging has white in the middle.
// Cyclic ends where it begins.
//
//	source   viridis and plasma: S. van der Walt & N. Smith, matplotlib (2015), CC0;
//	         cividis: Nuñez, Anderton & Renslow (2018), doi:10.1371/journal.pone.0199239
var (
	Viridis = Colors{"viridis", hex(
		0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c,
		0x1fa088, 0x28ae80, 0x3fbc73, 0x5ec962, 0x84d44b, 0xaddc30, 0xd8e219, 0xfde725)}
	Cividis = Colors{"cividis", hex(
		0x002051, 0x012b65, 0x11366c, 0x26426e, 0x3c4d6e, 0x51586e, 0x62646f, 0x727071, 0x7f7c75,
		0x8c8877, 0x9a9478, 0xa9a177, 0xbbaf71, 0xcebd68, 0xe2cb5c, 0xf3da4f, 0xfdea45)}
	Diverging = Colors{"diverging", sampled(diverging)}
	Cyclic    = Colors{"cyclic", sampled(cyclic)}
	plasma    = Colors{"plasma", hex(
		0x0d0887, 0x310597, 0x4c02a1, 0x6600a7, 0x7e03a8, 0x9511a1, 0xaa2395, 0xbc3587, 0xcc4778,
		0xda5a6a, 0xe66c5c, 0xf0804e, 0xf89540, 0xfdac33, 0xfdc527, 0xf8df25, 0xf0f921)}
)

// Tables lists the color tables.
var Tables = []Colors{Viridis, Cividis, Diverging, Cyclic}

// Layer returns the color of layer i of n: early layers dark violet, late ones
// orange, evenly spaced in lightness.
func Layer(i, n int) color.RGBA {
	if n < 2 {
		return plasma.At(0.35)
	}
	return plasma.At(0.04 + 0.7*float64(i)/float64(n-1))
}

// A colorScale says which color stands for which number, and what the numbers are.
type colorScale struct {
	low, high float64
	at        func(v float64) color.RGBA
	title     string
}

// Category returns the color of category i of n: hues go round, light and dark
// take turns, so that neighbors differ in print too.
func Category(i, n int) color.RGBA {
	lightness := 0.72
	if i%2 == 1 {
		lightness = 0.56
	}
	return oklch(lightness, 0.13, 25+360*float64(i)/float64(max(n, 1)))
}

func hex(codes ...uint32) []color.RGBA {
	points := make([]color.RGBA, len(codes))
	for i, c := range codes {
		points[i] = color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255}
	}
	return points
}

// sampled is a formula at 33 places; linear between them it is off by less than
// one 255th.
func sampled(formula func(t float64) color.RGBA) []color.RGBA {
	points := make([]color.RGBA, 33)
	for i := range points {
		points[i] = formula(float64(i) / 32)
	}
	return points
}

// diverging goes from blue over white to red, both arms equally light.
func diverging(t float64) color.RGBA {
	away := math.Abs(2*t - 1)
	hue := 255.0
	if t > 0.5 {
		hue = 27
	}
	return oklch(0.975-0.545*math.Pow(away, 1.25), 0.15*math.Pow(away, 0.85), hue)
}

// cyclic goes round: light, blue, dark, red, light.
func cyclic(t float64) color.RGBA {
	hue := 255.0
	if t > 0.5 {
		hue = 27
	}
	return oklch(0.6+0.3*math.Cos(2*math.Pi*t), 0.125*math.Abs(math.Sin(2*math.Pi*t)), hue)
}

// oklch converts lightness, chroma and hue in degrees to sRGB, clipped to what
// sRGB has.
//
//	source   Ottosson (2020), A perceptual color space for image processing
func oklch(lightness, chroma, hue float64) color.RGBA {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	a, b := chroma*cos, chroma*sin
	cube := func(x float64) float64 { return x * x * x }
	l := cube(lightness + 0.3963377774*a + 0.2158037573*b)
	m := cube(lightness - 0.1055613458*a - 0.0638541728*b)
	s := cube(lightness - 0.0894841775*a - 1.2914855480*b)
	return color.RGBA{
		gamma(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		gamma(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		gamma(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
		255,
	}
}

// gamma encodes linear light as an sRGB byte (IEC 61966-2-1).
func gamma(linear float64) uint8 {
	linear = min(max(linear, 0), 1)
	if linear <= 0.0031308 {
		return uint8(math.Round(255 * 12.92 * linear))
	}
	return uint8(math.Round(255 * (1.055*math.Pow(linear, 1/2.4) - 0.055)))
}
