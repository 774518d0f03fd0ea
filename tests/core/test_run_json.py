"""A folder says which format it has; another format gets one sentence, whatever the command."""

import json

import pytest

from sim.cli.main import main
from sim.core.files import FOLDER_FORMAT, FolderError, has_run, read_run


def folder_with(tmp_path, **run):
    (tmp_path / "run.json").write_text(json.dumps(run))
    return tmp_path


def test_the_present_format_is_read(tmp_path):
    assert not has_run(tmp_path)
    folder = folder_with(tmp_path, format=FOLDER_FORMAT, status="complete")
    assert has_run(folder)
    assert read_run(folder)["status"] == "complete"


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            {"format": 1, "provenance": {"versions": {"sahel-scenarios": "0.1.0"}}},
            r"format 1 \(written by version 0\.1\.0\)",
        ),
        ({"format": FOLDER_FORMAT + 1}, f"format {FOLDER_FORMAT + 1}, and this version"),
        ({"format": 1, "provenance": "nonsense"}, "has format 1, and this version"),
        ({"status": "complete"}, "has format unknown"),
    ],
)
def test_another_format_gets_a_sentence(tmp_path, run, said):
    with pytest.raises(FolderError, match=said):
        read_run(folder_with(tmp_path, **run))


def test_what_is_no_mapping_gets_a_sentence(tmp_path):
    (tmp_path / "run.json").write_text("[1, 2]")
    with pytest.raises(FolderError, match="holds no mapping"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        ["show", "{}"],
        ["variance", "{}"],
        ["run", "region=teaching", "period.end=2013-06-30", "output={}", "--quiet"],
        ["compare", "region=teaching", "scenarios=[history]", "replicates=1", "workers=1", "output={}", "--quiet"],
        ["displacement", "case=small", "replicates=1", "output={}"],
    ],
    ids=lambda words: words[0],
)
def test_every_command_says_so_and_touches_nothing(tmp_path, capsys, words):
    folder = folder_with(tmp_path, format=1, status="complete")
    before = (folder / "run.json").read_bytes()
    assert main([word.format(folder) for word in words]) == 2
    said = capsys.readouterr().err
    assert "has format 1" in said
    assert said.count("\n") == 1
    assert (folder / "run.json").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["run.json"]
