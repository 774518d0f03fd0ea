"""`sahel player`: a page in the folder, and a sentence for every slip."""

import shutil

import pytest

from sim.cli.main import main
from sim.core.files import read_json, write_json
from tests.results.player.folders import made_up


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("played") / "comparison")


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("parts"))


def test_a_page_is_written(copy, capsys):
    assert main(["player", str(copy), "language=fr"]) == 0
    page = (copy / "player.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "player.html" in capsys.readouterr().err


def assert_refused(words, capsys):
    assert main(["player", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    return captured.err


def test_a_folder_of_an_older_format_is_refused(copy, capsys):
    run = read_json(copy / "run.json")
    write_json(copy / "run.json", run | {"format": 2})
    (copy / "player.nc").unlink()  # format 2 had none
    text = assert_refused([str(copy)], capsys)
    assert "format 2" in text
    assert "make the comparison anew" in text
    write_json(copy / "run.json", run | {"format": 1})
    assert "has format 1" in assert_refused([str(copy)], capsys)
    assert not (copy / "player.html").exists()


@pytest.mark.parametrize("file", ["player.nc", "cells.nc"])
def test_a_folder_without_maps_is_refused(copy, capsys, file):
    (copy / file).unlink()
    assert "has no weekly maps to play" in assert_refused([str(copy)], capsys)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Say which folder"),
        (["one", "two"], "one only"),
        (["no/such/folder"], "There is no folder no/such/folder"),
        (["FOLDER", "langage=fr"], "no key 'langage' of sahel player; the nearest is 'language'"),
        (["FOLDER", "language=de"], "There is no language 'de'"),
    ],
)
def test_slips_get_a_sentence(folder, capsys, words, sentence):
    assert sentence in assert_refused([str(folder) if word == "FOLDER" else word for word in words], capsys)
