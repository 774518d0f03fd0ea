"""Borders: what states allow one another, read by movement, combat, supply and displacement.

    pursuit_ij = explicit rule if there is one, else base + bloc_gain * [i and j share a bloc];   pursuit_ii = 1
    permit_ac = area_ac for insurgents, militias and foreign forces (where they are hosted);
                for armies and auxiliaries pursuit_state(a),c in their own country and across its borders, and
                invited where their card names another country
    refuge_c = 1 - mean pursuit of the neighbours into c

A border that armies may not cross and insurgents do is a sanctuary (Salehyan 2009); the G5 and the Alliance of Sahel
States differ only in who belongs to them and when.
"""

from __future__ import annotations

import numpy as np

from sim.tables import ARMY, AUXILIARY, FOREIGN

READS = (
    "governments.blocs", "governments.pursuit_rule", "actors.area", "actors.state", "actors.kind", "actors.leaving",
    "actors.persons",
)  # fmt: skip
WRITES = ("governments.pursuit", "governments.refuge", "actors.permit")


def pursuit_matrix(rule: np.ndarray, blocs: np.ndarray, base: float, gain: float) -> np.ndarray:
    """How freely forces of country i may act in country j, (C, C) in 0..1; `rule` is -1 where none is set."""
    together = (blocs[:, None] & blocs[None, :]) != 0
    pursuit = np.where(rule >= 0.0, rule, np.minimum(1.0, base + gain * together))
    np.fill_diagonal(pursuit, 1.0)
    return pursuit


def permits(area, state, kind, pursuit, touching, invited: float) -> np.ndarray:
    """How freely each actor may act in each country, (A, C) in 0..1."""
    permit = area.astype(float)
    own = (kind == ARMY) | (kind == AUXILIARY)
    reachable = touching | np.eye(len(touching), dtype=bool)
    permit[own] = np.maximum((pursuit * reachable)[state[own]], invited * area[own])
    return permit


def step(model, dt):
    """Recompute the matrices of permission from rules and alliances."""
    p, g, a = model.p.borders, model.governments, model.actors
    g.pursuit[:] = pursuit_matrix(g.pursuit_rule, g.blocs, p.pursuit_base, p.bloc_pursuit)
    touching = model.country_borders
    refuge = np.where(touching, 1.0 - g.pursuit.T, 0.0).sum(1) / np.maximum(1, touching.sum(1))
    g.refuge[:] = refuge[:, None]
    a.permit[:] = permits(a.area, a.state, a.kind, g.pursuit, touching, p.invited)
    gone = a.leaving & (a.kind == FOREIGN) & (a.persons == 0)
    a.permit[gone] = 0.0
