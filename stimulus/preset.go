package stimulus

import (
	"errors"
	"fmt"
	"image"
	"math"
	"strings"
)

// A Preset says how a picture becomes the input of a network, in this order:
// the centered square of Keep, Resize, the centered square of Crop, the scale
// of Range, Mean and Deviation, Order.
//
// The zero Preset keeps the size and gives red, green and blue from 0 to 1.
// Change a copy of one of Presets and let Describe write its Definition.
type Preset struct {
	Name       string
	Definition string     // what Describe says of the other fields
	Keep       float64    // side of a centered square cut out first, as a part of the shorter side; 0 keeps all
	Resize     ResizeTo   // the zero value keeps the size
	Crop       int        // side in pixels of the centered square that is kept after resizing; 0 keeps all
	Range      float64    // the value of white before Mean is subtracted; 0 means 1
	Mean       [3]float64 // subtracted, in units of Range: red, green, blue, whatever the Order; of Luma the first
	Deviation  [3]float64 // divided by: red, green, blue; 0 means 1; of Luma the first
	Order      Order      // of the channels
	Average    *Average   // whose mean color Mean is, and which is subtracted in its place; nil for none
}

// ResizeTo is the size of a picture after resizing: either Height and Width,
// whatever the shape was, or Shorter, which keeps the shape.
type ResizeTo struct {
	Height, Width int // pixels; 0 keeps the size
	Shorter       int // pixels of the shorter side; the longer one is rounded down
	Filter        Filter
}

// Order says which channels the input has, and in which order. The zero Order
// is RGB.
type Order uint8

// The orders.
const (
	RGB Order = iota
	BGR
	Luma // one channel: 0.299 of red, 0.587 of green, 0.114 of blue, which keeps gray as it is
)

// String returns the letters of the channels.
func (o Order) String() string { return [...]string{RGB: "RGB", BGR: "BGR", Luma: "gray"}[o] }

// Channels returns the number of channels of the input.
func (p Preset) Channels() int {
	if p.Order == Luma {
		return 1
	}
	return 3
}

// Gray returns p for a network whose input has one channel: what is subtracted
// and divided by are the means of those of the colors, at all places the same.
func (p Preset) Gray() Preset {
	mean := func(v [3]float64) [3]float64 {
		m := math.Round((v[0]+v[1]+v[2])/3*1e9) / 1e9 // .449 stays .449
		return [3]float64{m, m, m}
	}
	p.Mean, p.Deviation, p.Order, p.Average = mean(p.Mean), mean(p.deviation()), Luma, nil
	p.Definition = p.Describe()
	return p
}

// Describe writes every step of the preset, with its numbers.
func (p Preset) Describe() string {
	if p.Name == asTheyAre {
		return "tensors as they are, not pictures: " + p.tensorShape()
	}
	var steps []string
	add := func(format string, args ...any) { steps = append(steps, fmt.Sprintf(format, args...)) }
	if p.Keep != 0 {
		add("cut out the centered square of %g of the shorter side", p.Keep)
	}
	r := p.Resize
	switch how := r.Filter.describe(); {
	case r.Shorter != 0:
		add("resize the shorter side to %d pixels, the longer in proportion, rounded down (%s)", r.Shorter, how)
	case r.Height != 0:
		add("resize to height %d × width %d pixels, whatever the shape (%s)", r.Height, r.Width, how)
	default:
		add("keep the size")
	}
	if p.Crop != 0 {
		add("cut out the centered square of %d pixels", p.Crop)
	}
	add("scale 0..255 to 0..%g", p.white())
	switch {
	case p.Average != nil:
		add("subtract %s %s", p.Average.describe(), p.colors(p.Mean))
	case p.Mean != [3]float64{}:
		add("subtract %s", p.colors(p.Mean))
	}
	if d := p.deviation(); d != [3]float64{1, 1, 1} {
		add("divide by %s", p.colors(d))
	}
	if p.Order == Luma {
		add("one channel, 0.299 red + 0.587 green + 0.114 blue")
	} else {
		add("channels first, %v", p.Order)
	}
	return strings.Join(steps, "; ")
}

func (f Filter) describe() string {
	if f == Nearest {
		return "nearest pixel"
	}
	return "antialiased " + f.String()
}

// colors writes a number for every channel.
func (p Preset) colors(v [3]float64) string {
	if p.Order == Luma {
		return fmt.Sprintf("%g", v[0])
	}
	return fmt.Sprintf("%g, %g, %g (red, green, blue)", v[0], v[1], v[2])
}

func (p Preset) white() float64 {
	if p.Range == 0 {
		return 1
	}
	return p.Range
}

func (p Preset) deviation() [3]float64 {
	d := p.Deviation
	for c := range d {
		if d[c] == 0 {
			d[c] = 1
		}
	}
	return d
}

// Check returns every complaint about the fields of p.
func (p Preset) Check() error {
	var complaints []error
	wrong := func(format string, args ...any) {
		complaints = append(complaints, fmt.Errorf("preprocessing %s: "+format, append([]any{p.Name}, args...)...))
	}
	r := p.Resize
	if !(p.Keep >= 0 && p.Keep <= 1) {
		wrong("keep %g: must lie between 0 and 1", p.Keep)
	}
	if (r.Height == 0) != (r.Width == 0) || r.Height != 0 && r.Shorter != 0 {
		wrong("resize: give either both height and width or the shorter side")
	}
	for _, side := range []int{r.Height, r.Width, r.Shorter, p.Crop} {
		if side < 0 || side > maxSide {
			wrong("%d pixels: must lie between 1 and %d", side, maxSide)
		}
	}
	if int(r.Filter) >= len(filters) || p.Order > Luma {
		wrong("unknown filter or order of the channels")
	}
	for _, v := range append([]float64{p.Range}, append(p.Mean[:], p.Deviation[:]...)...) {
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
			wrong("range, mean or deviation %g: must be a number not below 0", v)
		}
	}
	return errors.Join(complaints...)
}

// Size returns the size of the input in pixels; 0, 0 when it depends on the
// picture: use For.
func (p Preset) Size() (height, width int) {
	switch {
	case p.Crop != 0:
		return p.Crop, p.Crop
	case p.Resize.Height != 0:
		return p.Resize.Height, p.Resize.Width
	}
	return 0, 0
}

// For returns p for the pictures of s, with a Size that is known.
//
//	errors   the complaints of Check; pictures that would differ in size, or are
//	         too small for Crop: the error names them
func (p Preset) For(s *Set) (Preset, error) {
	if err := p.Check(); err != nil {
		return p, err
	}
	if len(s.Stimuli) == 0 {
		return p, errors.New("there are no stimuli")
	}
	if s.tensors != nil || p.Name == asTheyAre {
		return p.forTensors(s)
	}
	var size image.Point
	for i, one := range s.Stimuli {
		g, err := p.geometry(one.Width, one.Height)
		if err != nil {
			return p, fmt.Errorf("%s: %w", one.Path, err)
		}
		if i == 0 {
			size = g.window.Size()
		}
		if g.window.Size() != size {
			return p, fmt.Errorf("preprocessing %s: %s would be %d × %d pixels and %s %d × %d: choose one that sets the size, such as squash-224",
				p.Name, s.Stimuli[0].Path, size.X, size.Y, one.Path, g.window.Dx(), g.window.Dy())
		}
	}
	if p.Crop == 0 {
		p.Resize = ResizeTo{Height: size.Y, Width: size.X, Filter: p.Resize.Filter}
	}
	return p, nil
}

// geometry returns which pixels of a picture become which of the input.
func (p Preset) geometry(width, height int) (geometry, error) {
	g := geometry{source: image.Rect(0, 0, width, height)}
	if p.Keep != 0 {
		g.source = centered(g.source, max(1, int(math.RoundToEven(p.Keep*float64(min(width, height))))))
	}
	g.width, g.height = p.Resize.size(g.source.Dx(), g.source.Dy())
	g.window = image.Rect(0, 0, g.width, g.height)
	if p.Crop != 0 {
		if p.Crop > min(g.width, g.height) {
			return g, fmt.Errorf("preprocessing %s: a picture of %d × %d pixels holds no square of %d", p.Name, g.width, g.height, p.Crop)
		}
		g.window = centered(g.window, p.Crop)
	}
	if tooLarge(g.window.Dx(), g.window.Dy()) {
		return g, fmt.Errorf("preprocessing %s: a picture of %d × %d pixels would become %d × %d", p.Name, width, height, g.width, g.height)
	}
	return g, nil
}

// size returns what a picture becomes.
func (r ResizeTo) size(width, height int) (newWidth, newHeight int) {
	switch {
	case r.Height != 0:
		return r.Width, r.Height
	case r.Shorter != 0 && width <= height:
		return r.Shorter, r.Shorter * height / width
	case r.Shorter != 0:
		return r.Shorter * width / height, r.Shorter
	}
	return width, height
}

// centered returns the square in the middle of r; halves of a pixel go to the
// even side, as Python rounds.
func centered(r image.Rectangle, side int) image.Rectangle {
	left := int(math.RoundToEven(float64(r.Dx()-side) / 2))
	top := int(math.RoundToEven(float64(r.Dy()-side) / 2))
	return image.Rect(left, top, left+side, top+side)
}

// Apply writes the picture as the input of a network.
//
// It may be called from several goroutines at once. In float32, as torchvision:
// (value / 255 - mean) / deviation, each rounded.
//
//	shapes   dst: Channels × height × width of Size, channels first
//	units    those of Range, Mean and Deviation
//	errors   a picture that does not give len(dst) values
//	cost     that of Resize, and 0.1 ms for 224 × 224
//	source   torchvision's ToTensor and Normalize: their formula, to the bit
func (p Preset) Apply(dst []float32, img *Image) error {
	return p.apply(dst, img.raster())
}

// apply is Apply for pixels as they lie in memory.
func (p Preset) apply(dst []float32, r raster) error {
	g, err := p.geometry(r.width, r.height)
	if err != nil {
		return err
	}
	width := g.window.Dx()
	plane := width * g.window.Dy()
	if len(dst) != p.Channels()*plane {
		return fmt.Errorf("preprocessing %s: a picture of %d × %d pixels becomes %d × %d, which is not the %d values per channel of the input",
			p.Name, r.width, r.height, g.window.Dx(), g.window.Dy(), len(dst)/p.Channels())
	}
	table := p.table()
	if p.Order == Luma {
		g.rows(r, p.Resize.Filter, func(y int, row []uint8) { table.gray(dst[y*width:(y+1)*width], row, r.step) })
		return nil
	}
	red, green, blue := dst[:plane], dst[plane:2*plane], dst[2*plane:]
	if p.Order == BGR {
		red, blue = blue, red
	}
	g.rows(r, p.Resize.Filter, func(y int, row []uint8) {
		from, to := y*width, (y+1)*width
		table.write(red[from:to], green[from:to], blue[from:to], row, r.step)
	})
	if p.Average != nil {
		p.Average.subtract([3][]float32{red, green, blue}, p.deviation())
	}
	return nil
}

// inputTable holds the input value of every 8-bit value of red, green and blue.
type inputTable [3][256]float32

// write writes the values of a row of gray or colored pixels.
func (t *inputTable) write(red, green, blue []float32, row []uint8, step int) {
	green, blue = green[:len(red)], blue[:len(red)]
	if step == 1 {
		for i, v := range row[:len(red)] {
			red[i], green[i], blue[i] = t[0][v], t[1][v], t[2][v]
		}
		return
	}
	for i := range red {
		pixel := row[3*i : 3*i+3 : 3*i+3]
		red[i], green[i], blue[i] = t[0][pixel[0]], t[1][pixel[1]], t[2][pixel[2]]
	}
}

// gray writes the values of a row of gray or colored pixels to one channel.
//
//	source   Pillow's convert("L"): ITU-R BT.601 in 16 bits, rounded
func (t *inputTable) gray(dst []float32, row []uint8, step int) {
	for i := range dst {
		v := row[i*step]
		if step == 3 {
			v = uint8((19595*uint32(v) + 38470*uint32(row[3*i+1]) + 7471*uint32(row[3*i+2]) + 1<<15) >> 16)
		}
		dst[i] = t[0][v]
	}
}

// table returns the table of the preset.
func (p Preset) table() *inputTable {
	var table inputTable
	white, deviation := p.white(), p.deviation()
	for c := range table {
		for v := range table[c] {
			scaled := float32(v)
			if white != 255 {
				scaled = scaled / 255 * float32(white)
			}
			if p.Average == nil {
				scaled -= float32(p.Mean[c])
			}
			table[c][v] = scaled / float32(deviation[c])
		}
	}
	return &table
}
