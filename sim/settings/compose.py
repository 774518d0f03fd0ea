"""From overrides to `Settings`: Hydra composes the options, levers and scenario are put to work, all is checked.

    from sim.compose import settings_for
    settings = settings_for(["region=teaching", "scenario=history", "abuses=restraint"])

Order, the later winning: the region's schedule and actor profiles; the levers' options (the scenario's, or
those that overrides name); the scenario's own changes; the other overrides.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

from sim.core.errors import UserError, unknown
from sim.core.structure import read_date, structure
from sim.settings.actor_profiles import read_profile
from sim.settings.events import Context
from sim.settings.hydra_config import compose_tree, default_option
from sim.settings.levers import kinds
from sim.settings.levers.own_blockade import with_own
from sim.settings.library import GROUPS, LEVERS, Library
from sim.settings.overrides import OPEN, Overrides, dotted, parse_overrides, put, refuse_gone
from sim.settings.region import RegionInfo, read_region
from sim.settings.schedule import compile_schedule
from sim.settings.settings import VARIANTS, ProcessSwitch, RecordSettings, ScenarioInfo, Settings, read_parameters
from sim.settings.words.effects import new_event_needs
from sim.settings.words.titles import changes_said, title_of
from sim.world import place_names
from sim.world.grid import COARSEST, FINEST

#: seeds are counted modulo 2^64 where numbers are drawn: a larger one would be another one's twin
LARGEST_SEED = 2**64 - 1
LARGEST_REPLICATE = 10**9

SCENARIO_KEYS = ("title", "summary", "variant", "levers", "blockade", "schedule", "parameters", "processes")

SCENARIO_GROUPS = tuple(g for g in GROUPS if g not in ("actors", "schedule", "scenario"))


def settings_for(
    overrides: list[str], folder: str | Path | None = None, name: str | None = None, library: Library | None = None
) -> Settings:
    """Return the settings that overrides ask for; `folder` holds the user's own files, `name` renames.

    `library` holds the options where they are not those of `folder` and the shipped ones.
    """
    parsed = parse_overrides(overrides)
    library = library or Library(folder or parsed.get("folder"))
    scenario = read_scenario(library, parsed.groups.get("scenario", "history"))
    options = choose_options(library, parsed, scenario)
    tree = compose_tree(library, options)
    parse_overrides(overrides, known_keys(tree))
    return build(tree, parsed, library, scenario, options, name)


# ---------------------------------------------------------------------------- choosing


def read_scenario(library: Library, name: str) -> dict[str, Any]:
    """Read a scenario file and check its keys and the names of its levers."""
    path = library.find("scenario", name)
    data = library.read("scenario", name)
    for key in data:
        if key not in SCENARIO_KEYS:
            raise unknown("key", key, SCENARIO_KEYS, f"in {path}")
    chosen = data.get("levers") or {}
    if not isinstance(chosen, dict):
        raise UserError(f"{path}: levers must be a mapping such as {{abuses: restraint}}.")
    chosen = dict(chosen)
    levers_from = chosen.pop("from", None)
    for group, option in chosen.items():
        if group not in SCENARIO_GROUPS:
            raise unknown("lever", group, (*SCENARIO_GROUPS, "from"), f"in {path}")
        if option not in library.options(group):
            raise unknown(f"option of {group}", option, library.options(group), f"in {path}")
    data |= {"levers": chosen, "levers_from": levers_from, "name": name}
    return data


def choose_options(library: Library, parsed: Overrides, scenario: dict[str, Any]) -> dict[str, str]:
    """Return the options the scenario and the overrides name, overrides winning; names are checked."""
    options = {**scenario["levers"], **parsed.groups}
    options["scenario"] = scenario["name"]
    for group, option in options.items():
        library.find(group, option)
    region = options.get("region", default_option(library, "region"))
    options["region"] = region
    period = library.read("region", region).get("period")
    if period is not None:
        options.setdefault("period", str(period))
        library.find("period", options["period"])
    for group in ("actors", "schedule"):
        options.setdefault(group, region)
        library.find(group, options[group])
    return options


def known_keys(tree: dict[str, Any]) -> list[str]:
    """Return the dotted keys that overrides may set."""
    keys = dotted({key: value for key, value in tree.items() if key not in OPEN})
    keys += [f"scenario.{key}" for key in ("title", "summary", "variant")]
    hidden = (*(f"scenario.{key}" for key in ("levers", "blockade", "schedule", "parameters", "processes")), "region.")
    return sorted({key for key in keys if not key.startswith(hidden)})


# ---------------------------------------------------------------------------- building


def build(
    tree: dict[str, Any],
    parsed: Overrides,
    library: Library,
    scenario: dict[str, Any],
    options: dict[str, str],
    name: str | None = None,
) -> Settings:
    """Turn the composed tree into settings: overrides, scenario and levers applied, all checked."""
    notes = _what_won(parsed, scenario)
    for key in ("parameters", "processes"):
        _merge(tree.setdefault(key, {}), scenario.get(key), key, f" (scenario {scenario['name']})")
    tree["abuses"] = kinds.with_present_names(tree.get("abuses") or {}, notes.append)
    for key, value in parsed.values.items():
        if not key.startswith("schedule."):
            _check_actor(key, tree)
            put(tree, kinds.present_key(key, notes.append), value)
    region = read_region(tree["region"], options["region"])
    chosen = {group: _chosen(group, options, library) for group in LEVERS}
    tree["blockades"] = with_own(tree.get("blockades") or {}, chosen["blockades"], scenario, parsed)
    start, end, levers_from = read_period(tree, region, _own_start(parsed, scenario, notes))
    usual = {group: default_option(library, group) for group in LEVERS}
    info = _scenario_info(
        tree, scenario, name, changes_said(parsed, scenario, usual), "scenario.title" in parsed.values
    )
    context = Context(
        region=region,
        actors={n: read_profile(n, profile, f"actors.{n}") for n, profile in tree["actors"].items()},
        countries=list(place_names.countries(region.folder)),
        known_place=place_names.place_check(region.folder),
        levers_from=levers_from,
        variant=info.variant,
        notes=notes,
    )
    _check_profiles(context)
    events = compile_schedule(
        tree["schedule"],
        context,
        [
            (f"scenario {scenario['name']}", scenario.get("schedule") or {}),
            ("the command line", _schedule_overrides(parsed, tree["schedule"], scenario)),
        ],
        lambda draft, ctx: kinds.apply(draft, ctx, {g: tree.get(g) for g in LEVERS}, chosen),
    )
    return Settings(
        region=options["region"],
        start=start,
        end=end,
        levers_from=levers_from,
        scenario=info,
        region_info=region,
        parameters=read_parameters(tree["parameters"]),
        actors=context.actors,
        schedule={event.name: event for event in events},
        levers=chosen,
        response=kinds.response_settings(tree.get("response") or {}, levers_from),
        no_blockades_from=kinds.blockades_end(tree.get("blockades") or {}, levers_from),
        processes=_switches(tree["processes"]),
        politics=kinds.politics_mode(tree.get("politics") or {}),
        record=structure(RecordSettings, tree["record"], "record"),
        notes=context.notes + _of_draws(tree["draw"]),
        given=_given(parsed, scenario),
        **_plain_values(tree),
    )


def _scenario_info(
    tree: dict[str, Any], scenario: dict[str, Any], name: str | None, changes: list[str], titled: bool
) -> ScenarioInfo:
    """What a scenario is called; unless the user gave it a title (`titled`), that says what was changed."""
    said = {key: tree["scenario"][key] for key in ("title", "summary", "variant") if key in tree["scenario"]}
    info = structure(ScenarioInfo, {"name": name or scenario["name"], **said}, "scenario")
    title = info.title if titled else title_of({**scenario, "title": info.title}, changes)
    return dataclasses.replace(info, title=title, changes=changes)


def _own_start(parsed: Overrides, scenario: dict[str, Any], notes: list[str]) -> Any:
    """The day that the scenario's file gives its levers, unless the command line gives one; a note tells who wins."""
    own, said = scenario.get("levers_from"), parsed.values.get("levers.from")
    if own is not None and said is not None and str(said) != str(own):
        notes.append(f"levers.from={said} was given and wins over {own} of the scenario {scenario['name']}.")
    return None if said is not None else own


def _given(parsed: Overrides, scenario: dict[str, Any]) -> list[str]:
    """Parameters that the scenario or an override sets, as <process>.<name>: what is set is never drawn."""
    by_scenario = dotted(scenario.get("parameters") or {})
    by_override = [key.removeprefix("parameters.") for key in parsed.values if key.startswith("parameters.")]
    return sorted({*by_scenario, *by_override})


def _of_draws(draw: Any) -> list[str]:
    """What a user of draw=all should know."""
    if draw != "all":
        return []
    return [
        "draw=all draws every parameter independently from its whole range, also to values that do not go together: "
        "levels are far off (tens of millions displaced are usual), only differences can be read."
    ]


def _what_won(parsed: Overrides, scenario: dict[str, Any]) -> list[str]:
    return [
        f"{group}={parsed.groups[group]} was given and wins over {group}={option} of the scenario {scenario['name']}."
        for group, option in scenario["levers"].items()
        if parsed.groups.get(group, option) != option
    ]


def _chosen(group: str, options: dict[str, str], library: Library) -> str:
    return options.get(group) or default_option(library, group)


def _merge(tree: dict[str, Any], changes: Any, where: str, origin: str) -> None:
    """Merge nested changes at the key `where`, refusing keys that are not there; `origin` tells who asks for them."""
    if not isinstance(changes or {}, dict):
        raise UserError(f"{where}{origin} must be a mapping of names to values, not '{changes}'.")
    for key, value in (changes or {}).items():
        if key not in tree:
            refuse_gone(f"{where}.{key}", origin)
            raise unknown("key", key, tree, f"in {where}{origin}")
        if isinstance(tree[key], dict):
            _merge(tree[key], value, f"{where}.{key}", origin)
        else:
            tree[key] = value


def _check_actor(key: str, tree: dict[str, Any]) -> None:
    head, _, rest = key.partition(".")
    if head == "actors" and rest.split(".")[0] not in tree["actors"]:
        raise unknown("actor", rest.split(".")[0], tree["actors"])


def _schedule_overrides(parsed: Overrides, base: dict[str, Any], scenario: dict[str, Any]) -> dict[str, Any]:
    """Return the overrides of single events as a patch."""
    patch: dict[str, Any] = {}
    known = {**base, **(scenario.get("schedule") or {})}
    for key, value in parsed.values.items():
        if not key.startswith("schedule."):
            continue
        _, event, *rest = key.split(".")
        if event not in known:
            slip = str(unknown("event", event, known, "(new events belong in a scenario file)")).removesuffix(".")
            raise UserError(f"{slip}; {new_event_needs(known, event)}.")
        if not rest:
            raise UserError(f"'{key}' is an event; say one of its keys, such as {key}.date=never.")
        if isinstance(known[event].get(rest[0]), dict) and len(rest) > 1:
            patch.setdefault(event, {}).setdefault(rest[0], dict(known[event][rest[0]]))
        put(patch, ".".join([event, *rest]), value)
    return patch


def _switches(data: dict[str, Any]) -> dict[str, ProcessSwitch]:
    """Read the switches of processes; a variant is one of those that are shipped."""
    switches = structure(dict[str, ProcessSwitch], data, "processes")
    for name, switch in switches.items():
        known = ["default", *VARIANTS.get(name, {})]
        if switch.variant not in known:
            raise unknown("variant", switch.variant, known, f"(processes.{name}.variant)")
    return switches


def _plain_values(tree: dict[str, Any]) -> dict[str, Any]:
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    limits = {
        "seed": {"at_least": 0, "at_most": LARGEST_SEED},
        "replicate": {"at_least": 0, "at_most": LARGEST_REPLICATE},
        "resolution": {"at_least": FINEST, "at_most": COARSEST},
    }
    hints = {
        "seed": int,
        "replicate": int,
        "resolution": float | None,
        "step_days": float,
    }
    values = {
        key: structure(hint, tree[key], key, limits.get(key, fields[key].metadata)) for key, hint in hints.items()
    }
    if tree["draw"] not in ("contested", "all", "none"):
        raise unknown("value", tree["draw"], ("contested", "all", "none"), "for draw")
    return values | {"draw": tree["draw"]}


def _check_profiles(context: Context) -> None:
    """Check what profiles say of one another, of places and of countries."""
    roles = {role for profile in context.actors.values() for role in profile.roles}
    kinds = ("insurgent", "militia", "army", "auxiliary", "foreign")
    for name, profile in context.actors.items():
        for other in profile.relations:
            if other not in context.actors and other not in roles and other not in kinds:
                raise unknown(
                    "actor, role or kind",
                    other,
                    [*context.actors, *roles, *kinds],
                    f"(actors.{name}.relations)",
                )
        if profile.parent is not None and profile.parent not in context.actors:
            raise unknown("actor", profile.parent, context.actors, f"(actors.{name}.parent)")
        for entry in filter(
            None, [profile.state, *profile.area]
        ):  # areas are countries or admin-1 labels such as NGA.Borno
            if context.countries and entry.split(".")[0] not in context.countries:
                raise unknown("country", entry, context.countries, f"(actors.{name})")
            problem = context.known_place(entry) if "." in entry and context.known_place else None
            if problem:
                raise UserError(f"actors.{name}.area: {problem}")
        if profile.offer and profile.kind != "foreign":
            raise UserError(f"actors.{name}.offer: only foreign forces are called in; its kind is {profile.kind}.")
        for key, part in (("entry", profile.entry), ("offer", profile.offer)):
            for place in part.places if part else ():
                problem = context.known_place(place) if context.known_place else None
                if problem:
                    raise UserError(f"actors.{name}.{key}.places: {problem}")
        dates = [point.date for point in profile.strength]
        if dates != sorted(dates):
            raise UserError(f"actors.{name}.strength is out of order; the earliest date comes first.")


def read_period(tree: dict[str, Any], region: RegionInfo, own: Any = None) -> tuple[date, date, date]:
    """Return start and end of what is recorded, and the day from which levers act; `own` is the scenario's for that."""
    period = tree.get("period") or {}
    start = read_date(period.get("start"), "period.start")
    end = read_date(period.get("end"), "period.end")
    if end <= start:
        raise UserError(f"period.end ({end}) must come after period.start ({start}).")
    for key, day in (("period.start", start), ("period.end", end)):
        if not region.start <= day <= region.horizon:
            raise UserError(f"{key} is {day}, outside the region's range {region.start} to {region.horizon}.")
    given = own if own is not None else (tree.get("levers") or {}).get("from")
    levers_from = read_date(given, "levers.from") if given is not None else start
    if not region.start <= levers_from <= end:
        raise UserError(
            f"levers.from is {levers_from}, outside the range {region.start} (the region's start) to {end} "
            "(period.end)."
        )
    return start, end, levers_from
