"""A finished folder of made-up records for the tests of the player."""

from pathlib import Path

import pytest

from sim.core import provenance
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint"]


def made_up(path: Path) -> Path:
    """Two scenarios of three replicates over two years, with all tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        run_plan(fake_settings(NAMES), 3, 1, path, 7, **FAKE)
        write_all(path)
    return path
