"""One comparison for all tests of this folder: history, restraint with a title that looks like a formula, a twin."""

import pytest

from sim import open_folder
from tests.results.brief.folders import TITLE, made_up


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("brief") / "comparison"
    return open_folder(made_up(path, ["history", "restraint", "twin"], 6, {"restraint": TITLE}))
