"""Layer responses with PyTorch: activations.py NETWORK FOLDER THREADS BATCH.

Pictures are read and prepared as isocortex does; the responses of the layers
are dropped after each batch.
"""

import glob
import sys

import turns

numpy, torch, torchvision, PIL, image = turns.modules("numpy", "torch", "torchvision", "PIL", "PIL.Image")

name, folder, threads, batch = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
network = getattr(torchvision.models, name)(weights=None).eval()
taps = {
    "vgg16": lambda: [network.features[i] for i in (4, 9, 16, 23, 30)] + [network.classifier[i] for i in (1, 4)],
    "resnet50": lambda: [network.conv1, *network.layer1, *network.layer2, *network.layer3, *network.layer4],
    "alexnet": lambda: [network.features[i] for i in (1, 4, 7, 9, 11)] + [network.classifier[i] for i in (2, 5)],
}[name]()
responses = []
for module in taps:
    module.register_forward_hook(lambda module, inputs, output: responses.append(output))

mean = numpy.array([0.485, 0.456, 0.406], numpy.float32)
deviation = numpy.array([0.229, 0.224, 0.225], numpy.float32)
paths = sorted(glob.glob(folder + "/*.png"))


def picture(path):
    pixels = numpy.asarray(image.open(path).convert("RGB"), numpy.float32)
    return torch.from_numpy(((pixels / 255 - mean) / deviation).transpose(2, 0, 1).copy())


def work():
    with torch.inference_mode():
        for first in range(0, len(paths), batch):
            network(torch.stack([picture(path) for path in paths[first : first + batch]]))
            responses.clear()
    return float("nan")


turns.take(
    f"Python {sys.version.split()[0]}, PyTorch {torch.__version__}, torchvision {torchvision.__version__}, "
    f"Pillow {PIL.__version__}, {torch.get_num_threads()} threads, {turns.blas()}",
    work,
)
