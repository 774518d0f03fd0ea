"""Atomic writes, plain copies and hashes."""

import json
import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim import storage
from sim.storage import FolderError


@dataclass
class Example:
    """Something like settings."""

    start: date = date(2020, 1, 1)
    rate: float = 0.1
    where: Path = Path("a/b")
    options: dict | None = None


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "run.json"
    storage.write_json(path, {"a": 1})

    def fail(file):
        file.write(b"half")
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        storage.atomic_write(path, fail)
    assert json.loads(path.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["run.json"]


def test_temporary_name_keeps_the_suffix_and_lies_beside(tmp_path):
    with storage.atomic_path(tmp_path / "new" / "cells.nc") as temporary:
        assert temporary.suffix == ".nc"
        assert temporary.parent == tmp_path / "new"
        temporary.write_bytes(b"x")
        assert not (tmp_path / "new" / "cells.nc").exists()
    assert (tmp_path / "new" / "cells.nc").read_bytes() == b"x"


def test_a_place_that_cannot_be_written_gives_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderError, match=r"run\.json cannot be written"):
        storage.write_json(tmp_path / "file" / "run.json", {})


def test_plain_copies():
    item = Example(options={"x": np.float32(0.5), "d": np.datetime64("2021-02-03"), "l": (1, np.arange(2))})
    plain = storage.to_plain(item)
    assert plain["start"] == "2020-01-01"
    assert plain["where"] == "a/b"
    assert plain["options"] == {"x": 0.5, "d": "2021-02-03", "l": [1, [0, 1]]}
    json.dumps(plain)


def test_hash_sees_every_change_but_not_the_order_of_keys():
    one = storage.configuration_hash(Example(options={"a": 1, "b": 2}))
    assert one == storage.configuration_hash(Example(options={"b": 2, "a": 1}))
    assert one != storage.configuration_hash(replace(Example(options={"a": 1, "b": 2}), rate=0.2))


def test_provenance_names_versions():
    about = storage.provenance()
    assert about["versions"]["numpy"] == np.__version__
    assert len(about["source_hash"]) == 64


def test_parts_of_an_unfinished_folder_are_not_removed(tmp_path):
    part = storage.part_path(tmp_path, "history", 3)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x")
    storage.write_json(tmp_path / "run.json", {"status": "interrupted"})
    with pytest.raises(FolderError, match="not complete"):
        storage.remove_parts(tmp_path)
    storage.write_json(tmp_path / "run.json", {"status": "complete"})
    storage.remove_parts(tmp_path)
    assert not part.exists()
    with pytest.raises(FolderError, match="missing"):
        storage.read_json(tmp_path / "map.json")
