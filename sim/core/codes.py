"""Codes that whole tables share: kinds of actor, postures, kinds of event, and the order of vectors that actor profiles give."""

from __future__ import annotations

# kinds of actor
INSURGENT, MILITIA, ARMY, AUXILIARY, FOREIGN = 0, 1, 2, 3, 4

KINDS = {"insurgent": 0, "militia": 1, "army": 2, "auxiliary": 3, "foreign": 4}

# postures of a unit
GARRISON, PATROL, OFFENSIVE, ESCORT, RAID, BLOCKADE, GOVERN, LIE_LOW = range(8)

POSTURES = ("garrison", "patrol", "offensive", "escort", "raid", "blockade", "govern", "lie low")

# places in the vectors of weights that cards give (see card schema)
MANDATE = ("strike", "protect", "train", "oversee", "mediate", "guard_regime", "seek_resources")

STRATEGY = ("weak_state", "support", "resources", "centres", "cover", "rivals")

DOCTRINE = ("capital_share", "town_weight", "attack_weight", "offensive")

TAXES = ("people", "herders", "extraction", "ransom")

APPEAL = ("grievance", "jobs", "force")

AID = ("political", "developmental", "humanitarian")

# the account of persons: where people came from and went to (columns of `ledger`)
LEDGER = (
    "births",
    "other_deaths",
    "civilians_killed",
    "fighters_killed",
    "arrived",
    "departed",
    "left_region",
)

# fields of a row of the week's event log (whole numbers)
LOG = (
    "cell",
    "type",  # 1 state-based, 2 non-state, 3 one-sided, as in UCDP
    "initiator",
    "side_a",
    "side_b",  # -1 civilians
    "deaths_a",
    "deaths_b",
    "civilians",
    "kind",
)

LOG_KINDS = ("ambush", "base attack", "base overrun", "clash", "sweep", "selective", "indiscriminate", "roadside bomb")

AMBUSH, BASE_ATTACK, OVERRUN, CLASH, SWEEP, SELECTIVE, INDISCRIMINATE, BOMB = range(8)


HANDOVERS = ("army", "nobody", "contested")

STRATEGY = ("weak_state", "support", "resources", "centres", "cover", "rivals")

DOCTRINE = ("capital_share", "town_weight", "attack_weight", "offensive")
