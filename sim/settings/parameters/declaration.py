"""Parameters of earlier versions."""

from __future__ import annotations

#: parameters of earlier versions that are gone, with why: who still sets one is told so
GONE = dict.fromkeys(
    ("parameters.finance.goods_costs", "parameters.finance.hard_price"),
    "goods that do not come enter hardship once, directly (attitudes)",
)
