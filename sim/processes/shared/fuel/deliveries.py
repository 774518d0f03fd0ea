"""Deliveries of fuel: what is sent to each town, arrives, is used and lost, by days or parts of them.

    sent = min(order, fleet * usual use * speed) * sqrt(passing)
    order = (use + refill of the store and of what is usually on the way) (1 - m + m / passing^(3/2))
    arrivals after the hours of the way; use falls in proportion below `ration_days` of stock

`m` is the part of a capital's fuel that the state sees to, which reckons with what will not arrive (Yano and Lee 1995
on orders with uncertain yield); traders do not. `T` nodes, `P` communities. Nothing is lost: imported = consumed +
robbed + burnt + in store + under way.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.conversions import DAY_HOURS
from sim.core.views import columns, values
from sim.processes.shared.fuel.answers import speed_of
from sim.settings.parameters.livelihood import Supply

Stores = columns(
    "nodes",
    reads="hours hours_usual passing",
    writes="demand capacity stock transit days days_week served imported consumed robbed burnt",
    name="Stores",
)
DeliveryRules = values(
    "DeliveryRules", Supply, "reserve_days ration_days refill_days fleet handling_days turnaround_hours burnt_share"
)

SLACK = 1e-9  # days by which a step may pass a whole number of them
LEAST_PART = 1e-9  # of an order that comes, so that nothing is divided by nothing
LEAST_WAY = 0.1  # days; no way is shorter, so that nothing is divided by nothing


@njit(cache=True)
def estimate_needs(node, communities, need, reserve_days, demand, capacity):
    """Fuel used in a day with enough of it (m3), and the store that holds `reserve_days` of it, at every node (T,).

    `node` (P,) supplies each community; `need` (T,) is use per person in m3/day.
    """
    demand[:] = 0.0
    for i in range(node.shape[0]):
        demand[node[i]] += communities.residents[i] + communities.hosted[i]
    for n in range(need.shape[0]):
        demand[n] *= need[n]
        capacity[n] = demand[n] * reserve_days


@njit(cache=True)
def deliver(stores, port, seen_to, p, days, sent_off, came):
    """Daily sending, arrival and use of fuel for `days` days (in equal parts of at most one), in place.

    `port` (T,) are those that need no way, `seen_to` (T,) the part of orders that reckons with losses. What is sent to
    each node goes into `sent_off` (T,), m3, what comes through in a day into `came` (T,), m3/day.
    """
    parts = int(math.ceil(days - SLACK))
    h = days / parts
    eating = 1.0 - math.exp(-h / p.ration_days)
    eaten, refill = 1.0 - p.ration_days / h * eating, h / p.refill_days
    for n in range(port.shape[0]):
        demand, hours, passes = stores.demand[n], stores.hours[n], stores.passing[n]
        use_full = demand * h
        if use_full <= 0.0:
            stores.served[n], stores.days_week[n], sent_off[n], came[n] = 1.0, stores.days[n], 0.0, 0.0
            continue
        reached = port[n] or hours < np.inf
        way = max(LEAST_WAY, p.handling_days + (hours / DAY_HOURS if hours < np.inf else 0.0))
        most = p.fleet * use_full * speed_of(hours, stores.hours_usual[n], p.turnaround_hours)
        daring, reckoned = math.sqrt(passes), 1.0
        if seen_to[n] > 0.0:
            reckoned += seen_to[n] * (1.0 / max(LEAST_PART, passes * daring) - 1.0)
        # arrival and use decay; both are solved exactly within the part, as if it were sent and came evenly
        arriving = 1.0 - math.exp(-h / way)
        at_once = 1.0 - way / h * arriving
        full = stores.capacity[n] + demand * way
        store, under_way, total_sent, total_used, total_store = stores.stock[n], stores.transit[n], 0.0, 0.0, 0.0
        for _ in range(parts):
            sent = 0.0
            if reached:  # ordered: the day's use and what is missing in the store and on the way to it
                sent = min((use_full + max(0.0, full - store - under_way) * refill) * reckoned, most) * daring
            safe = sent * passes
            arrived = under_way * arriving + safe * at_once
            under_way += safe - arrived
            used = min(use_full, store * eating + arrived * eaten)
            store += arrived - used
            total_sent += sent
            total_used += used
            total_store += store
        lost = total_sent * (1.0 - passes)
        stores.imported[n] += total_sent
        stores.burnt[n] += p.burnt_share * lost
        stores.robbed[n] += (1.0 - p.burnt_share) * lost
        sent_off[n], came[n] = total_sent, total_sent * passes / days
        stores.consumed[n] += total_used
        stores.stock[n], stores.transit[n] = store, under_way
        stores.served[n] = total_used / use_full / parts
        stores.days[n] = store / demand
        stores.days_week[n] = total_store / demand / parts


def fill_stores(stores, p) -> None:
    """Stores (T,) as in peace, in the first week: full, with what is usually under way."""
    reached = np.isfinite(stores.hours)
    stores.stock[:] = np.where(reached, stores.capacity, 0.0)
    way = p.handling_days + np.where(reached, stores.hours, 0.0) / DAY_HOURS
    stores.transit[:] = np.where(reached, stores.demand * way, 0.0)
    stores.imported[:] = stores.stock + stores.transit
    stores.days[:] = p.reserve_days
    np.divide(stores.stock, stores.demand, out=stores.days, where=stores.demand > 0)
    stores.days_week[:] = stores.days
