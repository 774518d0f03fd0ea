"""Borders: what states allow one another, read by movement, combat, supply and displacement.

    pursuit_ij = explicit rule if there is one, else base + bloc_gain * [i and j share a bloc];   pursuit_ii = 1
    access_ac = countries_ac for insurgents, militias and foreign forces (where they are hosted);
                for armies and auxiliaries pursuit_state(a),c in their own country and across its borders, and
                invited where their profile names another country
    refuge_cj = 1 - pursuit_jc where c borders on j: how safe those who fight in j are from its forces in c

A border that armies may not cross and insurgents do is a sanctuary (Salehyan 2009): forces of the state attack across a
border only as far as they are permitted (combat), and units that lick their wounds are drawn to where those they fled
may not follow (movement). The G5 and the Alliance of Sahel States differ only in who belongs to them and when.
"""

from __future__ import annotations

from numba import njit

from sim.core.codes import ARMY, AUXILIARY, FOREIGN
from sim.core.views import call, columns, values
from sim.settings.parameters.movement import Borders

Actors = columns("actors", reads="countries state kind leaving persons", writes="access")
Governments = columns("governments", reads="blocs pursuit_rule", writes="pursuit refuge")
BorderRules = values("BorderRules", Borders)


@njit(cache=True)
def pursuits(governments, p):
    """How freely forces of country i may act in country j, 0..1, into `pursuit` (C, C); a rule below 0 is none."""
    rule, blocs = governments.pursuit_rule, governments.blocs
    for i in range(blocs.shape[0]):
        for j in range(blocs.shape[0]):
            if i == j:
                governments.pursuit[i, j] = 1.0
            elif rule[i, j] >= 0.0:
                governments.pursuit[i, j] = rule[i, j]
            else:
                allied = blocs[i] & blocs[j] != 0
                governments.pursuit[i, j] = min(1.0, p.pursuit_base + (p.bloc_pursuit if allied else 0.0))


@njit(cache=True)
def refuges(governments, touching):
    """How safe those who fight in country j are in its neighbour c from j's forces, 0..1, into `refuge` (C, C).

    `touching` (C, C) is which countries have a border with one another.
    """
    for c in range(touching.shape[0]):
        for j in range(touching.shape[0]):
            governments.refuge[c, j] = 1.0 - governments.pursuit[j, c] if touching[c, j] else 0.0


@njit(cache=True)
def access_by_country(actors, pursuit, touching, invited):
    """How freely each actor may act in each country, 0..1, into `access` (A, C); a foreign force that left, nowhere.

    `invited` is the freedom of an army in a country that its profile names beside its own.
    """
    for a in range(actors.access.shape[0]):
        gone = actors.leaving[a] and actors.kind[a] == FOREIGN and actors.persons[a] == 0
        for c in range(actors.access.shape[1]):
            named = actors.countries[a, c]
            actors.access[a, c] = 1.0 if named and not gone else 0.0
            if actors.kind[a] == ARMY or actors.kind[a] == AUXILIARY:
                home = actors.state[a]
                reached = pursuit[home, c] if c == home or touching[home, c] else 0.0
                actors.access[a, c] = max(reached, invited if named else 0.0)


def step(model, dt):
    """Pursuit and refuge between countries and the access of every actor, anew from rules and alliances."""
    actors, governments, p = Actors.of(model), Governments.of(model), BorderRules.of(model.p.borders)
    call(pursuits, governments, p)
    call(refuges, governments, model.country_borders)
    call(access_by_country, actors, governments.pursuit, model.country_borders, p.invited)
