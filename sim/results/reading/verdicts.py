"""Which outcomes `sahel validate` finds off the record, by state: marked in tables and on maps.

`verdicts.csv` is made from docs/validation.md by tools/verdicts.py; a made-up region has no record.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.results.reading.headlines import Headline

if TYPE_CHECKING:
    from sim.results.result_folder import Folder

#: outcomes of the model that stand on those that were judged
STANDS_ON = {
    "displaced": ("idps", "refugees_from"),
    "idps": ("idps",),
    "displaced_hosted": ("idps",),
    "idps_hosted": ("idps",),
    "refugees_from": ("refugees_from",),
    "civilians_killed": ("civilians_killed",),
    "deaths": ("deaths",),
    "area_share": ("control",),
    "inhabited_area_share": ("control",),
    "people_share": ("control",),
    "fuel_days": ("fuel_days",),
}


@cache
def verdicts() -> pd.DataFrame:
    """outcome, place, what, figures, inside, misses."""
    return pd.read_csv(Path(__file__).with_name("verdicts.csv"))


def misses(found: Folder, item: Headline) -> pd.DataFrame:
    """The verdicts that a row stands on and that miss: of its place, or of any state where it is of the theatre."""
    table = verdicts()
    wanted = STANDS_ON.get(item.outcome.partition(".")[0], ())
    table = table[table["misses"].astype(bool) & table["outcome"].isin(wanted)]
    if found.map.get("fictional"):
        return table.iloc[:0]
    configuration = found.run.get("configuration", {}).get(found.baseline, {})
    theatre = (configuration.get("region_info") or {}).get("theatre") or []
    places = theatre if item.place == "region" else [item.place, item.place.partition(".")[0]]
    return table[table["place"].isin(places)]


def failing(found: Folder, item: Headline) -> bool:
    """Whether the record is missed by what a row shows."""
    return len(misses(found, item)) > 0


def told_of(found: Folder, item: Headline) -> list[str]:
    """In words what is missed: `IDPs at year end of Mali (6 of 14 figures within 90 % of the replicates)`."""
    return [
        row.what + (f" ({row.inside} of {row.figures} figures within 90 % of replicates)" if row.figures > 1 else "")
        for row in misses(found, item).itertuples()
    ]
