"""Where a result comes from: versions, and hashes of configuration and of the code that decides what a run gives."""

import ast
import hashlib
import json
import os
import platform
import re
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.core.structure import unstructure

PACKAGES = ("numpy", "scipy", "numba", "mesa", "pandas", "pyarrow", "xarray", "matplotlib")
#: packages, and modules of others, that decide what a run gives and what is kept of it; the rest starts runs or
#: treats finished ones
DECISIVE = (
    "core",
    "world",
    "settings",
    "processes",
    "recording",
    "model",
    "runs/single_run.py",
    "runs/shared_past.py",
    "runs/snapshot.py",
)
#: of the core, what no outcome hangs on
INDIFFERENT = (
    "core/child_process.py",
    "core/errors.py",
    "core/files.py",
    "core/kernel_cache.py",
    "core/numbers.py",
    "core/provenance.py",
)
PACKAGE = Path(__file__).resolve().parents[1]


def configuration_hash(*parts: Any) -> str:
    """A sha256 (hex) of plain data, independent of the order of keys."""
    text = json.dumps(unstructure(parts), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def decisive_files(package: Path = PACKAGE) -> list[Path]:
    """The files of the program that decide what a run gives, sorted."""
    found = {path for name in DECISIVE for path in [package / name, *(package / name).rglob("*.py")] if path.is_file()}
    return sorted(path for path in found if path.relative_to(package).as_posix() not in INDIFFERENT)


def source_hash(package: Path = PACKAGE) -> str:
    """A sha256 (hex) of what the program's decisive files mean: another comment or docstring changes nothing.

    Reading the syntax of all of them takes a third of a second, so what it came to is kept beside the compiled files,
    under a name made of their bytes.
    """
    files = [(path.relative_to(package).as_posix(), path.read_bytes()) for path in decisive_files(package)]
    content = hashlib.sha256(
        platform.python_version().encode()
    )  # syntax trees are written in another way by each version
    for name, text in files:
        content.update(f"{name} {len(text)} ".encode() + text)
    kept = package / "__pycache__" / f"meaning-{content.hexdigest()[:24]}"
    with suppress(OSError, UnicodeDecodeError):
        found = kept.read_text(encoding="ascii")
        if re.fullmatch("[0-9a-f]{64}", found):
            return found
    digest = hashlib.sha256()
    for name, text in files:
        digest.update(f"{name} {meaning_of(text)}\n".encode())
    with suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        for old in kept.parent.glob("meaning-*"):
            old.unlink(missing_ok=True)
        temporary = kept.with_suffix(f".{os.getpid()}")
        temporary.write_text(digest.hexdigest(), encoding="ascii")
        os.replace(temporary, kept)
    return digest.hexdigest()


def meaning_of(text: bytes) -> str:
    """A file's syntax tree as text, without comments and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if documented and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def provenance() -> dict:
    """Versions and machine, for run.json."""
    versions = {}
    for name in ("sahel-scenarios", *PACKAGES):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "versions": versions,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": platform.processor(),
        "source_hash": source_hash(),
    }
