"""The made-up history, written once."""

import pytest

from tests.validation.yardstick.made_up_history import write_history


@pytest.fixture(scope="session")
def history(tmp_path_factory):
    """A folder with three replicates of the made-up history, and of the one with coups as outcomes."""
    return write_history(tmp_path_factory.mktemp("history") / "folder")
