"""Names and units of what is recorded week by week and month by month."""

from __future__ import annotations

from sim.core.perpetrators import GROUPS

DEATH_TYPES = ("state_based", "non_state", "one_sided")


def outcome_units(controllers: list[str], actors: list[str], theatre: list[str]) -> dict[str, str]:
    """Names of the weekly outcomes and their units, in order; `theatre` are the ISO3 codes of its states."""
    units = dict.fromkeys(("idps", "refugees_from", "refugees_hosted", "displaced"), "persons")
    units |= dict.fromkeys(("newly_displaced", "returned"), "persons/week")
    units |= {"residents": "persons", "civilians_killed": "persons/week"}
    units |= {f"civilians_killed_by.{group}": "persons/week" for group in GROUPS}
    for suffix in ("", "_ucdp", "_acled"):
        units |= {f"deaths_{kind}{suffix}": "persons/week" for kind in DEATH_TYPES}
        units[f"deaths{suffix}"] = "persons/week"
        if suffix:
            units |= {f"civilians_killed_by.{group}{suffix}": "persons/week" for group in GROUPS}
    units["abuse_nonlethal"] = "communities/week"
    for measure in ("area_share", "inhabited_area_share", "people_share"):
        units |= {f"{measure}.{name}": "0..1" for name in [*controllers, "contested", "none"]}
    units |= {"fuel_days": "days", "price_index": "1", "without_supply": "persons", "besieged": "persons"}
    units |= {"legitimacy": "0..1", "regime_security": "0..1", "coups": "events/week"}
    units |= {"army": "persons", "army_near_capital": "persons", "posts": "cells", "withdrawals": "posts/week"}
    units |= {f"refugees_hosted_from.{name}": "persons" for name in theatre}
    units |= {f"attacks.{name}": "events/week" for name in actors}
    units |= {f"fighters.{name}": "persons" for name in actors}
    return units


#: outcomes of the weekly table of towns and their units
TOWN_UNITS = {"fuel_days": "days", "price_index": "1", "served": "0..1", "arrives": "0..1"}

#: outcomes of the monthly admin-1 table and their units, in order
ADMIN_UNITS = {
    "displaced_hosted": "persons",
    "idps_hosted": "persons",
    "refugees_hosted": "persons",
    "displaced_from": "persons",
    "residents": "persons",
    "newly_displaced": "persons/month",
    "returned": "persons/month",
    "civilians_killed": "persons/month",
    "deaths": "persons/month",
    "attacks": "events/month",
}
