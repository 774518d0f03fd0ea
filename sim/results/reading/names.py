"""What a folder knows by name, recorded or not: a name that is right is told from one that is a slip."""

from __future__ import annotations

from typing import Any

#: weekly outcomes of towns
TOWN_OUTCOMES = ("fuel_days", "price_index", "served", "arrives")


def known_places(map_data: dict[str, Any]) -> set[str]:
    """Places that this version may record something of: the region, states, admin-1 areas, towns."""
    towns = map_data.get("towns", {}).get("name", [])
    return {"region", *map_data.get("countries", []), *map_data.get("admin1_names", []), *towns}


def known_outcomes(run: dict[str, Any]) -> set[str]:
    """Outcomes that this version records of such a run, when it keeps everything."""
    from sim.recording.outcomes import ADMIN_UNITS, outcome_units  # takes half a second, and is seldom asked for

    configurations = run.get("configuration", {}).values()
    actors = {name for settings in configurations for name in settings.get("actors") or {}}
    theatre = {c for settings in configurations for c in (settings.get("region_info") or {}).get("theatre") or ()}
    weekly = outcome_units(run.get("controllers", []), sorted(actors) or ["none"], sorted(theatre))
    return {*weekly, *ADMIN_UNITS, *TOWN_OUTCOMES}
