"""Read YAML as data and nothing else, and find the options of every lever.

A scenario, a card or a lever option is plain data. A file that tries to reach Hydra's own settings,
a class path, a package directive or a resolver is refused by name and line, before Hydra sees it.
"""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.errors import UserError, unknown

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
LARGEST_FILE = 2_000_000  # bytes
_DIRECTIVE = re.compile(r"^\s*#\s*@\s*package", re.IGNORECASE)
_FLOAT = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$")
_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null")}
_TEXT_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp", "value")}


def scenarios_folder() -> Path:
    """Return the folder of the shipped scenarios: beside the sources, or inside the package."""
    here = Path(__file__).resolve().parent
    installed = here / "_scenarios"
    return installed if installed.is_dir() else here.parent / "scenarios"


def read_yaml(path: Path) -> Any:
    """Read a file of plain data; dates stay text, tricks are refused by file and line."""
    try:
        status = path.stat()
        return _read(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from None


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int, size: int) -> Any:
    if size > LARGEST_FILE:
        raise UserError(f"{path} is too large to be a scenario file ({size} bytes).")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not text in UTF-8 (byte {error.start}).") from None
    for number, line in enumerate(text.splitlines(), 1):
        if _DIRECTIVE.match(line):
            raise _refuse(path, number, "a package directive ('# @package') is not allowed here")
    loader = _BASE(text)
    try:
        if not loader.check_node():
            return {}
        root = loader.get_node()
        if loader.check_node():
            raise _refuse(path, loader.get_node().start_mark.line + 1, "a second document begins")
        return _Builder(path).build(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = (error.problem or "not YAML").strip().replace("\n", " ")
        raise _refuse(path, line, f"this is not readable YAML ({problem})") from None
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not readable YAML ({str(error).splitlines()[0]}).") from None
    except RecursionError:
        raise UserError(f"{path} is nested too deeply to be a scenario file.") from None
    finally:
        loader.dispose()


def _refuse(path: Path, line: int, reason: str) -> UserError:
    return UserError(f"{path}, line {line}: {reason}.")


class _Builder:
    """Turns YAML nodes into plain data, refusing everything that is not."""

    def __init__(self, path: Path):
        self.path = path
        self.seen: set[int] = set()
        self.scalars = yaml.SafeLoader("")

    def build(self, node: yaml.Node) -> Any:
        if id(node) in self.seen:
            raise self.refuse(node, "an alias (*name) is not allowed; write the values out")
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
            return [self.build(item) for item in node.value]
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        raise self.refuse(node, f"the YAML tag '{node.tag}' is not allowed")

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.key(key_node)
            if key in result:
                raise self.refuse(key_node, f"the key '{key}' is there twice")
            result[key] = self.build(value_node)
        return result

    def key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.refuse(node, "a key must be a single word")
        text = str(node.value)
        if node.tag == "tag:yaml.org,2002:bool":
            raise self.refuse(
                node,
                f"the key '{text}' reads as {str(text.lower() in ('on', 'yes', 'true')).lower()} "
                "in YAML; write 'date:' for a date, or put quotes around the key",
            )
        if node.tag == "tag:yaml.org,2002:merge":
            raise self.refuse(node, "a merge key (<<) is not allowed; write the values out")
        lowered = text.strip().lower()
        if lowered == "hydra" or lowered.startswith(("hydra/", "hydra.", "override ")):
            raise self.refuse(node, f"'{text}' would reach Hydra's own settings; a file is data")
        if lowered.startswith("_") and lowered.endswith("_") and len(lowered) > 1:
            raise self.refuse(node, f"the key '{text}' is not allowed; a file is data, not code")
        if lowered == "defaults":
            raise self.refuse(node, "'defaults' is not allowed; name options under 'levers'")
        if "@" in text or "${" in text:
            raise self.refuse(node, f"the key '{text}' is not allowed (no '@' or '${{')")
        return text

    def scalar(self, node: yaml.ScalarNode) -> Any:
        value = node.value
        if "${" in value:
            raise self.refuse(node, f"'{value.strip()}' is a resolver; write the value itself")
        if node.tag in _TEXT_TAGS:
            if not node.style and _FLOAT.match(value):
                return float(value)
            if value == "???":
                raise self.refuse(node, "'???' stands for a missing value; write the value")
            return value
        if node.tag in _PLAIN_TAGS:
            try:
                return self.scalars.construct_object(node)
            except (ValueError, yaml.YAMLError):
                raise self.refuse(node, f"'{value}' is not a number") from None
        raise self.refuse(node, f"the YAML tag '{node.tag}' is not allowed")

    def refuse(self, node: yaml.Node, reason: str) -> UserError:
        return _refuse(self.path, node.start_mark.line + 1, reason)


class Library:
    """The options of every group: the shipped ones, and those in the user's own folder."""

    def __init__(self, folder: str | Path | None = None, shipped: Path | None = None):
        self.shipped = shipped or scenarios_folder()
        self.folder = Path(folder).expanduser().resolve() if folder else None
        if self.folder and not self.folder.is_dir():
            raise UserError(f"The folder '{folder}' does not exist.")
        if self.folder:
            self._check_folder()

    def options(self, group: str) -> dict[str, Path]:
        """Return option name -> file; for `actors` region name -> folder of cards."""
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

    def cards(self, region: str) -> dict[str, Path]:
        """Return the actor cards of a region, and those of the user's folder: name -> file."""
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


_SINGULAR = {"scenario": "scenario", "region": "region", "period": "period"}
