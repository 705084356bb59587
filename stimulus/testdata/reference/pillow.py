"""Makes the pictures and numbers that the tests of stimulus compare with.

Run with Debian 12's Pillow 9.4.0 (libjpeg-turbo 2.1.5) and numpy 1.24.2:

    python3 pillow.py

Nothing here shows a stimulus: every picture follows from a formula.
"""
import base64, hashlib, json
import numpy as np
import PIL
from PIL import Image


def formula(width, height):
    """A picture with fine structure, the same as formulaImage in the tests."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * x * 3 + y * 7 + x * y * 5 + c * 53 + (x // 9 + y // 5) * 40) % 256).astype(np.uint8)


def smooth(width, height):
    """A picture with gentle slopes, which JPEG keeps well."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return (127.5 + 127 * np.sin(x / 5 + c) * np.cos(y / 7 - c)).astype(np.uint8)


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


filters = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "box": Image.BOX, "nearest": Image.NEAREST}

sizes = [
    (17, 31, 224, 224), (482, 482, 224, 224), (175, 175, 224, 224), (300, 200, 128, 96), (1, 1, 7, 5),
    (1, 40, 3, 20), (40, 1, 20, 3), (64, 64, 64, 31), (64, 64, 31, 64), (64, 48, 64, 48), (500, 333, 1, 1),
    (5, 4, 99, 3), (3, 1000, 7, 10), (255, 257, 256, 256), (100, 70, 33, 71),
]


def resize():
    rows = []
    for width, height, to_width, to_height in sizes:
        picture = Image.fromarray(formula(width, height))
        for name, code in filters.items():
            out = np.asarray(picture.resize((to_width, to_height), code))
            rows.append({"width": width, "height": height, "to_width": to_width, "to_height": to_height, "filter": name,
                         "sha256": digest(out), "head": out.reshape(-1)[:12].tolist()})
    return rows


mean = np.array([0.485, 0.456, 0.406], np.float32)
deviation = np.array([0.229, 0.224, 0.225], np.float32)


def crop(picture, side):
    left, top = round((picture.width - side) / 2.0), round((picture.height - side) / 2.0)
    return picture.crop((left, top, left + side, top + side))


def torchvision(picture):
    short, long = min(picture.size), max(picture.size)
    other = int(256 * long / short)
    size = (256, other) if picture.width <= picture.height else (other, 256)
    return imagenet(crop(picture.resize(size, Image.BILINEAR), 224))


def imagenet(picture):
    return (np.asarray(picture).astype(np.float32) / np.float32(255) - mean) / deviation


def keras(picture):
    values = np.asarray(picture.resize((224, 224), Image.NEAREST)).astype(np.float32)[..., ::-1]
    return values - np.array([103.939, 116.779, 123.68], np.float32)


caffe = np.array([122.67891434, 116.66876762, 104.00698793], np.float32)


def averaged(picture, code):
    return np.asarray(picture.resize((227, 227), code)).astype(np.float32) - caffe


def vgg(picture):
    values = np.asarray(picture.resize((224, 224), Image.BICUBIC)).astype(np.float32)
    return values - np.array([123.68, 116.779, 103.939], np.float32)


def less(picture):
    """What stands at its place in an average picture is taken from every pixel."""
    values = np.asarray(picture.resize((227, 227), Image.BICUBIC)).astype(np.float32)
    return values - formula(227, 227).astype(np.float32) / np.float32(3)


def gray(picture):
    values = np.asarray(crop(picture.resize((256, 256), Image.BILINEAR), 224).convert("L")).astype(np.float32)[..., None]
    return (values / np.float32(255) - np.float32(0.449)) / np.float32(0.226)


def facenet(picture):
    values = np.asarray(picture.resize((160, 160), Image.BILINEAR)).astype(np.float32)
    return (values - np.float32(127.5)) / np.float32(128)


presets = {
    "torchvision": torchvision,
    "squash-224": lambda p: imagenet(p.resize((224, 224), Image.BILINEAR)),
    "crop-7/8": lambda p: imagenet(crop(p, round(0.875 * min(p.size))).resize((224, 224), Image.BILINEAR)),
    "keras-vgg": keras,
    "facenet": facenet,
    "net2brain": lambda p: imagenet(crop(p.resize((256, 256), Image.BILINEAR), 224)),
    "cornet": lambda p: imagenet(p.resize((224, 224), Image.BILINEAR)),
    "caffe-227": lambda p: averaged(p, Image.BILINEAR)[..., ::-1],
    "matconvnet-227": lambda p: averaged(p, Image.BICUBIC),
    "matconvnet-224": vgg,
    "matconvnet-227 less": less,
    "vaegan": lambda p: np.asarray(crop(p, round(0.8 * min(p.size))).resize((128, 128), Image.BILINEAR)).astype(np.float32) / np.float32(255),
    "net2brain gray": gray,
    "none": lambda p: np.asarray(p).astype(np.float32) / np.float32(255),
    "unit-64": lambda p: np.asarray(p.resize((64, 64), Image.BILINEAR)).astype(np.float32) / np.float32(255),
}


def prepared():
    rows = []
    for width, height in [(300, 200), (200, 301), (482, 482), (175, 175), (257, 256), (333, 97)]:
        picture = Image.fromarray(formula(width, height))
        for name, prepare in presets.items():
            out = prepare(picture).astype(np.float32).transpose(2, 0, 1)
            rows.append({"width": width, "height": height, "preset": name, "shape": list(out.shape), "sha256": digest(out),
                         "head": [float(v) for v in out.reshape(-1)[:4]]})
    return rows


def on_white(picture):
    white = Image.new("RGB", picture.size, (255, 255, 255))
    straight = picture.convert("RGBA")
    white.paste(straight, mask=straight.getchannel("A"))
    return white


def decode():
    small = formula(19, 13)
    gray = Image.fromarray(small[..., 0])
    color = Image.fromarray(small)
    alpha = Image.fromarray(formula(19, 13)[::-1, :, 1].copy())
    rgba, la = color.copy(), gray.copy()
    rgba.putalpha(alpha)
    la.putalpha(alpha)
    palette = color.quantize(50)
    files = {
        "gray.png": (gray, {}), "gray-alpha.png": (la, {}), "color.png": (color, {}), "color-alpha.png": (rgba, {}),
        "palette.png": (palette, {}), "palette-transparent.png": (palette, {"transparency": 7}),
        "bilevel.png": (gray.convert("1"), {}), "palette-16.png": (color.quantize(16), {"bits": 4}),
        "color-key.png": (color, {"transparency": tuple(int(v) for v in small[3, 4])}),
    }
    for name, (width, height) in {"": (37, 29), "-even": (48, 32), "-narrow": (3, 9), "-five": (5, 6)}.items():
        picture = Image.fromarray(smooth(width, height))
        files[f"gray{name}.jpg"] = (picture.convert("L"), {"quality": 90})
        for sampling, kind in enumerate(["444", "422", "420"]):
            files[f"color-{kind}{name}.jpg"] = (picture, {"quality": 90, "subsampling": sampling})
    files["progressive.jpg"] = (Image.fromarray(smooth(37, 29)), {"quality": 80, "progressive": True})
    rows = []
    for name, (picture, options) in files.items():
        picture.save(name, **options)
        opened = Image.open(name)
        clear = opened.mode in ("LA", "RGBA") or "transparency" in opened.info
        out = np.asarray(on_white(opened) if clear else opened.convert("RGB"))
        rows.append({"file": name, "width": opened.width, "height": opened.height, "transparent": clear,
                     "rgb": base64.b64encode(out.tobytes()).decode()})
    return rows


if __name__ == "__main__":
    with open("pillow.json", "w") as f:
        versions = {"pillow": PIL.__version__, "numpy": np.__version__}
        json.dump({"versions": versions, "resize": resize(), "presets": prepared(), "decode": decode()}, f, indent=0)
        f.write("\n")
