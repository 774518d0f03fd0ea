"""Paired differences of a stored comparison, for the test of what intervals cover (tests/data/paired_differences.csv).

    sahel compare region=teaching factorial.abuses=[historical,restraint] replicates=200 seed=1 output=some/folder
    python tools/paired_differences.py some/folder

A row for each replicate, a column for each headline outcome and some more of the region.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from sim.recording.aggregation import aggregate_kind
from sim.results.reading.headlines import Headline
from sim.results.result_folder import Folder

CSV = Path(__file__).resolve().parents[1] / "tests" / "data" / "paired_differences.csv"

BESIDES = (
    "idps",
    "refugees_from",
    "newly_displaced",
    "deaths",
    "besieged",
    "without_supply",
    "legitimacy",
    "price_index",
)


def differences(found: Folder) -> pd.DataFrame:
    """Second scenario less the baseline: index replicate, a column for each outcome."""
    units = {name: found.unit(name, "region") for name in BESIDES}
    rows = [*found.headlines, *(Headline("region", name, name, unit) for name, unit in units.items())]
    columns = {}
    for item in rows:
        totals = found.totals(item)
        change = totals[found.scenarios[1]] - totals[found.baseline]
        kind = item.way or aggregate_kind(item.outcome, item.unit)
        if change.any():
            columns[f"{item.outcome} ({kind})"] = change
    return pd.DataFrame(columns)


if __name__ == "__main__":
    differences(Folder(Path(sys.argv[1]))).to_csv(CSV, index=False, float_format="%.4g")
    print(CSV)
