"""Read YAML as data and nothing else, and find the options of every lever.

A scenario, an actor profile or a lever option is plain data. A file that tries to reach Hydra's own settings,
a class path, a package directive or a resolver is refused by name and line, before Hydra sees it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.core.errors import LONGEST_WORD, UserError, printable
from sim.core.files import read_regular

LARGEST_FILE = 2_000_000  # bytes
#: lists and mappings within one another, and entries in all, beyond which a file is no scenario: libyaml composes by
#: recursion in C, which a deep file would bring down with the whole interpreter
DEEPEST, MOST_ENTRIES = 50, 100_000

_DIRECTIVE = re.compile(r"^\s*#\s*@\s*package", re.IGNORECASE)

_FLOAT = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$")

_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null")}

_TEXT_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp", "value")}


def read_yaml(path: Path) -> Any:
    """Read a file of plain data; dates stay text, tricks are refused by file and line."""
    path = Path(path)
    try:
        status = path.stat()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from None
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int, size: int) -> Any:
    if size > LARGEST_FILE:
        raise UserError(f"{path} is too large to be a scenario file ({size} bytes).")
    try:
        text = read_regular(path, LARGEST_FILE).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not text in UTF-8 (byte {error.start}).") from None
    for number, line in enumerate(text.splitlines(), 1):
        if _DIRECTIVE.match(line):
            raise _refuse(path, number, "a package directive ('# @package') is not allowed here")
    try:
        _check_events(path, text)
        loader = _BASE(text)
    except yaml.YAMLError as error:
        raise _not_yaml(path, error) from None
    try:
        if not loader.check_node():
            return {}
        root = loader.get_node()
        if loader.check_node():
            raise _refuse(path, loader.get_node().start_mark.line + 1, "a second document begins")
        return _Builder(path).build(root)
    except yaml.YAMLError as error:
        raise _not_yaml(path, error) from None
    except RecursionError:
        raise UserError(f"{path} is nested too deeply to be a scenario file.") from None
    finally:
        loader.dispose()


def _not_yaml(path: Path, error: yaml.YAMLError) -> UserError:
    """What to say of a file that is not YAML."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return UserError(f"{path} is not readable YAML ({str(error).splitlines()[0]}).")
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or "not YAML").strip().replace("\n", " ")
    return _refuse(path, mark.line + 1 if mark else 1, f"this is not readable YAML ({problem})")


def _check_events(path: Path, text: str) -> None:
    """Refuse aliases, depth and endless lists from the stream of events, before anything is built of them."""
    depth = 0
    for entries, event in enumerate(yaml.parse(text, Loader=_BASE)):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _refuse(path, line, "an alias (*name) is not allowed; write the values out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _refuse(path, line, f"lists and mappings lie more than {DEEPEST} deep within one another")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if entries > MOST_ENTRIES:
            raise _refuse(path, line, f"there are more than {MOST_ENTRIES:,} entries")


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
        if not all(sign in "\n\t" or sign.isprintable() or sign.isspace() for sign in value):
            raise self.refuse(node, f"'{printable(value, LONGEST_WORD)}' holds control characters")
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
            except (ValueError, IndexError, KeyError, yaml.YAMLError):
                what = "true or false" if node.tag.endswith("bool") else "a number"
                raise self.refuse(node, f"'{printable(value, LONGEST_WORD)}' is not {what}") from None
        raise self.refuse(node, f"the YAML tag '{node.tag}' is not allowed")

    def refuse(self, node: yaml.Node, reason: str) -> UserError:
        return _refuse(self.path, node.start_mark.line + 1, reason)
