// Package zoo knows the networks that the field uses: their graphs, the names of
// their parameters in the public checkpoints, their layers, what their pictures
// go through first, and where their weights are.
//
//	vgg16, err := zoo.ByName("vgg16")
//	weights, err := network.ReadWeights("vgg16-397923af.pth")
//	net, err := vgg16.Bind(weights)
//
// The name of a layer says on which side of the nonlinearity it lies: conv, fc,
// bn, norm and sum are before it, relu and output behind it; pool, concat and the
// like take what they are given.
package zoo

import (
	"strings"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/network"
)

// Architectures lists the networks, in the order that help shows.
var Architectures = []network.Architecture{
	alexNet, alexNetOriginal, vgg16, vgg16BN, resNet18, resNet50, resNet50Keras, squeezeNet, cornetS, cornetZ, cornetRT, inceptionResNet, vitB16,
}

// ByName returns the architecture with a name.
//
//	errors   an unknown name, with those that come close
func ByName(name string) (network.Architecture, error) {
	return nearest.In(Architectures, "architecture", name, func(a network.Architecture) []string { return []string{a.Name} })
}

// torchHub is where the weights of torchvision are.
const torchHub = "https://download.pytorch.org/models/"

// torchLicense is what torchvision says of its weights.
const torchLicense = "BSD-3-Clause (torchvision); trained on ImageNet, whose terms are for research"

// rounded adds a size that authors do not give to the byte.
func rounded(c network.Checkpoint, size string) network.Checkpoint {
	c.Size = size
	return c
}

// torchvision describes a file of torchvision's weights, whose name ends with the
// beginning of its SHA-256.
func torchvision(file string, bytes int64) network.Checkpoint {
	stem, _, _ := strings.Cut(file, ".")
	return network.Checkpoint{
		File: file, URL: torchHub + file, Bytes: bytes, SHA256: stem[strings.LastIndexByte(stem, '-')+1:],
		License: torchLicense, Trained: "1000 classes of ImageNet",
	}
}

// keras describes a file of weights that Keras gives, of which it says no SHA-256.
func keras(folder, file, license string) network.Checkpoint {
	return network.Checkpoint{
		File: file, URL: "https://storage.googleapis.com/tensorflow/keras-applications/" + folder + "/" + file,
		License: license, Trained: "1000 classes of ImageNet", Program: network.Keras,
	}
}

// matConvNet describes a file of weights that MatConvNet gives, of which it says
// no SHA-256.
func matConvNet(file, license string) network.Checkpoint {
	return network.Checkpoint{
		File: file, URL: "https://www.vlfeat.org/matconvnet/models/" + file,
		License: license, Trained: "1000 classes of ImageNet", Program: network.MatConvNet,
	}
}
