"""Bans on capitals: which are in force, whom they call, and what they cost those who give them.

    cost_a = loss_cost dead_a / fighters_a a week + toll_cost (tolls forgone - loot) / upkeep_a
             + blame (its supporters in the country who are in want / all of them)

The dead are those of the week by forces of that state and its partners; tolls forgone those of the capital's fuel that
does not come, loot that of what is robbed on the way. `blame` is the contested parameter of attitudes: above 0 people
blame those who blockade, who lose support, below 0 they blame the state. Units are those of `answers`.
"""

from __future__ import annotations

import numpy as np

from sim.core.codes import ARMY
from sim.core.conversions import WEEK_DAYS
from sim.core.views import columns
from sim.processes.shared.fuel.answers import Bans, no_bans

BanActors = columns("actors", reads="kind persons lost_to blockading", name="BanActors")
BanUnits = columns("units", reads="actor cell home manpower", name="BanUnits")
Hit = columns("communities", reads="residents hosted support blockade_hardship", name="Hit")
Lacking = columns("nodes", reads="demand passing served", name="Lacking")


def bans_now(model, dt, ban_actors, ban_units, hit, lacking) -> Bans:
    """Bans on the capitals of the region: of several groups that ban one, all are called, and the one with the most
    fighters bargains."""
    bans = no_bans(len(model.capital_node))
    most = np.zeros(len(bans.called))
    base = np.where(ban_units.home < 0, ban_units.cell, ban_units.home)
    for order in model.standing_orders(ban_actors.blockading):
        for c in model.capitals_of(order):
            zone = np.full(len(ban_units.actor), -1, dtype=np.int64)
            model.call(order, ban_units.actor, ban_units.manpower, base, zone)
            roads = sum(worth for _, _, worth in model.nearest_points(order))
            fighters = float(ban_units.manpower[zone >= 0].sum()) / max(1.0, roads)
            bans.called[c] += fighters
            if not bans.stands[c] or fighters > most[c]:
                most[c] = fighters
                bans.cost[c] = cost_of(model, order.actor, c, dt, ban_actors, hit, lacking)
            bans.stands[c] = True
    return bans


def cost_of(model, a: int, c: int, dt: float, ban_actors, hit, lacking) -> float:
    """What a ban on the capital of country `c` costs actor `a` a day."""
    p, n = model.p.supply, model.capital_node[c]
    fighters = max(1, int(ban_actors.persons[a]))
    theirs = (ban_actors.kind >= ARMY) & (model.hosts() == c)
    dead = ban_actors.lost_to[a, theirs].sum() * WEEK_DAYS / dt
    passing = lacking.passing[n]
    robbed = (1.0 - p.burnt_share) * (1.0 - passing) * np.sqrt(passing)
    forgone = lacking.demand[n] * (p.toll * max(0.0, 1.0 - lacking.served[n]) - p.loot_worth * robbed)
    here = model.world.country[: len(hit.residents)] == c
    followers = hit.support[here, a] * (hit.residents[here] + hit.hosted[here])
    want = float((followers * hit.blockade_hardship[here]).sum()) / max(1.0, float(followers.sum()))
    cost = p.loss_cost * dead / fighters + p.toll_cost * forgone / fighters
    return float(cost + model.p.attitudes.blockade_blame * want)
