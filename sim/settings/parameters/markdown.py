"""The table of all parameters as a page, from what `sim.settings.parameters.groups` and the map say of each."""

from __future__ import annotations

import dataclasses
from typing import Any


def parameter_table() -> str:
    """Return `docs/parameters.md`: a section per process, a row per parameter."""
    from sim.settings.parameters.groups import Parameters
    from sim.world.rules import MapRules

    lines = [
        "# Parameters",
        "",
        "Written by `sahel parameters` from the files of `sim/settings/parameters/`; change it there. "
        "Set one for a run with",
        "`parameters.<process>.<name>=<value>`. *Contested*: the literature disputes the sign; by default",
        "every replicate draws it anew from its range.",
        "",
    ]
    for group in dataclasses.fields(Parameters()):
        values = getattr(Parameters(), group.name)
        lines += _section(group.name, values)
    lines += _section("rules of the map", MapRules())
    lines += ["These belong to a region, not to a run: it sets its own in `region.yaml`, under `rules:`.", ""]
    return "\n".join(lines)


def _section(title: str, values: Any) -> list[str]:
    """Lines on the parameters of a group."""
    lines, about = [f"## {title}", ""], (type(values).__doc__ or "").strip().splitlines()
    if about and not about[0].startswith(f"{type(values).__name__}("):
        lines += [about[0], ""]
    lines += ["| name | default | range | unit | meaning | source |", "|---|---|---|---|---|---|"]
    lines += [_row(field, getattr(values, field.name)) for field in dataclasses.fields(values)]
    return [*lines, ""]


def _row(field: dataclasses.Field, value: Any) -> str:
    about = field.metadata
    span = f"{about['low']:g} to {about['high']:g}"
    meaning = str(about.get("doc", "")) + (" (contested)" if about.get("contested") else "")
    cells = [field.name, f"{value:g}", span, about.get("unit", ""), meaning, about.get("source", "")]
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
