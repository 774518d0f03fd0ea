"""Numbers for a page: rounded to levels, kept as changes, deflated, as base64 in JSON.

A layer is codes (T, N), one byte a cell and step, code 0 where there is no value. Most cells stay as they were, so only
changes are kept, cell after cell: how many there are, the steps between them (varints), and then for all of them the
difference of the code to that before, modulo 256. Cell by cell takes half the room of frame by frame, since a cell
returns to what it was. `read_changes` of the page (sim/results/player/browser/unpack.js) is the way back.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np

#: ratio of two levels of persons: what is shown lies within half of that
STEP = 0.1
#: the most persons in a level
MOST = 20_000_000


def persons_levels(first: tuple[float, ...] = ()) -> np.ndarray:
    """Levels of persons, each at most a tenth above the one before, all whole numbers up to ten; `first` before 1."""
    levels = [0.0, *first, 1.0]
    while levels[-1] < MOST:
        levels.append(max(levels[-1] + 1, float(np.floor(levels[-1] * (1 + STEP)))))
    return np.array(levels)


def nearest_level(values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Codes (uint8) of the nearest levels: 1 for the first, 0 where a value is NaN."""
    if len(levels) > 255:
        raise ValueError(f"{len(levels)} levels do not fit into a byte")
    values = np.asarray(values, dtype=float)
    codes = np.searchsorted((levels[1:] + levels[:-1]) / 2, np.nan_to_num(values), side="right") + 1
    return np.where(np.isnan(values), 0, codes).astype(np.uint8)


def held(codes: np.ndarray, slack: int) -> np.ndarray:
    """Codes (T, N) that stay as they are until they would be off by more than `slack` levels."""
    if not slack:
        return codes
    found = codes.copy()
    for step in range(1, len(found)):
        before, now = found[step - 1].astype(int), codes[step].astype(int)
        stays = (np.abs(now - before) <= slack) & (now > 0) & (before > 0)
        found[step] = np.where(stays, before, now)
    return found


def pack_changes(codes: np.ndarray) -> dict[str, Any]:
    """Codes (T, N) of one byte as changes: `steps`, `cells`, `head` (bytes before the differences), `data`."""
    steps, cells = codes.shape
    columns = np.zeros((cells, steps + 1), dtype=np.int16)
    columns[:, 1:] = codes.T
    differences = np.diff(columns, axis=1)
    cell, step = np.nonzero(differences)
    first = np.searchsorted(cell, np.arange(cells + 1))
    head = bytearray()
    for number in range(cells):
        own = step[first[number] : first[number + 1]]
        _varint(head, len(own))
        for gap in np.diff(own, prepend=-1):
            _varint(head, int(gap) - 1)
    tail = (differences[cell, step] % 256).astype(np.uint8).tobytes()
    return {"steps": steps, "cells": cells, "head": len(head), "data": _deflated(bytes(head) + tail)}


def unpack_changes(packed: dict[str, Any]) -> np.ndarray:
    """The codes of `pack_changes`, uint8 (T, N)."""
    content = zlib.decompress(base64.b64decode(packed["data"]))
    numbers, tail = iter(_varints(content[: packed["head"]])), iter(content[packed["head"] :])
    codes = np.zeros((packed["cells"], packed["steps"]), dtype=np.uint8)
    for row in codes:
        step, code = -1, 0
        for _ in range(next(numbers)):
            step += next(numbers) + 1
            code = (code + next(tail)) % 256
            row[step:] = code
    return codes.T.copy()


def pack_integers(values: Iterable[int]) -> dict[str, Any]:
    """Whole numbers as differences, the sign in the lowest bit: `count`, `data`."""
    whole = np.asarray(list(values), dtype=np.int64)
    content = bytearray()
    for step in np.diff(whole, prepend=0).tolist():
        _varint(content, 2 * step if step >= 0 else -2 * step - 1)
    return {"count": len(whole), "data": _deflated(bytes(content))}


def unpack_integers(packed: dict[str, Any]) -> np.ndarray:
    """The whole numbers of `pack_integers`."""
    steps = [number >> 1 if not number & 1 else -((number + 1) >> 1) for number in _varints(_inflated(packed["data"]))]
    return np.cumsum(np.array(steps, dtype=np.int64))


def json_in_page(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _varint(content: bytearray, number: int) -> None:
    """Append a whole number from 0 on, seven bits a byte, the lowest first."""
    while number > 127:
        content.append(number & 127 | 128)
        number >>= 7
    content.append(number)


def _varints(content: bytes) -> list[int]:
    """All whole numbers that were appended."""
    found, number, shift = [], 0, 0
    for byte in content:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(number)
            number, shift = 0, 0
    return found


def _deflated(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def _inflated(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
