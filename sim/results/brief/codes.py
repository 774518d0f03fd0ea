"""Codes of admin-1 areas as humanitarian data have them, from areas.csv beside this file.

P-codes of the common operational datasets (OCHA COD-AB) for Mali, Burkina Faso and Niger; ISO 3166-2 for areas of other
states, and where the edition of the datasets has none. Areas that are cut otherwise on this map have no code.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.results.result_folder import Folder

#: of an area without a code
NO_CODE = "none"


@dataclass(frozen=True)
class AreaCode:
    """A code and the system that it is of ("P-code", "ISO 3166-2" or "none")."""

    code: str
    system: str


@cache
def area_codes() -> dict[str, AreaCode]:
    """Code by area as map.json names them (`MLI.Gao`)."""
    text = resources.files("sim.results.brief").joinpath("areas.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {f"{row['iso3']}.{row['admin1']}": AreaCode(row["code"], row["system"]) for row in rows}


def code_of(area: str, place: dict[str, Any]) -> AreaCode:
    """The code of an area of a folder's map; of a made-up country there is none, whatever its names."""
    nothing = AreaCode("", NO_CODE)
    return nothing if place.get("fictional") else area_codes().get(area, nothing)


def area_name(area: str) -> str:
    """`MLI.Gao` as people write it: Gao."""
    return area.partition(".")[2] or area


def country_of(area: str) -> str:
    """`MLI.Gao`: MLI."""
    return area.partition(".")[0]


def country_name(code: str, place: dict[str, Any]) -> str:
    """The name of a state by its code, as the folder's map has it."""
    codes = [str(item) for item in place.get("countries", [])]
    names = place.get("country_names") or codes
    return str(names[codes.index(code)]) if code in codes else code


def theatre_of(found: Folder) -> list[str]:
    """Codes of the states that the scenarios are about."""
    return [str(code) for code, here in zip(found.map["countries"], found.map["theatre"]) if here]
