"""Every parameter of the model: unit, default, range, source and meaning, grouped by process.

Defaults come from the evidence named in `source`; where there is none, `source` says "judgement" and the range is wide.
`contested` marks effects whose sign the literature disputes: their range has both signs, and by default every replicate
draws them from it. `docs/parameters.md` is generated from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass

import numpy as np

from sim.uniforms import key_of_name, stream_of, uniform

JUDGED = "judgement"


def par(default, unit, low, high, doc, source=JUDGED, contested=False):
    """A parameter: default, unit, range [low, high], meaning, source."""
    return field(
        default=default,
        metadata={"unit": unit, "low": low, "high": high, "doc": doc, "source": source, "contested": contested},
    )


@dataclass
class Borders:
    pursuit_base: float = par(0.02, "0-1", 0.0, 0.2, "freedom of pursuit across a border without any agreement")
    bloc_pursuit: float = par(
        0.35, "0-1", 0.1, 0.8, "freedom of pursuit gained inside an alliance", "G5 and AES texts; judgement"
    )
    invited: float = par(0.5, "0-1", 0.2, 1.0, "freedom of an army in a country that its card names beside its own")


@dataclass
class Information:
    lag_days: float = par(28.0, "days", 7.0, 90.0, "lag with which what is known follows what could be")
    desert_collaboration: float = par(0.3, "0-1", 0.0, 0.8, "collaboration per share of influence where nobody lives")
    bare_collaboration: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "collaboration under full control without any support",
        "Kalyvas 2006: control comes before support",
    )
    passed_on: float = par(
        1.0,
        "0-1",
        0.1,
        1.0,
        "part of what collaborators know that reaches those who act on it",
        "Berman, Shapiro and Felter 2011: tips depend on how safely they can be given; all of it by default",
    )
    cover_blinds: float = par(0.7, "0-1", 0.3, 1.0, "what full cover takes from surveillance by air")


@dataclass
class Movement:
    relocate_days: float = par(
        200.0, "days", 40.0, 400.0, "mean time after which an insurgent unit reconsiders its place"
    )
    order_days: float = par(28.0, "days", 7.0, 90.0, "the same while the actor has orders to blockade or besiege")
    redeploy_days: float = par(
        120.0, "days", 45.0, 360.0, "mean time after which a unit of the state reconsiders its post"
    )
    weak_half: float = par(120.0, "persons", 40.0, 400.0, "hostile presence that halves the value of a weak state")
    crowd_half: float = par(60.0, "persons", 20.0, 200.0, "own presence that half crowds a place")
    crowding: float = par(1.0, "1", 0.2, 2.0, "weight of crowding")
    sharpness: float = par(2.5, "1", 0.5, 4.0, "how strongly value decides the choice of place")
    patience_hours: float = par(
        3.0,
        "hours",
        1.5,
        20.0,
        "travel that lowers the chance of a place by a factor e",
        "katibas keep to a zone of about a hundred kilometres; judgement",
    )
    detour: float = par(1.3, "1", 1.1, 1.6, "way by road over straight distance", "common road circuity 1.2-1.4")
    attack_pull: float = par(0.5, "1", 0.1, 2.0, "weight of a recent attack as a pull on the state's forces")
    symbol_pull: float = par(1.0, "1", 0.0, 4.0, "weight of symbolic places")
    escort_pull: float = par(3.0, "1", 0.5, 8.0, "weight of corridors that need escorts")
    avoid: float = par(0.6, "0-1", 0.0, 0.95, "how far state forces avoid cells that the enemy dominates")
    pull_home: float = par(3.0, "1", 1.0, 10.0, "how much more a unit's own base weighs")
    rear_share: float = par(
        0.4,
        "0-1",
        0.2,
        0.7,
        "share of an army that is staff, depots and schools in the capital",
        "McGrath 2007 on tooth and tail: 40-60 % support",
    )
    regime_fear: float = par(
        1.5,
        "1",
        0.0,
        4.0,
        "rise of the capital's share when the regime is unsafe",
        "Quinlivan 1999; Powell 2019; judgement",
    )
    offensive_days: float = par(
        180.0, "days", 60.0, 720.0, "mean time to an offensive against a fully symbolic place held by an enemy"
    )
    offensive_length_days: float = par(90.0, "days", 30.0, 240.0, "length of an offensive")
    offensive_share: float = par(
        0.06, "1/week", 0.01, 0.3, "share of an army's units that set out in a week of an offensive"
    )
    partner_drive: float = par(2.0, "1", 0.0, 5.0, "how much a striking partner raises the chance of an offensive")
    siege_share: float = par(
        0.5, "0-1", 0.0, 1.0, "chance that a unit on a road under full own influence closes it without an order"
    )
    govern_share: float = par(0.5, "0-1", 0.1, 0.9, "share of units that govern under full own influence")
    refuge_pull: float = par(
        1.0,
        "1",
        0.0,
        3.0,
        "worth, to a unit that lies low, of a place across a border that those it fled may not cross",
        "Salehyan 2009; size by judgement",
    )


@dataclass
class Combat:
    insurgent_rate: float = par(
        0.12,
        "attacks/day",
        0.01,
        0.3,
        "attacks of a reference unit of insurgents with a target before it and full information",
        "order of size: attacks per fighter in ACLED summaries",
    )
    militia_rate: float = par(0.03, "attacks/day", 0.005, 0.1, "the same for a militia")
    state_rate: float = par(
        0.02, "attacks/day", 0.005, 0.15, "operations of a reference unit of the state with full information"
    )
    irregular_reference: float = par(
        50.0,
        "persons",
        30.0,
        100.0,
        "size of the reference unit of irregulars",
        "order of a katiba's sub-group; judgement",
    )
    state_reference: float = par(
        150.0, "persons", 100.0, 200.0, "size of the reference unit of the state: a company", "infantry company"
    )
    information_weight: float = par(0.7, "0-1", 0.2, 1.0, "part of the readiness to attack that depends on information")
    surprise: float = par(
        3.0, "1", 1.0, 6.0, "advantage of the attacker who hides", "ambush exchange ratios, judgement"
    )
    lethality: float = par(0.06, "dead/strength", 0.02, 0.2, "dead inflicted per head of the winner's strength")
    tail: float = par(
        2.4, "1", 1.6, 3.5, "tail exponent of losses in an engagement", "Bohorquez et al. 2009: 2.5 for event sizes"
    )
    spared: float = par(0.25, "1", 0.05, 0.6, "losses of the winner relative to the loser's")
    area_fire: float = par(
        0.3,
        "0-1",
        0.1,
        0.8,
        "effect of area fire on unknown insurgents relative to aimed fire",
        "Deitchman 1962 form; judgement",
    )
    break_share: float = par(
        0.3, "0-1", 0.15, 0.5, "share of losses at once that breaks a unit", "Inata 2021: 73 of 100-150 (M05)"
    )
    desertion: float = par(
        0.15, "0-1", 0.0, 0.4, "share of a broken unit that deserts", "Inata 2021: 20 missing of 100-150 (M05)"
    )
    capture: float = par(0.5, "0-1", 0.1, 0.9, "share of a broken unit's arms that is lost")
    crossfire: float = par(
        0.08, "1", 0.0, 0.3, "civilians caught per fighter killed", "UCDP: civilians in state-based dead, order of size"
    )
    rest_days: float = par(30.0, "days", 10.0, 90.0, "how long insurgents lie low after losing 15 % at once")
    mass_chance: float = par(0.1, "0-1", 0.02, 0.3, "share of insurgent attacks for which all units in the cell gather")
    target_half: float = par(
        60.0, "persons", 20.0, 200.0, "exposed hostile manpower at which an attack is half as likely as at most"
    )
    bomb_share: float = par(
        0.25,
        "0-1",
        0.05,
        0.5,
        "share of insurgent attacks on moving forces made with bombs and mines",
        "UN reports on IEDs in Mali, order of size",
    )
    memory_days: float = par(90.0, "days", 30.0, 365.0, "how long attacks are remembered by those who send troops")
    danger_days: float = par(60.0, "days", 14.0, 180.0, "how long recent dead are felt as danger")
    revenge_days: float = par(45.0, "days", 14.0, 180.0, "how long anger over losses lasts")
    air_effect: float = par(0.6, "1", 0.0, 2.0, "rise of the state's fighting strength with full air support")


@dataclass
class Violence:
    insurgent_rate: float = par(
        0.02,
        "events/day",
        0.005,
        0.1,
        "lethal events of a reference insurgent unit of abusiveness 1 where control is fully contested",
        "order of size: UCDP one-sided events per fighter",
    )
    militia_rate: float = par(0.02, "events/day", 0.002, 0.1, "the same for a militia")
    state_rate: float = par(
        0.03,
        "events/day",
        0.004,
        0.15,
        "lethal events of a company of the reference army on patrol where insurgents hold all influence",
        "order of size: UCDP 2018-2020 has a quarter of one-sided dead by governments, and records them less",
    )
    irregular_reference: float = par(50.0, "persons", 30.0, 100.0, "size of the reference unit of irregulars")
    state_reference: float = par(150.0, "persons", 100.0, 200.0, "size of the reference unit of the state")
    nonlethal_ratio: float = par(
        3.0,
        "1",
        1.0,
        8.0,
        "non-lethal events per lethal one at coercion 1 and abusiveness 1",
        "ACLED: abductions, looting beside killings, order of size",
    )
    selective_mean: float = par(
        0.8,
        "persons",
        0.1,
        3.0,
        "mean dead of a selective event beyond the first",
        "UCDP GED to 2018, small one-sided events",
    )
    selective_tail: float = par(3.0, "1", 2.0, 5.0, "tail exponent of selective events")
    indiscriminate_mean: float = par(
        5.0,
        "persons",
        2.0,
        12.0,
        "mean dead of an indiscriminate event beyond the first",
        "UCDP GED to 2018, one-sided events",
    )
    indiscriminate_tail: float = par(1.7, "1", 1.3, 2.5, "tail exponent of indiscriminate events", "UCDP GED to 2018")
    contest_floor: float = par(
        0.1,
        "0-1",
        0.0,
        0.6,
        "violence of insurgents where control is not contested, relative to its height",
        "Kalyvas 2006",
    )
    revenge_weight: float = par(
        2.0, "1", 0.0, 5.0, "rise of the state's violence with full anger over losses", "Lyall 2009; judgement"
    )
    oversight_restrains: float = par(0.6, "0-1", 0.0, 0.9, "fall of the state's violence under full oversight")
    oversight_half: float = par(
        100.0, "persons", 30.0, 400.0, "presence of an overseeing mission that watches half of a cell"
    )
    people_half: float = par(
        60_000.0, "persons", 10_000.0, 200_000.0, "people in a cell among whom half of the occasions for violence arise"
    )
    order_chance: float = par(0.03, "0-1", 0.0, 0.2, "chance that a non-lethal event is an order to leave")
    order_days: float = par(45.0, "days", 14.0, 120.0, "how long an order to leave stands")
    abuse_danger: float = par(0.3, "dead", 0.0, 1.0, "danger that people see in a non-lethal event, in dead")
    nonlethal_harm: float = par(0.3, "dead", 0.0, 1.0, "harm of a non-lethal event, in dead")


@dataclass
class Finance:
    people_tax: float = par(
        4e-4, "upkeep/person/day", 1e-4, 4e-3, "what insurgents can take from a resident under full influence"
    )
    herder_tax: float = par(
        4e-4, "upkeep/person/day", 1e-4, 4e-3, "the same from herders, by aridity", "zakat on herds first; Karr 2023"
    )
    mine_tax: float = par(
        40.0,
        "upkeep/day",
        5.0,
        150.0,
        "from a large mine or field under full influence",
        "ICG 2019 on gold, order of size",
    )
    ransom: float = par(
        600.0,
        "upkeep/day",
        50.0,
        2000.0,
        "from hostages and trafficking, a group with ransom 1",
        "ransoms of some 8 million dollars a year to 2013 (press), a fighter at 150 dollars a month: 4,000; a part of it",
    )
    militia_upkeep: float = par(
        0.2, "1", 0.05, 0.6, "upkeep of a militiaman, who lives of his own work, relative to a full-time fighter"
    )
    reserve_days: float = par(720.0, "days", 180.0, 1500.0, "upkeep that a treasury holds at most")
    spending_days: float = par(360.0, "days", 90.0, 720.0, "time in which a treasury is spent")
    funding_days: float = par(120.0, "days", 30.0, 360.0, "lag of funding behind income")
    mission_jobs: float = par(
        0.15,
        "0-1",
        0.0,
        0.4,
        "livelihood that a large mission brings to its cell",
        "UN jobs in Kidal and Gao; judgement",
    )
    jobs_half: float = par(800.0, "persons", 200.0, 2000.0, "presence of missions that brings half of it")
    mine_attacks: float = par(10.0, "attacks", 3.0, 30.0, "recent attacks that stop a mine")
    livelihood_days: float = par(60.0, "days", 20.0, 180.0, "lag of livelihood")
    fear_costs: float = par(0.5, "0-1", 0.1, 0.8, "livelihood lost under full fear")
    fuel_costs: float = par(0.4, "0-1", 0.1, 0.8, "livelihood lost without fuel")
    goods_costs: float = par(0.4, "0-1", 0.1, 0.8, "livelihood lost without goods")
    mines_cost: float = par(0.4, "0-1", 0.1, 0.8, "livelihood lost where a large mine stops")
    hard_livelihood: float = par(0.5, "1", 0.2, 1.0, "hardship of lost livelihood")
    hard_fuel: float = par(0.3, "1", 0.1, 0.6, "hardship of missing fuel")
    hard_goods: float = par(0.5, "1", 0.2, 1.0, "hardship of missing goods")
    hard_price: float = par(0.2, "1", 0.05, 0.5, "hardship of doubled prices")
    hard_crowding: float = par(0.3, "1", 0.1, 0.8, "hardship where the displaced crowd")
    aid_relief: float = par(0.5, "0-1", 0.1, 0.9, "hardship that full aid takes away")
    aid_budget: float = par(0.2, "1", 0.0, 0.5, "state means from each kind of full aid")
    treasury_days: float = par(180.0, "days", 60.0, 720.0, "lag of the state's means")
    compliance: float = par(
        0.4,
        "0-1",
        0.0,
        0.8,
        "part of taxes that is paid only as far as the state is held legitimate",
        "Levi 1988; Ali, Fjeldstad and Sjursen 2014; size by judgement",
    )


@dataclass
class Supply:
    fuel_urban: float = par(
        0.6,
        "l/person/day",
        0.3,
        1.5,
        "fuel used by a person in town",
        "national use 0.15-0.3 l/person/day, capital about a half (order of size)",
    )
    fuel_rural: float = par(0.06, "l/person/day", 0.02, 0.15, "fuel used by a person in the country")
    reserve_days: float = par(3.0, "days", 2.0, 15.0, "fuel that a town stores", "E17: three days of reserve")
    refill_days: float = par(4.0, "days", 2.0, 14.0, "time in which an empty store is refilled")
    fleet: float = par(1.5, "1", 1.1, 2.5, "most that the fleet can carry, relative to usual use")
    ration_days: float = par(1.5, "days", 0.5, 3.0, "stock below which use is cut")
    handling_days: float = par(1.0, "days", 0.5, 4.0, "loading, customs and unloading")
    kappa: float = par(0.01, "1/person", 0.001, 0.05, "chance rate that a blockading fighter on an edge stops a convoy")
    raid_weight: float = par(0.01, "0-1", 0.0, 0.2, "how much a raiding fighter counts as a blockading one")
    escort_half: float = par(300.0, "persons", 80.0, 1000.0, "escorting troops on an edge that halve the hazard")
    patrol_weight: float = par(
        0.2, "0-1", 0.0, 1.0, "how much a patrolling soldier in a cell counts as an escorting one, for that cell"
    )
    burnt_share: float = par(0.7, "0-1", 0.3, 0.95, "share of lost fuel that is destroyed", "E17: tankers burnt")
    aversion: float = par(2.0, "1", 0.5, 6.0, "weight of risk against hours in the choice of way")
    border_hours: float = par(6.0, "hours", 2.0, 48.0, "wait at an open border")
    elasticity: float = par(1.5, "1", 0.5, 4.0, "rise of prices with unmet use", "E14: 845 to 1250 CFA in a week")
    detour_price: float = par(0.15, "1", 0.0, 0.5, "rise of prices when the way is twice as long")
    price_days: float = par(10.0, "days", 3.0, 40.0, "lag of prices")
    goods_days: float = par(21.0, "days", 7.0, 60.0, "lag of goods")
    siege_hours: float = par(4.0, "hours", 1.0, 12.0, "distance from a town over which its siege is felt")
    short_below: float = par(0.7, "0-1", 0.4, 0.95, "days of fuel, relative to usual, below which the capital is short")
    shortage_lag_days: float = par(10.0, "days", 3.0, 40.0, "lag with which shortage is felt by those in power")
    escort_lag_days: float = par(
        30.0, "days", 10.0, 90.0, "time to organise escorts", "E17, E18: about two months to relief"
    )
    deal_rate: float = par(0.02, "1/day", 0.002, 0.1, "chance rate of a deal under full and lasting shortage")
    deal_patience_days: float = par(30.0, "days", 10.0, 120.0, "shortage after which a deal is thought of")
    deal_length_days: float = par(120.0, "days", 30.0, 365.0, "how long a deal holds")
    deal_effect: float = par(0.8, "0-1", 0.3, 1.0, "hazard that a deal takes away")
    tax_half: float = par(100.0, "persons", 20.0, 400.0, "fighters that tax half of what passes an edge")
    toll: float = par(
        0.25,
        "upkeep-days/m3",
        0.05,
        2.0,
        "tolls on a road that is taxed throughout, per m3 of fuel and the other goods that go with it",
        "tens of dollars a lorry of 40 m3 (Schouten 2022, order of size), a fighter at 150 dollars a month",
    )
    toll_price: float = par(0.1, "1", 0.0, 0.4, "rise of prices on a way that is taxed throughout")
    import_share: float = par(
        0.4,
        "0-1",
        0.2,
        0.7,
        "part of goods that comes from outside",
        "imports over GDP of Mali, Burkina Faso, Niger, WDI, order of size",
    )
    order_pull: float = par(2.0, "1", 0.5, 5.0, "pull of an ordered blockade on the group's units")
    loot_worth: float = par(0.1, "upkeep-days/m3", 0.01, 1.0, "worth of robbed fuel to those who rob it")


@dataclass
class Attitudes:
    shock_scale: float = par(
        6.0, "dead/10,000", 1.0, 20.0, "suffering heard of that shocks two thirds of those who do not yet blame"
    )
    neighbour_weight: float = par(
        0.25, "0-1", 0.0, 0.6, "how much of a neighbour's suffering counts when all of it is known"
    )
    blame_shift: float = par(0.4, "0-1", 0.0, 0.8, "blame for insurgents' harm that full propaganda moves to the state")
    forget_days: float = par(720.0, "days", 180.0, 2000.0, "how long harm is held against an actor")
    calm_days: float = par(120.0, "days", 30.0, 365.0, "how long fear lasts")
    fear_gain: float = par(0.5, "0-1", 0.1, 1.0, "fear from a full shock", "Bennett 2008: 0.10 per event (M04)")
    support_days: float = par(120.0, "days", 30.0, 365.0, "lag of support")
    services_weight: float = par(1.0, "1", 0.0, 3.0, "courts and aid")
    protection_weight: float = par(
        1.0, "1", 0.0, 3.0, "order under an actor's influence", "Kalyvas 2006: collaboration follows control"
    )
    harm_weight: float = par(1.5, "1", 0.5, 4.0, "loss of support by harm done")
    backlash: float = par(
        0.8,
        "1",
        -0.8,
        2.0,
        "what harm by one side does to support of its enemy",
        "M02 Lyall 2009: falls; M03, Condra and Shapiro 2012, Kocher et al. 2011: rises",
        True,
    )
    hardship_weight: float = par(0.5, "1", 0.0, 1.5, "hardship as support of insurgents", "UNDP 2023 (M01)")
    blockade_blame: float = par(
        0.0,
        "1",
        -1.0,
        1.0,
        "blame for a blockade: above 0 on those who blockade, below on the state",
        "sign open",
        True,
    )
    legitimacy_weight: float = par(1.5, "1", 0.0, 3.0, "the state's legitimacy as support of its forces")
    familiar: float = par(40.0, "persons", 10.0, 150.0, "presence at which an actor is known to half of the people")
    none_weight: float = par(0.6, "1", 0.2, 2.0, "weight of supporting nobody", "most civilians stay out: Kalyvas 2006")


@dataclass
class Recruitment:
    rate: float = par(
        1.2e-4,
        "1/day",
        5e-5,
        4e-3,
        "recruits in a day per root of supporters times fighters, at motive and funding 1",
        "JNIM's growth from some 1,000 to 6,500 in ten years, order of size",
    )
    unpaid: float = par(8.0, "1", 0.0, 20.0, "rise of desertion without any funding")
    absorb: float = par(0.0035, "1/day", 0.0005, 0.01, "recruits that a unit can take in, per fighter")
    floor: float = par(
        0.2, "1", 0.0, 0.6, "motive without grievance, want or force", "UNDP 2023: share without a trigger"
    )
    army_lag_days: float = par(90.0, "days", 30.0, 365.0, "time in which an army fills gaps at full means")
    desertion: float = par(0.0006, "1/day", 0.0001, 0.003, "desertion without cohesion")
    training: float = par(0.1, "0-1", 0.0, 0.3, "cohesion that full training by partners gives a state's forces")
    recovery_days: float = par(120.0, "days", 30.0, 365.0, "recovery of cohesion, arms and morale")
    bonus_days: float = par(720.0, "days", 180.0, 2000.0, "how long unity after a merger lasts")
    split_at: float = par(2.0, "1", 1.5, 4.0, "size, relative to a new unit, at which a unit splits")
    merge_below: float = par(12.0, "persons", 5.0, 25.0, "size below which a remnant joins another unit")


@dataclass
class Control:
    reach_hours: float = par(
        2.0,
        "hours",
        1.0,
        8.0,
        "travel that lowers a unit's presence by a factor e",
        "loss-of-strength gradient, Boulding 1962; judgement",
    )
    hidden_weight: float = par(0.3, "0-1", 0.0, 1.0, "presence of a unit that lies low")
    part_time: float = par(
        0.4, "0-1", 0.1, 1.0, "presence of militiamen and auxiliaries, who stay at their work, relative to soldiers"
    )
    embedded: float = par(
        2.5,
        "1",
        1.0,
        10.0,
        "influence of an irregular, who lives among people, relative to a soldier, who lives in a base",
        "Galula 1964: ten soldiers and more for one insurgent; Quinlivan 1995 on force ratios",
    )
    administration: float = par(
        40.0,
        "persons",
        10.0,
        120.0,
        "presence worth the whole of a state's services in a cell",
        "gendarmerie, schools, courts; judgement",
    )
    police: float = par(
        0.8,
        "1",
        0.2,
        2.0,
        "presence of a policeman or official relative to a soldier (numbers per thousand residents are facts of the region)",
    )
    inertia_days: float = par(60.0, "days", 20.0, 180.0, "lag of influence behind presence")
    recovery_days: float = par(900.0, "days", 300.0, 2000.0, "return of services under the state's full influence")
    erosion_days: float = par(
        180.0,
        "days",
        90.0,
        720.0,
        "loss of services under others' full influence",
        "schools and officials driven out 2017-2021, order of size",
    )
    attacks_half: float = par(
        4.0,
        "attacks",
        1.0,
        20.0,
        "recent attacks on the state's side at which half of its officials want to leave",
        "schools closed by attacks in Burkina Faso and Mali 2018-2022, order of size",
    )
    power_loss: float = par(0.4, "0-1", 0.0, 0.8, "services lost when the capital has no fuel", "E18: schools closed")
    floor: float = par(
        10.0, "persons", 10.0, 10.0, "influence below which nobody controls", "definition: a tenth of a garrison of 100"
    )
    rule_share: float = par(0.6, "0-1", 0.6, 0.6, "share of influence that controls", "definition")


@dataclass
class Displacement:
    violence_rate: float = par(0.003, "1/day", 0.0005, 0.02, "rate of leaving under overwhelming violence")
    violence_half: float = par(1.5, "dead/10,000", 0.3, 10.0, "recent dead at which the rate is half of that")
    fear_rate: float = par(0.0006, "1/day", 0.0, 0.003, "rate of leaving under full fear")
    hardship_rate: float = par(0.0006, "1/day", 0.0, 0.003, "rate of leaving by hardship beyond the threshold")
    hardship_threshold: float = par(0.35, "0-1", 0.2, 0.6, "hardship that people bear at home")
    siege_rate: float = par(0.0004, "1/day", 0.0, 0.002, "rate of leaving a besieged place")
    order_rate: float = par(0.004, "1/day", 0.001, 0.02, "rate of leaving after an order")
    trapped: float = par(0.6, "0-1", 0.0, 0.9, "how far a full siege keeps people in")
    stay_share: float = par(0.35, "0-1", 0.1, 0.6, "people who stay whatever comes", "Schmeidl 1997; judgement")
    return_rate: float = par(
        0.005, "1/day", 0.0005, 0.01, "rate of return to a safe home", "returns in Mali 2013-2014, order of size"
    )
    return_half: float = par(0.5, "dead/10,000", 0.1, 2.0, "recent dead at home that halve the sense of safety")
    onward: float = par(0.5, "1", 0.1, 1.0, "readiness of the displaced to move on, relative to leaving home")
    reach_hours: float = par(10.0, "hours", 3.0, 30.0, "travel that lowers the choice of a place by a factor e")
    town_power: float = par(
        0.5, "1", 0.2, 1.0, "exponent of a place's population as attraction", "gravity models 0.4-0.8"
    )
    camp_bonus: float = par(
        12.0,
        "1",
        2.0,
        30.0,
        "attraction of a camp relative to a town of 10,000",
        "refugees in Mauritania 2021-2024 (UNHCR); Flee: camps attract",
    )
    border_weight: float = par(
        0.18,
        "0-1",
        0.02,
        1.0,
        "choice of a place across an open border relative to one at home",
        "UNHCR and IDMC 2013-2022: some one refugee for four to ten displaced at home",
    )
    kin_half: float = par(500.0, "persons", 50.0, 5000.0, "kin already away at which they weigh half")
    kin_weight: float = par(4.0, "1", 0.0, 10.0, "pull of kin already there")
    safety_half: float = par(1.0, "dead/10,000", 0.2, 5.0, "recent dead that halve the choice of a place")
    crowd_share: float = par(0.3, "0-1", 0.1, 1.0, "hosted people per resident that halve the choice of a place")
    travel_hours: float = par(
        8.0, "hours/day", 4.0, 14.0, "hours of a day spent travelling by those on their way", "judgement"
    )
    road_km_h: float = par(
        50.0,
        "km/h",
        20.0,
        70.0,
        "speed by vehicle on the routes of a case",
        "main roads of the region, also 50; with 8 hours a day 400 km (Flee: 360)",
    )
    foot_km_h: float = par(3.5, "km/h", 2.0, 5.0, "speed on foot on the routes of a case", "Flee: 35 km a day")
    vehicle_share: float = par(0.7, "0-1", 0.2, 1.0, "people who find a vehicle on the routes of a case", "judgement")
    risk_weight: float = par(
        0.5, "1", 0.0, 3.0, "how much longer a route counts that leads into a place in conflict", "judgement"
    )
    conflict_dead: float = par(
        30.0,
        "dead",
        3.0,
        300.0,
        "recent dead for which full intensity of conflict stands in a case",
        "between Mali in 2012 (some ten at a place, by UCDP GED) and Syria in 2013 (hundreds)",
    )


@dataclass
class Politics:
    base: float = par(
        0.6, "0-1", 0.4, 0.8, "legitimacy in peace", "Afrobarometer trust in the president, order of size"
    )
    loss_weight: float = par(0.3, "1", 0.0, 0.8, "legitimacy lost by heavy losses of the army")
    loss_scale: float = par(8.0, "1", 2.0, 30.0, "recent losses, as a share of the army, times this count as heavy")
    shortage_weight: float = par(0.3, "1", 0.0, 0.8, "legitimacy lost by shortage in the capital")
    abuse_weight: float = par(0.5, "1", 0.0, 1.5, "legitimacy lost by known abuse")
    territory_weight: float = par(0.35, "1", 0.0, 0.8, "legitimacy lost with the people under others")
    victory_weight: float = par(0.15, "1", 0.0, 0.4, "legitimacy of symbolic victories", "Kidal 2023; Karr 2023")
    aid_weight: float = par(0.1, "1", 0.0, 0.3, "legitimacy by political aid")
    legitimacy_days: float = par(180.0, "days", 60.0, 720.0, "lag of legitimacy")
    losses_days: float = par(180.0, "days", 60.0, 365.0, "how long losses are remembered")
    victory_days: float = par(360.0, "days", 90.0, 720.0, "how long a victory shines")
    safety_base: float = par(0.25, "0-1", 0.0, 0.5, "safety of the regime without legitimacy and guards")
    safety_legitimacy: float = par(0.6, "1", 0.2, 1.0, "safety by legitimacy")
    safety_guard: float = par(0.15, "1", 0.0, 0.4, "safety by guards of a partner", "Calderazzi 2026; judgement")
    safety_troops: float = par(
        0.15, "1", -0.2, 0.4, "safety by troops in the capital", "Quinlivan 1999: both protection and danger"
    )
    safety_turmoil: float = par(0.15, "1", 0.0, 0.4, "safety lost just after a coup")
    safety_days: float = par(90.0, "days", 30.0, 365.0, "lag of safety")
    turmoil_days: float = par(240.0, "days", 60.0, 720.0, "how long turmoil after a coup lasts")
    coup_rate: float = par(
        0.00025,
        "1/day",
        0.00005,
        0.001,
        "hazard of a coup at middling legitimacy and safety",
        "Powell and Thyne: West Africa about 0.05-0.1 a year",
    )
    coup_legitimacy: float = par(5.0, "1", 0.0, 10.0, "how the hazard rises as legitimacy falls")
    coup_safety: float = par(4.0, "1", 0.0, 10.0, "how the hazard rises as safety falls")
    coup_trap: float = par(2.0, "1", 0.0, 6.0, "rise of the hazard just after a coup", "Londregan and Poole 1990")
    trap_days: float = par(365.0, "days", 90.0, 1500.0, "how long that rise lasts")
    coup_insecurity: float = par(0.25, "0-1", 0.0, 0.6, "safety lost by a coup")
    honeymoon: float = par(0.08, "0-1", 0.0, 0.2, "legitimacy won by a coup at first")
    coup_disarray: float = par(0.15, "0-1", 0.0, 0.4, "cohesion of the army lost by a coup")
    partner_window_days: float = par(720.0, "days", 180.0, 1500.0, "time after a coup in which partners are changed")
    expulsion_rate: float = par(0.0008, "1/day", 0.0, 0.005, "rate at which a new regime expels a partner of the old")
    expulsion_days: float = par(180.0, "days", 60.0, 365.0, "time an expelled partner takes to leave")
    invitation_rate: float = par(
        0.003,
        "1/day",
        0.0005,
        0.02,
        "rate at which a new regime of middling safety, without a partner, calls in one that is on offer",
        "from coup to Russian partner: Mali 2021 7 months, Burkina Faso 2022 16, Niger 2023 9",
    )
    mediator_full: float = par(3000.0, "persons", 500.0, 10000.0, "strength at which a mediator is fully able")
    mediator_need: float = par(0.5, "0-1", 0.2, 1.0, "part of full ability that keeps a pact whole")
    fray_days: float = par(180.0, "days", 60.0, 720.0, "time in which a pact without its mediator frays")


@dataclass
class Demography:
    death_rate: float = par(
        0.010, "1/year", 0.006, 0.014, "deaths per person other than by conflict", "UN World Population Prospects 2022"
    )


@dataclass
class Observation:
    ucdp_base: float = par(0.55, "0-1", 0.3, 0.9, "chance that UCDP records an event with one dead")
    ucdp_size: float = par(0.25, "1", 0.0, 1.0, "rise of log-odds of recording with the log of the dead")
    acled_base: float = par(0.8, "0-1", 0.4, 0.98, "chance that ACLED records an event with one dead")
    acled_size: float = par(0.3, "1", 0.0, 1.0, "rise of log-odds of recording with the log of the dead")
    media: float = par(1.0, "1", 0.0, 3.0, "rise of log-odds of recording with open media")
    oversight: float = par(0.8, "1", 0.0, 3.0, "rise of log-odds of recording the state's abuse under full oversight")
    remote: float = par(0.8, "1", 0.0, 3.0, "fall of log-odds of recording in the remotest places")
    ucdp_state: float = par(
        1.5,
        "1",
        0.0,
        3.0,
        "fall of log-odds of UCDP recording abuse by the state's side",
        "P02a against P02b: the two counts disagree most on this",
    )


@dataclass
class Parameters:
    """All parameters, by process."""

    borders: Borders = field(default_factory=Borders)
    information: Information = field(default_factory=Information)
    movement: Movement = field(default_factory=Movement)
    combat: Combat = field(default_factory=Combat)
    violence: Violence = field(default_factory=Violence)
    finance: Finance = field(default_factory=Finance)
    supply: Supply = field(default_factory=Supply)
    attitudes: Attitudes = field(default_factory=Attitudes)
    recruitment: Recruitment = field(default_factory=Recruitment)
    control: Control = field(default_factory=Control)
    displacement: Displacement = field(default_factory=Displacement)
    politics: Politics = field(default_factory=Politics)
    demography: Demography = field(default_factory=Demography)
    observation: Observation = field(default_factory=Observation)


def walk(parameters: Parameters):
    """Yield (group, name, value, metadata) of every parameter."""
    for group in fields(parameters):
        values = getattr(parameters, group.name)
        if is_dataclass(values):
            for f in fields(values):
                yield group.name, f.name, getattr(values, f.name), f.metadata


def draw_parameters(parameters: Parameters, seed: int, replicate: int, draw: str) -> dict[str, float]:
    """Values drawn for a replicate: {"attitudes.backlash": ...}; none with draw="none".

    Uniform on [low, high]; a parameter whose value is not its default was set by the user and is left alone.
    The same seed and replicate draw the same values in every scenario.
    """
    drawn = {}
    if draw == "none":
        return drawn
    stream = stream_of(seed, replicate, "parameters", 0)
    for group, name, value, meta in walk(parameters):
        default = type(getattr(parameters, group)).__dataclass_fields__[name].default
        if value != default or meta["low"] == meta["high"] or not (meta["contested"] or draw == "all"):
            continue
        u = float(uniform(stream, np.uint64(key_of_name(f"{group}.{name}")), 0))
        drawn[f"{group}.{name}"] = meta["low"] + u * (meta["high"] - meta["low"])
    return drawn
