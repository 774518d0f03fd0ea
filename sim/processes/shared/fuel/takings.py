"""Takings on the roads: tolls on what comes through, and loot of what is stopped, shared by those who stand there.

`T` nodes, `E` edges, `N` cells, `A` actors.
"""

from __future__ import annotations

from numba import njit

from sim.processes.shared.convoys import stopping_weight


@njit(cache=True)
def takings(ways, came, sent_off, passing, along, edges, toll, value, of_taxers, of_robbers):
    """What a fighter on the road takes in a day by cell (N,), in his upkeep: tolls into `of_taxers`, into `of_robbers`
    the loot of the step, both zero before.

    What `came` (T,) to a node in a day has passed every edge of its way, at `toll` for a m3 where all is taxed. Of what
    was `sent_off` (T,) to a node in the step, m3, each edge stops the part that its hazard says of what comes so far
    (`passing`, T,), worth `value` a m3.
    """
    taxed, robbed = came.copy(), sent_off.copy()
    for i in range(ways.sequence.shape[0] - 1, -1, -1):  # from the ends of the ways to the ports
        n = ways.sequence[i]
        before, e = ways.through[n], ways.through_edge[n]
        if before < 0:
            continue
        taxed[before] += taxed[n]
        robbed[before] += robbed[n]
        tolls = toll * edges.taxed[e] * taxed[n] / edges.taxers[e] if edges.taxers[e] > 0.0 else 0.0
        stopped = robbed[n] * passing[before] * edges.hazard[e]
        loot = value * stopped / edges.blockers[e] if edges.blockers[e] > 0.0 else 0.0
        if tolls > 0.0 or loot > 0.0:
            for j in range(along.start[e], along.start[e + 1]):
                if along.km[j] > 0.0:
                    of_taxers[along.cell[j]] += tolls
                    of_robbers[along.cell[j]] += loot


@njit(cache=True)
def share_takings(of_taxers, of_robbers, road_units, tax_units, rob_units, raid_weight, tolls, loot):
    """Tolls (A,) of the `tax_units` (rows) into `tolls`, loot (A,) of the `rob_units` added to `loot`: units along a
    road share by how many they are, and by how much they stop."""
    tolls[:] = 0.0
    for u in tax_units:
        tolls[road_units.actor[u]] += road_units.manpower[u] * of_taxers[road_units.cell[u]]
    for u in rob_units:
        stops = stopping_weight(road_units.posture[u], raid_weight) * road_units.manpower[u]
        loot[road_units.actor[u]] += stops * of_robbers[road_units.cell[u]]
