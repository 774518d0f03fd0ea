"""What a user or a stranger's file may say: one sentence and exit code 2; what nobody foresaw: exit code 70."""

import os
import subprocess
import sys
import time

import pytest

from sim.cli import main as main_module
from sim.cli.main import main
from sim.core.errors import LONGEST_MESSAGE, UserError, printable
from sim.core.files import read_regular
from sim.core.safe_yaml import read_yaml
from sim.runs import estimate

RUN = ["run", "region=teaching"]


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def assert_a_sentence(argv, capsys) -> str:
    assert main(argv) == 2
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert err.startswith("sahel: ")
    assert len(err) < LONGEST_MESSAGE + 100
    return err


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("seed=nan", "must be a finite number, not nan"),
        ("seed=inf", "must be a finite number, not inf"),
        ("replicate=1e400", "must be a finite number"),
        (f"seed={'9' * 400}", "a number of some 400 digits"),
        (f"seed={'9' * 5000}", "cannot be read"),
        ("seed=18446744073709551616", "must not be above 18,446,744,073,709,551,615"),
        ("parameters.recruitment.rate=1e308", "a thousand times its range"),
        ("actors.league.mobility=1e300", "must not be beyond 1e+12"),
        ("resolution=30", "must not be above 5"),
        ("resolution=0.02", "must not be below 0.05"),
        (f"seed={'[' * 3000}", "cannot be read"),
        (f"seed={'x' * 30000}", "is too long"),
        ("seed='\x1b[31m'", "\\x1b[31m"),
        ("actors.league.entry={date:2012-02-01,persons:10000000,places:{Tessaro:1}}", "must not be above 1,000,000"),
        (
            "actors.league.unit_size=1 actors.league.entry={date:2012-02-01,persons:90000,places:{Tessaro:1}}",
            "20,000 units",
        ),
    ],
)
def test_numbers_and_words(word, said, capsys):
    words = word.split(" ") if word.startswith("actors.") else [word]
    assert said in assert_a_sentence([*RUN, *words], capsys)


@pytest.mark.parametrize("word", ["replicates=nan", "workers=inf", "replicates=1000000000", "yes=maybe"])
def test_numbers_of_a_comparison(word, capsys):
    assert word.split("=")[0] in assert_a_sentence(["compare", "region=teaching", word], capsys)


def test_names_that_can_be_none_of_a_folder(capsys):
    for name in ("~nobody_here/x", "x" * 5000, "a\0b"):
        assert_a_sentence(["show", name], capsys)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: " + "[" * 30_000, "more than 50 deep"),
        ("title: [" + "1," * 900_000 + "]", "more than 100,000 entries"),
        ("a: &x [1]\nb: [*x, *x]\n", "line 2: an alias"),
        ('title: "\\e[31mred"\n', "control characters"),
        ("title: !!int ''\n", "is not a number"),
        ("title: !!bool x\n", "is not true or false"),
        ("title: 0x" + "f" * 9000, None),
    ],
)
def test_files_that_would_crash_or_hang(text, said, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    began = time.process_time()
    if said is None:
        read_yaml(path)
    else:
        with pytest.raises(UserError, match=said):
            read_yaml(path)
    assert time.process_time() - began < 5


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    for name in ("pipe.yaml", "zero.yaml"):
        with pytest.raises(UserError, match="is not a file"):
            read_yaml(tmp_path / name)
    (tmp_path / "large").write_bytes(b"x" * 100)
    with pytest.raises(UserError, match="too large"):
        read_regular(tmp_path / "large", 99)


def test_an_error_that_nobody_foresaw(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(main_module, "dispatch", lambda argv: {}["gone"])
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["run"]) == 70
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "an error of the program, not yours (KeyError: 'gone')" in err
    (kept,) = tmp_path.glob("sahel-error-*.txt")
    assert str(kept) in err
    assert "Traceback" in kept.read_text()


def test_texts_are_printed_as_they_are():
    assert printable("a\x1b[31mb\u202ec\n") == "a\\x1b[31mb\\u202ec\n"
    assert len(printable("x" * 10_000)) < LONGEST_MESSAGE + 10
    assert printable("é – x") == "é – x"


@pytest.mark.long
def test_a_full_or_closed_output_is_no_traceback():
    words = [sys.executable, "-m", "sim.cli.main", "scenarios"]
    with open("/dev/full", "w") as full:
        found = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert found.returncode == 2
    assert found.stderr == "sahel: the output cannot be written: No space left on device.\n"
    found = subprocess.run([sys.executable, *words[1:]], env=os.environ | {"MPLBACKEND": "nonsense"}, check=False)
    assert found.returncode == 0


def test_a_long_job_must_be_asked_for():
    usual = {"workers": 2, "disk": 1e9, "memory": 1e9, "free_disk": 5e9, "free_memory": 5e9}
    estimate.Estimate(10, 23.0, **usual).check(agreed=False)
    long = estimate.Estimate(100_000, 500.0, **usual)
    with pytest.raises(UserError, match=r"100,000 runs on 2 workers: about 21 days, .* more than a day. Say yes=true"):
        long.check(agreed=False)
    long.check(agreed=True)
    for key in ("disk", "memory"):
        with pytest.raises(UserError, match="yes=true"):
            estimate.Estimate(10, 1.0, **usual | {key: 9e9}).check(agreed=False)


def test_workers_beyond_the_cores_are_cut(monkeypatch, capsys):
    from sim.cli.comparison_options import workers_of
    from sim.settings.overrides import parse_overrides

    monkeypatch.setattr(estimate, "cores", lambda: 2)
    assert workers_of(parse_overrides(["workers=24"])) == 2
    assert "workers=24 are more than the 2 cores" in capsys.readouterr().err
    assert workers_of(parse_overrides(["workers=1"])) == 1
