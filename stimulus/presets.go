package stimulus

import (
	"fmt"
	"strconv"
	"strings"
)

// Means and standard deviations of ImageNet: those that torchvision's networks
// expect, and the colors of the average pictures that Caffe's networks and VGG
// expect.
var (
	imageNetMean      = [3]float64{0.485, 0.456, 0.406}
	imageNetDeviation = [3]float64{0.229, 0.224, 0.225}
	caffeMean         = [3]float64{122.67891434, 116.66876762, 104.00698793}
	vggMean           = [3]float64{123.68, 116.779, 103.939}
)

// Presets lists the ways of preparing pictures that published networks expect,
// in the order that help shows. Beside them stands unit-N for any N: N × N
// pixels from 0 to 1.
//
// Three of them end with the same numbers and differ in the part of the picture
// that the network sees: torchvision, of the validation on ImageNet, loses the
// margins; net2brain, as the program of that name, squeezes first and loses them
// then; squash-224 squeezes and loses nothing.
var Presets = described(
	Preset{Name: "torchvision", Resize: ResizeTo{Shorter: 256}, Crop: 224, Mean: imageNetMean, Deviation: imageNetDeviation},
	Preset{Name: "squash-224", Resize: ResizeTo{Height: 224, Width: 224}, Mean: imageNetMean, Deviation: imageNetDeviation},
	Preset{Name: "net2brain", Resize: ResizeTo{Height: 256, Width: 256}, Crop: 224, Mean: imageNetMean, Deviation: imageNetDeviation},
	Preset{Name: "crop-7/8", Keep: 0.875, Resize: ResizeTo{Height: 224, Width: 224}, Mean: imageNetMean, Deviation: imageNetDeviation},
	// CORnet's authors validate as torchvision does, but resize to a square of 224
	// pixels where they read responses (run.py, test), and so does Brain-Score, on
	// which the published comparisons with brains rest: nothing that the brain saw
	// is cut off. These are the numbers of squash-224 under the name that the
	// weights of CORnet ask for; torchvision is what gives their accuracy.
	Preset{Name: "cornet", Resize: ResizeTo{Height: 224, Width: 224}, Mean: imageNetMean, Deviation: imageNetDeviation},
	// Caffe subtracts an average picture; of it only the mean colors are known
	// here, which its own examples subtract as well; files of MatConvNet hold the
	// picture. Caffe reads blue first, MatConvNet, whose weights come from it, red
	// first. VGG was trained with the color below, as Keras has it too.
	Preset{Name: "caffe-227", Resize: ResizeTo{Height: 227, Width: 227}, Range: 255, Mean: caffeMean, Order: BGR},
	Preset{Name: "matconvnet-227", Resize: ResizeTo{Height: 227, Width: 227, Filter: Bicubic}, Range: 255, Mean: caffeMean},
	Preset{Name: "matconvnet-224", Resize: ResizeTo{Height: 224, Width: 224, Filter: Bicubic}, Range: 255, Mean: vggMean},
	Preset{Name: "keras-vgg", Resize: ResizeTo{Height: 224, Width: 224, Filter: Nearest}, Range: 255, Mean: vggMean, Order: BGR},
	Preset{
		Name: "facenet", Resize: ResizeTo{Height: 160, Width: 160},
		Range: 255, Mean: [3]float64{127.5, 127.5, 127.5}, Deviation: [3]float64{128, 128, 128},
	},
	// The autoencoder of VanRullen and Reddy (2019, https://doi.org/10.1038/s42003-019-0438-y)
	// sees faces without a tenth at every side.
	Preset{Name: "vaegan", Keep: 0.8, Resize: ResizeTo{Height: 128, Width: 128}},
	Preset{Name: "none"},
)

func described(presets ...Preset) []Preset {
	for i := range presets {
		presets[i].Definition = presets[i].Describe()
	}
	return presets
}

// PresetByName returns one of Presets, or unit-N.
//
//	errors   an unknown name: the error lists those that are close, or all
func PresetByName(name string) (Preset, error) {
	if digits, ok := strings.CutPrefix(name, "unit-"); ok {
		if side, err := strconv.Atoi(digits); err == nil && side >= 1 && side <= maxSide {
			return described(Preset{Name: name, Resize: ResizeTo{Height: side, Width: side}})[0], nil
		}
		return Preset{}, fmt.Errorf("preprocessing %q: write unit-N with N from 1 to %d", name, maxSide)
	}
	var names []string
	for _, p := range Presets {
		names = append(names, p.Name)
	}
	i, err := byName("preprocessing", name, append(names, "unit-N"))
	if err != nil {
		return Preset{}, err
	}
	return Presets[i], nil
}

// maxSide is the longest side of an input, in pixels.
const maxSide = 10_000
