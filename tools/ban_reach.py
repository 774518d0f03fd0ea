"""Where a ban on a capital is felt: `python tools/ban_reach.py`.

Each replicate is run to the last week before the ban and branched: with the ban, and without it. Prints the part of
the absolute change in people without fuel and besieged (persons, mean of the weeks after the ban and of replicates)
that lies in the country of the capital or on the roads to it, what becomes of fuel in the capital beside pattern P16,
and when escorts come. `roads to it` are communities on a corridor to the capital or supplied from a town at one.
Words `GROUP.KEY=VALUE` are overrides of settings, as for `sahel run`.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import timedelta
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

LORRY_M3 = 40.0
FIRST, LAST = 4, 13  # weeks after the ban of which the mean days of fuel are told
ESCORTS = 500  # persons escorting from which on escorts count as there


def parse(arguments=None) -> argparse.Namespace:
    """Words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--region", default="sahel")
    parser.add_argument("--capital", default="Bamako")
    parser.add_argument("--replicates", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first replicate (default: 0)")
    parser.add_argument("--weeks", type=int, default=15, help="weeks after the ban (default: 15)")
    parser.add_argument("--start", default=None, help="day on which runs start (default: the period's)")
    parser.add_argument("--past", default=None, help="folder of pasts to go on from, made where it has none")
    parser.add_argument("--found", default=None, help="folder of what was found so far, for each replicate")
    parser.add_argument("overrides", nargs="*", help="further overrides of settings")
    return parser.parse_args(arguments)


def is_ban(event, capital: str) -> bool:
    """Whether an event is the order to blockade the capital."""
    return event.effect == "order" and event.get("order") == "blockade" and capital in event["places"]


def along_roads(model, node: int) -> np.ndarray:
    """Communities in the capital's country, on a corridor to it or supplied from a town at one (P,)."""
    from sim.model.blockade_orders import corridors_to

    w = model.world
    e, inside = w.edges, np.zeros(w.n_cells, dtype=bool)
    ends = set()
    for _, way in corridors_to(model, node):
        for edge in way:
            inside[e.edge_cell[e.edge_start[edge] : e.edge_start[edge + 1]]] = True
            ends |= {int(e.u[edge]), int(e.v[edge])}
    inside |= w.country == w.country[w.nodes.cell[node]]
    return inside[: w.n_communities] | np.isin(w.node_of_cell[: w.n_communities], list(ends))


def follow(model, weeks: int, node: int, country: int, ban: bool, capital: str) -> dict:
    """Weeks after the branch: people without fuel and besieged (P,), days of fuel (weeks,), escorts (weeks,)."""
    from sim.core.codes import ESCORT

    if not ban:
        model.event_list = [(day, event) for day, event in model.event_list if not is_ban(event, capital)]
        model.next_event = sum(day < model.t for day, _ in model.event_list)
    w = model.world
    without, besieged = np.zeros(w.n_communities), np.zeros(w.n_communities)
    fuel, escorts, deals, gathers = [], [], [], []
    lost = (model.nodes.robbed + model.nodes.burnt).sum()
    for _ in range(weeks):
        model.step()
        com = model.communities
        people = (com.residents + com.hosted).astype(float)
        without += people * np.maximum(0.0, 1.0 - model.nodes.served[w.node_of_cell[: w.n_communities]]) / weeks
        besieged += people * (com.siege > 0.5) / weeks
        fuel.append(float(model.nodes.days_week[node]))
        mine = (w.country[model.units.cell] == country) & (model.units.posture == ESCORT)
        escorts.append(int(model.units.manpower[mine].sum()))
        deals.append(float(model.governments.deal_days[country]))
        gathers.append(float(model.governments.gather_days[country]))
    lost = ((model.nodes.robbed + model.nodes.burnt).sum() - lost) / LORRY_M3
    people = {"without": without, "besieged": besieged}
    return people | {"fuel": fuel, "escorts": escorts, "deals": deals, "gathers": gathers, "lost": lost}


def pair(options, replicate: int, world) -> tuple[dict, dict, list, np.ndarray, list]:
    """Both branches of a replicate, days of fuel by week before them, who is near (P,), and the days of weeks after."""
    import pickle

    from sim.model.model import ConflictModel
    from sim.runs.snapshot import put_state, take_state
    from sim.settings.compose import settings_for

    words = [f"region={options.region}", "draw=none", "period=record", *options.overrides]
    words += [f"period.start={options.start}"] if options.start else []
    settings = settings_for(words)
    settings.replicate = replicate
    model = ConflictModel(settings, world)
    day = min(day for day, event in model.event_list if is_ban(event, options.capital))
    node = int(np.flatnonzero(np.isin(world.nodes.cell, world.cells_of(options.capital)))[0])
    node = next((int(n) for n in model.capital_node if n >= 0 and world.nodes.cell[n] == world.nodes.cell[node]), node)
    kept = Path(options.past) / f"{replicate}.pickle" if options.past else None
    if kept and kept.exists():
        state, before = pickle.loads(kept.read_bytes())
    else:
        before = []
        while model.t + model.dt <= day:
            model.step()
            before.append(float(model.nodes.days_week[node]))
        state = take_state(model)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps((state, before)))
    country = int(world.country[world.nodes.cell[node]])
    found = []
    for ban in (True, False):
        model = ConflictModel(settings, world)
        put_state(model, state)
        found.append(follow(model, options.weeks, node, country, ban, options.capital))
    dates = [model.settings.region_info.start + timedelta(days=model.t - 7.0 * k) for k in range(options.weeks, 0, -1)]
    return *found, before, along_roads(model, node), dates


def found_before(options, replicate: int, world) -> tuple[dict, dict, list, np.ndarray, list]:
    """As `pair`, but what was found is read where it was run before with the same words and `--found`."""
    import hashlib
    import pickle

    if not options.found:
        return pair(options, replicate, world)
    said = f"{options.region} {options.capital} {options.weeks} {options.start} {sorted(options.overrides)}"
    kept = Path(options.found) / f"{replicate}-{hashlib.sha256(said.encode()).hexdigest()[:12]}.pickle"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(pair(options, replicate, world)))
    return pickle.loads(kept.read_bytes())


def parts(change: np.ndarray, near: np.ndarray, groups: np.ndarray) -> float:
    """Part of the absolute change (P,), summed within groups near and far apart, that is `near`."""
    size = groups.max() + 1
    inside = np.abs(np.bincount(groups, np.where(near, change, 0.0), size)).sum()
    outside = np.abs(np.bincount(groups, np.where(near, 0.0, change), size)).sum()
    return float(inside / max(1.0, inside + outside))


def main(arguments=None) -> None:
    """Run, and print."""
    from sim.world.region import load_region

    options = parse(arguments)
    world = load_region(options.region)
    changes, fuels, held, escorts, lost, deals = {"without": [], "besieged": []}, [], [], [], [], []
    for replicate in range(options.first, options.first + options.replicates):
        banned, free, before, near, dates = found_before(options, replicate, world)
        for name, found in changes.items():
            found.append(banned[name] - free[name])
        august = float(np.mean(before[-4:]))
        fuel = np.array(banned["fuel"])
        low, when = fuel.min(), dates[int(fuel.argmin())]
        timed, deep = (10, 1) <= (when.month, when.day) <= (11, 15), low < 0.35 * august
        relieved = fuel[-1] >= low + 0.25 * august
        held.append((timed, deep, relieved, timed and deep and relieved))
        first = next((week + 1 for week, n in enumerate(banned["escorts"]) if n > ESCORTS), None)
        escorts.append(first)
        fuels.append(fuel)
        lost.append(banned["lost"] - free["lost"])
        deals.append(sum(days > 0.0 for days in banned["deals"]))
        print(
            f"{replicate}: August {august:.2f}, lowest {low:.2f} on {when:%d %b}, last {fuel[-1]:.2f},"
            f" P16 {held[-1][3]}, escorts from week {first} (most {max(banned['escorts'])}), weeks of deal {deals[-1]},"
            f" lorries lost {lost[-1]:.0f}, mean of weeks {FIRST} to {LAST} {fuel[FIRST - 1 : LAST].mean():.2f},"
            f" lorries gather {np.round(banned['gathers'], 1).tolist()}",
            flush=True,
        )
    n = world.n_communities
    country = world.country[:n]
    admin = np.asarray(world.admin1)[:n].astype(np.int64)
    for name, found in changes.items():
        change = np.mean(found, axis=0)
        shares = [parts(change, near, groups) for groups in (np.arange(n), admin, country)]
        print(
            f"{name}: {change[near].sum():,.0f} near, {change[~near].sum():,.0f} elsewhere (persons, mean);"
            f" part of absolute change near: {shares[0]:.2f} by community, {shares[1]:.2f} by region,"
            f" {shares[2]:.2f} by country"
        )
    both = np.mean(changes["without"], axis=0) + np.mean(changes["besieged"], axis=0)
    print("both together:", *(f"{parts(both, near, g):.2f}" for g in (np.arange(n), admin, country)))
    for iso3 in ("MLI", "BFA", "NER"):
        if iso3 in world.countries:
            there = country == world.countries.index(iso3)
            print(iso3, {k: f"{np.mean(v, axis=0)[there].sum():,.0f}" for k, v in changes.items()})
    print("P16 timed, deep, relieved, all:", np.mean(held, axis=0))
    print("days of fuel, median by week:", np.round(np.median(fuels, axis=0), 2).tolist())
    print("lorries lost, median", np.median(lost), "weeks of deal", np.median(deals), "escorts from week", escorts)


if __name__ == "__main__":
    main()
