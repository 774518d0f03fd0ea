"""Borders: what states allow one another, read by movement, combat, supply and displacement.

    pursuit_ij = explicit rule if there is one, else base + bloc_gain * [i and j share a bloc];   pursuit_ii = 1
    permit_ac = area_ac for insurgents, militias and foreign forces (where they are hosted);
                for armies and auxiliaries pursuit_state(a),c in their own country and across its borders, and
                invited where their card names another country
    refuge_cj = 1 - pursuit_jc where c borders on j: how safe those who fight in j are from its forces in c

A border that armies may not cross and insurgents do is a sanctuary (Salehyan 2009): forces of the state attack across a
border only as far as they are permitted (combat), and units that lick their wounds are drawn to where those they fled may
not follow (movement). The G5 and the Alliance of Sahel States differ only in who belongs to them and when.
"""

from __future__ import annotations

from numba import njit

from sim.core.codes import ARMY, AUXILIARY, FOREIGN

READS = (
    "governments.blocs", "governments.pursuit_rule", "actors.countries", "actors.state", "actors.kind", "actors.leaving",
    "actors.persons",
)  # fmt: skip

WRITES = ("governments.pursuit", "governments.refuge", "actors.access")


@njit(cache=True)
def pursuits(rule, blocs, base, gain, pursuit):
    """How freely forces of country i may act in country j, (C, C) in 0..1; `rule` is -1 where none is set."""
    for i in range(blocs.shape[0]):
        for j in range(blocs.shape[0]):
            if i == j:
                pursuit[i, j] = 1.0
            elif rule[i, j] >= 0.0:
                pursuit[i, j] = rule[i, j]
            else:
                pursuit[i, j] = min(1.0, base + (gain if blocs[i] & blocs[j] != 0 else 0.0))


@njit(cache=True)
def refuges(pursuit, touching, refuge):
    """How safe those who fight in country j are in its neighbour c from j's forces, (C, C) in 0..1."""
    for c in range(pursuit.shape[0]):
        for j in range(pursuit.shape[0]):
            refuge[c, j] = 1.0 - pursuit[j, c] if touching[c, j] else 0.0


@njit(cache=True)
def permits(area, state, kind, gone, pursuit, touching, invited, access):
    """How freely each actor may act in each country, (A, C) in 0..1; nowhere if it has `gone` (A,)."""
    for a in range(area.shape[0]):
        for c in range(area.shape[1]):
            access[a, c] = 1.0 if area[a, c] and not gone[a] else 0.0
            if kind[a] == ARMY or kind[a] == AUXILIARY:
                home = state[a]
                reached = pursuit[home, c] if c == home or touching[home, c] else 0.0
                access[a, c] = max(reached, invited if area[a, c] else 0.0)


def step(model, dt):
    """Recompute the matrices of permission from rules and alliances."""
    p, g, a = model.p.borders, model.governments, model.actors
    pursuits(g.pursuit_rule, g.blocs, p.pursuit_base, p.bloc_pursuit, g.pursuit)
    refuges(g.pursuit, model.country_borders, g.refuge)
    gone = a.leaving & (a.kind == FOREIGN) & (a.persons == 0)
    permits(a.countries, a.state, a.kind, gone, g.pursuit, model.country_borders, p.invited, a.access)
