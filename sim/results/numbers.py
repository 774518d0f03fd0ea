"""Numbers as tables show them."""

import numpy as np


def _decimals(value: float, sign: str) -> str:
    """One decimal, two where one would show nothing, and no sign before a zero."""
    if abs(value) < 0.005:
        return "0.0"
    return f"{value:{sign}.{1 if abs(value) >= 0.05 else 2}f}"


def number(value: float, unit: str, signed: bool = False) -> str:
    """A number to be read by people: 2.34 M, 340 k, 1,230, 12.3 %, 4.5 days."""
    if not np.isfinite(value):
        return "?"
    sign = "+" if signed else ""
    if unit == "0..1":
        return f"{_decimals(100 * value, sign)} {'pts' if signed else '%'}"
    size = abs(value)
    if unit.split("/")[0] != "persons":
        return _decimals(value, sign)
    if size >= 999_500:
        return f"{value / 1e6:{sign}.2f} M"
    if size >= 9_950:
        return f"{value / 1e3:{sign}.0f} k"
    return f"{value:{sign},.0f}"
