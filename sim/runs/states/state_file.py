"""The file of a saved state: a zip of arrays without pickle, and plain values as JSON. It may come from a stranger.

Sizes are bounded before anything is read, and nothing but numbers, dates and text comes out.
"""

from __future__ import annotations

import math
import re
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from sim.model.blockade_orders import Order

MOST_BYTES = 2**31  # of all arrays of a file together, unpacked

MOST_ARRAYS = 200_000

MOST_META = 2**26

MOST_HEADER = 1000  # a header of an array; ours have about a hundred signs

MAGIC = b"\x93NUMPY\x01\x00"
#: the one way in which headers of arrays of numbers are written; NumPy's own reader takes far more
HEADER = re.compile(rb"\{'descr': '([<|][a-zA-Z0-9\[\]]+)', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n")

DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u8", "f4", "f8", "M8[D]", "M8[M]")


def pack(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """Plain data for JSON; arrays go into `arrays` under names that begin with `name`."""
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {"array": name}
    if isinstance(value, np.datetime64):
        arrays[name] = np.array([value])
        return {"date": name}
    if isinstance(value, Order):
        parts = {f.name: pack(getattr(value, f.name), f"{name}/{f.name}", arrays) for f in fields(Order)}
        return {"order": parts}
    if isinstance(value, dict):
        return {"map": [[key, pack(item, f"{name}/{key}", arrays)] for key, item in value.items()]}
    if isinstance(value, list) and value and all(isinstance(item, np.datetime64) for item in value):
        arrays[name] = np.array(value)
        return {"dates": name}
    if isinstance(value, (list, tuple, set)):
        items = sorted(value) if isinstance(value, set) else value
        return {type(value).__name__: [pack(item, f"{name}/{i}", arrays) for i, item in enumerate(items)]}
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{name} holds a {type(value).__name__}, which a state cannot keep")


def unpack(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The value that `pack` put away; anything else is refused."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((kind, inner),) = value.items()
        if kind == "array" and inner in arrays:
            return arrays[inner].copy()  # several runs may go on from one state
        if kind == "date" and inner in arrays:
            return arrays[inner][0]
        if kind == "dates" and inner in arrays:
            return list(arrays[inner])
        if kind == "map" and isinstance(inner, list) and all(isinstance(p, list) and len(p) == 2 for p in inner):
            return {key: unpack(item, arrays) for key, item in inner}
        if kind in ("list", "tuple", "set") and isinstance(inner, list):
            return {"list": list, "tuple": tuple, "set": set}[kind](unpack(item, arrays) for item in inner)
        if kind == "order" and isinstance(inner, dict) and set(inner) == {f.name for f in fields(Order)}:
            return Order(**{key: unpack(item, arrays) for key, item in inner.items()})
    raise ValueError("it holds something that is no plain value")


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a zip of .npy files; sizes are looked at first, and objects are refused.

    `np.load` would make room for whatever a header claims before it looks for the data.
    """
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ARRAYS or sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise ValueError("it is larger than any state")
        for entry in entries:
            name = entry.filename.removesuffix(".npy")
            if name in arrays or entry.flag_bits & 1:
                raise ValueError("an array stands in it twice, or is locked")
            if name == "meta" and entry.file_size > MOST_META:
                raise ValueError("its description is larger than any")
            with archive.open(entry) as file:
                arrays[name] = read_array(file.read(entry.file_size + 1), name)
    if "meta" not in arrays or arrays["meta"].dtype != np.uint8:
        raise ValueError("it has no description")
    return arrays


def read_array(data: bytes, name: str) -> np.ndarray:
    """One .npy file in memory as an array of numbers or dates."""
    start = 10 + int.from_bytes(data[8:10], "little")
    header = HEADER.fullmatch(data[10:start]) if data[:8] == MAGIC and start <= 10 + MOST_HEADER else None
    if header is None:
        raise ValueError(f"{name} is written in another way")
    code, sizes = header.group(1).decode(), [int(size) for size in header.group(2).decode().split(",") if size.strip()]
    if code.lstrip("<|") not in DTYPES:
        raise ValueError(f"{name} holds something else than numbers or dates")
    dtype = np.dtype(code)
    if math.prod(sizes) * dtype.itemsize != len(data) - start:
        raise ValueError(f"{name} is not as long as it says")
    return np.frombuffer(data, dtype, offset=start).reshape(sizes).copy()
