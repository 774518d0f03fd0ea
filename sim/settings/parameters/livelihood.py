"""Parameters: what people, groups and states live on, and what the roads bring."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.structure import par


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
        "ransoms of some 8 million dollars a year to 2013 (press), a fighter at 150 dollars a month: 4,000; a part of "
        "it",
    )
    kept: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "part of what a unit raises from people, herds and mines that it keeps for itself",
        "middle; judgement: katibas raise their own means and pass on a part (Thurston 2020; Nsaibia, Beevor and "
        "Berger 2023); by custom a fifth of booty goes up",
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
    mines_cost: float = par(0.4, "0-1", 0.1, 0.8, "livelihood lost where a large mine stops")
    hard_livelihood: float = par(0.5, "1", 0.2, 1.0, "hardship of lost livelihood")
    hard_fuel: float = par(0.3, "1", 0.1, 0.6, "hardship of missing fuel")
    hard_goods: float = par(0.5, "1", 0.2, 1.0, "hardship of missing goods")
    hard_crowding: float = par(0.3, "1", 0.1, 0.8, "hardship where the displaced crowd")
    aid_relief: float = par(0.5, "0-1", 0.1, 0.9, "hardship that full humanitarian aid takes away")
    aid_work: float = par(
        0.3,
        "0-1",
        0.1,
        0.5,
        "lost livelihood that full developmental aid brings back",
        "Blattman and Annan 2016: a programme of farm work moved a fifth of the hours in illicit work; middle",
    )
    aid_budget: float = par(0.2, "1", 0.0, 0.5, "state means from each kind of full aid")
    partner_pay: float = par(
        0.03,
        "1/1,000 persons",
        0.025,
        0.038,
        "part of the state's means in peace that a partner of 1,000 is paid; 0: it comes free",
        "Mali: 10.8 million dollars a month for 1,000 to 1,500 (US Africa Command 2022) of a revenue of 3.4 thousand "
        "million a year; middle",
    )
    gold_pays: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "part of its pay that a partner who seeks nothing but resources takes in gold where it stands at a large mine",
        "Mali near 0 (Blood Gold Report 2023), the Central African Republic near 1; middle",
    )
    treasury_days: float = par(180.0, "days", 60.0, 720.0, "lag of the state's means")
    compliance: float = par(
        0.4,
        "0-1",
        0.0,
        0.8,
        "part of taxes that is paid only as far as the state is held legitimate",
        "Levi 1988; Ali, Fjeldstad and Sjursen 2014; size by judgement",
    )
    benefit_services: float = par(0.5, "1", 0.0, 1.0, "benefits by full services under the state's full influence")
    benefit_aid: float = par(0.5, "1", 0.0, 1.0, "benefits by full developmental aid")
    works_km: float = par(
        122.0, "km", 50.0, 300.0, "distance from a capital within which mines and factories are its works; judgement"
    )
    works_income: float = par(
        0.25,
        "0-1",
        0.1,
        0.4,
        "part of a state's taxes that comes from the works around its capital",
        "mining a quarter of Mali's public revenue (EITI), industry a fifth of product (WDI), order of size; middle",
    )
    works_jobs: float = par(
        0.12,
        "0-1",
        0.05,
        0.3,
        "part of livelihood around a capital that comes from its works",
        "industry a tenth of employment, more in capitals (WDI), order of size; middle of the logarithm",
    )
    jobs_mandate: float = par(0.5, "0-1", 0.2, 1.0, "mandate to protect and oversee above which a mission gives work")


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
    short_counts: float = par(0.3, "0-1", 0.1, 0.6, "shortage of the week above which its days are counted")
    relief_below: float = par(
        0.05, "0-1", 0.01, 0.2, "shortage, as those in power feel it, below which it is over for them"
    )
    escort_need: float = par(2.0, "1", 1.0, 4.0, "escorts wanted per shortage felt, up to all")
    escort_means: float = par(0.3, "0-1", 0.0, 0.6, "part of escorts that a state without means can still pay")
    deal_urgency_most: float = par(
        2.0, "1", 1.0, 5.0, "highest rise of the chance of a deal as shortage lasts beyond `deal_patience_days`"
    )
    smuggling: float = par(
        0.02, "0-1", 0.005, 0.1, "openness that a closed border keeps: the wait is then 1 over this times as long"
    )
    detour_most: float = par(2.0, "1", 1.0, 4.0, "longest detour, in usual ways, that raises prices")
    turnaround_hours: float = par(
        24.0, "hours", 6.0, 72.0, "time at the ends of a way by which a lorry's round is longer than its way"
    )
    road_use_hours: float = par(
        24.0, "hours", 6.0, 72.0, "travel that lowers a place's part in the use of a road by a factor e"
    )
    escort_hazard: float = par(
        0.02, "0-1", 0.0, 0.1, "hazard of an edge above which the way to the capital needs escorts there"
    )
    siege_km: float = par(
        80.0, "km", 30.0, 150.0, "distance from a place within which an order to besiege closes its roads"
    )
    order_cells: float = par(
        40.0,
        "cells",
        10.0,
        100.0,
        "cells of a place beyond which an order to close its roads means all roads inside, as that of a country does",
        "a region has 40 cells and more, a town one; judgement",
    )
    corridor_detour: float = par(
        2.5, "1", 1.5, 4.0, "longest corridor, relative to the quickest, that an order to blockade is about"
    )
    corridor_power: float = par(
        2.0, "1", 0.0, 4.0, "exponent of a corridor's quickness in how much it matters to an order"
    )
    foresight_days: float = par(
        20.0, "days", 7.0, 60.0, "how far ahead a state looks whether fuel for its capital will last; 0: not at all"
    )
    ban_credence: float = par(0.5, "0-1", 0.0, 1.0, "how far a state reckons with a ban that was only announced")
    ready_days: float = par(
        7.0,
        "days",
        3.0,
        11.0,
        "time to organise escorts and convoys once a state acts",
        "ban of 3 September 2025, a convoy of over 100 lorries with escorts on the 14th (Reuters 2025): at most 11",
    )
    convoy_days: float = par(
        3.2,
        "days",
        1.0,
        10.0,
        "longest time for which lorries gather for a convoy",
        "convoys of 80 to some hundreds on roads that had 100 a day (press, October and November 2025); middle of the "
        "logarithm",
    )
    lorry_m3: float = par(40.0, "m3", 30.0, 50.0, "fuel in a lorry", "usual tankers")
    lorries_per_fighter: float = par(
        0.2,
        "lorries/person",
        0.05,
        0.8,
        "lorries that an attack on a convoy destroys for each fighter met",
        "40 to 80 on 14 September, over 20 on 6 December 2025 (Reuters, AFP), by 50 to 400; middle of the logarithm",
    )
    escort_cost: float = par(0.2, "1", 0.05, 0.8, "cost of full escorts to a state, against a capital without fuel")
    loss_cost: float = par(
        10.0, "weeks", 2.0, 50.0, "cost to a group of its share lost in a week, against a capital without fuel"
    )
    toll_cost: float = par(
        1.0, "1", 0.2, 5.0, "cost to a group of tolls forgone, over its upkeep, against a capital without fuel"
    )
    ban_worth: float = par(
        73.0,
        "days",
        30.0,
        180.0,
        "what a ban is worth to either side: days of a capital without fuel, before one of both gives in",
        "Farabougou was cut off from 5 October 2020 to an accord on 14 March 2021 (Malian press); middle of the "
        "logarithm",
    )
    deal_shortest: float = par(
        7.0, "days", 5.0, 10.0, "a deal that a group sells to which the ban costs nothing", "a week; Fearon 1998 (form)"
    )
    deal_longest: float = par(
        56.0,
        "days",
        40.0,
        80.0,
        "a deal when the ban costs the group alone",
        "eight weeks; an unspoken truce of about a month broke in December 2025 (AFP)",
    )
