"""Deaths of the wars before the first day by admin-1 and decade, from a file of UCDP events.

    python -m tools.past_harm FOLDER        # or without FOLDER where SAHEL_DATA names it

FOLDER holds the events that `tools.observed_sums` reads (UCDP GED v21.1, CC BY 4.0; Sundberg and Melander 2013; those
known to the place, some 80 % of all deaths). What is written, `past_harm.csv` in the folder of the map, are sums by
admin-1 of the map and period: civilians killed by a government in its own country, civilians killed by others, dead of
battles with the own government, dead of fights between others. Where a government killed abroad it is not the own one
of those who suffered: such deaths, and battles of a foreign government, are left out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.errors import UserError
from sim.validation.observations import read_events
from sim.world.past_harm import COLUMNS, FILE
from sim.world.region import DATA, load_region
from sim.world.world import World
from tools.observed_sums import EVENTS, SOURCE, on_the_map

PERIODS = ((1989, 1999), (2000, 2011))
STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3


def past_harm(folder: str | Path, world: World) -> pd.DataFrame:
    """A row for each admin-1 and period with a death."""
    raw = pd.read_csv(Path(folder).expanduser() / EVENTS)
    events = on_the_map(read_events(Path(folder).expanduser() / EVENTS), world)
    events["side"] = raw.loc[events.index, "side_a"]
    country = np.array(world.country_names)[world.country[events["cell"]]]
    own = events["side"].to_numpy() == np.char.add("Government of ", country.astype(str))
    government = events["side"].str.startswith("Government of ").to_numpy()
    kind, deaths = events["type"].to_numpy(), events["deaths"].to_numpy()
    admin = world.admin1[events["cell"]]
    rows = []
    for first, last in PERIODS:
        inside = events["year"].between(first, last).to_numpy()
        parts = (
            inside & own & (kind == ONE_SIDED),
            inside & ~government & (kind == ONE_SIDED),
            inside & own & (kind == STATE_BASED),
            inside & (kind == NON_STATE),
        )
        sums = [np.bincount(admin[part], deaths[part], len(world.admin1_names)).astype(int) for part in parts]
        for i, place in enumerate(world.admin1_names):
            if any(s[i] for s in sums):
                rows.append([place, first, last, *(s[i] for s in sums), SOURCE])
    return pd.DataFrame(rows, columns=[*COLUMNS, "source"]).sort_values(["admin1", "first"], ignore_index=True)


def main() -> int:
    """Write the file."""
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SAHEL_DATA")
    try:
        if not folder or not (Path(folder).expanduser() / EVENTS).is_file():
            raise UserError(f"Name a folder with the file '{EVENTS}', or set SAHEL_DATA to it.")
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    table = past_harm(folder, load_region("sahel"))
    table.to_csv(DATA / "sahel" / FILE, index=False, lineterminator="\n")
    print(f"{DATA / 'sahel' / FILE}: {len(table)} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
