"""Finished folders of made-up records with admin-1 areas, for the tests of what planners take from a comparison."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.core import provenance
from sim.recording.run_record import Series
from sim.results.write_tables import write_all
from tests import fake_records
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.results.brief.folders:simulate", "load_world": "tests.results.brief.folders:map_of_areas"}
TITLE = "=HYPERLINK(1)<script>window.hacked=1</script>"
AREAS = ["MLI.Mopti", "MLI.Gao", "MLI.Taoudenit", "BFA.Sahel", "NER.Diffa", "GHA.Upper East", "LBR.Liberia"]
PEOPLE = np.array([200_000.0, 90_000, 3_000, 300_000, 120_000, 8_000, 0])
UNITS = {"idps_hosted": "persons", "refugees_hosted": "persons", "displaced_hosted": "persons"}


def map_of_areas(name="fake", resolution=None):
    """The fake's map with areas whose codes are known."""
    found = fake_records.fake_world(name, resolution)
    found.admin1_names = AREAS
    found.admin1 = np.arange(found.n_cells) % len(AREAS)
    found.country_names = ["Mali", "Burkina Faso", "Niger", *found.countries[3:]]
    return found


def simulate(settings, world=None, progress=None):
    """The fake's record with people by area and month; a scenario whose name begins with "twin" is the history."""
    name = settings.scenario.name
    as_named = settings
    if name.startswith("twin"):
        as_named = type(settings)(**{**vars(settings), "scenario": fake_records.FakeInfo("history")})
    record = fake_records.simulate(as_named, world or map_of_areas(), progress)
    record.meta["scenario"] = name
    effect = np.exp(fake_records.EFFECT.get(as_named.scenario.name, 0.0))
    months = record.cells["months"]
    draw = np.random.default_rng([settings.seed, settings.replicate, 5])
    level = np.exp(0.1 * draw.normal(size=(1, len(AREAS)))) * np.linspace(0.8, 1.2, len(months))[:, None]
    hosted = np.rint(PEOPLE * level * effect)
    refugees = np.rint(hosted * 0.25)
    values = np.stack([hosted - refugees, refugees, hosted], axis=-1)
    record.series["admin1"] = Series(months, AREAS, list(UNITS), values, UNITS)
    return record


def made_up(path: Path, names: list[str], replicates: int = 6, titles: dict[str, str] | None = None) -> Path:
    """A comparison of a year with all tables."""
    settings = fake_settings(
        names,
        region_info=fake_records.FakeRegionInfo(theatre=("MLI", "BFA", "NER")),
        end=date(2022, 12, 31),
        large=False,
    )
    for name, title in (titles or {}).items():
        info = fake_records.FakeInfo(name, title)
        settings[name] = type(settings[name])(**{**vars(settings[name]), "scenario": info})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        run_plan(settings, replicates, 1, path, 7, **FAKE)
        write_all(path)
    return path
