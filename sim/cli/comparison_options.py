"""What the overrides of a comparison ask for: which scenarios, how many replicates, what is kept, where it runs."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from sim.cli.terminal import say
from sim.core.errors import UserError, unknown
from sim.core.structure import structure
from sim.settings.compose import read_scenario, settings_for
from sim.settings.hydra_config import default_option
from sim.settings.library import LEVERS, Library
from sim.settings.overrides import Overrides
from sim.settings.settings import Settings

DEFAULT_SCENARIOS = ["history", "restraint", "un_stays", "france_stays", "bamako_prolonged"]

DEFAULT_REPLICATES = 12

#: replicates, workers and so on: more would not end
MOST = 1_000_000

OF_WORKERS = ("workers", "compute", "address", "yes")

OF_KEEPING = ("retention", "keep")

OF_STOPPING = ("precision", "within", "outcome", "place", "at_least", "at_most")


def replicates_or_rule(parsed: Overrides) -> Any:
    """Return the number of replicates, or with replicates=auto the rule that says when they are enough."""
    if parsed.get("replicates") != "auto":
        for key in OF_STOPPING:
            if key in parsed.values:
                raise UserError(f"{key} belongs to replicates=auto; say that, or leave {key} out.")
        return count(parsed, "replicates", DEFAULT_REPLICATES, " or auto")
    from sim.runs.stopping import Rule

    usual = Rule()
    numbers = {
        key: structure(float, parsed.get(key), key) for key in ("precision", "within") if parsed.get(key) is not None
    }
    if "within" in numbers:
        numbers.setdefault("precision", None)
    at_least = count(parsed, "at_least", usual.at_least)
    return Rule(
        outcome=str(parsed.get("outcome") or usual.outcome),
        place=str(parsed.get("place") or usual.place),
        at_least=at_least,
        at_most=count(parsed, "at_most", max(usual.at_most, at_least)),
        **numbers,
    )


def retention_of(parsed: Overrides) -> str:
    """Return what is retained of each run: `auto` unless an override says otherwise.

    The words of version 0.1 are understood, with a note.
    """
    from sim.recording.reduced_record import FORMER_RETENTIONS, RETENTIONS

    former = parsed.get("keep")
    if former is not None and parsed.get("retention") is not None:
        raise UserError("keep is called retention now; say one of the two.")
    word = str((former if former is not None else parsed.get("retention")) or "auto")
    known = RETENTIONS if former is None else (*RETENTIONS, *FORMER_RETENTIONS)
    if word not in known:
        raise unknown("word", word, known, "(keep)" if former is not None else "(retention)")
    retention = FORMER_RETENTIONS.get(word, word)
    if former is not None:
        say(f"note: keep={word} is called retention={retention} now.")
    return retention


def where_to_compute(parsed: Overrides) -> tuple[str, str | None]:
    """Return the kind of workers, and the address of a cluster if one is named."""
    kind, address = str(parsed.get("compute") or "local"), parsed.get("address")
    if kind not in ("local", "dask"):
        raise unknown("kind of workers", kind, ("local", "dask"), "(compute)")
    if address is not None and kind != "dask":
        raise UserError("address names a Dask cluster; say compute=dask with it.")
    if kind == "dask" and address is not None and "workers" in parsed.values:
        raise UserError("A running cluster has its own workers; leave out workers= or address=.")
    return kind, None if address is None else str(address)


def count(parsed: Overrides, key: str, usual: int, otherwise: str = "") -> int:
    """Return a number of things, at least one."""
    value = parsed.get(key)
    if otherwise and isinstance(value, str):
        raise UserError(f"{key} must be a number{otherwise}, not '{value}'.")
    value = usual if value is None else structure(int, value, key)
    if value < 1:
        raise UserError(f"{key} must be at least 1, not {value}.")
    if value > MOST:
        raise UserError(f"{key} must not be above {MOST:,}, not {value:,}.")
    return value


def workers_of(parsed: Overrides) -> int:
    """Return the number of workers: all cores unless an override says otherwise, and no more than there are."""
    from sim.runs.estimate import cores

    wanted, most = count(parsed, "workers", cores()), cores()
    if wanted > most:
        say(f"note: workers={wanted} are more than the {most} cores of this machine; {most} are used.")
    return min(wanted, most)


def agreed(parsed: Overrides) -> bool:
    """Return whether a job of more than a day, or than the disk has free, may begin."""
    return structure(bool, parsed.get("yes", False), "yes")


def compared(overrides: list[str], parsed: Overrides, folder: str | None) -> dict[str, Settings]:
    """Return the settings of each scenario compared, by name; the first is the baseline."""
    prefix = "factorial."
    crossed = {k.removeprefix(prefix): v for k, v in parsed.values.items() if k.startswith(prefix)}
    if crossed:
        if "scenarios" in parsed.values:
            raise UserError("Say either scenarios=[...] or factorial.<lever>=[...], not both.")
        return crossing(overrides, parsed, folder, crossed)
    if "scenario" in parsed.groups:
        raise UserError(
            f"compare takes a list: scenarios=[{parsed.groups['scenario']},...]; sahel run takes one scenario."
        )
    library = Library(folder)
    names = scenario_list(parsed.get("scenarios", DEFAULT_SCENARIOS))
    for name in names:
        levers = read_scenario(library, name)["levers"]
        both = [group for group in levers if group in parsed.groups]
        if both:
            raise UserError(
                f"{both[0]}={parsed.groups[both[0]]} would override {both[0]}={levers[both[0]]} of the "
                f"scenario {name} and make scenarios alike; leave it out, or cross options with "
                f"factorial.{both[0]}=[...]."
            )
    return {name: settings_for([f"scenario={name}", *overrides], folder) for name in names}


def scenario_list(value: Any) -> list[str]:
    """Return the names of the scenarios to compare."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UserError(f"scenarios must be a list such as [history,restraint], not {value}.")
    if not names:
        raise UserError("scenarios is empty; name at least one, such as [history,restraint].")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UserError(f"scenarios names '{twice[0]}' twice.")
    return names


def crossing(
    overrides: list[str], parsed: Overrides, folder: str | None, crossed: dict[str, Any]
) -> dict[str, Settings]:
    """Return a scenario for every combination of the levels of levers."""
    library = Library(folder)
    scenario = parsed.groups.get("scenario", "history")
    for group, levels in crossed.items():
        if group not in LEVERS:
            raise unknown("lever", group, LEVERS, "to cross")
        if not isinstance(levels, list) or len(levels) < 2:
            raise UserError(
                f"factorial.{group} must list two options or more, such as "
                f"factorial.{group}=[{default_option(library, group)},...]."
            )
        if len({str(level) for level in levels}) < len(levels):
            raise UserError(f"factorial.{group} names an option twice.")
        if group in parsed.groups:
            raise UserError(f"{group} is crossed already; leave out {group}={parsed.groups[group]}.")
        for level in levels:
            library.find(group, str(level))
    rest = [w for w in overrides if not w.lstrip("+").startswith("factorial.")]
    found = {}
    for choice in itertools.product(*crossed.values()):
        parts = [f"{group}={level}" for group, level in zip(crossed, choice)]
        settings = settings_for([*parts, f"scenario={scenario}", *rest], folder, ",".join(parts))
        info = replace(settings.scenario, title=", ".join(parts), summary="One cell of a crossing.")
        found[",".join(parts)] = replace(settings, scenario=info)
    return found
