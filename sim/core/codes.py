"""Codes that whole tables share: kinds of actor, postures, kinds of event, the order of vectors in actor profiles."""

from __future__ import annotations

import numpy as np

# kinds of actor
INSURGENT, MILITIA, ARMY, AUXILIARY, FOREIGN = 0, 1, 2, 3, 4

KINDS = {"insurgent": 0, "militia": 1, "army": 2, "auxiliary": 3, "foreign": 4}

# postures of a unit
GARRISON, PATROL, OFFENSIVE, ESCORT, RAID, BLOCKADE, GOVERN, LIE_LOW = range(8)

POSTURES = ("garrison", "patrol", "offensive", "escort", "raid", "blockade", "govern", "lie low")

# places in the vectors of weights that actor profiles give
MANDATE = ("strike", "protect", "train", "oversee", "mediate", "guard_regime", "seek_resources")

STRATEGY = ("weak_state", "support", "resources", "centres", "cover", "rivals")

DOCTRINE = ("capital_share", "town_weight", "attack_weight", "offensive")

TAXES = ("people", "herders", "extraction", "ransom")

APPEAL = ("grievance", "jobs", "force")

AID = ("political", "developmental", "humanitarian")
#: groups of columns `<group>_<key>` of actors that actor profiles give
VECTORS = {"mandate": MANDATE, "strategy": STRATEGY, "doctrine": DOCTRINE, "taxes": TAXES, "appeal": APPEAL}

# the account of persons: where people came from and went to (columns of `ledger`)
LEDGER = (
    "births",
    "other_deaths",
    "civilians_killed",
    "fighters_killed",
    "arrived",
    "departed",
)

# kinds of event, as in UCDP
STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3

#: kinds of flows of displaced people, in the order of the last axis of `model.flows`
FLOW_KINDS = ("idp", "refugee", "onward", "return")

# who keeps a pact, if nobody mediates: nobody, or the two parties whatever happens
NOBODY_MEDIATES, PARTIES_KEEP = -1, -2

# controllers of a cell that are none
NOBODY, CONTESTED = -1, -2

# fields of a row of the week's event log (whole numbers)
LOG = (
    "cell",
    "type",
    "initiator",  # who attacks
    "side_a",  # of a state-based event the side of the state, whoever attacks; else the initiator
    "side_b",  # -1 civilians
    "deaths_a",
    "deaths_b",
    "civilians",
    "kind",
)

#: a row of the event log
EVENT = np.dtype([(name, "i8") for name in LOG])
#: rows of the log at first; it grows in a week that needs more
LOG_ROWS = 20_000

LOG_KINDS = ("ambush", "base attack", "base overrun", "clash", "sweep", "selective", "indiscriminate", "roadside bomb")

AMBUSH, BASE_ATTACK, OVERRUN, CLASH, SWEEP, SELECTIVE, INDISCRIMINATE, BOMB = range(8)


# who gets the bases of a force that leaves
TO_NOBODY, TO_ARMY, TO_CONTESTED = range(3)

HANDOVERS = {"army": TO_ARMY, "nobody": TO_NOBODY, "contested": TO_CONTESTED}
