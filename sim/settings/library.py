"""The options of every lever, region and period: the shipped ones, and those in a folder of the user."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from sim.core.errors import UserError, unknown
from sim.core.files import path_named
from sim.core.safe_yaml import read_yaml

LEVERS = (
    "abuses",
    "withdrawals",
    "blockades",
    "response",
    "politics",
    "auxiliaries",
    "cooperation",
    "rivalry",
    "diplomacy",
    "stabilisation",
    "information",
)

GROUPS = ("region", "period", "actors", "schedule", *LEVERS, "scenario")


def scenarios_folder() -> Path:
    """Return the folder of the shipped scenarios: beside the sources, or inside the package."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


class Library:
    """The options of every group: the shipped ones, and those in the user's own folder."""

    def __init__(self, folder: str | Path | None = None, shipped: Path | None = None):
        self.shipped = shipped or scenarios_folder()
        self.folder = path_named(folder).resolve() if folder else None
        if self.folder and not self.folder.is_dir():
            raise UserError(f"The folder '{folder}' does not exist.")
        if self.folder:
            self._check_folder()

    def options(self, group: str) -> dict[str, Path]:
        """Return option name -> file; for `actors` region name -> folder of profiles."""
        found = dict(self._listed(self.shipped, group))
        if self.folder:
            for name, path in self._listed(self.folder, group).items():
                if name in found and group != "actors":
                    raise UserError(f"{path} has the name of a shipped option; call it something else than '{name}'.")
                found.setdefault(name, path)
        return found

    def read(self, group: str, option: str) -> dict[str, Any]:
        """Read an option's file as plain data."""
        path = self.find(group, option)
        data = read_yaml(path)
        if not isinstance(data, dict):
            raise UserError(f"{path} must hold a mapping of names to values.")
        return copy.deepcopy(data)

    def find(self, group: str, option: str) -> Path:
        """Return the file of an option, or say which name is nearest."""
        choices = self.options(group)
        if option not in choices:
            raise unknown(_SINGULAR.get(group, f"option of {group}"), option, choices)
        return choices[option]

    def profiles(self, region: str) -> dict[str, Path]:
        """Return the actor profiles of a region, and those of the user's folder: name -> file."""
        found: dict[str, Path] = {}
        for root in filter(None, (self.shipped, self.folder)):
            places = [root / "actors" / region]
            if root == self.folder:
                places.append(root / "actors")
            for place in places:
                for path in sorted(place.glob("*.yaml")):
                    if path.stem in found:
                        raise UserError(
                            f"{path} has the name of a shipped actor; call it something else than '{path.stem}'."
                        )
                    found[path.stem] = path
        return found

    def is_shipped(self, path: Path) -> bool:
        """Whether a file came with the package."""
        return self.shipped in path.parents

    def _listed(self, root: Path, group: str) -> dict[str, Path]:
        if group == "actors":
            return {p.name: p for p in sorted((root / group).glob("*")) if p.is_dir()}
        return {p.stem: p for p in sorted((root / group).glob("*.yaml"))}

    def _check_folder(self) -> None:
        """Refuse a folder with a group that does not exist, and read every file of it once."""
        assert self.folder
        for entry in sorted(self.folder.iterdir()):
            if entry.name.startswith("."):
                continue
            if entry.is_dir() and entry.name not in GROUPS:
                if any(entry.rglob("*.yaml")):
                    raise unknown("group", entry.name, GROUPS, f"for the folder {entry}")
            elif entry.is_dir():
                for path in sorted(entry.rglob("*")):
                    if path.suffix == ".yml":
                        raise UserError(f"{path} must end in .yaml to be found.")
                    if path.suffix == ".yaml":
                        read_yaml(path)
            elif entry.suffix in (".yaml", ".yml"):
                raise UserError(
                    f"{entry} must lie in a folder of its group, such as {self.folder / 'scenario' / entry.name}."
                )


class WithScenario(Library):
    """The options there are, and the scenario in one file, wherever that lies."""

    def __init__(self, file: Path, folder: str | Path | None = None):
        self.file = file
        super().__init__(folder)

    def options(self, group: str) -> dict[str, Path]:
        """As of a library; the file's name is its scenario's."""
        found = super().options(group)
        if group == "scenario":
            if found.get(self.file.stem, self.file) != self.file and self.is_shipped(found[self.file.stem]):
                raise UserError(
                    f"{self.file} has the name of a shipped option; call it something else than '{self.file.stem}'."
                )
            found[self.file.stem] = self.file
        return found


_SINGULAR = {"scenario": "scenario", "region": "region", "period": "period"}
