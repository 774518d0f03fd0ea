"""How soon two runs diverge that differ in next to nothing: `python tools/divergence.py`.

A run is copied at a branch and nudged: one resident of one community is taken away, or one person of one unit.
Nothing else differs, and every draw is a function of its row, so whatever difference grows is the model's own: small
causes, large effects. A lever cannot be better paired than this. Prints, by weeks since the nudge, the factor by
which pairing saves replicates (see sim/results/variance_reduction.py), the share of units alive in both runs under
one key, and the share of those that stand in one cell.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

WEEKS = (1, 2, 4, 8, 13, 26, 52, 104, 156, 208)
OUTCOMES = ("displaced", "civilians killed, 4 weeks", "area of the government", "fighters of insurgents")


def parse(arguments=None) -> argparse.Namespace:
    """Words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--region", default="teaching")
    parser.add_argument("--replicates", type=int, default=16)
    parser.add_argument("--branch", type=int, default=104, help="weeks before the nudge (default: 104)")
    parser.add_argument("--weeks", type=int, default=208, help="weeks after it (default: 208)")
    parser.add_argument("--draw", default="contested", help="parameters drawn anew: contested, all, none")
    return parser.parse_args(arguments)


def nudge_resident(model) -> None:
    """One resident less in the community of the median size."""
    residents = model.communities.residents
    residents[np.argsort(residents)[len(residents) // 2]] -= 1


def nudge_unit(model) -> None:
    """One person less in the largest insurgent unit."""
    units = model.units
    of_insurgents = (model.actors.kind[units.actor] == 0) & (units.manpower > 1)
    if of_insurgents.any():
        units.manpower[np.argmax(np.where(of_insurgents, units.manpower, 0))] -= 1


NUDGES = {"nothing": lambda model: None, "a resident": nudge_resident, "a fighter": nudge_unit}


def follow(model, weeks: int) -> dict:
    """Outcomes by week (4, weeks), and keys and cells of the living units each week."""
    outcomes, units = np.zeros((len(OUTCOMES), weeks)), []
    w = model.world
    theatre = w.theatre[w.country]
    insurgents = model.actors.kind == 0
    dead = []
    for week in range(weeks):
        model.step()
        dead.append(float(model.cells.civilians_week[theatre].sum()))
        outcomes[0, week] = model.communities.displaced_from.sum()
        outcomes[1, week] = sum(dead[-4:])
        outcomes[2, week] = w.area_km2[theatre & (model.cells.controller == 0)].sum()
        outcomes[3, week] = model.actors.persons[insurgents].sum()
        alive = model.units.manpower > 0
        units.append((model.units.key[alive], model.units.cell[alive]))
    return {"outcomes": outcomes, "units": units}


def common_units(one, two) -> tuple[float, float]:
    """Share of units (of the mean of both) that live in both, and the share of those that stand in one cell."""
    keys, first, second = np.intersect1d(one[0], two[0], return_indices=True)
    share = 2 * len(keys) / max(1, len(one[0]) + len(two[0]))
    return share, float(np.mean(one[1][first] == two[1][second])) if len(keys) else 0.0


def main(arguments=None) -> int:
    """Run and print."""
    from sim.model.model import ConflictModel
    from sim.results.variance_reduction import factor_of, said
    from sim.runs.snapshot import put_state, take_state
    from sim.settings.compose import settings_for
    from sim.world.region import load_region

    words = parse(arguments)
    settings = settings_for([f"region={words.region}", f"draw={words.draw}"])
    world = load_region(words.region)
    runs = {name: [] for name in NUDGES}
    for replicate in range(words.replicates):
        of_this = settings.with_replicate(replicate)
        model = ConflictModel(of_this, world)
        for _ in range(words.branch):
            model.step()
        state = take_state(model)
        for name, nudge in NUDGES.items():
            model = ConflictModel(of_this, world)
            put_state(model, state)
            nudge(model)
            runs[name].append(follow(model, words.weeks))
    weeks = [week for week in WEEKS if week <= words.weeks]
    print(
        f"Region {words.region}, {words.replicates} replicates, draw={words.draw}; nudged after {words.branch} weeks."
    )
    base = runs["nothing"]
    for name in list(NUDGES)[1:]:
        print(f"\nTaken away: {name}".ljust(41) + "".join(f"{f'week {week}':>11}" for week in weeks))
        for k, outcome in enumerate(OUTCOMES):
            one, two = (np.array([run["outcomes"][k] for run in group]) for group in (runs[name], base))
            factors = factor_of(one, two)
            print(f"  factor: {outcome:<30}" + "".join(f"{said(factors[week - 1]):>11}" for week in weeks))
        pairs = [
            [common_units(a["units"][week - 1], b["units"][week - 1]) for week in weeks]
            for a, b in zip(runs[name], base)
        ]
        shares = np.mean(pairs, axis=0)
        for column, label in enumerate(("units alive in both", "of those, in one cell")):
            print(f"  share: {label:<31}" + "".join(f"{shares[i, column]:>11.2f}" for i in range(len(weeks))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
