"""Hydra composes options, levers and scenario: what it is handed, and what it gives back as plain data."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.core.errors import UserError
from sim.core.safe_yaml import read_yaml
from sim.core.structure import unstructure
from sim.settings.actor_profiles import read_profile
from sim.settings.library import GROUPS, Library, scenarios_folder
from sim.settings.settings import PROCESSES, ProcessSwitch, read_parameters

LONG = ("actors", "schedule")  # groups with nothing to compose: they are read directly


def default_option(library: Library, group: str) -> str:
    """Return the option `config.yaml` gives a group."""
    return _defaults(library.shipped).get(group, "historical")


@lru_cache(maxsize=4)
def _config(shipped: Path) -> dict[str, Any]:
    """What the shipped `config.yaml` holds, its list of defaults included."""
    import yaml

    text = (shipped / "config.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _defaults(shipped: Path) -> dict[str, str]:
    return {k: v for e in _config(shipped)["defaults"] if isinstance(e, dict) for k, v in e.items()}


# ---------------------------------------------------------------------------- composing


def register(library: Library, profiles_of: str | None = None) -> None:
    """Make known to Hydra what it does not read itself: defaults from code, actor profiles, users' files.

    Defaults and profiles are long; they are left out unless `profiles_of` names a region.
    """
    from hydra.core.config_store import ConfigStore

    store = ConfigStore.instance()
    store.store(name="defaults_from_code", node=defaults_from_code() if profiles_of else {})
    if profiles_of in library.options("actors"):
        store.store(group="actors", name=profiles_of, node=read_profiles(library, profiles_of))
    if library.folder:
        for group in GROUPS:
            for name, path in library.options(group).items():
                if group != "actors" and not library.is_shipped(path):
                    store.store(group=group, name=name, node=library.read(group, name))


def read_profiles(library: Library, region: str) -> dict[str, Any]:
    """Return the profiles of a region and of the user as plain data, by name."""
    profiles = {}
    for name, path in library.profiles(region).items():
        profile = read_yaml(path)
        if not isinstance(profile, dict):
            raise UserError(f"{path} must hold an actor profile: a mapping of names to values.")
        read_profile(name, profile, str(path))
        profiles[name] = copy.deepcopy(profile)
    return profiles


def defaults_from_code() -> dict[str, Any]:
    """Return the default parameters (none while there are none) and switches, as nested dicts."""
    return {
        "parameters": unstructure(read_parameters({})) or {},
        "processes": {name: unstructure(ProcessSwitch()) for name in PROCESSES},
    }


@contextmanager
def hydra_ready(library: Library, chosen: dict[str, str]):
    """Let Hydra find the chosen options, unless it is at work already and finds them in the files.

    It is handed what `sim.settings.library` has read: its own reader of YAML is an order slower, and takes most of
    the time of composing. The folder it is shown holds none of the options.
    """
    from hydra import initialize_config_dir
    from hydra.core.config_store import ConfigStore
    from hydra.core.global_hydra import GlobalHydra

    if GlobalHydra.instance().is_initialized():
        yield
        return
    store = ConfigStore.instance()
    handed = [(store.repo, "config")]
    store.store(name="config", node=copy.deepcopy(_config(library.shipped)))
    for group, option in chosen.items():
        if f"{option}.yaml" not in store.repo.get(group, {}):  # else it is a user's, and there already
            store.store(group=group, name=option, node={} if group in LONG else library.read(group, option))
            handed.append((store.repo[group], option))
    try:
        with initialize_config_dir(version_base="1.3", config_dir=str(scenarios_folder() / "actors")):
            yield
    finally:
        for place, name in handed:  # Hydra would take what it finds there for the schema of a file of the same name
            del place[f"{name}.yaml"]


def compose_tree(library: Library, options: dict[str, str]) -> dict[str, Any]:
    """Return Hydra's composition of the options, as plain data.

    Actor profiles, schedule and parameters are long and have nothing to compose: they are read directly.
    """
    from hydra import compose
    from omegaconf import OmegaConf

    register(library)
    overrides = [f"{g}='{o}'" for g, o in options.items() if g not in LONG]
    usual = {group: option for group, option in _defaults(library.shipped).items() if group in GROUPS}
    with hydra_ready(library, {**usual, **options}):
        config = compose("config", overrides=[*overrides, *(f"~{group}" for group in LONG)])
    tree = OmegaConf.to_container(config, resolve=True)
    tree |= defaults_from_code()
    tree["actors"] = read_profiles(library, options["actors"])
    tree["schedule"] = library.read("schedule", options["schedule"])
    return tree
