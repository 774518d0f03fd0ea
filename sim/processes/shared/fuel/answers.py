"""What a state does against want of fuel in its capital: what it foresees, escorts, and deals bargained over.

    feared = min(passing, 1 - credence (1 - exp(-kappa called)))       under a ban that no deal suspends; else passing
    come   = min(1, fleet speed feared^(3/2))                          part of the use of a day that will come
    empty  = (stock + transit) / (demand (1 - come))                   days until empty
    foreseen = (1 - come) max(0, 1 - empty / horizon)                  part of the use of the horizon that will lack
    effort -> min(1, need max(shortage, foreseen)) min(1, treasury + means), with a lag
    cost_s = shortage + escort_cost effort
    rate of a deal = (cost_s+ + cost_a+) / ban_worth                   1/day
    its length = shortest (longest / shortest)^(cost_a+ / (cost_s + cost_a+))

`called` are the fighters whom the ban calls to a corridor that matters fully; `cost_a` what the ban costs those who
give it (`sim.processes.shared.fuel.bans`). Costs a day are in units of a capital without any fuel, the stake
`ban_worth` in days of it. In a war of attrition each side is as likely to give in on a day as makes the other
indifferent between waiting and giving in, the other's cost over the stake (Maynard Smith 1974; Bishop and Cannings
1978; Fearon 1998; Slantchev 2003): the chance that both still hold out falls with the costs so far,
exp(-sum of costs / stake). Who suffers more gets less of the deal (Nash 1950; Rubinstein 1982). A ban outlives its
deals.

The answer of before (`answer_shortage`, the variant `patient`): escorts follow the shortage in the capital after a
delay, and a deal gets likelier the longer the shortage lasts. `C` countries, `T` nodes.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.draws import uniform
from sim.core.views import bundle, columns, values
from sim.settings.parameters.livelihood import Supply

Governments = columns(
    "governments",
    reads="trade treasury",
    writes="shortage shortage_days foreseen escorts massed gather_days deal_days",
)
#: the stores that a state looks at
Outlook = columns("nodes", reads="demand stock transit hours hours_usual passing days_week", name="Outlook")
ShortageRules = values(
    "ShortageRules",
    Supply,
    "short_below shortage_lag_days short_counts relief_below escort_need escort_means escort_lag_days deal_rate"
    " deal_patience_days deal_urgency_most deal_length_days",
)
ForesightRules = values(
    "ForesightRules",
    Supply,
    "kappa fleet turnaround_hours foresight_days ban_credence ready_days escort_cost ban_worth"
    " deal_shortest deal_longest",
)
#: by country (C,): key in draws and node of the capital (-1 for none); by node (T,): days of fuel in peace
Capitals = bundle("Capitals", "key node days_usual")
#: bans on capitals, by country (C,): whether one is in force, fighters called to a corridor, what it costs a day
Bans = bundle("Bans", "stands called cost")

DEAL = 0  # number of the draw by country
NO_DAYS = 1e-9  # instead of nothing, to divide by


@njit(cache=True)
def speed_of(hours, hours_usual, turnaround):
    """Rounds of a lorry in a day, relative to those on the usual way: fewer on a longer way, never more. All in
    hours."""
    return 1.0 if hours <= hours_usual else (hours_usual + turnaround) / (hours + turnaround)


@njit(cache=True)
def feel_shortage(c, governments, capitals, days_week, p, dt):
    """Shortage in a capital as those in power feel it, and how long it lasts, in place."""
    short = 0.0
    if capitals.node[c] >= 0:
        n = capitals.node[c]
        short = min(1.0, max(0.0, 1.0 - days_week[n] / (p.short_below * max(NO_DAYS, capitals.days_usual[n]))))
    governments.shortage[c] += (short - governments.shortage[c]) * (1.0 - math.exp(-dt / p.shortage_lag_days))
    before = governments.shortage_days[c]
    governments.shortage_days[c] = before + dt if short > p.short_counts else max(0.0, before - dt)
    governments.deal_days[c] = max(0.0, governments.deal_days[c] - dt)


@njit(cache=True)
def foresee(demand, held, hours, hours_usual, feared, p):
    """Days until a store is empty, and the part of the use of the coming `foresight_days` that will be lacking.

    `demand` is in m3/day, `held` the m3 in store and under way, `feared` the chance of a lorry to come through.
    """
    if demand <= 0.0 or p.foresight_days <= 0.0:
        return math.inf, 0.0
    come = 0.0
    if hours < math.inf:
        come = min(1.0, p.fleet * speed_of(hours, hours_usual, p.turnaround_hours) * feared * math.sqrt(feared))
    if come >= 1.0:
        return math.inf, 0.0
    empty = held / (demand * (1.0 - come))
    return empty, (1.0 - come) * max(0.0, 1.0 - empty / p.foresight_days)


@njit(cache=True)
def agreed_days(cost_state, cost_group, p):
    """How long a deal holds, in days: the longer the more the ban costs those who give it, of what it costs both."""
    suffers = max(0.0, cost_group)
    both = max(0.0, cost_state) + suffers
    share = suffers / both if both > 0.0 else 0.0
    return p.deal_shortest * (p.deal_longest / p.deal_shortest) ** share


@njit(cache=True)
def answer_ban(draws, governments, capitals, outlook, bans, answer, p, q, dt):
    """Shortage in each capital (C,) and what is foreseen, escorts, convoys and deals against it, in place.

    `answer` has the days of a scenario's delay and whether states choose by need and means, or a scenario has them
    send escorts or make deals, so many days after the shortage began; `p` are `ShortageRules`, `q` `ForesightRules`.
    """
    delay, chooses, sends, deals = answer
    for c in range(capitals.node.shape[0]):
        feel_shortage(c, governments, capitals, outlook.days_week, p, dt)
        shortage, n, foreseen = governments.shortage[c], capitals.node[c], 0.0
        suspended = governments.deal_days[c] > 0.0
        if n >= 0:
            feared = outlook.passing[n]
            if bans.stands[c] and not suspended:
                feared = min(feared, 1.0 - q.ban_credence * (1.0 - math.exp(-q.kappa * bans.called[c])))
            held = outlook.stock[n] + outlook.transit[n]
            _, foreseen = foresee(outlook.demand[n], held, outlook.hours[n], outlook.hours_usual[n], feared, q)
        governments.foreseen[c] = foreseen
        due, lasting = governments.shortage_days[c] >= delay, shortage > p.relief_below
        effort = 0.0
        if chooses:
            need = min(1.0, p.escort_need * max(shortage, foreseen))
            effort = need * min(1.0, governments.treasury[c] + p.escort_means)
        elif sends:  # as long as there is a shortage; then they stay as they are
            effort = 1.0 if due and lasting else governments.escorts[c]
        governments.escorts[c] += (effort - governments.escorts[c]) * (1.0 - math.exp(-dt / q.ready_days))
        governments.gather_days[c] = 0.0
        governments.massed[c] = governments.escorts[c] if governments.escorts[c] > p.relief_below else 0.0
        if chooses and bans.stands[c] and not suspended:
            cost = shortage + q.escort_cost * governments.escorts[c]
            rate = (cost + max(0.0, bans.cost[c])) / q.ban_worth
            if rate > 0.0 and uniform(draws, capitals.key[c], DEAL) < 1.0 - math.exp(-rate * dt):
                governments.deal_days[c] = agreed_days(cost, bans.cost[c], q)
        elif deals and due and lasting:
            governments.deal_days[c] = p.deal_length_days


@njit(cache=True)
def answer_shortage(draws, governments, capitals, outlook, answer, p, dt):
    """The answer of before (see the module), in place; arguments as in `answer_ban`."""
    delay, chooses, sends, deals = answer
    for c in range(capitals.node.shape[0]):
        feel_shortage(c, governments, capitals, outlook.days_week, p, dt)
        shortage, days = governments.shortage[c], governments.shortage_days[c]
        governments.foreseen[c], governments.massed[c], governments.gather_days[c] = 0.0, 0.0, 0.0
        due, lasting = days >= delay, shortage > p.relief_below
        effort = 0.0
        if chooses and due:
            effort = min(1.0, p.escort_need * shortage) * min(1.0, governments.treasury[c] + p.escort_means)
        elif sends:  # as long as there is a shortage; then they stay as they are
            effort = 1.0 if due and lasting else governments.escorts[c]
        governments.escorts[c] += (effort - governments.escorts[c]) * (1.0 - math.exp(-dt / p.escort_lag_days))
        if chooses and governments.deal_days[c] <= 0.0:
            urgency = min(p.deal_urgency_most, max(0.0, days / p.deal_patience_days - 1.0))
            rate = p.deal_rate * shortage * urgency
            if rate > 0.0 and uniform(draws, capitals.key[c], DEAL) < 1.0 - math.exp(-rate * dt):
                governments.deal_days[c] = p.deal_length_days
        elif deals and due and lasting:
            governments.deal_days[c] = p.deal_length_days


def no_bans(countries: int) -> Bans:
    """No ban on any capital."""
    return Bans(np.zeros(countries, dtype=bool), np.zeros(countries), np.zeros(countries))
