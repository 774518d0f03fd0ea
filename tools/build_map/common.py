"""What both map builders share: writing the files of a region and sharing out people."""

from __future__ import annotations

import csv
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "sim" / "world" / "data"
FACTS = Path(__file__).parent / "facts"


def read_facts(name: str) -> list[dict[str, str]]:
    """Rows of a table of facts."""
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, columns: list[str], rows) -> None:
    """Write dicts as CSV with Unix line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_meta(path: Path, meta: dict) -> None:
    """Write ``region.yaml``."""
    path.write_text(yaml.safe_dump(meta, sort_keys=False, allow_unicode=True), encoding="utf-8")


CELLS = [
    *("gid", "lat", "lon", "country", "admin1", "land_share", "population", "urban"),
    *("aridity", "extraction", "cover", "ground_kmh"),
]
TOWNS = ["name", "aliases", "lat", "lon", "country", "population", "capital", "node", "source"]
EDGES = ["from", "to", "km", "kind", "source"]
SITES = ["kind", "name", "lat", "lon", "country", "value", "capacity", "opened", "source"]
ADMIN1 = ["label", "country", "seat", "population", "census_population", "census_year", "share_in_region", "source"]
COUNTRIES = ["iso3", "name", "theatre", "growth", "capital", "source"]
OUTLINES = ["iso3", "ring", "lon", "lat"]
