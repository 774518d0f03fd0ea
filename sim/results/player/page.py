"""player.html: the player with its data in one file that opens from disk without a network.

`player_block` is the same as a block of a larger page. Texts of a folder reach the page only as JSON, and are put into
it as text, never as markup.
"""

from __future__ import annotations

import html
import re
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from sim.core.files import FOLDER_FORMAT, FolderError, atomic_write
from sim.results.figures.maps import controller_colours
from sim.results.player import layers, packing, scales
from sim.results.player.phrases import phrases
from sim.results.player.places import places
from sim.results.player.series import by_area, marks, series, who_is_shown
from sim.results.reading.scenario_colours import colours_of
from sim.results.result_folder import Folder
from sim.results.translation.texts import country, decision_words, translated

FILE = "player.html"
#: bytes that the data of a page may take; with more scenarios layers become coarser
LIMIT = 2_000_000

#: in the order in which they are put together
SCRIPTS = (
    *("inflate", "unpack", "words", "projection", "colours", "labels", "map", "pictures", "chart", "table", "controls"),
    "player",
)


def write_player_page(folder: Folder, language: str = "en", limit: int = LIMIT) -> Path:
    """Write player.html into the folder and return its path."""
    path = folder.path / FILE
    text = player_page(folder, language, limit)
    atomic_write(path, lambda file: file.write(text.encode("utf-8")))
    return path


def player_page(folder: Folder, language: str = "en", limit: int = LIMIT) -> str:
    """The whole page as text."""
    words = phrases()[language]
    title = f"{words['title']}: {', '.join(translated(folder.title(name), language) for name in folder.scenarios)}"
    block = player_block(folder, language, limit, whole_page=True)
    parts = {"LANGUAGE": language, "TITLE": html.escape(title), "BLOCK": block}
    parts["HEAD"] = html.escape(words["title"])
    # in one pass, so that a title that looks like a place to fill is none
    return re.sub(r"%([A-Z]+)%", lambda place: parts[place[1]], asset("player.html"))


def player_block(folder: Folder, language: str = "en", limit: int = LIMIT, whole_page: bool = False) -> str:
    """Style, data and program as HTML for a larger page; once a page. With `whole_page` all its keys are the player's.

    Raises `FolderError` with one sentence where the folder has no weekly maps.
    """
    data = packing.json_in_page(player_data(folder, language, limit))
    return (
        f"<style>\n{asset('player.css')}</style>\n"
        f'<div class="sahel-player" lang="{language}"{" data-whole-page" if whole_page else ""}>\n'
        f"<noscript>{html.escape(phrases()[language]['no_script'])}</noscript>\n</div>\n"
        f'<script type="application/json" class="sahel-player-data">{data}</script>\n'
        f"<script>\n{program()}</script>\n"
    )


def program() -> str:
    """The scripts as one, in a scope of their own."""
    parts = "\n".join(asset(f"{name}.js") for name in SCRIPTS)
    return f'(function () {{\n"use strict";\n\n{parts}}})();\n'


def asset(name: str) -> str:
    """A file that ships with the player."""
    return resources.files("sim.results.player").joinpath("browser").joinpath(name).read_text(encoding="utf-8")


def player_data(folder: Folder, language: str = "en", limit: int = LIMIT) -> dict[str, Any]:
    """All that the page knows; the finest of `layers.DETAILS` whose layers fit into `limit` bytes, or the coarsest."""
    if not (folder.path / "player.nc").exists() or not (folder.path / "cells.nc").exists():
        raise FolderError(
            f"{folder.path} has no weekly maps to play (format {folder.run['format']}, player.nc and cells.nc are "
            f"needed): make the comparison anew with this version, which writes format {FOLDER_FORMAT}."
        )
    with folder.player() as player, folder.cells() as cells:
        return _data(folder, player, cells, language, limit)


def _data(folder: Folder, player: xr.Dataset, cells: xr.Dataset, language: str, limit: int) -> dict[str, Any]:
    weeks, months = player["time"].to_numpy(), cells["time"].to_numpy()
    codes = {}
    for name in folder.scenarios:
        by_week = layers.codes_of_weeks(player, name, layers.land(player, folder.map["gid"]), folder.controllers)
        by_month = layers.codes_of_months(cells, name, layers.land(cells, folder.map["gid"]), folder.baseline)
        codes[name] = {"week": by_week, "month": by_month, "area": by_area(folder, name, months)}
    detail, packed = fitting(codes, limit)
    told = marks(folder, np.concatenate([months[:1], weeks]))
    every = [item[kind] for item in codes.values() for kind in ("week", "month")]
    return {
        "format": 1,
        "language": language,
        "phrases": phrases(),
        "texts": _french(folder, told),
        "about": _about(folder, player, detail),
        "scenarios": _scenarios(folder),
        "places": places(folder.map),
        "controllers": _controllers(folder, layers.controllers_shown(folder, every)),
        "steps": {
            "week": packing.pack_integers(_days(weeks)[:: detail.every]),
            "month": packing.pack_integers(_days(months)),
        },
        "layers": _layers(codes),
        "levels": {name: {k: x.tolist() for k, x in kinds.items()} for name, kinds in layers.LEVELS.items()},
        "packed": packed,
        "series": series(folder, cells, player),
        "marks": told,
    }


def fitting(codes: dict[str, Any], limit: int) -> tuple[layers.Detail, dict[str, Any]]:
    """The finest detail whose layers take no more than `limit` bytes, and the layers; else the coarsest."""
    for detail in layers.DETAILS:
        packed = {
            name: {
                kind: layers.packed(
                    {key: code[:: detail.every] for key, code in own.items()} if kind == "week" else own, detail
                )
                for kind, own in kinds.items()
            }
            for name, kinds in codes.items()
        }
        size = sum(len(x["data"]) for kinds in packed.values() for own in kinds.values() for x in own.values())
        if size <= limit:
            break
    return detail, packed


def _about(folder: Folder, player: xr.Dataset, detail: layers.Detail) -> dict[str, Any]:
    versions = folder.run.get("provenance", {}).get("versions", {})
    return {
        "replicates": folder.replicates,
        "baseline": folder.baseline,
        "fictional": bool(folder.map.get("fictional")),
        "region": str(folder.map.get("name", "")),
        "projection_from": _day(folder.projection_from),
        "version": str(versions.get("sahel-scenarios", metadata.version("sahel-scenarios"))),
        "seed": str(folder.run.get("seeds", {}).get("seed", "")),
        "every": detail.every,
        "within": detail.within,
        **who_is_shown(folder, player),
    }


def _scenarios(folder: Folder) -> list[dict[str, str]]:
    colours = colours_of(folder.run)
    return [{"name": name, "title": folder.title(name), **colours[name]} for name in folder.scenarios]


def _french(folder: Folder, told: list[dict[str, Any]]) -> dict[str, str]:
    """Titles of scenarios and of the decisions that are told, names of controllers and states, that ship with a French
    text."""
    known = [folder.title(name) for name in folder.scenarios]
    known += [folder.controller_label(name) for name in folder.controllers]
    found = {text: translated(text, "fr") for text in known}
    found |= {mark["title"]: decision_words(mark["title"], "fr") for mark in told}
    names = zip(folder.map["countries"], folder.map.get("country_names") or folder.map["countries"])
    found |= {str(name): country(str(code), "fr") or str(name) for code, name in names}
    return {text: french for text, french in found.items() if french != text}


def _controllers(folder: Folder, shown: list[int]) -> list[dict[str, Any]]:
    held = {folder.controllers[code - 1] for code in shown}
    colours = controller_colours(folder.controllers, held)
    return [
        {
            "name": name,
            "label": folder.controller_label(name),
            "colour": colours[name],
            "shown": at + 1 in shown,
        }
        for at, name in enumerate(folder.controllers)
    ]


def _layers(codes: dict[str, Any]) -> dict[str, Any]:
    """Scales of each layer of numbers by kind of step; a layer that was not recorded is left out."""
    found: dict[str, Any] = {}
    for name in layers.NAMES:
        kinds = [kind for kind in ("week", "month") if all(name in own[kind] for own in codes.values())]
        if not kinds or name == "share":
            continue
        found[name] = {}
        for kind in kinds:
            top = 0.0 if name == "control" else max(layers.most(own[kind], name, kind) for own in codes.values())
            found[name][kind] = {} if name == "control" else scales.scale(name, kind, top)
    return found


def _days(times: np.ndarray) -> list[int]:
    return times.astype("datetime64[D]").astype(int).tolist()


def _day(time: np.datetime64 | None) -> int | None:
    return None if time is None else int(time.astype("datetime64[D]").astype(int))
