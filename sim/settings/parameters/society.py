"""Parameters of people and states: livelihood and means, supply, attitudes, displacement, politics, births, records."""

from __future__ import annotations

from dataclasses import dataclass

from sim.settings.parameters.declaration import par


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
