"""Parameters: how armed actors fight one another and harm civilians."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.structure import par


@dataclass
class Combat:
    insurgent_rate: float = par(
        0.043,
        "attacks/day",
        0.01,
        0.3,
        "attacks of a reference unit of insurgents with a target before it and full information",
        "order of size: attacks per fighter in ACLED summaries",
    )
    militia_rate: float = par(0.013, "attacks/day", 0.005, 0.1, "the same for a militia")
    state_rate: float = par(
        0.019, "attacks/day", 0.005, 0.15, "operations of a reference unit of the state with full information"
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
    lethality: float = par(0.097, "dead/strength", 0.02, 0.2, "dead inflicted per head of the winner's strength")
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
    captured: float = par(
        0.06,
        "0-1",
        0.02,
        0.1,
        "share of an army's unit broken by insurgents that is captured and let go without arms; middle of the range",
        "Mali 2012: 400 captured of 7,000 to 7,800, of whom 4,000 in the north",
    )
    defection: float = par(
        0.125,
        "0-1",
        0.05,
        0.2,
        "share of an army's unit broken by insurgents that joins them; middle of the range",
        "Mali 2012: 1,000 to 1,600 of 7,000 to 7,800 went over in all",
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
    alert_half: float = par(
        3.2,
        "attacks",
        1.0,
        10.0,
        "recent attacks on the state within travel at which its forces make half of the operations they could",
        "middle of the logarithm; that states answer attacks: Berman, Shapiro and Felter 2011; size by judgement",
    )
    air_effect: float = par(0.6, "1", 0.0, 2.0, "rise of the state's fighting strength with full air support")
    ready_govern: float = par(
        0.4, "0-1", 0.1, 1.0, "readiness to attack of irregulars who govern, relative to those who raid"
    )
    ready_blockade: float = par(0.8, "0-1", 0.3, 1.0, "the same of irregulars who blockade")
    ready_garrison: float = par(
        0.15, "0-1", 0.0, 0.5, "readiness for operations of a garrison of the state, relative to the reference"
    )
    ready_patrol: float = par(0.7, "0-1", 0.3, 1.0, "the same of a patrol")
    ready_offensive: float = par(1.6, "1", 1.0, 3.0, "the same of a unit on an offensive")
    ready_escort: float = par(0.2, "0-1", 0.0, 0.6, "the same of an escort")
    exposed_patrol: float = par(
        0.45, "0-1", 0.2, 0.8, "part of a patrol that stands in the way of an attack, relative to a garrison"
    )
    exposed_offensive: float = par(0.7, "0-1", 0.4, 1.0, "the same of a unit on an offensive")
    exposed_escort: float = par(0.6, "0-1", 0.3, 1.0, "the same of an escort")
    exposed_raid: float = par(0.8, "0-1", 0.3, 1.0, "the same of irregulars who raid")
    exposed_blockade: float = par(0.8, "0-1", 0.3, 1.0, "the same of irregulars who blockade")
    exposed_govern: float = par(0.8, "0-1", 0.3, 1.0, "the same of irregulars who govern")
    exposed_hidden: float = par(0.25, "0-1", 0.05, 0.6, "the same of irregulars who lie low")
    mobility_reference: float = par(
        40.0,
        "km/day",
        20.0,
        80.0,
        "mobility at which forces of the state operate at `state_rate`",
        "the default of an actor profile; judgement",
    )
    least_fighters: float = par(3.0, "persons", 2.0, 10.0, "people below whom a unit attacks nobody")
    cohesion_floor: float = par(
        0.4,
        "0-1",
        0.1,
        0.8,
        "fighting strength of a unit without cohesion, relative to full cohesion",
        "Shils and Janowitz 1948 on cohesion and fighting power; size by judgement",
    )
    least_engaged: float = par(
        0.3, "0-1", 0.1, 0.7, "least part of a unit that an engagement involves; the part is drawn between this and all"
    )
    defender_air: float = par(
        0.5, "0-1", 0.0, 1.0, "air support of forces of the state that are attacked, relative to those that attack"
    )
    warned: float = par(
        0.5, "0-1", 0.0, 1.0, "part of an attacker's advantage that full information of the attacked takes away"
    )
    search_edge: float = par(
        0.5, "1", 0.2, 1.0, "advantage of attacking forces of the state that know nothing; full information adds 1"
    )
    bomb_effect: float = par(
        0.5, "1", 0.1, 1.0, "mean dead of a bomb, relative to `lethality` times the reference unit of irregulars"
    )
    rout_odds: float = par(
        2.0, "1", 1.2, 5.0, "superiority of massed attackers at which the beaten unit breaks whatever its losses"
    )
    hide_share: float = par(0.08, "0-1", 0.03, 0.15, "losses at once after which insurgents lie low")
    rest_share: float = par(
        0.15,
        "0-1",
        0.08,
        0.3,
        "losses at once after which insurgents lie low for `rest_days`; less or more in proportion",
    )
    rest_most: float = par(2.0, "1", 1.0, 4.0, "longest time of lying low, relative to `rest_days`")
    revenge_dead: float = par(50.0, "dead", 10.0, 200.0, "own dead that make a small actor fully angry")
    revenge_share: float = par(
        0.02, "0-1", 0.005, 0.1, "own dead, as a share of its strength, that make a large actor fully angry"
    )
    crossfire_most: float = par(0.1, "0-1", 0.01, 0.3, "most of a cell's people that one engagement can hit")
    crossfire_blame: float = par(
        0.5, "0-1", 0.0, 1.0, "part of a death in crossfire that people lay to the attacker, and to the attacked"
    )
    cohesion_loss: float = par(0.5, "1", 0.1, 1.0, "cohesion lost, in proportion, per share of people lost at once")
    least_cohesion: float = par(0.05, "0-1", 0.0, 0.2, "cohesion that losses and defeat leave a unit at least")
    broken_cohesion: float = par(0.7, "0-1", 0.3, 0.9, "cohesion that a unit keeps when it breaks")
    arms_taken: float = par(
        0.3, "0-1", 0.1, 0.8, "rise of the winner's arms per head, relative to what the broken unit loses of its own"
    )
    arms_most: float = par(1.6, "1", 1.2, 2.0, "most arms per head, relative to a unit as equipped")
    loot_worth: float = par(
        20.0,
        "upkeep-days/person",
        5.0,
        100.0,
        "worth of the captured arms of a fully armed person",
        "a fighter at 150 dollars a month: some 100 dollars, a part of a rifle's price; judgement",
    )
    strike_mandate: float = par(
        0.2, "0-1", 0.05, 0.6, "mandate to strike, as far as it can be delivered, above which a foreign force attacks"
    )


@dataclass
class Violence:
    denunciation: float = par(
        0.55,
        "events/day",
        0.1,
        2.0,
        "lethal events of a reference insurgent unit of abusiveness 1 with full control where all would help an enemy",
        "`insurgent_rate` over 0.055: share to its power times collaboration with the enemy, where that is highest",
    )
    denunciation_power: float = par(
        2.3,
        "1",
        2.0,
        3.0,
        "power of the share of influence: how dominant control must be before people denounce",
        "Kalyvas 2006, ch. 7: most where control is dominant but incomplete, little at parity; at 2 to 3 shares of "
        "0.67 to 0.75",
    )
    denounced_hit: float = par(
        0.8,
        "0-1",
        0.6,
        1.0,
        "part of killings by denunciation that are selective: they hit whom people denounced",
        "Kalyvas 2006, ch. 6 and 7: denunciation is what makes violence selective; false ones and bystanders by "
        "judgement; default: middle",
    )
    reprisal_rate: float = par(
        0.011,
        "events/day",
        0.003,
        0.03,
        "lethal events of a reference insurgent unit of abusiveness 1 that knows nothing, under many local attacks",
        "Lewis and others 2012: 0.37 to 0.5 of violent events follow from earlier ones: 0.43 reprisals an attack, "
        "which is remembered for 31 days; range 0.1 to 1",
    )
    reprisal_days: float = par(
        45.0,
        "days",
        30.0,
        60.0,
        "how long attacks by militias and auxiliaries provoke reprisals",
        "Lewis and others 2012: self-excitation lasts up to six weeks; memory of feuds is longer: judgement",
    )
    reprisal_half: float = par(
        1.0, "attacks", 0.3, 3.0, "remembered attacks by local armed people that provoke half of all reprisals"
    )
    settlement: float = par(
        600.0,
        "persons",
        200.0,
        1000.0,
        "dead at which events are cut off exponentially: the people of a settlement",
        "villages of Mali and Burkina Faso, order of size",
    )
    insurgent_rate: float = par(
        0.02,
        "events/day",
        0.005,
        0.1,
        "variant `parity`: lethal events of a reference insurgent unit of abusiveness 1 under fully contested control",
        "order of size: UCDP one-sided events per fighter",
    )
    militia_rate: float = par(
        0.014,
        "events/day",
        0.002,
        0.1,
        "lethal events of a reference militia of abusiveness 1 where insurgents hold all influence",
    )
    state_rate: float = par(
        0.081,
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
        7.3,
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
        "variant `parity`: violence of insurgents where control is not contested, relative to its height",
    )
    revenge_weight: float = par(
        2.0, "1", 0.0, 5.0, "rise of the state's violence with full anger over losses", "Lyall 2009; judgement"
    )
    retaliation: float = par(
        0.12,
        "0-1",
        0.05,
        0.3,
        "chance that an army of abusiveness 1 kills after a sweep that found nobody, under full guilt, knowing nothing",
        "middle of the logarithm of the range in which such a chance could lie; judgement",
    )
    anger_weight: float = par(
        2.5,
        "1",
        1.0,
        4.0,
        "rise of that chance with full anger over comrades who fell near",
        "Lyall 2009; Condra and Shapiro 2012: reprisals follow losses; middle",
    )
    anger_half: float = par(9.5, "dead", 3.0, 30.0, "dead of the state's side near by at which that anger is half")
    anger_days: float = par(21.0, "days", 14.0, 30.0, "how long comrades who fell near are avenged")
    anger_km: float = par(50.0, "km", 25.0, 100.0, "distance over which that anger falls to 1 / e")
    emboldens: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "part of the abusiveness of a partner beyond the reference that an army at its side takes on",
        "judgement: the sign is not contested for partners that kill with it (UN 2023 on Moura), the size is",
    )
    protects: float = par(
        0.3,
        "0-1",
        0.0,
        0.6,
        "fall of all violence against civilians where a mission with a mandate to protect is present in strength",
        "Hultman, Kathman and Shannon 2013; middle",
    )
    protect_half: float = par(
        110.0, "persons", 30.0, 400.0, "presence of a protecting mission at which half of that fall is reached"
    )
    oversight_restrains: float = par(0.6, "0-1", 0.0, 0.9, "fall of the state's violence under full oversight")
    oversight_half: float = par(
        100.0, "persons", 30.0, 400.0, "presence of an overseeing mission that watches half of a cell"
    )
    people_half: float = par(
        130_000.0,
        "persons",
        10_000.0,
        200_000.0,
        "people in a cell among whom half of the occasions for violence arise",
    )
    order_chance: float = par(0.03, "0-1", 0.0, 0.2, "chance that a non-lethal event is an order to leave")
    order_days: float = par(45.0, "days", 14.0, 120.0, "how long an order to leave stands")
    abuse_danger: float = par(0.3, "dead", 0.0, 1.0, "danger that people see in a non-lethal event, in dead")
    nonlethal_harm: float = par(0.3, "dead", 0.0, 1.0, "harm of a non-lethal event, in dead")
    least_fighters: float = par(3.0, "persons", 2.0, 10.0, "people below whom a unit harms nobody")
    among_garrison: float = par(
        0.25, "0-1", 0.0, 0.6, "presence among civilians of a garrison of the state, relative to a patrol"
    )
    among_offensive: float = par(1.6, "1", 1.0, 3.0, "the same of a unit on an offensive")
    among_escort: float = par(0.4, "0-1", 0.1, 1.0, "the same of an escort")
    selective_harm: float = par(
        0.4,
        "1",
        0.1,
        1.0,
        "harm that people see in a death of a selective event, relative to an indiscriminate one",
        "Kalyvas 2006: indiscriminate violence turns people away; size by judgement",
    )
    oversight_offices: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "oversight of a mission in the rest of a country, through its offices, relative to its bases",
    )
