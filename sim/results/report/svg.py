"""Drawing for the page: pictures as SVG in the page itself, in units of a view box; texts are escaped.

Colours and line styles of scenarios are those of the figures (`sim.results.reading.scenario_colours`).
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import numpy as np

from sim.results.reading.scenario_colours import BLUE, GREEN, ORANGE, PINK, RED, SHORT, SKY, WIDE
from sim.results.report.html import Html, tag

#: line styles of scenarios as dashes
DASHES = {"-": None, "--": "7 3", "-.": "7 3 2 3", ":": "2 3", WIDE: "2 7", SHORT: "4 2"}
INK, GREY, PALE = "#1b1b1b", "#595959", "#d9d9d9"
#: colours of states and groups: readable beside one another also where colours are told apart less
STATES = (ORANGE, BLUE, GREEN, PINK, SKY, RED)


def picture(width: float, height: float, label: str, *parts: str) -> Html:
    """A picture with its text alternative."""
    return tag(
        "svg",
        tag("title", label),
        Html("".join(parts)),
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=label,
        style=f"max-width:{1.35 * width:.0f}px",
    )


def words(x: float, y: float, content: object, anchor: str = "start", fill: str = INK, more: str = "") -> str:
    """A text."""
    place = f'x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}" fill="{fill}"'
    return f"<text {place}{more}>{html.escape(str(content))}</text>"


def line(x1: float, y1: float, x2: float, y2: float, colour: str = GREY, width: float = 1, dashes: str | None = None):
    """A straight line."""
    ends = " ".join(f'{key}="{_number(value)}"' for key, value in zip(("x1", "y1", "x2", "y2"), (x1, y1, x2, y2)))
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{_dashed(dashes)}/>'


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str | None = None, more: str = "") -> str:
    """A rectangle."""
    place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(max(width, 0))}" height="{_number(max(height, 0))}"'
    return f'<rect {place} fill="{fill}"{f" stroke={chr(34)}{stroke}{chr(34)}" if stroke else ""}{more}/>'


def curve(x: Sequence[float], y: Sequence[float], colour: str, dashes: str | None = None, width: float = 2) -> str:
    """A line through points; where a value is missing it breaks."""
    pieces, begun = [], False
    for a, b in zip(x, y):
        if math.isfinite(b):
            pieces.append(f"{'L' if begun else 'M'}{_number(a)} {_number(b)}")
        begun = math.isfinite(b)
    return f'<path d="{"".join(pieces)}" fill="none" stroke="{colour}" stroke-width="{width:g}"{_dashed(dashes)}/>'


def band(x: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str) -> str:
    """The area between two lines."""
    known = [row for row in zip(x, low, high) if all(map(math.isfinite, row))]
    there = [f"{_number(a)} {_number(b)}" for a, b, _ in known]
    back = [f"{_number(a)} {_number(c)}" for a, _, c in reversed(known)]
    return f'<path d="M{"L".join([*there, *back])}Z" fill="{colour}" fill-opacity="0.14"/>' if known else ""


def ribbon(x1: float, top1: float, x2: float, top2: float, size: float, fill: str) -> str:
    """A flow of one width between two heights."""
    middle = (x1 + x2) / 2
    n = _number
    ahead = f"M{n(x1)} {n(top1)}C{n(middle)} {n(top1)} {n(middle)} {n(top2)} {n(x2)} {n(top2)}"
    back = (
        f"L{n(x2)} {n(top2 + size)}C{n(middle)} {n(top2 + size)} {n(middle)} {n(top1 + size)} {n(x1)} {n(top1 + size)}"
    )
    return f'<path d="{ahead}{back}Z" fill="{fill}" fill-opacity="0.42"/>'


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers within a range, at most so many steps."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    raw = (high - low) / most
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def range_of(values: Sequence[np.ndarray], zero: bool = True) -> tuple[float, float]:
    """The range of all finite values, with zero in it where that is wanted, never empty."""
    every = np.concatenate([np.ravel(item) for item in values]) if len(values) else np.zeros(1)
    every = every[np.isfinite(every)]
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    return (low, high) if high > low else (low, low + (abs(low) or 1.0))


def _number(value: float) -> str:
    """A coordinate to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _dashed(dashes: str | None) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""
