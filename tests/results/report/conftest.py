"""The folders that the tests of the report share, made once a session."""

from datetime import date

import pytest

from sim import open_folder
from tests.results.report import folders


@pytest.fixture(scope="session")
def teaching_path(tmp_path_factory):
    return folders.teaching(tmp_path_factory.mktemp("report") / "teaching")


@pytest.fixture(scope="session")
def fake_path(tmp_path_factory):
    names = ["history", "restraint", "un_stays", "france_stays"]
    return folders.made_up(tmp_path_factory.mktemp("report") / "made_up", names, 9, start=date(2023, 1, 1))


@pytest.fixture
def teaching(teaching_path):
    return open_folder(teaching_path)


@pytest.fixture
def fake(fake_path):
    return open_folder(fake_path)
