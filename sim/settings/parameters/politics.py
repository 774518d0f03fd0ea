"""Parameters: standing and safety of governments; what records catch."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.structure import par


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
    rally_size: float = par(
        0.05,
        "0-1",
        0.014,
        0.18,
        "legitimacy won by sending a foreign force away, at the legitimacy of peace",
        "Oneal and Bryan 1995: 1.4 points in the mean of 41 crises; 18 in 1991; default: middle of the logarithm",
    )
    rally_days: float = par(
        155.0,
        "days",
        60.0,
        400.0,
        "how long a rally lasts",
        "months, more than a year at most (Mueller 1970; Brody 1991), judgement; default: middle of the logarithm",
    )
    standing_margin: float = par(
        0.05,
        "0-1",
        0.01,
        0.1,
        "how far legitimacy and safety stay off 0 and 1",
        "nobody has all or none behind him",
    )
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
    coup_disarray: float = par(
        0.33, "0-1", 0.2, 0.5, "share of its cohesion that the army loses by a coup; middle of the range"
    )
    disarray_days: float = par(
        182.0, "days", 90.0, 365.0, "how long its cohesion stays so low; half a year, of the order of recovery"
    )
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
    rivalry_share: float = par(
        0.032,
        "1",
        0.01,
        0.1,
        "losses to one another, dead and gone over, in fighters of the smaller, that make two insurgent groups enemies "
        "(to 1 - 1/e)",
        "judgement; default: middle of the logarithm",
    )
    cooling_days: float = par(
        444.0,
        "days",
        180.0,
        1096.0,
        "fading of enmity between insurgent groups that lose nobody to one another",
        "half a year to three years: MNLA and jihadists after 2012, rough; default: middle of the logarithm",
    )
    mediator_full: float = par(3000.0, "persons", 500.0, 10000.0, "strength at which a mediator is fully able")
    mediator_need: float = par(0.5, "0-1", 0.2, 1.0, "part of full ability that keeps a pact whole")
    fray_days: float = par(180.0, "days", 60.0, 720.0, "time in which a pact without its mediator frays")
    guards_full: float = par(
        500.0, "persons", 100.0, 2000.0, "guards of a partner that make a regime as safe as guards can"
    )
    expulsion_anger: float = par(
        5.0, "1", 0.0, 15.0, "rise of the rate of expulsion with full harm held against a foreign force"
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
    remotest_hours: float = par(48.0, "hours", 24.0, 96.0, "travel to the capital from which on a place is remotest")
    ucdp_state: float = par(
        1.5,
        "1",
        0.0,
        3.0,
        "fall of log-odds of UCDP recording abuse by the state's side",
        "P02a against P02b: the two counts disagree most on this",
    )
    register_coverage: float = par(
        0.8,
        "0-1",
        0.6,
        1.0,
        "displaced people within a country whom its register holds",
        "judgement: Mali's figure rose from 227,000 at the end of 2012 to 350,000 in June 2013 as counting "
        "widened (IDMC); Burkina Faso hardly registered in its capital (CONASUR), a re-count of 2022 came to 0.8",
    )
    register_days: float = par(
        228.0,
        "days",
        91.0,
        365.0,
        "lag of the register when people come and when they have gone home",
        "3 to 12 months",
    )
