"""The columns of the model: every state variable with dtype, unit, default and meaning, in one place.

`N` cells, `P` communities (community i lives in cell i), `A` actors, `Q` controllers (0 the government, then
each insurgent and militia), `C` countries, `T` supply nodes, `E` supply edges.
"""

from __future__ import annotations

from sim.core.codes import GARRISON, NOBODY
from sim.core.columns import Column


def actor_columns(actors: int, countries: int) -> list[Column]:
    """Columns of InsurgentGroup, NationalArmy and ForeignForce, one row per actor profile."""
    a, c = (actors,), (countries,)
    return [
        Column("key", "u8", "1", "key in random draws, from the profile's name"),
        Column("kind", "i1", "code", "insurgent, militia, army, auxiliary, foreign"),
        Column("state", "i2", "country", "country it belongs to, or -1", -1),
        Column("parent", "i2", "actor", "army of an auxiliary, or -1", -1),
        Column("controller", "i2", "controller", "0 on the side of a state, else its own number"),
        Column("entered", "?", "bool", "has entered the conflict"),
        Column("target", "f8", "persons", "strength it is meant to have now (not insurgents)"),
        Column("target_goal", "f8", "persons", "strength at the end of the ramp"),
        Column("target_rate", "f8", "persons/day", "speed of the ramp"),
        Column("target_most", "f8", "persons", "strength above which it does not go: it gave up bases", float("inf")),
        Column("leaving", "?", "bool", "has been ordered out"),
        Column("handover", "i1", "code", "who gets its bases: 0 nobody, 1 the army, 2 contested"),
        Column("persons", "i8", "persons", "people in its units"),
        Column("units_made", "i8", "1", "units made so far: serial number in the units' keys"),
        Column("unit_size", "f8", "persons", "size of a new unit"),
        Column("mobility", "f8", "km/day", "distance a unit covers in a day"),
        Column("firepower", "f8", "1", "casualties inflicted per head, reference infantry = 1"),
        Column("air", "f8", "0-1", "surveillance and strike from the air it brings to its side"),
        Column("abusiveness", "f8", "1", "violence against civilians, reference army = 1"),
        Column("abusiveness_factor", "f8", "1", "change of abusiveness by order (levers)", 1),
        Column("selectivity", "f8", "0-1", "share of violence aimed at known collaborators"),
        Column("selectivity_added", "f8", "0-1", "change of selectivity by order"),
        Column("coercion", "f8", "1", "non-lethal coercion: orders to leave, looting, detention"),
        Column("coercion_factor", "f8", "1", "change of coercion by order", 1),
        Column("understanding", "f8", "0-1", "local understanding"),
        Column("services", "f8", "0-1", "courts, mediation and aid of which it is capable where it rules"),
        Column("mandate_strike", "f8", "0-1", "mandate to strike armed groups"),
        Column("mandate_protect", "f8", "0-1", "mandate to protect civilians"),
        Column("mandate_train", "f8", "0-1", "mandate to train the host's forces"),
        Column("mandate_oversee", "f8", "0-1", "mandate to monitor conduct"),
        Column("mandate_mediate", "f8", "0-1", "mandate to keep pacts"),
        Column("mandate_guard_regime", "f8", "0-1", "mandate to guard those in power"),
        Column("mandate_seek_resources", "f8", "0-1", "interest in mines"),
        Column("mandate_factor", "f8", "0-1", "what of its mandate it can deliver", 1),
        Column("strategy_weak_state", "f8", "1", "weight of places where the state is weak"),
        Column("strategy_support", "f8", "1", "weight of places whose people support it"),
        Column("strategy_resources", "f8", "1", "weight of places with people and mines"),
        Column("strategy_centres", "f8", "1", "weight of places near a capital"),
        Column("strategy_cover", "f8", "1", "weight of places with cover"),
        Column(
            "strategy_rivals",
            "f8",
            "1",
            "weight of places with armed enemies who are not the state's (of insurgents: militias)",
        ),
        Column("doctrine_capital_share", "f8", "0-1", "part of its units sent to the capital"),
        Column("doctrine_town_weight", "f8", "1", "weight of towns as posts"),
        Column("doctrine_attack_weight", "f8", "1", "weight of places under attack as posts"),
        Column("doctrine_offensive", "f8", "0-1", "readiness for offensives"),
        Column("taxes_people", "f8", "1", "taxes on people, as a multiple of the common rate"),
        Column("taxes_herders", "f8", "1", "taxes on herders, likewise"),
        Column("taxes_extraction", "f8", "1", "taxes on mines, likewise"),
        Column("taxes_ransom", "f8", "1", "ransom, likewise"),
        Column("appeal_grievance", "f8", "1", "weight of grievance as a reason to join"),
        Column("appeal_jobs", "f8", "1", "weight of want of work as a reason to join"),
        Column("appeal_force", "f8", "1", "weight of force as a reason to join"),
        Column("treasury", "f8", "upkeep-days", "money, in days of upkeep of one person"),
        Column("funding", "f8", "1", "income over upkeep, smoothed; treasury fills up to 1", 1),
        Column("loot", "f8", "upkeep-days", "worth of goods captured this week"),
        Column("tolls", "f8", "upkeep/day", "what it takes from convoys that pass, in upkeep of one fighter"),
        Column("cohesion_bonus", "f8", "0-1", "unity after a merger; fades"),
        Column("revenge", "f8", "0-1", "anger over recent own losses"),
        Column("morale", "f8", "0-1", "willingness to fight", 0.7),
        Column("objective", "i4", "cell", "place an offensive is directed at, or -1", -1),
        Column("objective_days", "f8", "days", "days left of the offensive"),
        Column("losses_week", "i8", "persons", "own dead of this week"),
        Column("withdrawals_week", "i8", "posts", "posts given up this week"),
        Column("lost_to", "i8", "persons", "own people killed or won over by each other actor this week", 0, a),
        Column("enmity", "f8", "0-1", "enmity with each other actor, truces aside", 0, a),
        Column("hostility", "f8", "0-1", "how far it fights each other actor: enmity less truce", 0, a),
        Column("truce", "f8", "0-1", "strength of a pact with each other actor", 0, a),
        Column("mediator", "i2", "actor", "who keeps the pact with each actor, -1 nobody, -2 both", -1, a),
        Column("countries", "?", "bool", "countries in which it may operate", True, c),
        Column("access", "f8", "0-1", "how freely it may act in each country (process borders)", 0, c),
        Column("blockading", "?", "bool", "holds to the posture of blockade (orders exist)"),
    ]


def cell_columns(actors: int, controllers: int) -> list[Column]:
    """Columns of the grid, one row per land cell."""
    a, q = (actors,), (controllers,)
    return [
        Column("presence", "f8", "persons", "armed presence projected into the cell, by actor", 0, a),
        Column("influence", "f8", "persons", "presence and services with inertia, by controller", 0, q),
        Column("share", "f8", "0-1", "share of influence, by controller", 0, q),
        Column("controller", "i2", "controller", "controller; -1 none, -2 contested", NOBODY),
        Column("information", "f8", "0-1", "what each actor knows of its enemies here", 0, a),
        Column("state_services", "f8", "0-1", "administration, schools, courts of the state"),
        Column("services", "f8", "0-1", "courts, mediation and aid that each actor provides here", 0, a),
        Column("attack_memory", "f8", "attacks", "recent attacks on the state's side, fading"),
        Column("local_attacks", "f8", "attacks", "recent attacks by militias, auxiliaries on each actor, fading", 0, a),
        Column("danger", "f8", "dead", "recent dead of all kinds, fading"),
        Column("comrades_lost", "f8", "dead", "recent dead of the state's side, fading"),
        Column(
            "sweeps_answered", "i4", "events", "this week's operations that found nobody or cost dead, by actor", 0, a
        ),
        Column("killed_lately", "f8", "dead", "civilians whom insurgents killed lately, fading"),
        Column("oversight", "f8", "0-1", "monitoring of conduct (missions, observers)"),
        Column("civilians_week", "i8", "persons", "civilians killed this week, by group of perpetrators", 0, (3,)),
        Column("fighters_week", "i8", "persons", "fighters and soldiers killed this week"),
        Column("abuse_week", "i8", "events", "non-lethal abuse of this week"),
        Column("order_bonus", "f8", "1", "pull of an ordered blockade on each actor's units", 0, a),
        Column("corridor", "f8", "0-1", "need of escorts on the roads through the cell"),
        Column("post_lost_days", "f8", "days", "days since an army last lost a post here", 5000),
        Column("post_lost_by", "i2", "actor", "the army that lost it, -1 none", -1),
        Column("state_held", "?", "bool", "the government controlled it when politics last looked"),
    ]


def community_columns(actors: int, controllers: int) -> list[Column]:
    """Columns of Community, one row per populated cell."""
    a, q = (actors,), (controllers,)
    return [
        Column("residents", "i8", "persons", "people at home"),
        Column("hosted", "i8", "persons", "displaced people staying here"),
        Column("displaced_from", "i8", "persons", "people of this place who are displaced"),
        Column("support", "f8", "0-1", "share that supports each actor; the rest supports none", 0, a),
        Column("harm", "f8", "0-1", "perceived harm from each actor", 0, a),
        Column("blame", "f8", "0-1", "share that holds harm against some force on the state's side"),
        Column(
            "past_harm", "f8", "0-1", "harm from the own state's forces remembered of the wars before the first day"
        ),
        Column("loyalty", "f8", "0-1", "support that the own state's army has or lately had"),
        Column("known", "f8", "0-1", "how far people are used to the rule of each controller", 0, q),
        Column("alarm", "f8", "0-1", "alarm over a change of rule, fading"),
        Column("toll", "f8", "dead", "dead of all kinds, fading in half a year"),
        Column("toll_at_flight", "f8", "dead/10,000", "recent dead, by people in peace, when those away left (mean)"),
        Column("exposure", "f8", "events", "harm done this week by each actor, in lethal equivalents", 0, a),
        Column("collaboration", "f8", "0-1", "readiness to inform each actor", 0, a),
        Column("fear", "f8", "0-1", "fear of violence"),
        Column("hardship", "f8", "0-1", "want of livelihood, fuel and goods"),
        Column("blockade_hardship", "f8", "0-1", "the part of hardship that a blockade causes"),
        Column("livelihood", "f8", "0-1", "work and income, 1 as in peace", 1),
        Column("benefits", "f8", "0-1", "protection and aid received"),
        Column("included", "f8", "0-1", "how far political aid reaches it"),
        Column("goods", "f8", "0-1", "supply of goods, 1 as in peace", 1),
        Column("fuel_days", "f8", "days", "days of fuel within reach", 3),
        Column("siege", "f8", "0-1", "how far it is cut off"),
        Column("order_days", "f8", "days", "days left of an order to leave"),
        Column("hosted_dead", "i8", "persons", "displaced people killed here this week, still to be taken off"),
        Column("departed_week", "i8", "persons", "people who left this week"),
        Column("returned", "i8", "persons", "people who came home this week"),
    ]


UNIT_COLUMNS = [
    Column("key", "u8", "1", "key in random draws: actor's key and serial number"),
    Column("actor", "i2", "actor", "whose unit"),
    Column("cell", "i4", "cell", "where it is", -1),
    Column("home", "i4", "cell", "base it belongs to", -1),
    Column("post", "i4", "cell", "post that it withdrew from and would go back to, -1 none", -1),
    Column("target", "i4", "cell", "where it is going, -1 nowhere", -1),
    Column("km_left", "f8", "km", "way left to the target"),
    Column("manpower", "i8", "persons", "people in it; 0 for a unit that is no more"),
    Column("arms", "f8", "0-2", "arms per head, 1 as equipped"),
    Column("surplus", "f8", "1", "what its own ground adds to the funding of its group, smoothed"),
    Column("cohesion", "f8", "0-1", "how well it holds together", 0.7),
    Column("posture", "i1", "code", "what it does", GARRISON),
    Column("rest_days", "f8", "days", "days it goes on lying low"),
]


def government_columns(countries: int) -> list[Column]:
    """Columns of Government, one row per country of the region."""
    c = (countries,)
    return [
        Column("theatre", "?", "bool", "one of the states whose war is simulated"),
        Column("legitimacy", "f8", "0-1", "standing with its people", 0.6),
        Column("regime_security", "f8", "0-1", "safety of those in power from a coup", 0.6),
        Column("treasury", "f8", "1", "means relative to peace", 1),
        Column("coups", "i4", "events", "coups so far"),
        Column("coup_week", "i1", "events", "coups this week"),
        Column("days_since_coup", "f8", "days", "days since the last coup", 5000),
        Column("escorts", "f8", "0-1", "effort put into escorting convoys"),
        Column("deal_days", "f8", "days", "days left of a deal that lets supplies pass"),
        Column("shortage", "f8", "0-1", "shortage of fuel in the capital, smoothed"),
        Column("shortage_days", "f8", "days", "how long the capital has been short"),
        Column("foreseen", "f8", "0-1", "part of the fuel for the coming weeks that the capital will lack"),
        Column("massed", "f8", "0-1", "part of the capital's fuel that the state sends by one corridor with escorts"),
        Column("gather_days", "f8", "days", "days for which its lorries gather for a convoy, 0: they go by themselves"),
        Column("media", "f8", "0-1", "how much of what happens becomes known", 0.6),
        Column("propaganda", "f8", "0-1", "reach of insurgent propaganda", 0.3),
        Column("campaign", "f8", "0-1", "reach of campaigns against foreign forces who are not its partner"),
        Column("monitoring", "f8", "0-1", "oversight without troops"),
        Column("aid_political", "f8", "0-1", "political aid"),
        Column("aid_developmental", "f8", "0-1", "developmental aid"),
        Column("aid_humanitarian", "f8", "0-1", "humanitarian aid"),
        Column("aid_protected", "?", "bool", "aid goes on where violence is"),
        Column("victory", "f8", "0-1", "fading glory of symbolic victories"),
        Column("rally", "f8", "0-1", "legitimacy by a rally over a foreign force sent away, fading"),
        Column("known_abuse", "f8", "0-1", "abuse by the state's side that became known, fading"),
        Column("army_losses", "f8", "share", "army's recent dead relative to its strength, fading"),
        Column("partner", "i2", "actor", "partner of choice, -1 none", -1),
        Column("blocs", "i4", "bits", "alliances it is a member of"),
        Column("pursuit_rule", "f8", "0-1", "explicit rule of pursuit into each country; -1 none", -1, c),
        Column("pursuit", "f8", "0-1", "how freely its forces may pursue into each country", 0, c),
        Column("refuge", "f8", "0-1", "how safe those who fight in each country are here from its forces", 0, c),
        Column("trade", "f8", "0-1", "openness to trade from it to each country", 1, c),
        Column("passage", "f8", "0-1", "openness to people from each country", 1, c),
        Column("gone_on", "i8", "persons", "people of it who went on to each country, itself: out of the region", 0, c),
    ]


NODE_COLUMNS = [
    Column("demand", "f8", "m3/day", "fuel used in a day when there is enough"),
    Column("capacity", "f8", "m3", "storage"),
    Column("stock", "f8", "m3", "fuel in store"),
    Column("transit", "f8", "m3", "fuel on its way here"),
    Column("hours", "f8", "hours", "way from the port by the route now used"),
    Column("hours_usual", "f8", "hours", "way from the port in peace"),
    Column("passing", "f8", "0-1", "share of convoys that come through", 1),
    Column("through", "i4", "node", "next node on the way to the port, -1 at a port", -1),
    Column("through_edge", "i4", "edge", "edge to it", -1),
    Column("days", "f8", "days", "days of fuel at usual use", 3),
    Column("days_week", "f8", "days", "mean of the week's daily values", 3),
    Column("served", "f8", "0-1", "share of usual use that could be met (mean of the week)", 1),
    Column("price", "f8", "1", "price index, 1 as usual", 1),
    Column("imported", "f8", "m3", "sent off so far, from the ports"),
    Column("consumed", "f8", "m3", "used so far"),
    Column("robbed", "f8", "m3", "taken by armed groups so far"),
    Column("burnt", "f8", "m3", "destroyed so far"),
    Column("goods", "f8", "0-1", "part of the usual goods from outside that come", 1),
    Column("taxed", "f8", "0-1", "part of what comes that was taxed on its way"),
    Column("besieged", "f8", "0-1", "how far hostile units close its roads, by their use"),
]

EDGE_COLUMNS = [
    Column("hazard", "f8", "0-1", "chance that a convoy with fuel is stopped on the edge"),
    Column("hazard_goods", "f8", "0-1", "the same with other goods"),
    Column("blockers", "f8", "persons", "blockading fighters along the edge"),
    Column("taxers", "f8", "persons", "fighters along the edge who tax what passes"),
    Column("escort", "f8", "persons", "escorts along the edge"),
    Column("taxed", "f8", "0-1", "part of what passes the edge that armed groups tax"),
]

COHORT_COLUMNS = [
    Column("origin", "i4", "community", "where they come from"),
    Column("place", "i4", "community", "where they stay or are going"),
    Column("persons", "i8", "persons", "people who have arrived"),
    Column("transit", "i8", "persons", "people under way"),
]
