"""What aid does, what a partner is paid, and the training that partners give.

Aid has three instruments, each of which reaches those in fear only where it is protected: political aid adds to
legitimacy (politics) and takes from the grievance of those who join (recruitment), developmental aid brings work and
services of the state, humanitarian aid relieves hardship, and by that flight (displacement), and wins nobody support
(Zürcher 2017; Berman, Shapiro and Felter 2011; Blattman and Annan 2016; Gilligan, Mvukiyehe and Samii 2013; Lyall, Zhou
and Imai 2020). A partner is paid out of the state's means, less what it takes in gold where it stands at mines (US
Africa Command 2022; Blood Gold Report 2023).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import FOREIGN
from sim.core.conversions import THOUSAND
from sim.core.views import bundle

#: aid by country (C,): what relieves hardship, gives work, adds to benefits of the state, takes grievance away; whether
#: it goes on where violence is
Aid = bundle("Aid", "relief work services inclusion protected")


def instruments(governments) -> Aid:
    """What the aid given in each country does, each kind something else."""
    developmental = governments.aid_developmental
    political, protected = governments.aid_political, governments.aid_protected
    return Aid(governments.aid_humanitarian, developmental, developmental, political, protected)


def alike(governments) -> Aid:
    """All kinds of aid relieve hardship and add to benefits, and add to one another (variant `aid_alike`)."""
    missing = 1.0 - governments.aid_political
    missing *= 1.0 - governments.aid_developmental
    missing *= 1.0 - governments.aid_humanitarian
    nothing = np.zeros(len(missing))
    return Aid(1.0 - missing, nothing, 1.0 - missing, nothing, governments.aid_protected)


@njit(cache=True)
def partner_costs(actors, cells, governments, place, p):
    """What the partner of every government is paid out of its means (C,); men who stand at mines are paid out of these,
    as far as their force seeks resources."""
    cost = np.zeros(governments.partner.shape[0])
    for c in range(cells.presence.shape[0]):
        partner = governments.partner[place.country[c]]
        if partner >= 0 and cells.presence[c, partner] > 0.0:
            gold = p.gold_pays * actors.mandate_seek_resources[partner] * min(1.0, place.extraction[c])
            cost[place.country[c]] += p.partner_pay / THOUSAND * cells.presence[c, partner] * (1.0 - gold)
    return cost


@njit(cache=True)
def training_by_country(actors, p):
    """Training by partners that a country's forces get (C,), 0..1."""
    effort = np.zeros(actors.access.shape[1])
    for a in range(actors.kind.shape[0]):
        if actors.kind[a] == FOREIGN:
            able = actors.mandate_train[a] * actors.mandate_factor[a]
            effort += able * min(1.0, actors.persons[a] / p.trainers_full) * actors.access[a]
    return np.minimum(1.0, effort)
