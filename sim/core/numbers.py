"""Numbers as people read them: in tables, on axes, in lists of criteria. One place for all."""

import math


def _decimals(value: float, sign: str) -> str:
    """One decimal, two where one would show nothing, and no sign before a zero."""
    if abs(value) < 0.005:
        return "0.0"
    return f"{value:{sign}.{1 if abs(value) >= 0.05 else 2}f}"


def outcome_number(value: float, unit: str, signed: bool = False) -> str:
    """An outcome in its unit: 2.34 M, 340 k, 1,230, 12.3 %, 4.5 days."""
    if not math.isfinite(value):
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


def relative_number(value: float) -> str:
    """A difference as a share of what it is a difference to: -12 %, +0.4 %, +1,200 %."""
    if not math.isfinite(value):
        return "?"
    size = abs(100 * value)
    return f"{100 * value:+,.0f} %" if size >= 0.95 else f"{100 * value:+.1f} %" if size >= 0.05 else "0 %"


def short_number(value: float) -> str:
    """Three digits, or whole numbers with commas where there are more: 0.0123, 4.5, 123, 1,234."""
    if not math.isfinite(value):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def factor_number(value: float) -> str:
    """How many times as much: 1.2, 13, > 9,999; "alike" for endlessly, nothing for NaN."""
    if math.isnan(value):
        return ""
    if value > 9999:
        return "alike" if math.isinf(value) else "> 9,999"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def tick_label(value: float, unit: str) -> str:
    """A label of an axis: 2.5 M, 300 k, 40."""
    if unit.split("/")[0] == "persons" and abs(value) >= 1e6:
        return f"{value / 1e6:g} M"
    if unit.split("/")[0] == "persons" and abs(value) >= 1e4:
        return f"{value / 1e3:g} k"
    return f"{value:,g}"


def criterion_number(value: float | None, unit: str) -> str:
    """A cell of the table of observed beside simulated; nothing for None."""
    if value is None:
        return ""
    if unit == "share":
        return f"{100 * value:.0f} %"
    if unit.startswith("log"):
        return f"{value:+.2f}"
    return f"{value / 1000:,.0f} k" if abs(value) >= 20_000 else f"{value:,.0f}"
