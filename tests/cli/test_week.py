"""`sahel week` and `sahel columns`: what processes say of themselves, printed."""

import pytest

from sim.cli.main import main
from sim.model.declarations import columns_by_table, declared_by
from sim.settings.settings import PROCESSES, VARIANTS


def assert_printed(capsys, *overrides: str) -> str:
    assert main(["week", "region=teaching", *overrides]) == 0
    return capsys.readouterr().out


def test_the_week_is_printed_in_order_with_what_it_reads_and_writes(capsys):
    text = assert_printed(capsys)
    places = [text.index(f"│ {number:>2} │ {process} ") for number, process in enumerate(PROCESSES, start=1)]
    assert places == sorted(places)
    for process in PROCESSES:
        for named in declared_by(process):
            for columns in columns_by_table(named).values():
                assert all(column in text for column in columns), process
    for known in VARIANTS.values():
        assert all(f"  {name} " in text for name in known)
    assert text.count("* default") == len(PROCESSES)
    assert max(map(len, text.splitlines())) <= 120
    assert "\x1b" not in text


def test_the_week_shows_what_overrides_make_of_it(capsys):
    text = assert_printed(
        capsys, "processes.combat.on=false", "processes.violence.scale=0.5", "processes.movement.variant=diffusion"
    )
    rows = {
        line.split("│")[2].strip(): line.split("│")[3].strip() for line in text.splitlines() if line.count("│") == 6
    }
    assert (rows["combat"], rows["violence"], rows["movement"]) == ("off", "on x0.5", "on")
    assert "* diffusion" in text
    assert text.count("* default") == len(PROCESSES) - 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["week", "processes.combat.variant=lanchestr"], "nearest is 'lanchester'"),
        (["week", "processes.combta.on=false"], "nearest is 'processes.combat.on'"),
        (["week", "--cfg", "job"], "sahel run does"),
        (["columns", "ouput=x"], "nearest is 'output'"),
    ],
)
def test_slips_get_a_sentence(arguments, sentence, capsys):
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1


def test_columns_are_written_as_a_page(tmp_path, capsys):
    path = tmp_path / "deep" / "columns.md"
    assert main(["columns", f"output={path}"]) == 0
    text = path.read_text()
    assert str(path) in capsys.readouterr().out
    assert "| manpower | int64 | persons | 0 |  | people in it; 0 for a unit that is no more |" in text
    row = next(line for line in text.splitlines() if line.startswith("| revenge |")).split("|")
    assert "violence" in row[7]
    assert "combat" in row[8]
