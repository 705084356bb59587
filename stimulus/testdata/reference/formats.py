"""Makes the pictures of every format and mode, and what Pillow reads in them.

Run with Debian 12's Pillow 9.4.0 (libjpeg-turbo 2.1.5, libtiff 4.5.0, libwebp
1.2.4) and numpy 1.24.2:

    /usr/bin/python3 formats.py

Nothing here shows a stimulus: every picture follows from a formula. What
Pillow cannot write is written here, byte by byte, and read by Pillow.
"""
import base64, io, json, struct, zlib
import numpy as np
import PIL
from PIL import Image, ImageOps

WIDTH, HEIGHT = 11, 7
cases = []


def formula(width=WIDTH, height=HEIGHT):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * x * 3 + y * 7 + x * y * 5 + c * 53 + (x // 9 + y // 5) * 40) % 256).astype(np.uint8)


def smooth(width=WIDTH, height=HEIGHT):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return (127.5 + 127 * np.sin(x / 5 + c) * np.cos(y / 7 - c)).astype(np.uint8)


rgb = Image.fromarray(formula())
gray = Image.fromarray(formula()[..., 0])
alpha = Image.fromarray(formula()[::-1, :, 1].copy())
rgba, la = rgb.copy(), gray.copy()
rgba.putalpha(alpha)
la.putalpha(alpha)
wide = (formula().astype(np.uint16) * 256 + formula()[:, ::-1, ::-1])  # 16 bits, the low ones not zero
pictures = {"1": gray.convert("1"), "L": gray, "LA": la, "P": rgb.quantize(50), "RGB": rgb, "RGBA": rgba}


def encoded(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def on_white(picture):
    white = Image.new("RGB", picture.size, (255, 255, 255))
    straight = picture.convert("RGBA")
    white.paste(straight, mask=straight.getchannel("A"))
    return white


def add(name, data, expected=None, note=""):
    """A case; expected is an array where Pillow's own reading is not what is wanted."""
    opened = Image.open(io.BytesIO(data))
    orientation = opened.getexif().get(0x0112, 1)
    pillow = opened.mode
    frames = getattr(opened, "n_frames", 1)
    opened = Image.open(io.BytesIO(data))
    clear = opened.mode in ("LA", "PA", "RGBA") or "transparency" in opened.info
    if expected is None:
        upright = opened if opened.format == "TIFF" else ImageOps.exif_transpose(opened)  # a TIFF is turned as it is loaded
        upright.load()
        expected = np.asarray(on_white(upright) if clear else upright.convert("RGB"))
    cases.append({
        "name": name, "mode": pillow, "alpha": clear, "orientation": orientation, "pictures": frames,
        "width": expected.shape[1], "height": expected.shape[0], "note": note,
        "file": base64.b64encode(data).decode(), "rgb": base64.b64encode(np.ascontiguousarray(expected).tobytes()).decode(),
    })


def three(high):
    """The high bytes of gray values, as red, green and blue."""
    return np.repeat((high >> 8).astype(np.uint8)[..., None], 3, axis=2)


def exif(orientation):
    e = Image.Exif()
    e[0x0112] = orientation
    return e.tobytes()


# PNG

def png(depth, kind, rows, *chunks):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, 0)
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*c) for c in chunks) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def packed(values, depth):
    """Rows of values of few bits, the first in the high ones."""
    bits = ((values[..., None] >> np.arange(depth - 1, -1, -1)) & 1).reshape(values.shape[0], -1)
    return [r.tobytes() for r in np.packbits(bits, axis=1)]


def big(values):
    return [r.astype(">u2").tobytes() for r in values.reshape(HEIGHT, -1)]


def little(values):
    return [r.astype("<u2").tobytes() for r in values.reshape(HEIGHT, -1)]


wide_alpha = np.concatenate([wide, wide[::-1, :, :1]], axis=2)
for mode, picture in pictures.items():
    add(f"{mode}.png", encoded(picture, "PNG"))
add("P transparent.png", encoded(pictures["P"], "PNG", transparency=7))
add("gray 2 bits.png", png(2, 0, packed(formula()[..., 0] >> 6, 2)))
add("gray 4 bits.png", png(4, 0, packed(formula()[..., 0] >> 4, 4)))
add("gray 16 bits.png", png(16, 0, big(wide[..., 0])), three(wide[..., 0]), "Pillow cuts off at 255")
add("gray alpha 16 bits.png", png(16, 4, big(wide_alpha[..., 2:])))
add("RGB 16 bits.png", png(16, 2, big(wide)))
add("RGBA 16 bits.png", png(16, 6, big(wide_alpha)))
for o in range(1, 9):
    add(f"orientation {o}.png", encoded(rgb, "PNG", exif=exif(o)))
add("moving.png", encoded(rgb, "PNG", save_all=True, append_images=[rgb.transpose(0)]))

# JPEG

soft = Image.fromarray(smooth())
add("L.jpg", encoded(soft.convert("L"), "JPEG", quality=90))
add("RGB.jpg", encoded(soft, "JPEG", quality=90))
cmyk = encoded(Image.fromarray(np.concatenate([smooth(), smooth()[::-1, :, :1] // 2], axis=2), "CMYK"), "JPEG", quality=95)
add("CMYK.jpg", cmyk)
at = cmyk.index(b"Adobe") + 11
add("YCCK.jpg", cmyk[:at] + b"\2" + cmyk[at + 1:])
for o in range(1, 9):
    add(f"orientation {o}.jpg", encoded(soft, "JPEG", quality=90, exif=exif(o)))

# BMP

def bmp(depth, rows, packing=0, masks=b"", palette=b"", length=40, height=HEIGHT):
    """Rows from the bottom; those that are not runs are filled to four bytes."""
    if packing in (0, 3, 6):
        rows = [r + bytes(-len(r) % 4) for r in rows]
    pixels = b"".join(rows)
    if length == 12:
        header = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, depth)
    else:
        header = struct.pack("<IiiHHIIiiII", length, WIDTH, height, 1, depth, packing, len(pixels), 2835, 2835, len(palette) // 4, 0)
    header += masks
    if length > 40:
        header += bytes(length - len(header))
    offset = 14 + len(header) + len(palette)
    return struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, offset) + header + palette + pixels


upward = formula()[::-1]
bgr = upward[..., ::-1].astype(np.uint32)
indices = upward[..., 0] >> 4
colors = b"".join(bytes([17 * i, 255 - 3 * i, i * i, 0]) for i in range(16))
for mode in ("1", "L", "P", "RGB", "RGBA"):
    add(f"{mode}.bmp", encoded(pictures[mode], "BMP"))
add("4 bits.bmp", bmp(4, packed(indices, 4), palette=colors))
add("few colors.bmp", bmp(8, [r.tobytes() for r in indices], palette=colors))
add("15 bits.bmp", bmp(16, little((bgr[..., 2] >> 3 << 10 | bgr[..., 1] >> 3 << 5 | bgr[..., 0] >> 3).astype(np.uint16))))
add("16 bits.bmp", bmp(16, little((bgr[..., 2] >> 3 << 11 | bgr[..., 1] >> 2 << 5 | bgr[..., 0] >> 3).astype(np.uint16)), 3, struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
straight = bgr[..., 0] | bgr[..., 1] << 8 | bgr[..., 2] << 16 | np.asarray(alpha)[::-1].astype(np.uint32) << 24
add("alpha.bmp", bmp(32, [r.astype("<u4").tobytes() for r in straight], 3, struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000), length=124))
add("alpha without mask.bmp", bmp(32, [r.astype("<u4").tobytes() for r in straight], length=124))
add("top down.bmp", bmp(24, [r.tobytes() for r in formula()[..., ::-1].copy()], height=-HEIGHT))
add("OS2.bmp", bmp(24, [r.tobytes() for r in upward[..., ::-1].copy()], length=12))
runs = b""
for row in upward[..., 0] >> 5:  # two equal runs, a literal of odd length, the rest one by one
    runs += bytes([3, row[0], 0, 5]) + bytes(row[3:8]) + b"\0" + b"".join(bytes([1, v]) for v in row[8:]) + b"\0\0"
add("runs.bmp", bmp(8, [runs + b"\0\1"], 1, palette=colors))
runs = b""
for row in indices:
    pairs = [row[i] << 4 | row[i + 1] for i in range(4, 8, 2)]
    runs += bytes([4, row[0] << 4 | row[1], 0, 4]) + bytes(pairs) + b"".join(bytes([1, v << 4]) for v in row[8:]) + b"\0\0"
add("runs of 4 bits.bmp", bmp(4, [runs + b"\0\1"], 2, palette=colors))

# GIF

for mode in ("1", "L", "P"):
    add(f"{mode}.gif", encoded(pictures[mode], "GIF"))
add("transparent.gif", encoded(pictures["P"], "GIF", transparency=7))
add("interlaced.gif", encoded(gray, "GIF", interlace=1))
add("moving.gif", encoded(gray, "GIF", save_all=True, append_images=[gray.transpose(0), gray.transpose(1)]))
small = encoded(gray.crop((2, 1, 9, 5)), "GIF")
at = small.index(b",\0\0\0\0")
moved = small[:6] + struct.pack("<HH", WIDTH, HEIGHT) + small[10:at + 1] + struct.pack("<HH", 2, 1) + small[at + 5:]
framed = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
framed[1:5, 2:9] = np.asarray(gray)[1:5, 2:9, None]
add("smaller than the screen.gif", moved, framed, "what is not covered is transparent, as in browsers; in Pillow it has color 0")

# TIFF

def tiff(fields, blocks, order="<"):
    """One directory; fields by tag: (kind, values). Blocks are bytes."""
    at = 8
    places = []
    for block in blocks:
        places.append(at)
        at += len(block)
    tiled = 322 in fields
    fields = dict(fields)
    fields[324 if tiled else 273] = (4, places)
    fields[325 if tiled else 279] = (4, [len(b) for b in blocks])
    if at % 2:
        blocks = blocks + [b"\0"]
        at += 1
    far = at + 2 + 12 * len(fields) + 4
    entries, extra = b"", b""
    for tag in sorted(fields):
        kind, values = fields[tag]
        body = struct.pack(order + {1: "B", 3: "H", 4: "I"}[kind] * len(values), *[int(v) for v in values])
        if len(body) > 4:
            place = struct.pack(order + "I", far + len(extra))
            extra += body + b"\0" * (len(body) % 2)
        else:
            place = body + bytes(4 - len(body))
        entries += struct.pack(order + "HHI", tag, kind, len(values)) + place
    start = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, at)
    return start + b"".join(blocks) + struct.pack(order + "H", len(fields)) + entries + struct.pack(order + "I", 0) + extra


def fields(kind, bits, **more):
    f = {256: (3, [WIDTH]), 257: (3, [HEIGHT]), 258: (3, bits), 259: (3, [1]), 262: (3, [kind]), 277: (3, [len(bits)]), 278: (3, [HEIGHT])}
    f.update({int(k[1:]): v for k, v in more.items()})
    return f


def rows(values):
    return b"".join(r.tobytes() for r in values)


cmyk = Image.fromarray(np.concatenate([formula(), formula()[::-1, :, :1] // 2], axis=2), "CMYK")
for mode, picture in {**pictures, "CMYK": cmyk}.items():
    add(f"{mode}.tif", encoded(picture, "TIFF"))
    for packing in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        add(f"{mode} {packing}.tif", encoded(picture, "TIFF", compression=packing))
for packing in ("group3", "group4"):
    add(f"1 {packing}.tif", encoded(pictures["1"], "TIFF", compression=packing))
for mode in ("L", "RGB", "RGBA"):
    add(f"{mode} differences.tif", encoded(pictures[mode], "TIFF", compression="tiff_lzw", tiffinfo={317: 2}))
add("RGB old deflate.tif", encoded(rgb, "TIFF", compression="tiff_deflate"))
add("strips.tif", encoded(rgb, "TIFF", tiffinfo={278: 2}, compression="tiff_lzw"))
for o in range(1, 9):
    add(f"orientation {o}.tif", encoded(rgb, "TIFF", tiffinfo={274: o}))
add("two pages.tif", encoded(gray, "TIFF", save_all=True, append_images=[gray.transpose(0)]))
add("RGB big endian.tif", tiff(fields(2, [8] * 3), [rows(formula())], ">"))
for order, name in (("<", "little"), (">", "big")):
    add(f"RGB 16 bits {name} endian.tif", tiff(fields(2, [16] * 3), [rows(wide.astype(order + "u2"))], order))
    add(f"gray 16 bits {name} endian.tif", tiff(fields(1, [16]), [rows(wide[..., 0].astype(order + "u2"))], order), three(wide[..., 0]), "Pillow cuts off at 255")
steps = np.diff(wide.astype(np.int32), axis=1, prepend=0).astype(np.uint16)
add("RGB 16 bits differences.tif", tiff(fields(2, [16] * 3, t317=(3, [2]), t259=(3, [8])), [zlib.compress(rows(steps.astype("<u2")))]))
add("RGBA 16 bits.tif", tiff(fields(2, [16] * 4, t338=(3, [2])), [rows(wide_alpha.astype("<u2"))]))
add("gray 2 bits.tif", tiff(fields(1, [2]), [b"".join(packed(formula()[..., 0] >> 6, 2))]))
add("gray 4 bits.tif", tiff(fields(1, [4]), [b"".join(packed(formula()[..., 0] >> 4, 4))]))
add("white is zero.tif", tiff(fields(0, [8]), [rows(formula()[..., 0].copy())]))
add("white is zero 1 bit.tif", tiff(fields(0, [1]), [b"".join(packed(formula()[..., 0] >> 7, 1))]))
add("low bits first.tif", tiff(fields(1, [1], t266=(3, [2])), [bytes(int(f"{b:08b}"[::-1], 2) for b in b"".join(packed(formula()[..., 0] >> 7, 1)))]))
table = [257 * v for c in range(3) for v in [(i * (37 + c) + 90 * c) % 256 for i in range(16)]]
add("palette 4 bits.tif", tiff(fields(3, [4], t320=(3, table)), [b"".join(packed(formula()[..., 0] >> 4, 4))]))
add("folded alpha.tif", tiff(fields(2, [8] * 4, t338=(3, [1])), [rows(np.minimum(np.asarray(rgba), np.asarray(alpha)[..., None]))]))
add("alpha unsaid.tif", tiff(fields(2, [8] * 4), [rows(np.asarray(rgba))]))
add("something else.tif", tiff(fields(2, [8] * 4, t338=(3, [0])), [rows(np.asarray(rgba))]))
add("planes.tif", tiff(fields(2, [8] * 3, t284=(3, [2])), [rows(formula()[..., c].copy()) for c in range(3)]))
square = np.zeros((16, 16, 3), np.uint8)
square[:HEIGHT, :WIDTH] = formula()
tile = fields(2, [8] * 3, t322=(3, [16]), t323=(3, [16]), t259=(3, [8]))
add("tile.tif", tiff(tile, [zlib.compress(rows(square))]))
large = formula(37, 21)
padded = np.zeros((32, 48, 3), np.uint8)
padded[:21, :37] = large
tile.update({256: (3, [37]), 257: (3, [21])})
add("tiles.tif", tiff(tile, [zlib.compress(rows(padded[y:y + 16, x:x + 16])) for y in (0, 16) for x in (0, 16, 32)]))

# WebP

add("lossless.webp", encoded(rgb, "WEBP", lossless=True))
add("lossless alpha.webp", encoded(rgba, "WEBP", lossless=True, exact=True))
for width, height in ((11, 7), (12, 8), (1, 1), (2, 5), (37, 21)):
    picture = Image.fromarray(smooth(width, height))
    add(f"lossy {width}x{height}.webp", encoded(picture, "WEBP", quality=80))
clear = Image.fromarray(smooth(21, 17))
clear.putalpha(Image.fromarray(formula(21, 17)[..., 1].copy()))
add("lossy alpha.webp", encoded(clear, "WEBP", quality=80, exact=True))
add("lossy orientation.webp", encoded(soft, "WEBP", quality=80, exif=exif(6)))
add("lossless orientation.webp", encoded(rgb, "WEBP", lossless=True, exif=exif(8)))
add("lossless alpha orientation.webp", encoded(rgba, "WEBP", lossless=True, exact=True, exif=exif(5)))

if __name__ == "__main__":
    with open("formats.json", "w") as f:
        json.dump({"versions": {"pillow": PIL.__version__, "numpy": np.__version__}, "cases": cases}, f, indent=0)
        f.write("\n")
