"""Parameters: what armed actors may do across borders, what they know, where they go."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.structure import par


@dataclass
class Borders:
    pursuit_base: float = par(0.02, "0-1", 0.0, 0.2, "freedom of pursuit across a border without any agreement")
    bloc_pursuit: float = par(
        0.35, "0-1", 0.1, 0.8, "freedom of pursuit gained inside an alliance", "G5 and AES texts; judgement"
    )
    invited: float = par(0.5, "0-1", 0.2, 1.0, "freedom of an army in a country that its profile names beside its own")


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
    air_most: float = par(0.95, "0-1", 0.6, 1.0, "most that one supplier of surveillance sees of a country")
    fear_silences: float = par(
        0.5,
        "0-1",
        0.0,
        1.0,
        "collaboration that full fear takes away where the actor has no influence",
        "Kalyvas 2006, ch. 5; size by judgement",
    )


@dataclass
class Movement:
    relocate_days: float = par(
        73.0, "days", 40.0, 400.0, "mean time after which an insurgent unit reconsiders its place"
    )
    order_days: float = par(28.0, "days", 7.0, 90.0, "the same while the actor has orders to blockade or besiege")
    call_fighters: float = par(
        141.0,
        "persons",
        50.0,
        400.0,
        "fighters that an order to blockade calls to a road that matters fully",
        "bands of 50 to 400 attacked convoys in September and December 2025 (Reuters, AFP); middle of the logarithm",
    )
    redeploy_escort_days: float = par(
        5.3,
        "days",
        2.0,
        14.0,
        "mean time after which a free unit sets out to escort convoys",
        "ban of 3 September 2025, escorts attacked on the 14th (Reuters 2025); middle of the logarithm",
    )
    escort_force: float = par(
        0.055, "0-1", 0.02, 0.15, "part of an army that escorts convoys to its capital at full effort; 400 to 3,000 men"
    )
    redeploy_days: float = par(
        120.0, "days", 45.0, 360.0, "mean time after which a unit of the state reconsiders its post"
    )
    weak_half: float = par(120.0, "persons", 40.0, 400.0, "hostile presence that halves the value of a weak state")
    crowd_half: float = par(60.0, "persons", 20.0, 200.0, "presence, own or of rivals, that half crowds a place")
    crowding: float = par(1.0, "1", 0.2, 2.0, "weight of crowding")
    shared_base: float = par(
        0.58,
        "0-1",
        0.0,
        1.0,
        "part of what there is to rule in a place that a group cannot attain where other insurgents are in strength; "
        "0: their presence does not count",
        "two groups of like appeal get half each; default: middle",
    )
    sharpness: float = par(2.5, "1", 0.5, 4.0, "how strongly value decides the choice of place")
    patience_hours: float = par(
        4.0,
        "hours",
        1.5,
        20.0,
        "travel that lowers the chance of a place by a factor e",
        "katibas keep to a zone of about a hundred kilometres; judgement",
    )
    detour: float = par(1.3, "1", 1.1, 1.6, "way by road over straight distance", "common road circuity 1.2-1.4")
    attack_pull: float = par(0.24, "1", 0.1, 2.0, "weight of a recent attack as a pull on the state's forces")
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
        0.036, "1/week", 0.01, 0.3, "share of an army's units that set out in a week of an offensive"
    )
    partner_drive: float = par(2.0, "1", 0.0, 5.0, "how much a striking partner raises the chance of an offensive")
    withdraw_odds: float = par(
        2.5,
        "1",
        1.0,
        3.0,
        "strength of foes over that of garrison and relief above which an army may give up a post; middle of the range",
        "a defender holds against up to three times his strength (rule of three to one, Mearsheimer 1989); judgement",
    )
    withdraw_days: float = par(
        15.0, "days", 7.0, 21.0, "mean time to withdrawal from a post against these odds; middle of the range"
    )
    contagion: float = par(
        6.0,
        "1",
        2.0,
        10.0,
        "rise of the hazard of withdrawal for each post that the army just lost close by; middle of the range",
        "Lehmann and Zhukov 2019: surrender spreads from battle to battle; size by judgement",
    )
    contagion_days: float = par(60.0, "days", 30.0, 90.0, "how long a lost post unsettles others; middle of the range")
    contagion_km: float = par(
        300.0, "km", 100.0, 500.0, "distance at which a lost post unsettles others by a factor e less; middle"
    )
    relief_hours: float = par(
        48.0, "hours", 24.0, 72.0, "time in which help for a post counts as near; middle of the range"
    )
    withdrawal_desertion: float = par(
        0.15,
        "0-1",
        0.05,
        0.25,
        "share of a garrison that deserts as it withdraws; middle of the range",
        "as of broken units: Inata 2021, 20 missing of 100-150 (M05)",
    )
    withdrawal_captured: float = par(
        0.06,
        "0-1",
        0.02,
        0.1,
        "share of a garrison that is captured and let go without arms as it withdraws; middle of the range",
        "Mali 2012: 400 captured of 7,000 to 7,800, of whom 4,000 in the north",
    )
    withdrawal_defection: float = par(
        0.12,
        "0-1",
        0.05,
        0.2,
        "share of a garrison that joins rebels in reach as it withdraws; middle of the range",
        "Mali 2012: 1,000 to 1,600 of 7,000 to 7,800 went over in all",
    )
    objective_odds: float = par(
        1.0, "0-1", 0.0, 1.0, "how far the chance to win counts in the choice of an objective; as the form says"
    )
    objective_cohesion: float = par(
        0.5, "0-1", 0.3, 0.7, "cohesion of an army below which it begins no offensive; middle of the range"
    )
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
    cover_active: float = par(
        0.3,
        "0-1",
        0.0,
        1.0,
        "worth of cover to a unit that does not lie low, relative to one that does",
        "Fearon and Laitin 2003 on rough terrain; size by judgement",
    )
    pact_keeps_out: float = par(
        0.95, "0-1", 0.5, 1.0, "how far a full pact with a country's army keeps a group from moving there"
    )
    patrol_share: float = par(0.4, "0-1", 0.1, 0.8, "share of a state's units that patrol, beside those on offensives")
    patrol_half: float = par(
        4.0,
        "attacks",
        2.0,
        6.0,
        "recent attacks in a cell at which half as many of its units go on patrol as in peace",
        "judgement; middle",
    )
    escort_share: float = par(
        0.8, "0-1", 0.3, 1.0, "share of units on a fully endangered corridor that escort, at full effort"
    )
    mission_towns: float = par(0.2, "1", 0.0, 1.0, "pull of towns on a foreign force whatever its mandate")
    capital_most: float = par(
        0.9, "0-1", 0.5, 1.0, "highest chance that a unit that reconsiders is sent to the capital"
    )
    joint_mandate: float = par(
        0.5,
        "0-1",
        0.2,
        0.9,
        "mandate to strike, as far as it can be delivered, above which a partner joins an army's offensive",
    )
    resource_people: float = par(
        200_000.0,
        "persons",
        50_000.0,
        500_000.0,
        "people in a cell beyond whom it is worth no more to those who would rule it",
    )
    resource_mines: float = par(0.5, "1", 0.0, 1.0, "worth of large mines in a cell, relative to many people")
    centre_hours: float = par(
        12.0, "hours", 4.0, 36.0, "travel to a capital that lowers nearness to a centre by a factor e"
    )
    town_power: float = par(
        0.7, "1", 0.3, 1.0, "exponent of a town's size, in 100,000, as its pull on forces of the state"
    )
    base_pull: float = par(
        0.01, "1", 0.0, 0.1, "pull on an army's garrison of a named base without a town, relative to a town of 100,000"
    )
    village_pull: float = par(
        0.02, "1", 0.0, 0.1, "pull of a cell of `village_people` or more, relative to a town of 100,000"
    )
    village_people: float = par(
        5000.0, "persons", 1000.0, 20_000.0, "people in a cell from whom on forces of the state are drawn to it at all"
    )
    handover_days: float = par(
        14.0, "days", 3.0, 60.0, "time in which a unit of the army takes over the base of a force that leaves"
    )
    reinforcement_parts: float = par(
        3.0, "1", 1.0, 10.0, "parts of a unit, one of which a foreign force must lack before it is reinforced"
    )
    successor_days: float = par(
        182.0, "days", 60.0, 365.0, "time in which a force that takes over from another comes to its own strength"
    )
