"""Alarm over a change of rule, threat by who rules, the toll of violence, and whom people flee.

    rule_iq  = s_iq^k / (s_iq^k + s0^k) (1 + s0^k)          being ruled, not visited; s_iq share of the influence
    T_iq     = min(1, (1 - support_iq) (h0 + harm_iq))      threat by q
    alarm_i' = sum over q of T_iq (d rule_iq / dt above known_iq)+ - alarm_i / alarm_days
    known_iq = max(known_iq exp(-dt / known_days), rule_iq)
    unease_i = sum over q of s_iq T_iq
    toll_i   = civilians killed in the cell + toll_fighters combatants killed, fading in toll_days
    x_i      = 10,000 (toll_i + near sum over neighbours toll_j) / (peace_i + near sum over neighbours peace_j)
    phi_i    = harm by the own state / (harm by all, added up, + h0)

s0 rule_half, k rule_power, h0 threat_base, near toll_near; rates per day, people and dead in persons, the rest shares
without unit. In phi the threat of those who did no harm yet counts as h0: else any harm by the state, however small,
would make it all that people flee where nobody else has killed so far. `known` begins with the first day: people are
used to who rules then, and to groups who are about from the first day, on the ground of their profiles.

Harm and support are those of one's own state: its army, auxiliaries and foreign forces that stand by it together;
forces of another state are held against that state. Harm by the own state has that remembered of the wars before the
first day (`sim.world.past_harm`), fading in `past_days`. Support for the own army is remembered while it is away, for
as long as harm is (`forget_days`), so that its return does not threaten those who supported it.

People flee a change of rule to those who harmed them and whom they do not support (Steele 2017; Adhikari 2013), and
what matters is not the level of rule but what is new in it: alarm at any wobble of shares would have whole regions on
the move. Violence against civilians empties villages, battles with few of them move few (Steele 2017; Balcells and
Steele 2016; Moore and Shellman 2004). Dead are taken per head of the people in peace, since flight would raise them
otherwise.
"""

from __future__ import annotations

from numba import njit

from sim.core.conversions import PER_10_000
from sim.core.views import bundle, columns

People = columns(
    "communities", reads="harm support displaced_from", writes="past_harm loyalty known alarm toll", name="People"
)
Grounds = columns("cells", reads="share civilians_week fighters_week", name="Grounds")

#: of each community (P,): its country, people in peace with weighted neighbours, and neighbours in compressed rows
Around = bundle("Around", "country pooled near_start near_cell")
#: whose harm is whose: number of the ruler of each actor (A,), -1 whichever state it stands by; army of each country;
#: actor of each controller (Q,). Rulers are the states, then the controllers but for the government
Rulers = bundle("Rulers", "of_actor army_of actor_of")
#: parts kept over the step of alarm, of a rule that is gone, of past harm, of the toll, of remembered support
Kept = bundle("Kept", "alarm known past toll loyalty")
#: recent dead per 10,000 of peace (P,); sum of threats by shares (P,); phi (P,); harm by each ruler, and last
#: whether there is any (P, R + 1), kept from step to step
Felt = bundle("Felt", "toll unease blame dread")

VISIT = 0.1  # share of the influence below which nobody rules anybody


@njit(cache=True)
def count_toll(people, grounds, around, p, kept, toll):
    """Dead of the week added to what is left of the toll, in place; `toll` (P,) per 10,000 with weighted neighbours."""
    count = people.toll.shape[0]
    toll[:] = 0.0
    for i in range(count):
        dead = people.toll[i] * kept + p.toll_fighters * grounds.fighters_week[i]
        for group in range(grounds.civilians_week.shape[1]):
            dead += grounds.civilians_week[i, group]
        people.toll[i] = dead
        if dead > 0.0:
            toll[i] += dead
            for j in range(around.near_start[i], around.near_start[i + 1]):
                if around.near_cell[j] < count:
                    toll[around.near_cell[j]] += p.toll_near * dead
    for i in range(count):
        toll[i] *= PER_10_000 / around.pooled[i]


@njit(cache=True)
def blame_rulers(people, country, rulers, kept, base, felt):
    """Harm that each community holds against every ruler, and the part of it that is its own state's, into `felt`."""
    harm, past, dread, of_actor = people.harm, people.past_harm, felt.dread, rulers.of_actor
    mark = dread.shape[1] - 1
    for i in range(harm.shape[0]):
        own = country[i]
        past[i] *= kept
        held = past[i] > 0.0
        for a in range(harm.shape[1]):
            held |= harm[i, a] > 0.0
        felt.blame[i] = 0.0
        if held or dread[i, mark] > 0.0:
            for r in range(mark):
                dread[i, r] = 0.0
            dread[i, mark] = held
        if held:
            dread[i, own] = past[i]
            for a in range(harm.shape[1]):
                if harm[i, a] > 0.0:
                    r = of_actor[a] if of_actor[a] >= 0 else own
                    dread[i, r] = 1.0 - (1.0 - dread[i, r]) * (1.0 - harm[i, a])
            total = base
            for r in range(mark):
                total += dread[i, r]
            felt.blame[i] = dread[i, own] / total


@njit(cache=True, inline="always")
def support_of_state(support, of_actor, own):
    """Share of the people of a place, by their `support` (A,), who support some force on the side of state `own`."""
    total = 0.0
    for a in range(support.shape[0]):
        if support[a] > 0.0 and (of_actor[a] == own or of_actor[a] < 0):
            total += support[a]
    return total


@njit(cache=True)
def rule_of(share, half_k, k):
    """How far people are ruled, 0..1, where somebody has this share of influence; `half_k` is rule_half to the k."""
    if share >= 1.0:
        return 1.0
    if share < VISIT:
        return 0.0
    s = share**k
    return s / (s + half_k) * (1.0 + half_k)


@njit(cache=True)
def feel_rule(people, share, country, rulers, kept, p, felt):
    """Alarm, what rule people know and support remembered, in place; unease of those from whom people are away."""
    known, alarm, loyalty, support, away = (
        people.known,
        people.alarm,
        people.loyalty,
        people.support,
        people.displaced_from,
    )
    kept_known, half_k, k, base = kept.known, p.rule_half**p.rule_power, p.rule_power, p.threat_base
    dread, of_actor, actor_of, states = felt.dread, rulers.of_actor, rulers.actor_of, rulers.army_of.shape[0]
    for i in range(known.shape[0]):
        army = rulers.army_of[country[i]]
        loyalty[i] *= kept.loyalty
        if army >= 0 and support[i, army] > loyalty[i]:
            loyalty[i] = support[i, army]
        alarm[i] *= kept.alarm
        unease = 0.0
        for q in range(known.shape[1]):
            s, before = share[i, q], known[i, q]
            if s <= 0.0:
                known[i, q] = before * kept_known
                continue
            rule = rule_of(s, half_k, k)
            if rule > before or away[i] > 0:
                if q == 0:  # 0 is the state of the own country
                    r, trust = country[i], max(loyalty[i], support_of_state(support[i], of_actor, country[i]))
                else:
                    r, trust = states - 1 + q, support[i, actor_of[q]]
                threat = min(1.0, max(0.0, 1.0 - trust) * (base + dread[i, r]))
                unease += s * threat
                alarm[i] += threat * max(0.0, rule - before)
            known[i, q] = max(rule, before * kept_known)
        felt.unease[i] = unease if away[i] > 0 else 0.0


@njit(cache=True)
def feel_week(people, grounds, around, rulers, kept, p, felt):
    """Toll, alarm and whom each community holds harm against, with the week's dead and rule, into `felt`."""
    count_toll(people, grounds, around, p, kept.toll, felt.toll)
    blame_rulers(people, around.country, rulers, kept.past, p.threat_base, felt)
    feel_rule(people, grounds.share, around.country, rulers, kept, p, felt)
