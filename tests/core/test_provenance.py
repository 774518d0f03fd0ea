"""The hash of what decides a result goes by the code's meaning: comments change nothing, a constant does."""

import shutil

import pytest

from sim.core import provenance
from sim.core.provenance import DECISIVE, INDIFFERENT, PACKAGE, decisive_files, meaning_of, source_hash


@pytest.fixture
def program(tmp_path):
    """A copy of the program's files."""
    for path in PACKAGE.rglob("*.py"):
        if "_scenarios" not in path.parts:
            copy = tmp_path / "sim" / path.relative_to(PACKAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    return tmp_path / "sim"


def change(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{path} has no {old!r}")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_is_named_is_there():
    for name in (*DECISIVE, *INDIFFERENT):
        assert (PACKAGE / name).exists(), name
    assert source_hash() == source_hash()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("cli/commands.py", '"""', '"""Another sentence. '),
        ("cli/commands.py", "def run(", "def carry_out("),
        ("core/numbers.py", "def tick_label(", "def another_name("),
        ("core/draws.py", '"""', '"""Another sentence. '),
        ("processes/combat.py", "def step(model, dt):", "# a remark\ndef step(model, dt):"),
    ],
)
def test_remarks_and_what_comes_afterwards_change_nothing(program, file, old, new):
    before = source_hash(program)
    change(program / file, old, new)
    assert source_hash(program) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("recording/reduced_record.py", "LISTS = 20", "LISTS = 21"),
        ("settings/parameters/fighting.py", "par(0.", "par(0.0"),
        ("settings/settings.py", '    "control",\n    "displacement",\n', '    "displacement",\n'),
        ("world/travel.py", "CHUNK", "CHUNKS"),
        ("runs/shared_past.py", "return None", "return 0"),
    ],
)
def test_what_a_run_gives_hangs_on_it(program, file, old, new):
    before = source_hash(program)
    change(program / file, old, new)
    assert source_hash(program) != before


def test_a_new_file_counts_and_a_kept_hash_is_of_these_files(program):
    before = source_hash(program)
    (program / "core" / "more.py").write_text("X = 1\n")
    after = source_hash(program)
    assert after != before
    kept = list((program / "__pycache__").glob("meaning-*"))
    assert len(kept) == 1
    kept[0].write_text("not a hash")
    assert source_hash(program) == after
    (program / "core" / "more.py").unlink()
    assert source_hash(program) == before


def test_it_is_kept(program, monkeypatch):
    found = source_hash(program)
    monkeypatch.setattr(provenance, "meaning_of", lambda text: pytest.fail("the files are read again"))
    assert source_hash(program) == found


def test_meaning_by_hand():
    assert meaning_of(b'"""a"""\nx = 1  # one\n') == meaning_of(b"x = 1\n")
    assert meaning_of(b'def f():\n    "doc"\n    return "doc"\n') == meaning_of(b'def f():\n    return "doc"\n')
    assert meaning_of(b"x = 1\n") != meaning_of(b"x = 2\n")
    assert len(decisive_files()) > 60
