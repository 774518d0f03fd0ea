"""Parameters: what people think, why they flee, how many they are."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.structure import par


@dataclass
class Attitudes:
    shock_scale: float = par(
        6.0, "dead/10,000", 1.0, 20.0, "suffering heard of that shocks two thirds of those who do not yet blame"
    )
    neighbour_weight: float = par(
        0.25, "0-1", 0.0, 0.6, "how much of a neighbour's suffering counts when all of it is known"
    )
    blame_shift: float = par(0.4, "0-1", 0.0, 0.8, "blame for insurgents' harm that full propaganda moves to the state")
    campaign_shift: float = par(
        0.25,
        "0-1",
        0.1,
        0.4,
        "blame for insurgents, the state's forces and its partner that a full campaign moves to other foreign forces",
        "the dissatisfied with Barkhane rose from 0.36 to 0.73 (Mali-Metre, FES, to March 2022): at most that; middle",
    )
    campaign_distance: float = par(
        0.5, "0-1", 0.0, 1.0, "how far a government in full campaign against foreign forces does not answer for them"
    )
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
    legitimacy_neutral: float = par(
        0.5, "0-1", 0.3, 0.7, "legitimacy of a state that neither wins nor costs its forces support"
    )
    familiar: float = par(40.0, "persons", 10.0, 150.0, "presence at which an actor is known to half of the people")
    none_weight: float = par(0.6, "1", 0.2, 2.0, "weight of supporting nobody", "most civilians stay out: Kalyvas 2006")
    least_people: float = par(
        2000.0, "persons", 500.0, 10_000.0, "people that a cell counts at least when suffering is taken per head"
    )
    grievance_most: float = par(1.8, "1", 1.0, 3.0, "most harm by enemies, added up, that moves support")
    army_support: float = par(0.4, "0-1", 0.1, 0.8, "support of the own state's army on the first day")


@dataclass
class Displacement:
    rule_half: float = par(
        0.6,
        "0-1",
        0.5,
        0.7,
        "share of the influence at which people are ruled rather than visited",
        "control: rule_share",
    )
    rule_power: float = par(6.0, "1", 2.0, 10.0, "how sharply being visited turns into being ruled")
    known_days: float = par(
        3400.0, "days", 365.0, 3653.0, "how long people remember a rule that is gone as one that they are used to"
    )
    alarm_days: float = par(65.0, "days", 20.0, 90.0, "how long a change of rule alarms")
    alarm_rate: float = par(
        0.04,
        "1/day",
        0.01,
        0.05,
        "rate of leaving under overwhelming alarm; 0: nobody flees a change of rule",
        "a sixth to two fifths leave a full change to a threatening ruler: northern Mali 2012 29 % (IDMC, UNHCR)",
    )
    alarm_half: float = par(0.14, "0-1", 0.1, 0.4, "alarm at which the rate is half of that")
    threat_base: float = par(
        0.18,
        "0-1",
        0.1,
        0.5,
        "threat by a ruler who did no harm and whom nobody supports",
        "Adhikari 2013; Steele 2017",
    )
    past_days: float = par(
        5479.0, "days", 3653.0, 7305.0, "how long the wars before the first day are remembered", "10 to 20 years"
    )
    toll_days: float = par(180.0, "days", 90.0, 365.0, "how long the dead of a place count for who thinks of leaving")
    toll_near: float = par(0.44, "0-1", 0.0, 1.0, "weight of the dead and the people of neighbouring cells")
    toll_fighters: float = par(
        0.3,
        "0-1",
        0.1,
        1.0,
        "weight of a combatant killed, relative to a civilian, for who thinks of leaving; 1: the dead are the dead",
        "Steele 2017; Moore and Shellman 2004: violence against civilians moves; default: mean of the search",
    )
    toll_rate: float = par(0.0045, "1/day", 0.001, 0.02, "rate of leaving under overwhelming violence")
    toll_half: float = par(5.5, "dead/10,000", 2.0, 15.0, "recent dead at which the rate is half of that")
    toll_power: float = par(
        3.0,
        "1",
        2.0,
        4.0,
        "how sharply flight sets in with the dead",
        "above 1: Bohra-Mishra and Massey 2011, low violence moves few and high violence many",
    )
    violence_rate: float = par(
        0.003, "1/day", 0.0005, 0.02, "rate of leaving under overwhelming violence (variant by_deaths)"
    )
    violence_half: float = par(
        1.5, "dead/10,000", 0.3, 10.0, "recent dead at which the rate is half of that (variant by_deaths)"
    )
    fear_rate: float = par(0.0006, "1/day", 0.0, 0.003, "rate of leaving under full fear (variant by_deaths)")
    hardship_rate: float = par(0.0006, "1/day", 0.0, 0.003, "rate of leaving by hardship beyond the threshold")
    hardship_threshold: float = par(0.35, "0-1", 0.2, 0.6, "hardship that people bear at home")
    siege_rate: float = par(0.0004, "1/day", 0.0, 0.002, "rate of leaving a besieged place")
    order_people: float = par(
        29.0,
        "persons/day",
        22.0,
        67.0,
        "people who leave a cell in which a village is ordered to empty",
        "a village of 1,000 to 3,000 within the 45 days of an order",
    )
    order_rate: float = par(0.004, "1/day", 0.001, 0.02, "rate of leaving after an order (variant by_deaths)")
    trapped: float = par(0.6, "0-1", 0.0, 0.9, "how far a full siege keeps people in")
    stay_share: float = par(0.35, "0-1", 0.1, 0.6, "people who stay whatever comes", "Schmeidl 1997; judgement")
    return_rate: float = par(
        0.004,
        "1/day",
        0.002,
        0.006,
        "rate of return to a home that is safe and whose ruler does not threaten",
        "Mali in 2014: IDPs fell by 71 % in the year (IDMC)",
    )
    return_half: float = par(0.5, "dead/10,000", 0.1, 2.0, "recent dead at home that halve the sense of safety")
    return_share: float = par(
        0.32, "1", 0.1, 1.0, "recent dead at home, relative to those when people fled, that halve it as well"
    )
    return_abroad: float = par(
        0.62,
        "1",
        0.1,
        1.0,
        "readiness to return across a border, relative to within it, of who does not flee the state",
    )
    return_want: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "readiness to return that full hardship at home takes away",
        "Arias, Ibanez and Querubin 2014: people return less to where they lost what they lived on; size by judgement",
    )
    review_days: float = par(
        28.0,
        "days",
        7.0,
        91.0,
        "how often those who are away weigh going home or moving on; in between they stay",
        "judgement: rates of a few per cent a week, so that the same people go in the long run",
    )
    considered: float = par(
        0.01, "0-1", 0.0, 0.1, "weight of a place, relative to the best, below which nobody thinks of going there"
    )
    onward: float = par(0.5, "1", 0.1, 1.0, "readiness of the displaced to move on, relative to leaving home")
    reach_hours: float = par(10.0, "hours", 3.0, 30.0, "travel that lowers the choice of a place by a factor e")
    town_power: float = par(
        0.5, "1", 0.2, 1.0, "exponent of a place's population as attraction", "gravity models 0.4-0.8"
    )
    camp_bonus: float = par(
        27.0,
        "1",
        2.0,
        30.0,
        "attraction of a camp relative to a town of as many people as it has room for",
        "Flee: camps attract",
    )
    border_weight: float = par(
        0.0068,
        "0-1",
        0.005,
        0.18,
        "choice of a place across an open border, relative to one at home, of who does not flee the state at all",
        "Burkina Faso 2020, where insurgents had done most: one refugee for fifty displaced at home (UNHCR, IDMC), "
        "many of them not near a border; above, all countries together (one for four to ten)",
    )
    case_border_weight: float = par(
        0.18,
        "0-1",
        0.02,
        1.0,
        "the same in a case, of which nobody knows whom people flee",
        "UNHCR and IDMC 2013-2022: some one refugee for four to ten displaced at home",
    )
    ways_on_rate: float = par(
        0.0097,
        "1/year",
        0.002,
        0.02,
        "rate at which displaced people go on where an open way leads out of the region; 0: nobody does",
        "some thousands of Malians in Algeria and Libya (UNHCR) of some hundred thousands away",
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
    rural_attraction: float = par(
        0.05, "0-1", 0.0, 0.2, "attraction of people in the country, relative to as many in a town"
    )
    least_attraction: float = par(0.02, "10,000 persons", 0.001, 0.1, "least size of a place as attraction")
    camp_room: float = par(
        50_000.0,
        "persons",
        10_000.0,
        200_000.0,
        "size that a camp draws by whose room has no limit on record",
        "refugees from Mali in Mauritania 2012-2016: 47,000-66,000 (UNHCR)",
    )
    departure_days: float = par(0.5, "days", 0.0, 3.0, "time on the way beside travel")
    least_people: float = par(
        2000.0, "persons", 500.0, 10_000.0, "people that a cell counts at least when dead and hosted are taken per head"
    )


@dataclass
class Demography:
    death_rate: float = par(
        0.010, "1/year", 0.006, 0.014, "deaths per person other than by conflict", "UN World Population Prospects 2022"
    )
