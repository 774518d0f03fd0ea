"""Parameters of armed actors: where they may go and go, what they know, how they fight, harm, recruit and control."""

from __future__ import annotations

from dataclasses import dataclass

from sim.settings.parameters.declaration import par


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
