"""A blockade of one's own: `blockades=own blockade.place=Bamako blockade.from=2027-01-15 blockade.weeks=26`.

The option's file holds what is taken where nothing is said; a scenario's file says it under `blockade:`.
"""

from __future__ import annotations

from typing import Any

from sim.core.errors import UserError, unknown
from sim.settings.overrides import Overrides

EXAMPLE = "blockades=own blockade.place=Bamako blockade.from=2027-01-15 blockade.weeks=26"

KEYS = ("place", "from", "weeks", "goods", "share", "order", "actor", "earlier")

#: what becomes of an order about the same place that stands when the known facts end
EARLIER = ("ended", "goes_on")


def with_own(option: dict[str, Any], name: str, scenario: dict[str, Any], parsed: Overrides) -> dict[str, Any]:
    """What the option `name` of the lever says, with what the scenario's file and the command line say of it.

    Raises `UserError` for words about it where another option is chosen, and for a key that it does not have.
    """
    prefix = "blockade."
    typed = {key.removeprefix(prefix): value for key, value in parsed.values.items() if key.startswith(prefix)}
    written = scenario.get("blockade") or {}
    if not isinstance(written, dict):
        raise UserError(
            f"blockade (scenario {scenario['name']}) must be a mapping such as {{place: Bamako, weeks: 26}}."
        )
    for key in (*written, *typed):
        if key not in KEYS:
            raise unknown("key", key, KEYS, "of a blockade of one's own (blockade)")
    if "own" not in option:
        if typed:
            raise UserError(
                f"{prefix}{next(iter(typed))} belongs to blockades=own, not to blockades={name}; say {EXAMPLE}."
            )
        if written and "blockades" not in parsed.groups:
            raise UserError(f"blockade: in the scenario {scenario['name']} needs 'blockades: own' under 'levers:'.")
        return option
    said = {**(option["own"] or {}), **written, **typed}
    weeks = said.get("weeks")
    if isinstance(weeks, int | float) and not isinstance(weeks, bool) and weeks == 0:
        raise UserError("blockade.weeks must be above 0, not 0: a blockade that lasts no time is none.")
    if said.get("earlier") not in EARLIER:
        raise unknown("value", said.get("earlier"), EARLIER, "for blockade.earlier")
    return option | {"own": said}
