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
from sim.settings.overrides import Overrides, key_of, parse_overrides
from sim.settings.settings import Settings
from sim.settings.words.ban import ASSUMPTIONS, has_open_ban, is_about_blockades, reaches_beyond
from sim.settings.words.titles import told_apart

DEFAULT_SCENARIOS = ["history", "restraint", "un_stays", "france_stays", "bamako_prolonged"]

#: what to list for them
MAIN_JOB = "main"

DEFAULT_REPLICATES = 12

#: replicates, workers and so on: more would not end
MOST = 1_000_000

OF_WORKERS = ("workers", "compute", "address", "yes")

OF_KEEPING = ("retention", "keep")

OF_STOPPING = ("precision", "within", "at_least", "at_most")

#: how what came out is told: the primary outcome, named before the runs, and the least effect that gets a star
OF_TELLING = ("outcome", "place", "least_effect")


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


def telling_of(parsed: Overrides, settings: dict[str, Settings]) -> dict[str, Any]:
    """Return what was said on how to tell the results: the primary outcome and its place, the least effect."""
    said: dict[str, Any] = {}
    if parsed.get("place") is not None and parsed.get("outcome") is None and parsed.get("replicates") != "auto":
        raise UserError("place says where the primary outcome is looked at; name it with outcome=, such as displaced.")
    if parsed.get("outcome") is not None:
        outcome = str(parsed.get("outcome"))
        known = outcomes_of(settings)
        if outcome not in known:
            raise unknown("outcome", outcome, known)
        said = {"outcome": outcome, "place": str(parsed.get("place") or "region")}
    least = least_effect_of(parsed)
    return said if least is None else said | {"least_effect": least}


def least_effect_of(parsed: Overrides) -> float | None:
    """Return the share of the baseline's mean below which nothing is starred, where it was said."""
    if parsed.get("least_effect") is None:
        return None
    least = structure(float, parsed.get("least_effect"), "least_effect")
    if not 0.0 <= least < 1.0:
        raise UserError(f"least_effect is a share of the baseline's mean, 0 to 1 (0.01 is 1 %), not {least:g}.")
    return least


def outcomes_of(settings: dict[str, Settings]) -> set[str]:
    """Return the names of what may be recorded of these scenarios."""
    from sim.recording.outcomes import ADMIN_UNITS, TOWN_UNITS, outcome_units

    actors = list(dict.fromkeys(name for item in settings.values() for name in item.actors))
    theatre = list(next(iter(settings.values())).region_info.theatre)
    return {*outcome_units(["government", *actors], actors, theatre), *ADMIN_UNITS, *TOWN_UNITS}


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
        return titled(crossing(overrides, parsed, folder, crossed))
    if "scenario" in parsed.groups:
        raise UserError(
            f"compare takes a list: scenarios=[{parsed.groups['scenario']},...]; sahel run takes one scenario."
        )
    library = Library(folder)
    names = scenario_list(parsed.get("scenarios", DEFAULT_SCENARIOS))
    read = {name: read_scenario(library, name) for name in names}
    for name, scenario in read.items():
        levers = scenario["levers"]
        both = [group for group in levers if group in parsed.groups]
        if both:
            raise UserError(
                f"{both[0]}={parsed.groups[both[0]]} would override {both[0]}={levers[both[0]]} of the "
                f"scenario {name} and make scenarios alike; leave it out, or cross options with "
                f"factorial.{both[0]}=[...]."
            )
    words = {name: words_for(overrides, scenario, library) for name, scenario in read.items()}
    refuse_idle_blockade(overrides, words)
    found = {name: settings_for([f"scenario={name}", *own], folder) for name, own in words.items()}
    return titled(with_assumptions(found, overrides, parsed, folder))


def words_for(overrides: list[str], scenario: dict[str, Any], library: Library) -> list[str]:
    """The overrides that hold for one of several scenarios.

    Words about a blockade of one's own go to those that have one; the day of the levers stays that of a scenario's own
    file.
    """
    option = parse_overrides(overrides).groups.get("blockades") or scenario["levers"].get("blockades", "historical")
    left_out = []
    if "own" not in library.read("blockades", option):
        left_out.append("blockade")
    if scenario.get("levers_from") is not None:
        left_out.append("levers")
    return [word for word in overrides if key_of(word).split(".")[0] not in left_out]


def refuse_idle_blockade(overrides: list[str], words: dict[str, list[str]]) -> None:
    """Refuse words about a blockade of one's own that no scenario has."""
    for word in overrides:
        if key_of(word).startswith("blockade.") and not any(word in own for own in words.values()):
            raise UserError(
                f"{key_of(word)} belongs to blockades=own, which no scenario here has; list own_blockade among the "
                "scenarios."
            )


def with_assumptions(
    found: dict[str, Settings], overrides: list[str], parsed: Overrides, folder: str | None
) -> dict[str, Settings]:
    """The scenarios, and both assumptions about the ban where what blockades reaches beyond the known facts."""
    wanted = parsed.get("ban_assumptions", True)
    if not isinstance(wanted, bool):
        raise UserError(f"ban_assumptions must be true or false, not {wanted}.")
    about = [name for name, item in found.items() if is_about_blockades(item)]
    first = next(iter(found.values()))
    if not (wanted and about and len(found) > 1 and reaches_beyond(first) and has_open_ban(first)):
        return found
    if "blockades" in parsed.groups or is_about_blockades(first):
        return found
    added = [name for name in ASSUMPTIONS if name not in found]
    if added:
        known = first.region_info.known_until
        say(
            f"note: {', '.join(about)} reaches beyond the known facts ({known}), so that it is compared "
            f"with {' and '.join(added)}, too (ban_assumptions=false: not)."
        )
    rest = [word for word in overrides if not key_of(word).startswith("blockade.")]
    return found | {name: settings_for([f"scenario={name}", *rest], folder) for name in added}


def titled(found: dict[str, Settings]) -> dict[str, Settings]:
    """The scenarios with titles that tell them apart."""
    titles = told_apart({name: item.scenario.title for name, item in found.items()})
    return {name: replace(item, scenario=replace(item.scenario, title=titles[name])) for name, item in found.items()}


def scenario_list(value: Any) -> list[str]:
    """Return the names of the scenarios to compare; `main` are those of the main job."""
    names = [value] if isinstance(value, str) else value
    if names in (MAIN_JOB, [MAIN_JOB]):
        return list(DEFAULT_SCENARIOS)
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
    crossed = {factor_of(key): levels for key, levels in crossed.items()}
    for factor, levels in crossed.items():
        check_levels(factor, levels, library, parsed)
    rest = [w for w in overrides if not w.lstrip("+").startswith("factorial.")]
    found = {}
    for choice in itertools.product(*crossed.values()):
        parts = [f"{factor}={level}" for factor, level in zip(crossed, choice)]
        said = [part if factor in LEVERS else f"parameters.{part}" for factor, part in zip(crossed, parts)]
        words = [*said, f"scenario={scenario}", *rest]
        words = words_for(words, read_scenario(library, scenario), library) if "blockades" in crossed else words
        settings = settings_for(words, folder, ",".join(parts))
        others = [text for text in settings.scenario.changes if text.partition("=")[0] not in crossed]
        title = ", ".join(parts) + (f", changed: {'; '.join(others)}" if others else "")
        info = replace(settings.scenario, title=title, summary="One cell of a crossing.")
        found[",".join(parts)] = replace(settings, scenario=info)
    return found


def factor_of(key: str) -> str:
    """Return the lever, or the parameter as <process>.<name>, that a key of a crossing means."""
    from sim.settings.parameters.groups import Parameters, walk

    if key in LEVERS:
        return key
    known = [f"{group}.{name}" for group, name, _, _ in walk(Parameters())]
    short = key.removeprefix("parameters.")
    if short in known:
        return short
    raise unknown("lever or parameter", key, [*LEVERS, *known], "to cross")


def check_levels(factor: str, levels: Any, library: Library, parsed: Overrides) -> None:
    """Refuse levels of a lever or parameter that cannot be crossed."""
    lever = factor in LEVERS
    usual = default_option(library, factor) if lever else "0.1"
    if not isinstance(levels, list) or len(levels) < 2:
        what = "options" if lever else "values"
        raise UserError(f"factorial.{factor} must list two {what} or more, such as factorial.{factor}=[{usual},...].")
    if len({str(level) for level in levels}) < len(levels):
        raise UserError(f"factorial.{factor} names {'an option' if lever else 'a value'} twice.")
    given = parsed.groups.get(factor) if lever else parsed.values.get(f"parameters.{factor}")
    if given is not None:
        raise UserError(f"{factor} is crossed already; leave out {factor}={given}.")
    if lever:
        for level in levels:
            library.find(factor, str(level))
