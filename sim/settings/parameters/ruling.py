"""Parameters: how armed actors recruit and control."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.structure import par


@dataclass
class Recruitment:
    contact_rate: float = par(
        0.011,
        "1/day",
        0.003,
        0.03,
        "recruits that a fighter wins in a day where the pool is empty, at motive and funding 1",
        "insurgent groups that double in 4 to 24 months (ISGS 100 to 400 in 2015-18, A18) lose 0.0005 to 0.002 a day "
        "and have a motive of 0.25 to 0.5; default: middle of the logarithm",
    )
    pool_share: float = par(
        0.00095,
        "1",
        0.0003,
        0.003,
        "part of the residents around from whom a group can draw at most",
        "thousands of fighters among some 20 million people in reach give 0.0003, of a pool not full everywhere; "
        "default: middle of the logarithm",
    )
    deterrence: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "how far full harm by a group deters people from joining it; 0: not at all",
        "Kalyvas 2006, ch. 5; Weinstein 2007: abuse costs a group recruits; middle",
    )
    political_calms: float = par(
        0.3,
        "0-1",
        0.1,
        0.5,
        "grievance as a reason to join that full political aid takes away",
        "judgement; Cederman, Gleditsch and Wucherpfennig 2017: groups that are let in rebel less; middle",
    )
    pool_rivalry: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "how far fighters of other insurgent groups fill the pool of one; 0: each has a pool of its own",
        "Fjelde and Nilsson 2012: rivals compete for one base; middle",
    )
    founding_rate: float = par(
        0.002,
        "1/day",
        0.00055,
        0.0055,
        "cadres that leave 50 fighters in a day where their pool is nearly full",
        "one in half a year to five years; judgement; default: middle of the logarithm",
    )
    founding_at: float = par(0.47, "0-1", 0.3, 0.7, "part of a pool that is full above which cadres leave")
    cadre_least: float = par(10.0, "persons", 5.0, 15.0, "least cadre that founds a cell", "first cells, order of size")
    cadre_most: float = par(25.0, "persons", 20.0, 30.0, "largest cadre that founds a cell", "the same")
    preparation_days: float = par(
        0.0,
        "days",
        0.0,
        720.0,
        "how long a cell that cadres found lies low and recruits before it attacks; 0 switches that off",
        "Galula 1964, Byman 2007: pre-insurgency takes a year or more; default: off, since it did not earn its place",
    )
    founding_hours: float = par(
        4.6,
        "hours",
        2.0,
        12.0,
        "travel that lowers the pull of a place on cadres by a factor e",
        "Zhukov 2012: along roads, near; default: middle of the logarithm",
    )
    founding_aridity: float = par(
        0.12,
        "1",
        0.05,
        0.3,
        "difference in aridity that lowers the pull of a place on cadres by a factor e",
        "judgement; default: middle of the logarithm",
    )
    rate: float = par(
        1.2e-4,
        "1/day",
        5e-5,
        4e-3,
        "variant `matching`: recruits in a day per root of supporters times fighters, at motive and funding 1",
        "JNIM's growth from some 1,000 to 6,500 in ten years, order of size",
    )
    join_most: float = par(
        0.1, "0-1", 0.02, 0.5, "most of a place's residents who join one unit, or one militia, in a step", "judgement"
    )
    unpaid: float = par(8.0, "1", 0.0, 20.0, "rise of desertion without any funding")
    absorb: float = par(
        0.0035, "1/day", 0.0005, 0.01, "variant `matching`: recruits that a unit can take in, per fighter"
    )
    floor: float = par(
        0.075,
        "1",
        0.05,
        0.1,
        "motive without grievance, want or force",
        "UNDP 2023: a third of voluntary recruits name abuse by the state and a quarter work, so some two fifths "
        "neither; beside a grievance of 0.05 to 0.11 in history that is 0.05 to 0.1; default: middle",
    )
    militia_rate: float = par(
        3.1e-6,
        "1/day",
        1e-6,
        6e-6,
        "part of residents who take up arms in a day, for a militia or as volunteers of the state, where it is more "
        "dangerous than they bear; 0 switches risings off",
        "with militia_life 0.001 to 0.006 of residents: some 2,000 (1,000 to 5,000) in the centre of Mali (A24), up to "
        "45,000 members in Burkina Faso (A25); default: middle of the logarithm",
    )
    militia_threshold: float = par(
        0.76,
        "dead/10,000",
        0.3,
        3.0,
        "civilians whom insurgents killed lately (combat.danger_days) per 10,000 residents that a village bears in the "
        "mean; villages differ, from 0 to twice as many",
        "Petersen 2001 for thresholds; size by judgement; default: middle of the logarithm",
    )
    militia_alarm: float = par(
        1.5e-4,
        "1/day",
        6e-5,
        4e-4,
        "part of residents who take up arms in a day under full alarm over a change of rule to others than the state; "
        "0: nobody",
        "a full change to a ruler who threatens (0.3, for 55 days) then arms 0.001 to 0.006 of residents, as do those "
        "of militia_rate (A24, A25); Jentzsch and Steele 2023; default: middle of the logarithm",
    )
    militia_life: float = par(
        900.0, "days", 600.0, 1200.0, "how long a militiaman serves in the mean", "judgement; default: middle"
    )
    enlistment: float = par(
        0.0,
        "0-1",
        0.0,
        1.0,
        "part of what auxiliaries lack that is forced to serve; 1 lets a state raise whom it calls up",
        "volunteers by their law (E36); forced enlistment was reported from 2023 on, as an option here",
    )
    passing_rate: float = par(
        0.0033,
        "1/day",
        0.00038,
        0.0077,
        "part of a group's fighters who pass over in a day to another group in the same place that appeals by 1 more; "
        "0 switches it off",
        "half of them in three months (MNLA to Ansar Dine 2012, public record) to five years; judgement; default: "
        "middle of the logarithm",
    )
    pay_weight: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "weight of pay, beside support, in what group fighters prefer",
        "judgement; default: middle",
    )
    arms_half_life: float = par(
        1461.0,
        "days",
        1096.0,
        1826.0,
        "time in which half of what irregulars have above the arms of a unit as equipped wears out; 83 is the time in "
        "which other units recover theirs",
        "small arms last for decades, ammunition and vehicles do not: 3 to 5 years by judgement; default: middle",
    )
    army_lag_days: float = par(90.0, "days", 30.0, 365.0, "time in which an army fills gaps at full means")
    desertion: float = par(0.00075, "1/day", 0.0001, 0.003, "desertion without cohesion")
    training: float = par(0.1, "0-1", 0.0, 0.3, "cohesion that full training by partners gives a state's forces")
    recovery_days: float = par(120.0, "days", 30.0, 365.0, "recovery of cohesion, arms and morale")
    bonus_days: float = par(720.0, "days", 180.0, 2000.0, "how long unity after a merger lasts")
    split_at: float = par(2.0, "1", 1.5, 4.0, "size, relative to a new unit, at which a unit splits")
    merge_below: float = par(12.0, "persons", 5.0, 25.0, "size below which a remnant joins another unit")
    army_pay: float = par(
        1.0,
        "1",
        0.75,
        1.25,
        "an army's pay per means of its state, both relative to peace",
        "pay is full in peace, by definition; range by judgement",
    )
    morale_floor: float = par(0.2, "0-1", 0.0, 0.5, "morale without any pay")
    cohesion_base: float = par(0.4, "0-1", 0.2, 0.6, "cohesion that units go to without morale")
    least_cohesion: float = par(
        0.1, "0-1", 0.0, 0.2, "cohesion that units go to at least, whatever their morale and training"
    )
    cohesion_morale: float = par(0.5, "1", 0.2, 0.6, "cohesion by morale")
    loyal_at: float = par(1.2, "1", 1.0, 1.5, "cohesion at which nobody would desert; above 1, some always do")
    means_floor: float = par(
        0.2, "0-1", 0.05, 0.5, "pace at which an army without means fills its gaps, relative to full means"
    )
    trainers_full: float = par(
        500.0,
        "persons",
        100.0,
        2000.0,
        "trainers that give a country's forces all the training they can take",
        "EUTM Mali 2013: some 550 staff",
    )


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
    reach_least: float = par(
        0.05,
        "0-1",
        0.01,
        0.2,
        "part of a unit's presence below which none of it reaches a cell: three times `reach_hours`",
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
        "presence of a policeman or official relative to a soldier (numbers per thousand residents are facts of the "
        "region)",
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
    governance_days: float = par(
        730.0,
        "days",
        365.0,
        1096.0,
        "lag of the courts and aid of an armed group behind its rule of a place, and behind its end",
        "one to three years: Mampilly 2011, Arjona 2016, Huang 2016, order of size; default: middle",
    )
    power_loss: float = par(0.4, "0-1", 0.0, 0.8, "services lost when the capital has no fuel", "E18: schools closed")
    floor: float = par(
        10.0, "persons", 10.0, 10.0, "influence below which nobody controls", "definition: a tenth of a garrison of 100"
    )
    rule_share: float = par(0.6, "0-1", 0.6, 0.6, "share of influence that controls", "definition")
    peace_services: float = par(
        1.05, "1", 0.8, 1.2, "services of the state in peace in a humid cell at a capital, before the limit of 1"
    )
    peace_arid: float = par(0.55, "1", 0.2, 0.9, "services that a fully arid cell lacks in peace")
    peace_hours: float = par(120.0, "hours", 40.0, 400.0, "travel to the capital that takes all services in peace")
    peace_urban: float = par(0.3, "1", 0.0, 0.6, "services that a town has in peace beside those of the country around")
    peace_floor: float = par(0.1, "0-1", 0.0, 0.3, "least services of the state in peace")
    police_usual: float = par(
        0.8,
        "persons/1,000",
        0.3,
        2.0,
        "police and officials per thousand residents where the region names none",
        "UNODC and national figures: 0.5 to 5 in the region, order of size",
    )
