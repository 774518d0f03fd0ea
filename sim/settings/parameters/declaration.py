"""What is said of a parameter beside its default: unit, range, meaning, source."""

from __future__ import annotations

from dataclasses import field

JUDGED = "judgement"
#: parameters of earlier versions that are gone, with why: who still sets one is told so
GONE = dict.fromkeys(
    ("parameters.finance.goods_costs", "parameters.finance.hard_price"),
    "goods that do not come enter hardship once, directly (attitudes)",
)


def par(default, unit, low, high, doc, source=JUDGED, contested=False):
    """A parameter: default, unit, range [low, high], meaning, source."""
    return field(
        default=default,
        metadata={"unit": unit, "low": low, "high": high, "doc": doc, "source": source, "contested": contested},
    )
