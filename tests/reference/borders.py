"""Borders, one pair of countries and one actor at a time."""

from __future__ import annotations

from sim.core.codes import ARMY, AUXILIARY, FOREIGN


def step(plain, dt):
    """Pursuit and refuge between governments, then where each actor may act."""
    p = plain.p.borders
    for mine in plain.governments:
        mine.pursuit = [pursuit_of(mine, other, p) for other in plain.governments]
    for host in plain.governments:
        host.refuge = [refuge_from(host, other) for other in plain.governments]
    for actor in plain.actors:
        actor.access = [access_of(plain, actor, country, p) for country in range(len(plain.governments))]


def pursuit_of(mine, other, p) -> float:
    """How freely one state's forces may act in another."""
    if mine is other:
        return 1.0
    rule = mine.pursuit_rule[other.index]
    if rule >= 0.0:
        return rule
    allied = (mine.blocs & other.blocs) != 0
    return min(1.0, p.pursuit_base + (p.bloc_pursuit if allied else 0.0))


def refuge_from(host, other) -> float:
    """How safe those who fight in another country are in this one from its forces."""
    return 1.0 - other.pursuit[host.index] if host.country_borders[other.index] else 0.0


def access_of(plain, actor, country: int, p) -> float:
    """How freely an actor may act in a country."""
    may = 1.0 if actor.countries[country] else 0.0
    if actor.kind == FOREIGN and actor.leaving and actor.persons == 0:
        return 0.0
    if actor.kind not in (ARMY, AUXILIARY):
        return may
    home = plain.governments[actor.state]
    near = country == actor.state or home.country_borders[country]
    return max(home.pursuit[country] if near else 0.0, p.invited * may)
