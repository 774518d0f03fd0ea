"""Tables of the falsifier: what stands in them is right, what is late or wrong is refused in a sentence."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import UserError
from sim.validation import facts
from sim.validation.yardstick.deaths import observed
from tools.falsify import __main__ as command
from tools.falsify import folder as folders
from tools.falsify.__main__ import check_covered, main, parse, settings_of
from tools.falsify.lines import line_of, span_of
from tools.falsify.search import Plan
from tools.falsify.space import Parameter, Space, declared
from tools.falsify.targets import COLUMNS, read_later, read_parameters, read_targets

MECHANISMS = ("A", "E", "B", "AEB")
GOOD = {
    "mechanism": "T",
    "line": "deaths.MLI.2012.all",
    "low": "100",
    "high": "400",
    "scale": "log",
    "weight": "",
    "set": "",
    "needed": "",
    "source": "a source",
}


def table(path: Path, *rows: dict[str, str]) -> Path:
    """A table of targets, of `GOOD` with changes."""
    pd.DataFrame([GOOD | row for row in rows], columns=list(COLUMNS)).to_csv(path / "targets.csv", index=False)
    return path / "targets.csv"


# -- what is shipped


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_shipped_tables_can_be_read(mechanism):
    targets = read_targets(mechanism)
    assert targets
    check_covered([target.line for target in targets], settings_of([]))
    parameters = declared(read_parameters(mechanism))
    assert all(p.low <= p.default <= p.high for p in parameters)
    assert Space(parameters).values(np.full(len(parameters), 0.5)) == pytest.approx([p.middle() for p in parameters])
    later = read_later(mechanism)
    assert later
    assert all(line.end > "2020-12-31" for line in later)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_bands_of_deaths_are_about_what_was_recorded(mechanism):
    for target in read_targets(mechanism):
        head, _, rest = target.id.partition(".")
        if head != "deaths":
            continue
        place, _, kind = rest.split(".")
        years = range(int(target.line.start[:4]), int(target.line.end[:4]) + 1)
        figure = observed(place, kind, list(years))
        assert f"({figure:.0f})" in target.source, target.id
        assert target.low <= figure <= target.high, target.id
        factor = 2 if "factor of 2" in target.source else 3
        if target.low > 0:
            assert target.low == pytest.approx(figure / factor, rel=1e-3), target.id
            assert target.high == pytest.approx(figure * factor, rel=1e-3), target.id


def test_the_band_of_cells_is_about_what_was_recorded():
    (target,) = [t for t in read_targets("A") if t.id == "cells.2012-16.active"]
    cells = facts.active_cells()
    figure = int(cells["cells"][(cells["place"] == "MLI+BFA+NER") & (cells["period"] == "2012-16")].iloc[0])
    assert f"({figure})" in target.source
    assert (target.low, target.high) == pytest.approx((figure / 1.7, figure * 1.7), rel=2e-3)


def test_the_country_periods_are_those_with_fifty_dead():
    own = {target.id for target in read_targets("AEB") if target.set == "country-periods"}
    spans = {"2012": [2012], "2013-16": range(2013, 2017), "2017-19": range(2017, 2020), "2020": [2020]}
    many = {
        f"deaths.{place}.{name}.all"
        for place in ("MLI", "BFA", "NER")
        for name, years in spans.items()
        if observed(place, "all", list(years)) >= 50
    }
    assert own == many
    assert len(own) == 9
    one_sided = [target for target in read_targets("AEB") if target.set == "one-sided"]
    assert one_sided[0].needed == 2 * len(one_sided) / 3


def test_several_letters_are_all_of_each_and_what_stands_under_the_word():
    whole = {target.id for target in read_targets("AEB")}
    assert whole >= {target.id for letter in "AEB" for target in read_targets(letter)}
    assert set(read_parameters("AEB")) == {name for letter in "AEB" for name in read_parameters(letter)}
    single = {target.id: target for target in read_targets("B")}
    joint = {target.id: target for target in read_targets("AEB")}
    assert single["deaths.MLI.2012.all"].set == ""
    assert joint["deaths.MLI.2012.all"].set == "country-periods"
    assert {target.id for target in read_targets("AB")} == {t.id for letter in "AB" for t in read_targets(letter)}


# -- what is refused


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"line": "deaths.MLI.2021.all"}, r"'deaths\.MLI\.2021\.all' ends on 2021-12-31; nothing after 2020-12-31"),
        ({"line": "deaths.MLI.2017-21.all"}, "nothing after 2020-12-31"),
        ({"line": "cells.2017-18.active"}, "of events by cell nothing after 2016-12-31"),
        ({"line": "P01"}, "ends on 2021-12-31"),
        ({"line": "P13"}, "ends on 2023-12-31"),
        ({"line": "deaths.MALI.2012.all"}, "There is no place 'MALI'.*nearest is 'MLI'"),
        ({"line": "deaths.MLI.2012.one_sided_goverment"}, "nearest is 'one_sided_government'"),
        ({"line": "death.MLI.2012.all"}, "nearest is 'deaths'"),
        ({"line": "deaths.MLI.2012"}, "has 3 parts, not 4"),
        ({"line": "deaths.MLI.2012-.all"}, "no span of time"),
        ({"line": "deaths.MLI.2020-16.all"}, "its last year comes before its first"),
        ({"line": "events.base_overun.MLI.2012"}, "nearest is 'base overrun'"),
        ({"low": "400"}, "low must lie below high"),
        ({"low": "few"}, "low must be a number, not 'few'"),
        ({"high": ""}, "high must be a number, not ''"),
        ({"high": "inf"}, "high must be finite"),
        ({"low": "-1"}, "log scale begins at 0"),
        ({"scale": "logarithm"}, "There is no scale 'logarithm'"),
        ({"weight": "0"}, "weight must be above 0"),
        ({"source": ""}, "needs a source"),
    ],
)
def test_wrong_and_late_targets_are_refused(tmp_path, row, sentence):
    with pytest.raises(UserError, match=sentence):
        read_targets("T", table(tmp_path, row))


def test_spans():
    assert span_of("2012") == ("2012-01-01", "2012-12-31")
    assert span_of("2013-16") == ("2013-01-01", "2016-12-31")
    assert span_of("2012-02") == ("2012-02-01", "2012-02-29")
    assert line_of("P13").start == "2023-09-01"
    assert line_of("P07").start == "2022-08-01"  # the window that it is set beside


def test_a_mechanism_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UserError, match="There is no mechanism 'Q'"):
        read_targets("Q", table(tmp_path, {}))
    (tmp_path / "wrong.csv").write_text("a\n1\n")
    with pytest.raises(UserError, match=r"has the columns a, not mechanism"):
        read_targets("T", tmp_path / "wrong.csv")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Name a mechanism first"),
        (["points=3"], "Name a mechanism first"),
        (["A", "points=many"], "points must be a whole number"),
        (["A", "point=3"], "the nearest is 'points'"),
        (["A", "later=yes"], "later must be true or false"),
        (["A", "workers=0"], "workers must be at least 1"),
        (["A", "quick"], "'quick' is not understood"),
        (["A", "points=2"], "points must be at least 4"),
        (["A", "period.end=2016-12-31"], "which the runs from 2012-01-01 to 2016-12-31 do not cover"),
        (["Q"], "There is no mechanism 'Q'"),
    ],
)
def test_the_command_line_refuses_in_a_sentence(words, sentence, capsys):
    assert main(words) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert len(told.strip().splitlines()) == 1


def test_the_command_line_is_read():
    asked = parse(["AEB", "workers=3", "points=64", "output=x/y", "combat.surprise=2", "region=sahel"])
    assert (asked.mechanism, asked.workers, asked.sizes, asked.output) == ("AEB", 3, {"points": 64}, Path("x/y"))
    assert asked.overrides == ["combat.surprise=2", "region=sahel"]
    assert str(settings_of([]).end) == "2020-12-31"
    assert str(settings_of(["period.end=2014-12-31"]).end) == "2014-12-31"


# -- folders


def test_a_folder_goes_on_with_the_same_search_only(tmp_path):
    settings = settings_of([])
    targets = read_targets("T", table(tmp_path, {}))
    space = Space([Parameter("a.x", 0.0, 1.0, 0.5)])
    about = folders.identity("T", targets, space, settings, "map")
    out = tmp_path / "out"
    told = folders.open_folder(out, about, Plan())
    folders.add_session(out, told, 3.0, 7)
    assert folders.open_folder(out, about, Plan(points=400))["sessions"][0]["runs"] == 7
    other = folders.identity("T", read_targets("T", table(tmp_path, {"high": "500"})), space, settings, "map")
    with pytest.raises(UserError, match=r"are of other targets; name another folder"):
        folders.open_folder(out, other, Plan())
    wider = Space([Parameter("a.x", 0.0, 2.0, 0.5)])
    changed = folders.identity("T", targets, wider, settings_of(["draw=none"]), "map")
    with pytest.raises(UserError, match="other parameters or ranges and of other settings"):
        folders.open_folder(out, changed, Plan())
    with pytest.raises(UserError, match="another version of the model"):
        folders.open_folder(out, about | {"source": "x"}, Plan())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    with pytest.raises(UserError, match="holds something else"):
        folders.open_folder(tmp_path / "full", about, Plan())


@pytest.mark.slow
def test_the_tool_runs_goes_on_and_looks_at_later_lines_once(tmp_path, capsys, monkeypatch):
    """The whole way on some weeks of the Sahel region; half of the runs are taken away and made again."""
    path = table(
        tmp_path,
        {"line": "deaths.MLI.2012-01.all", "low": "1", "high": "40"},
        {"line": "fighters.jnim.2012-02", "low": "500", "high": "3000"},
    )
    (tmp_path / "p.csv").write_text("mechanism,parameter\nT,combat.insurgent_rate\nT,movement.avoid\n")
    out = tmp_path / "out"
    words = ["T", f"targets={path}", f"parameters={tmp_path / 'p.csv'}", "points=6", "members=4", "rounds=1"]
    words += ["fresh=2", "workers=1", f"output={out}", "period.end=2012-02-29"]
    assert main(words) == 0
    runs, report = (out / "runs.jsonl").read_text(), (out / "report.md").read_text()
    assert "single point hits" in report or "Nothing that was tried" in report
    lines = runs.splitlines(keepends=True)
    (out / "runs.jsonl").write_text("".join(lines[:7]) + lines[7][:20])
    assert main(words) == 0
    plain = [
        [{k: v for k, v in json.loads(x).items() if k != "seconds"} for x in text.splitlines()]
        for text in (runs, (out / "runs.jsonl").read_text())
    ]
    assert plain[0] == plain[1]
    told = json.loads((out / "falsify.json").read_text())
    assert [session["runs"] for session in told["sessions"]] == [len(lines), len(lines) - 7]
    capsys.readouterr()
    monkeypatch.setattr(command, "LAST", "2012-05-31")
    monkeypatch.setattr(command, "read_later", lambda mechanism: [line_of("deaths.MLI.2012-05.all")])
    assert main([*words, "later=true"]) == 0
    assert "deaths.MLI.2012-05.all" in capsys.readouterr().out
    assert set(json.loads((out / "falsify.json").read_text())["later"]) == {"printed", "point"}  # no figure is kept
    assert all("2012-05" not in path.read_text() for path in out.iterdir())
    assert main([*words, "later=true"]) == 2
    assert "looked at once a mechanism" in capsys.readouterr().err
    assert main([*words[:-1], "period.end=2012-03-31"]) == 2
    assert "other settings" in capsys.readouterr().err
