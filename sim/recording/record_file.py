"""The file of a record: a zip without pickle, the same bytes for the same arrays; maps packed where little is kept."""

import zipfile

import numpy as np

_EPOCH = (1980, 1, 1, 0, 0, 0)  # a fixed time stamp in the zip, so that equal records are equal files


# Packed maps hold steps of 1 % (whole numbers below 100 exactly), as differences from month to month, low
# bytes before high bytes: a fifth to a third of what the numbers themselves take.
STEP = np.log(1.01)


# Weekly maps of persons: four times as many, for a player, where steps of 5 % cannot be seen.
WEEKLY_STEP = np.log(1.05)
#: maps of whole numbers from 0 to 255, which are kept as they are: percent, and tenths of days
BYTES = ("control_share", "fuel_days", "support_insurgents", "support_government")


def codes_of(counts: np.ndarray, step: float = STEP) -> np.ndarray:
    """Persons as steps of 1 %, round(log(1 + n) / log 1.01), int16; or of another `step`, log 1.05 for 5 %."""
    return np.rint(np.log1p(counts) / step).astype(np.int16)


def counts_of(codes: np.ndarray, step: float = STEP) -> np.ndarray:
    """Persons that codes stand for, int32."""
    table = np.rint(np.expm1(step * np.arange(int(codes.max(initial=0)) + 1))).astype(np.int32)
    return table[codes]


def rounded(counts: np.ndarray, step: float = STEP) -> np.ndarray:
    """Persons as a packed map gives them back: within 1 %, exact below 100; or within half of another `step`."""
    return counts_of(codes_of(counts, step), step)


def coarse(values: np.ndarray) -> np.ndarray:
    """Percent in steps of 2 (to nearest, ties to a multiple of 4), uint8."""
    return (2.0 * np.rint(values / 2.0)).astype(np.uint8)


def pack_map(values: np.ndarray, name: str, step: float = STEP) -> np.ndarray:
    """A map over time, (t, N), as bytes: uint8 (2, N, t), or (N, t) where its numbers are bytes already (`BYTES`).

    Controllers are whole numbers already.
    """
    if name in BYTES:
        return np.diff(np.ascontiguousarray(values.T), axis=1, prepend=np.uint8(0))
    codes = values.astype(np.int16) if name == "controller" else codes_of(values, step)
    steps = np.diff(codes.T, axis=1, prepend=np.int16(0))
    return np.ascontiguousarray(np.moveaxis(steps.astype("<i2")[..., None].view(np.uint8), -1, 0))


def unpack_map(packed: np.ndarray, name: str, step: float = STEP) -> np.ndarray:
    """The map of `pack_map`: int16 controllers, uint8 bytes or int32 persons, (t, N)."""
    if name in BYTES:
        return np.ascontiguousarray(np.cumsum(packed, axis=1, dtype=np.uint8).T)
    steps = np.ascontiguousarray(np.moveaxis(packed, 0, -1)).view("<i2")[..., 0]
    codes = np.ascontiguousarray(np.cumsum(steps, axis=1, dtype=np.int16).T)
    return codes if name == "controller" else counts_of(codes, step)


def weekly_step(name: str) -> float:
    """The step of a weekly map of persons: the dead are as exact as in monthly maps."""
    return STEP if name == "dead" else WEEKLY_STEP


def is_wanted(key: str, only: tuple[str, ...] | None) -> bool:
    """Whether the array of this key is among those asked for, such as ("series", "cells/displaced")."""
    return only is None or any(key == name or key.startswith(name + "/") for name in only)


def plain_array(array: np.ndarray, name: str) -> np.ndarray:
    """Turn an array of Python strings into fixed-width text; refuse other objects."""
    array = np.asarray(array)
    if array.dtype.kind in "OT":
        if not all(isinstance(item, str) for item in array.flat):
            raise TypeError(f"{name} holds Python objects; only numbers, dates and text are kept")
        array = array.astype("U")
    return array


def write_npz(file, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays as a zip of .npy files, the same bytes for the same arrays."""
    # np.savez_compressed stamps the time. Entries are of zlib's own level (6): one named to ZipFile is not heeded here.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(name + ".npy", _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
