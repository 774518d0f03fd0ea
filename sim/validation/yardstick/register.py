"""What registers hold of the displaced: figures of IDPs are those of registers, not of people.

    R' = (coverage S - R) / register_days

S is the stock of displaced people within the country, R what the register holds: it takes in a part of them
(registration is voluntary, stops where it is not safe and has left capitals out), and late, both when people come and
when they have gone home. One coverage and one lag for all countries and years (`observation.register_coverage`,
`register_days`). A run that begins amid a displacement begins with a register that is up to date. Refugees' registers
are taken as they are: they are kept person by person, and who comes to a camp is registered on coming (UNHCR).
"""

from __future__ import annotations

import numpy as np

from sim.validation.yardstick.ensemble import Ensemble


def registers(e: Ensemble, place: str) -> np.ndarray:
    """What the register of a country holds at the end of each step that was recorded (T, R); coverage and lag are those
    of each replicate."""
    coverage, days = (e.observation(name) for name in ("register_coverage", "register_days"))
    table = e.table("idps", place)
    stock, step = table.to_numpy(dtype=float), e.step_of(table)
    kept = np.exp(-step / days)
    held = np.empty_like(stock)
    now = coverage * stock[0]
    for t in range(len(stock)):
        now = coverage * stock[t] + (now - coverage * stock[t]) * kept
        held[t] = now
    return held


def registered(e: Ensemble, place: str, day: str) -> np.ndarray:
    """IDPs of a country in the register on a day (R,)."""
    return registers(e, place)[e.row_at("idps", place, day)]


def registered_mean(e: Ensemble, place: str, start: str, end: str) -> np.ndarray:
    """IDPs of a country in the register, mean over the rows from `start` to `end`, both included (R,)."""
    return registers(e, place)[e.within("idps", place, start, end)].mean(axis=0)


def registered_change(e: Ensemble, place: str, year: int) -> np.ndarray:
    """IDPs in the register at the end of a year less those a year before (R,)."""
    return registered(e, place, f"{year}-12-31") - registered(e, place, f"{year - 1}-12-31")
