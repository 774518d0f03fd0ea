"""Atomic writes, plain copies and hashes."""

import json
import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.core.files import FOLDER_FORMAT, FolderError, atomic_path, atomic_write, read_json, write_json
from sim.core.provenance import configuration_hash, provenance
from sim.core.structure import unstructure
from sim.results.replicate_files import remove_replicate_files, replicate_file


@dataclass
class Example:
    """Something like settings."""

    start: date = date(2020, 1, 1)
    rate: float = 0.1
    where: Path = Path("a/b")
    options: dict | None = None


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "run.json"
    write_json(path, {"a": 1})

    def fail(file):
        file.write(b"half")
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        atomic_write(path, fail)
    assert read_json(path)["a"] == 1
    assert os.listdir(tmp_path) == ["run.json"]


def test_temporary_name_keeps_the_suffix_and_lies_beside(tmp_path):
    with atomic_path(tmp_path / "new" / "cells.nc") as temporary:
        assert temporary.suffix == ".nc"
        assert temporary.parent == tmp_path / "new"
        temporary.write_bytes(b"x")
        assert not (tmp_path / "new" / "cells.nc").exists()
    assert (tmp_path / "new" / "cells.nc").read_bytes() == b"x"


def test_a_place_that_cannot_be_written_gives_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderError, match=r"run\.json cannot be written"):
        write_json(tmp_path / "file" / "run.json", {})


def test_plain_copies():
    item = Example(options={"x": np.float32(0.5), "d": np.datetime64("2021-02-03"), "l": (1, np.arange(2))})
    plain = unstructure(item)
    assert plain["start"] == "2020-01-01"
    assert plain["where"] == "a/b"
    assert plain["options"] == {"x": 0.5, "d": "2021-02-03", "l": [1, [0, 1]]}
    json.dumps(plain)


def test_hash_sees_every_change_but_not_the_order_of_keys():
    one = configuration_hash(Example(options={"a": 1, "b": 2}))
    assert one == configuration_hash(Example(options={"b": 2, "a": 1}))
    assert one != configuration_hash(replace(Example(options={"a": 1, "b": 2}), rate=0.2))


def test_provenance_names_versions():
    about = provenance()
    assert about["versions"]["numpy"] == np.__version__
    assert len(about["source_hash"]) == 64


def test_parts_of_an_unfinished_folder_are_not_removed(tmp_path):
    part = replicate_file(tmp_path, "history", 3)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x")
    write_json(tmp_path / "run.json", {"format": FOLDER_FORMAT, "status": "interrupted"})
    with pytest.raises(FolderError, match="not complete"):
        remove_replicate_files(tmp_path)
    write_json(tmp_path / "run.json", {"format": FOLDER_FORMAT, "status": "complete"})
    remove_replicate_files(tmp_path)
    assert not part.exists()
    with pytest.raises(FolderError, match="missing"):
        read_json(tmp_path / "map.json")
