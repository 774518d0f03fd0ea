"""Where a result comes from: versions, and hashes of configuration and of the code that decides what a run gives."""

import hashlib
import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.core.structure import to_plain

PACKAGES = ("numpy", "scipy", "numba", "mesa", "pandas", "pyarrow", "xarray", "matplotlib")
#: packages that decide what a run gives; the others treat finished runs or start them
DECISIVE = ("core", "world", "settings", "processes", "recording", "model", "runs")


def configuration_hash(*parts: Any) -> str:
    """A sha256 (hex) of plain data, independent of the order of keys."""
    text = json.dumps(to_plain(parts), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def source_hash() -> str:
    """A sha256 (hex) of the program's files that decide what a run gives."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for package in DECISIVE:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


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
