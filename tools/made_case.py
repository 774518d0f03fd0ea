"""A made-up displacement case of any size: for the benchmark, or written to a folder in Flee's format.

    python tools/made_case.py some/folder --places 1000 --people 5000000

Places lie at random on a square, the home country in the middle and four neighbours around it, joined by roads to
their nearest neighbours. Conflict begins in a sixth of the places at home, spreads by the month and ends in some.
Nothing in it is real.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

NEIGHBOURS = 4  # roads from each place to its nearest
KM_EACH = 25.0  # typical distance between places


def made_case(places: int = 10_000, people: int = 50_000_000, days: int = 365, seed: int = 1):
    """A `sim.cases.reader.Case` with this many places and people at home."""
    from scipy.spatial import cKDTree

    from sim.cases import graph
    from sim.cases.closures import Closure
    from sim.cases.reader import Case
    from sim.core.conversions import KM_PER_DEGREE

    rng = np.random.default_rng(seed)
    side = KM_EACH * np.sqrt(places)
    x, y = rng.uniform(0.0, side, (2, places))
    inner = (np.abs(x - side / 2) < 0.35 * side) & (np.abs(y - side / 2) < 0.35 * side)
    names = np.array(["North", "East", "South", "West"])
    away = names[np.floor(((np.degrees(np.arctan2(y - side / 2, x - side / 2)) + 135.0) % 360.0) / 90.0).astype(int)]
    country = np.where(inner, "Home", away)
    first = int(np.flatnonzero(inner)[0])  # a place at home comes first
    order = np.concatenate([[first], np.delete(np.arange(places), first)])
    x, y, inner, country = x[order], y[order], inner[order], country[order]
    draw = rng.random(places)
    kind = np.full(places, graph.TOWN, dtype=np.int8)
    kind[inner & (draw < 1 / 6)] = graph.CONFLICT
    kind[inner & (draw > 0.97)] = graph.IDPCAMP
    kind[~inner & (draw < 0.12)] = graph.CAMP
    kind[(draw > 0.5) & (draw < 0.53)] = graph.MARKER
    kind[(draw > 0.53) & (draw < 0.54)] = graph.HUB
    kind[0] = graph.CONFLICT
    size = np.where((kind == graph.CONFLICT) | (kind == graph.TOWN), rng.lognormal(0.0, 1.2, places), 0.0) * inner
    population = np.floor(size / size.sum() * people).astype(np.int64)
    population[0] += people - population.sum()
    camp = graph.is_camp(kind)
    capacity = np.where(camp & (rng.random(places) < 0.5), rng.integers(2_000, 60_000, places), 0)
    begins = np.where(kind == graph.CONFLICT, 30 * rng.integers(0, max(1, days // 30), places), -1)
    begins[0] = 0
    day = np.arange(days)[:, None]
    lasts = np.where(rng.random(places) < 0.3, 90, days)
    at_war = (begins >= 0) & (day >= begins) & (day < begins + lasts)
    intensity = at_war * rng.uniform(0.2, 1.0, places)
    _, near = cKDTree(np.stack([x, y], 1)).query(np.stack([x, y], 1), NEIGHBOURS + 1)
    pairs = np.stack([np.repeat(np.arange(places), NEIGHBOURS), near[:, 1:].ravel()], 1)
    pairs = np.unique(np.sort(pairs, 1), axis=0)
    a, b = pairs.T
    km = np.maximum(1.0, np.hypot(x[a] - x[b], y[a] - y[b]) * rng.uniform(1.0, 1.5, len(a))).round(1)
    camps = np.flatnonzero(camp)
    initial = np.zeros(places, dtype=np.int64)
    initial[camps[: len(camps) // 3]] = 500
    daily = np.concatenate([[0], rng.poisson(people / 5000.0, days - 1)]).astype(np.int64)
    recorded = (initial[camps] + np.cumsum(daily)[:, None] // len(camps)).astype(np.int64)
    return Case(
        name=f"made_{places}",
        start=date(2020, 1, 1),
        days=days,
        places=graph.Places(
            names=[f"P{i}" for i in range(places)],
            country=country.tolist(),
            region=country.tolist(),
            kind=kind,
            lat=y / KM_PER_DEGREE - 5.0,
            lon=x / KM_PER_DEGREE - 5.0,
            population=population,
            capacity=np.where(camp, capacity, 0),
            conflict_day=begins,
        ),
        routes=graph.Routes(a, b, km, np.zeros(len(a), dtype=np.int8)),
        intensity=intensity,
        closures=[Closure("country", "Home", "North", 0, 60), Closure("country", "Home", "West", 120, 200)],
        camps=camps,
        observed=recorded,
        observed_points=[(np.arange(days), recorded[:, c]) for c in range(len(camps))],
        initial=initial,
        arrivals=daily,
    )


def write(case, folder: Path) -> None:
    """Write a case in Flee's format."""
    from sim.cases import graph

    inputs, recorded = folder / "input", folder / "validation"
    inputs.mkdir(parents=True)
    recorded.mkdir()
    types = {
        graph.CONFLICT: "conflict_zone",
        graph.TOWN: "town",
        graph.CAMP: "camp",
        graph.IDPCAMP: "idpcamp",
        graph.HUB: "forwarding_hub",
        graph.MARKER: "marker",
    }
    p, r = case.places, case.routes
    lines = ["#name,region,country,latitude,longitude,location_type,conflict_date,population"]
    for i, name in enumerate(p.names):
        amount = p.capacity[i] if p.capacity[i] else p.population[i]
        since = p.conflict_day[i] if p.kind[i] == graph.CONFLICT else ""
        lines.append(
            f"{name},{p.region[i]},{p.country[i]},{p.lat[i]:.4f},{p.lon[i]:.4f},{types[p.kind[i]]},{since},{amount}"
        )
    (inputs / "locations.csv").write_text("\n".join(lines) + "\n")
    rows = [f"{p.names[a]},{p.names[b]},{km},0" for a, b, km in zip(r.a, r.b, r.km, strict=True)]
    (inputs / "routes.csv").write_text("\n".join(["#name1,name2,distance,forced_redirection", *rows]) + "\n")
    ever = np.flatnonzero(case.intensity.any(0))
    rows = [f"{day}," + ",".join(f"{c:.2f}" for c in case.intensity[day, ever]) for day in range(case.days)]
    (inputs / "conflicts.csv").write_text("\n".join(["#Day," + ",".join(p.names[i] for i in ever), *rows]) + "\n")
    rows = [f"{c.kind},{c.a},{c.b},{c.first},{c.last}" for c in case.closures]
    (inputs / "closures.csv").write_text(
        "\n".join(["#closure_type,name1,name2,closure_start,closure_end", *rows]) + "\n"
    )
    (inputs / "sim_period.csv").write_text(f"StartDate,{case.start}\nLength,{case.days}\n")
    days = sorted({*range(0, case.days, 30), case.days - 1})
    dates = [case.start + timedelta(days=day) for day in days]

    def series(name: str, persons) -> None:
        rows = [f"{when},{persons[day]}" for when, day in zip(dates, days, strict=True)]
        (recorded / name).write_text("\n".join(["#Date,persons", *rows]) + "\n")

    series("refugees.csv", case.observed.sum(1))
    layout = ["total,refugees.csv"]
    for column, row in enumerate(case.camps):
        series(f"{p.names[row].lower()}.csv", case.observed[:, column])
        layout.append(f"{p.names[row]},{p.names[row].lower()}.csv")
    (recorded / "data_layout.csv").write_text("\n".join(layout) + "\n")


def main() -> None:
    """Make a case and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--places", type=int, default=1000)
    parser.add_argument("--people", type=int, default=5_000_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.folder.exists():
        parser.error(f"{options.folder} is there already.")
    write(made_case(options.places, options.people, options.days, options.seed), options.folder)
    print(f"Written to {options.folder}; run it with: sahel displacement case={options.folder}")


if __name__ == "__main__":
    main()
