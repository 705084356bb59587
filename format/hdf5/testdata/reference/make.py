"""HDF5 files of every structure that the reader knows, as h5py writes them.
Made with Python 3.11.2, h5py 3.7.0, HDF5 1.10.8, numpy 1.24.2:
    python3 make.py

Unless the tests say otherwise, a dataset holds 0, 1, 2, ... in its type.
"""
import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t


def count(shape, dtype="<f8"):
    return np.arange(np.prod(shape, dtype=int)).astype(dtype).reshape(shape)


def types(g):
    """Every type that is read."""
    for name in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8",
                 "u1", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8"]:
        label = name.replace("<", "little ").replace(">", "big ")
        values = [0, 1, 100] if name[-2] == "u" else [0, -1, 100]
        g[label] = np.array(values, name)
    g["bool"] = np.array([[True, False], [False, True]])
    colors = h5py.enum_dtype({"red": 3, "green": -1, "blue": 2}, basetype="<i2")
    g.create_dataset("enum", data=np.array([3, -1, 2], "<i2"), dtype=colors)
    g["complex"] = np.array([1 + 2j, -3.5j])
    record = np.dtype({"names": ["id", "xy", "name"], "formats": ["<i4", ("<f4", (2,)), "S3"], "offsets": [0, 8, 20], "itemsize": 24})
    g["record"] = np.array([(1, [2, 3], b"ab"), (4, [5, 6], b"cde")], record)
    g["fixed"] = np.array([b"face", b"", b"house"])
    g["variable"] = np.array(["face", "", "Häuser 脳"], object)
    g["one text"] = "a single text"
    for name, padding in [("zero ends", h5t.STR_NULLTERM), ("space fills", h5t.STR_SPACEPAD)]:
        t = h5t.C_S1.copy()
        t.set_size(4)
        t.set_strpad(padding)
        d = h5d.create(g.id, name.encode(), t, h5s.create_simple((2,)))
        d.write(h5s.ALL, h5s.ALL, np.array([b"ab\0x", b"c   "], "V4"), t)
    letters = g.create_dataset("sequence", (3,), h5py.vlen_dtype("<i2"))
    letters[0], letters[2] = [1, 2, 3], [-4]
    words = h5t.vlen_create(h5t.FORTRAN_S1.copy())
    d = h5d.create(g.id, b"array", h5t.array_create(h5t.STD_I16BE, (2, 3)), h5s.create_simple((2,)))
    d.write(h5s.ALL, h5s.ALL, count((2, 2, 3), ">i2"), h5t.array_create(h5t.STD_I16BE, (2, 3)))
    del words
    for name, size, offset, bits, order in [("int24 big", 3, 0, 24, h5t.ORDER_BE), ("bits 3 to 9", 2, 3, 7, h5t.ORDER_LE)]:
        t = (h5t.STD_I32BE if order == h5t.ORDER_BE else h5t.STD_I16LE).copy()
        t.set_precision(bits)
        t.set_offset(offset)
        t.set_size(size)
        h5d.create(g.id, name.encode(), t, h5s.create_simple((3,))).write(h5s.ALL, h5s.ALL, np.array([0, -1, 50], "<i8"))
    g["bits"] = np.array([0, 3], "u1")
    h5d.create(g.id, b"bit field", h5t.STD_B16LE, h5s.create_simple((2,))).write(
        h5s.ALL, h5s.ALL, np.array([1, 0x8001], "<u2"), h5t.STD_B16LE)
    g["references"] = np.array([g["fixed"].ref, h5py.Reference(), g.ref], h5py.ref_dtype)
    g["scalar"] = np.float64(0.5)
    g["null"] = h5py.Empty("<f4")
    g["no rows"] = np.zeros((0, 3), "<f4")
    t = h5t.STD_I32LE.copy()
    t.commit(g.id, b"committed type")
    h5d.create(g.id, b"of a committed type", t, h5s.create_simple((3,))).write(h5s.ALL, h5s.ALL, count(3, "<i4"))
    h5py.h5a.create(g["scalar"].id, b"committed", t, h5s.create_simple((2,))).write(count(2, "<i4"))
    g["opaque"] = np.array([b"ab", b"cd"], "V2")
    g["region"] = np.array([g["fixed"].regionref[:1]], h5py.regionref_dtype)


def storage(g):
    """Every way to lay data out that both versions of the format have."""
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_layout(h5d.COMPACT)
    h5d.create(g.id, b"compact", h5t.IEEE_F64LE, h5s.create_simple((2, 3)), plist).write(h5s.ALL, h5s.ALL, count((2, 3)))
    g["contiguous"] = count((2, 3))
    g.create_dataset("never written", (2, 3), "<i4", fillvalue=7)
    g.create_dataset("gzip", data=count((5, 7)), chunks=(2, 3), compression=9)
    g.create_dataset("shuffle", data=count((5, 7)), chunks=(2, 3), compression=9, shuffle=True)
    g.create_dataset("shuffle i2", data=count((5, 7), "<i2"), chunks=(3, 3), shuffle=True)
    g.create_dataset("fletcher32", data=count((5, 7)), chunks=(2, 3), fletcher32=True)
    g.create_dataset("everything", data=count((5, 7), ">i4"), chunks=(2, 4), compression=1, shuffle=True, fletcher32=True)
    g.create_dataset("one chunk", data=count((4, 5)), chunks=(4, 5))
    g.create_dataset("one chunk gzip", data=count((4, 5)), chunks=(4, 5), compression=9)
    g.create_dataset("chunk beyond the end", data=count(5, "u1"), chunks=(8,), maxshape=(None,))
    g.create_dataset("cube", data=count((3, 4, 5), "<u2"), chunks=(2, 3, 2), maxshape=(3, None, 5), compression=9)
    g.create_dataset("two grow", data=count((6, 7), "<u2"), chunks=(2, 3), maxshape=(None, None))
    g.create_dataset("two grow gzip", data=count((6, 7), "<u2"), chunks=(2, 3), maxshape=(None, None), compression=9)
    many = g.create_dataset("many chunks", data=count(300, "<i2"), chunks=(2,), maxshape=(None,))
    many.attrs["unit"] = "V"
    sparse = g.create_dataset("absent chunks", (6, 6), "<i2", chunks=(2, 2), fillvalue=-5)
    sparse[2:4, 2:5] = count((2, 3))
    growing = g.create_dataset("max shape", data=count((4, 5), "<i2"), chunks=(2, 2), maxshape=(9, 11))
    growing.resize((3, 7))
    mask = g.create_dataset("spared", (4,), "<i2", chunks=(2,), compression=9, shuffle=True)
    mask.id.write_direct_chunk((0,), np.array([0, 1], "<i2").tobytes(), filter_mask=3)
    mask[2:] = [2, 3]


def indexes(g):
    """The indexes of chunks of the new version alone."""
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_chunk((2, 3))
    plist.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    h5d.create(g.id, b"implicit", h5t.STD_I16LE, h5s.create_simple((5, 7)), plist).write(h5s.ALL, h5s.ALL, count((5, 7), "<i2"))
    pages = g.create_dataset("fixed array in pages", (3000,), "u1", chunks=(1,), fillvalue=9)
    pages[:3], pages[2500:2600] = [0, 1, 2], np.arange(100)
    blocks = g.create_dataset("extensible array in pages", (140000,), "u1", chunks=(1,), maxshape=(None,), fillvalue=9)
    blocks[:300], blocks[139990:] = np.arange(300) % 256, np.arange(10)
    edges = h5p.create(h5p.DATASET_CREATE)
    edges.set_chunk((4,))
    edges.set_deflate(9)
    if hasattr(edges, "set_chunk_opts"):
        edges.set_chunk_opts(2)
    h5d.create(g.id, b"edges", h5t.STD_I16LE, h5s.create_simple((10,)), edges).write(h5s.ALL, h5s.ALL, count(10, "<i2"))


def names(g, groups, attributes):
    """Links and attributes, few or many."""
    for i in range(groups):
        g[f"group {i}"] = g["group 0"] if i else g.create_group("up and down")
    for i in range(attributes):
        g.attrs[f"attribute {i}"] = count(i % 5, "<i4")
    g["data"] = count(3)
    g["hard"] = g["data"]
    g["soft"] = h5py.SoftLink("data")
    g["absolute"] = h5py.SoftLink(g.name + "/group 0")
    g["dangling"] = h5py.SoftLink("/nowhere")
    g["circle"] = h5py.SoftLink("circle")
    g["group 0/up"] = g


def attributes(g):
    g.attrs["text"] = "Volt"
    g.attrs["texts"] = ["a", "bc"]
    g.attrs["fixed"] = np.bytes_("double")
    g.attrs["bool"] = True
    g.attrs["matrix"] = count((2, 3), ">f4")
    g.attrs["empty"] = h5py.Empty("<f4")
    g.attrs["reference"] = g.ref
    fields = g.attrs.create("MATLAB_fields", [np.array([b"a"], "S1"), np.array([b"b", b"c"], "S1")], (2,), h5py.vlen_dtype("S1"))


def write(path, libver, **options):
    with h5py.File(path, "w", libver=libver, **options) as f:
        types(f.create_group("types"))
        storage(f.create_group("storage"))
        names(f.create_group("few"), 1, 2)
        names(f.create_group("many"), 30, 20)
        names(f.create_group("ordered few", track_order=True), 1, 2)  # as netCDF-4 does
        names(f.create_group("ordered many", track_order=True), 30, 20)
        attributes(f.create_group("attributes"))
        f["outside"] = h5py.ExternalLink("other.h5", "/data")
        f.create_dataset("lzf", data=count(10), compression="lzf")
        f.create_dataset("external", (3,), "<f8", external=[("other.raw", 0, 24)])
        if libver == "latest":
            virtual = h5py.VirtualLayout((3,), "<f8")
            virtual[:] = h5py.VirtualSource("other.h5", "data", (3,))
            f.create_virtual_dataset("virtual", virtual)


write("old.h5", "earliest", userblock_size=1024)
with open("old.h5", "r+b") as f:
    f.write(b"a user block")
write("middle.h5", ("v108", "v108"))
write("new.h5", "latest")
plist = h5p.create(h5p.FILE_CREATE)
plist.set_sizes(4, 4)
with h5py.File(h5py.h5f.create(b"narrow.h5", h5py.h5f.ACC_TRUNC, plist)) as f:  # addresses of 4 bytes
    f.create_dataset("a/b", data=count((5, 7)), chunks=(2, 3), compression=9, maxshape=(None, 7))
    f["a/t"] = np.array(["x", "yz"], object)
    f["a/c"] = h5py.SoftLink("/a/b")
with h5py.File("indexes.h5", "w", libver="latest") as f:
    indexes(f)
with h5py.File("links.h5", "w", libver="latest") as f:
    f["data"] = count(3)
    for i in range(1500):
        f[f"{i}"] = f["data"]
with h5py.File("small.h5", "w") as f:  # for truncation at every byte
    f.create_dataset("a/b", data=count((5, 7)), chunks=(2, 3), compression=9, shuffle=True)
    f["a/t"] = np.array(["x", "yz"], object)
    f["a"].attrs["unit"] = "V"
