"""What seasons change: `python -m tools.seasons FOLDER` runs `history` to the end of 2020 with and without them.

    python -m tools.seasons FOLDER --replicates 12 [--only 0 2 4]     runs what FOLDER lacks, one file a run
    python -m tools.seasons FOLDER --report [--figure docs/images/seasons.png]

Every run is summed up by calendar month: violent events and deaths in the three states, by who began them; hardship in
farming and herding places; units under way; hours of convoys to places behind tracks; besides deaths by year and
country and the displaced at the end of each year. Tables compare pairs; where `SAHEL_DATA` has the record (UCDP deaths
by country and month, events known to the place), sums of it by month stand beside.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from sim.core.codes import ARMY

BASE = ("period=history",)
OFF = ("parameters.season.slow=0", "parameters.season.lean=0")
STATES = ("MLI", "BFA", "NER")
LAST = 2020
RAINY = np.array([6, 7, 8])  # July to September, from 0
LEAN = {"farming": np.array([5, 6, 7, 8]), "pastoral": np.array([3, 4, 5])}
MONTHLY = (
    *("weeks", "events", "deaths", "by_irregulars", "by_state", "farming", "pastoral", "under_way", "hours"),
    *("price", "fled"),
)


def settings_of(replicate: int, on: bool):
    """Settings of a run."""
    from sim.settings.compose import settings_for

    return settings_for([*BASE, f"replicate={replicate}", *(() if on else OFF)])


def run(replicate: int, on: bool) -> dict:
    """Sums of one run by month (12,) and by year."""
    from sim.model.model import ConflictModel
    from sim.world.region import load_region

    settings = settings_of(replicate, on)
    model = ConflictModel(settings, load_region(settings.region, settings.resolution))
    w = model.world
    rows = [w.countries.index(iso3) for iso3 in STATES]
    ours = np.isin(w.country, rows)
    people = np.where(ours[: w.n_communities], w.population[: w.n_communities], 0)
    north = w.lat[: w.n_communities] >= settings.region_info.extra["lean_season"]["pastoral_from"]
    tracked = behind_tracks(w) & np.isin(w.country[w.nodes.cell], rows)
    month = {name: np.zeros(12) for name in MONTHLY}
    deaths, displaced = {}, {}
    while model.date <= date(LAST, 12, 31):
        middle = model.date + timedelta(days=3)
        m = middle.month - 1
        before = int(model.communities.displaced_from[people > 0].sum())
        model.step()
        log = model.log[: model.logged]
        dead = log["deaths_a"] + log["deaths_b"] + log["civilians"]
        there = ours[log["cell"]] & (dead > 0)
        irregular = model.actors.kind[log["initiator"]] < ARMY
        hardship = model.communities.hardship
        under_way = (model.units.target >= 0) & (model.units.manpower > 0)
        now = {
            "weeks": 1,
            "events": there.sum(),
            "deaths": dead[there].sum(),
            "by_irregulars": (there & irregular).sum(),
            "by_state": (there & ~irregular).sum(),
            "farming": np.average(hardship, weights=people * ~north),
            "pastoral": np.average(hardship, weights=people * north),
            "under_way": under_way.sum() / (model.units.manpower > 0).sum(),
            "hours": model.nodes.hours[tracked].mean(),
            "price": model.nodes.price[tracked].mean(),
            "fled": max(0, int(model.communities.displaced_from[people > 0].sum()) - before),
        }
        for name, value in now.items():
            month[name][m] += value
        by_country = deaths.setdefault(str(middle.year), [0, 0, 0])
        for i, row in enumerate(rows):
            by_country[i] += int(dead[(w.country[log["cell"]] == row) & (dead > 0)].sum())
        origin = [model.communities.displaced_from[w.country[: w.n_communities] == row].sum() for row in rows]
        displaced[str(middle.year)] = [int(n) for n in origin]
    return {"month": {k: v.tolist() for k, v in month.items()}, "deaths": deaths, "displaced": displaced}


def behind_tracks(world) -> np.ndarray:
    """Supply nodes to which no paved road leads (T,)."""
    from sim.world.tables import EDGE_KINDS

    e, bare = world.edges, np.ones(len(world.nodes), dtype=bool)
    for end in (e.u, e.v):
        bare[end[e.kind == EDGE_KINDS["paved"]]] = False
    return bare


def read(folder: Path) -> dict[bool, list[dict]]:
    """Runs with and without seasons, of the replicates that have both."""
    found = {
        on: {int(p.stem.split("_")[1]): p for p in folder.glob(f"{'on' if on else 'off'}_*.json")} for on in (1, 0)
    }
    both = sorted(set(found[1]) & set(found[0]))
    return {bool(on): [json.loads(found[on][r].read_text()) for r in both] for on in (1, 0)}


def by_week(one: dict, name: str) -> np.ndarray:
    """A monthly sum of a run over the weeks whose middle lay in the month (12,)."""
    return np.array(one["month"][name]) / np.array(one["month"]["weeks"])


def share_of(values: np.ndarray, months: np.ndarray) -> float:
    """Part of a year that falls into some months, of values by week."""
    return float(values[months].sum() / values.sum())


def ratio_of(values: np.ndarray, months: np.ndarray) -> float:
    """Mean of some months over that of all others."""
    return float(values[months].mean() / np.delete(values, months).mean())


def outcomes(one: dict) -> dict[str, float]:
    """What the page names, of one run."""
    found = {f"share of {name}, July to September": share_of(by_week(one, name), RAINY) for name in MONTHLY[1:5]}
    for where, months in LEAN.items():
        found[f"hardship, {where}, lean season over the rest"] = ratio_of(by_week(one, where), months)
        found[f"hardship, {where}, mean of the year"] = float(by_week(one, where).mean())
    for name in ("under_way", "hours", "price", "fled"):
        found[f"{name}, July to September over the rest"] = ratio_of(by_week(one, name), RAINY)
    for i, iso3 in enumerate(STATES):
        found[f"deaths {iso3}, 2012-{LAST}"] = float(sum(year[i] for year in one["deaths"].values()))
        found[f"displaced of {iso3}, end of {LAST}"] = float(one["displaced"][str(LAST)][i])
    return found


def report(folder: Path) -> Iterator[str]:
    """Rows of a table: median off, median on, mean paired difference with its standard error."""
    runs = read(folder)
    off, on = ([outcomes(one) for one in runs[way]] for way in (False, True))
    yield f"{len(on)} pairs"
    yield "| outcome | off | on | difference (standard error) |\n|---|---|---|---|"
    for name in off[0]:
        a, b = (np.array([one[name] for one in way]) for way in (off, on))
        error = (b - a).std(ddof=1) / np.sqrt(len(a)) if len(a) > 1 else float("nan")
        yield f"| {name} | {np.median(a):.4g} | {np.median(b):.4g} | {(b - a).mean():+.3g} ({error:.2g}) |"
    for i, iso3 in enumerate(STATES):
        for year in runs[True][0]["deaths"]:
            a, b = (np.array([one["deaths"][year][i] for one in runs[way]]) for way in (False, True))
            yield f"{iso3} {year}: deaths off {np.median(a):.0f}, on {np.median(b):.0f}"
    for name, values in recorded().items():
        monthly = ", ".join(f"{value:.0f}" for value in values)
        yield f"recorded {name}: {monthly}; July to September {share_of(values, RAINY):.3f}"


def recorded() -> dict[str, np.ndarray]:
    """Sums of the record by month (12,), each over the days of the month; none where there is no record."""
    folder = Path(os.environ.get("SAHEL_DATA", ""))
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    files = {
        "deaths": (folder / "ucdp_country_month_fatalities.csv", lambda row: float(row["fatalities"])),
        "events": (folder / "ucdp_ged_v21_1_precise_events.csv", lambda row: float(row["best_death"] or 0) > 0),
    }
    found = {}
    for name, (path, value) in files.items():
        if not path.is_file():
            continue
        with path.open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["iso3"] in STATES and int(row["year"]) >= 2012]
        for first, last in ((2012, 2022), (2012, 2016), (2017, 2019), (2020, 2022)):
            total = np.zeros(12)
            for row in rows:
                if first <= int(row["year"]) <= last:
                    total[int(row["month"]) - 1] += value(row)
            if total.any():
                found[f"{name} {first}-{last}"] = total / days * days.mean()
    return found


def draw(folder: Path, path: Path) -> None:
    """Figure: events and hardship by month, on and off, as parts of the mean month, median and 10 to 90 %."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    runs, record = read(folder), recorded()
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), layout="constrained")
    months, panels = np.arange(12), (("events", "Violent events"), ("farming", "Hardship, farming"), ("pastoral", None))
    for axis, (name, title) in zip(axes, panels, strict=True):
        for on, colour, word in ((False, "0.45", "no seasons"), (True, "tab:blue", "seasons")):
            values = np.array([by_week(one, name) / by_week(one, name).mean() for one in runs[on]])
            low, middle, high = np.percentile(values, (10, 50, 90), axis=0)
            axis.fill_between(months, low, high, color=colour, alpha=0.2, linewidth=0)
            axis.plot(months, middle, color=colour, label=word)
        if name == "events" and "deaths 2012-2022" in record:
            deaths = record["deaths 2012-2022"]
            axis.plot(months, deaths / deaths.mean(), "k.", label="recorded deaths (UCDP)")
        axis.set_title(title or "Hardship, herding (from 15.5 N)", fontsize=10)
        axis.set_xticks(months, "JFMAMJJASOND")
        axis.axhline(1.0, color="0.8", linewidth=0.8, zorder=0)
        axis.set_ylim(0.5, 2.05 if name == "events" else 1.5)
    axes[0].set_ylabel("over the mean of the year")
    axes[0].legend(frameon=False, fontsize=8, loc="lower left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--replicates", type=int, default=12)
    parser.add_argument("--only", type=int, nargs="*", help="these replicates alone")
    parser.add_argument("--report", action="store_true", help="print tables of what is there")
    parser.add_argument("--figure", type=Path)
    said = parser.parse_args(arguments)
    said.folder.mkdir(parents=True, exist_ok=True)
    if not said.report and not said.figure:
        for replicate in said.only or range(said.replicates):
            for on in (True, False):
                path = said.folder / f"{'on' if on else 'off'}_{replicate}.json"
                if not path.is_file():
                    path.write_text(json.dumps(run(replicate, on)))
                    print(path, flush=True)
    if said.report:
        print("\n".join(report(said.folder)))
    if said.figure:
        draw(said.folder, said.figure)


if __name__ == "__main__":
    main()
