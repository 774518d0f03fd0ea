"""Displaced people of the regional model beside those recorded: refugees by origin and host country, IDPs by country.

    python tools/displacement_history.py --replicates 8 > docs/displacement_history.md

Runs the history as it happened and takes, at the end of every year, who is away from home by country of origin and of
stay, those on the way counted where they go. Recorded are the rows of `sim/validation/observed/displaced.csv` (UNHCR, IDMC).
`sahel history` shows refugees from everywhere; here each figure is compared with the people it counts.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402


def year_ends(settings, last: int) -> dict[int, np.ndarray]:
    """Displaced people by origin and country of stay (C, C) at the end of each year up to `last`."""
    from sim.model.model import ConflictModel

    model = ConflictModel(settings)
    country, co, found = model.world.country, model.cohorts, {}
    pair = country[co.origin].astype(np.int64) * len(model.world.countries) + country[co.place]
    while model.date < date(last + 1, 1, 1) and model.date < settings.end:
        year = model.date.year
        model.step()
        if model.date.year > year or model.date >= settings.end:
            people = np.bincount(pair, co.persons + co.transit, len(model.world.countries) ** 2)
            found[year] = people.reshape(len(model.world.countries), -1)
    return found


def main(arguments=None) -> None:
    """Run and print a page in Markdown."""
    from dataclasses import replace

    from sim.settings.compose import settings_for
    from sim.validation.observations import displaced
    from sim.world.region import load_region

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=8)
    words = parser.parse_args(arguments)
    settings = settings_for([])
    names = load_region(settings.region, settings.resolution).countries
    table = displaced()
    table = table[table.measure.isin(["idps", "refugees"])]
    last = int(table.year.max())
    runs = [year_ends(replace(settings, replicate=number), last) for number in range(words.replicates)]
    print("# Displaced people, recorded and simulated\n")
    print(
        f"Made by `python tools/displacement_history.py --replicates {words.replicates}`; median and range of "
        f"{words.replicates} replicates of `{settings.scenario.name}`. Recorded by UNHCR (refugees and "
        "asylum-seekers) and IDMC (IDPs)."
    )
    for measure, title in (("refugees", "Refugees by origin and host country"), ("idps", "IDPs by country")):
        print(f"\n## {title}, at the end of the year\n")
        print(
            "| origin | stay | year | recorded | simulated | range | simulated / recorded | note |\n" + "|---" * 8 + "|"
        )
        apart, total = [], []
        for row in table[table.measure == measure].sort_values(["origin", "place", "year"]).itertuples():
            if row.year not in runs[0]:
                continue
            values = np.array([run[row.year][names.index(row.origin), names.index(row.place)] for run in runs])
            middle = float(np.median(values))
            apart.append(abs(middle - row.persons))
            total.append(row.persons)
            print(
                f"| {row.origin} | {row.place} | {row.year} | {row.persons:,} | {middle:,.0f} | "
                f"{values.min():,.0f} to {values.max():,.0f} | {middle / row.persons:.2f} | {row.note} |"
            )
        if total:
            print(f"\nSum of differences over the sum of the recorded: {sum(apart) / sum(total):.2f}.")
    print("\n## Where the displaced of each country are at the end of the last year\n")
    theatre = [name for name in ("MLI", "BFA", "NER") if name in names]
    print("| origin | at home | " + " | ".join(names) + " |\n|---|" + "---|" * (len(names) + 1))
    year = max(runs[0])
    for origin in theatre:
        people = np.median([run[year][names.index(origin)] for run in runs], axis=0)
        cells = ["" if names[i] == origin else f"{people[i]:,.0f}" for i in range(len(names))]
        print(f"| {origin} | {people[names.index(origin)]:,.0f} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
