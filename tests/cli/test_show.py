"""`sahel show`: windows, places, outcomes, years, and how quickly it answers."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli.main import main
from sim.core import provenance
from sim.core.files import read_run, write_json
from sim.core.numbers import outcome_number
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import FakeRegionInfo, fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint"]


@pytest.fixture(autouse=True)
def _one_version(monkeypatch):
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")
    monkeypatch.setenv("COLUMNS", "110")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two years of two scenarios with all outcomes and admin-1 areas, six replicates."""
    path = tmp_path_factory.mktemp("show") / "comparison"
    settings = fake_settings(NAMES, large=True, region_info=FakeRegionInfo(theatre=("MLI", "BFA", "NER")))
    run_plan(settings, 6, 1, path, 7, **FAKE)
    write_all(path)
    return path


def shown(capsys, folder, *words) -> str:
    if main(["show", str(folder), *words]) != 0:
        raise ValueError(f"sahel show {words} failed")
    return capsys.readouterr().out


def by_hand(folder, outcome, place, first, last, how) -> tuple[str, str]:
    """Level of the baseline and mean difference from the long table, as text."""
    table = pd.read_parquet(folder / "outcomes.parquet")
    table = table[(table["place"] == place) & (table["outcome"] == outcome)]
    unit = table["unit"].iloc[0]
    monthly = unit.endswith("/month")
    middle = table["date"] + pd.Timedelta(days=14) if monthly else table["date"] - pd.Timedelta(days=4)
    table = table[(middle >= first) & (middle <= last)]
    if not monthly:
        table = table[table["date"] - pd.Timedelta(days=1) <= "2023-12-31"]
    values = table.sort_values("date").astype({"value": float}).groupby(["scenario", "replicate"])["value"]
    ways = {"end": "last", "mean": "mean", "sum": "sum", "peak": "max", "lowest": "min"}
    found = getattr(values, ways[how])().unstack("scenario")
    level = outcome_number(found["history"].mean(), unit)
    return level, outcome_number((found["restraint"] - found["history"]).mean(), unit, signed=True)


@pytest.mark.parametrize(
    ("words", "question"),
    [
        (
            ["outcome=displaced", "place=BFA", "aggregate=end", "to=2023-03"],
            ("displaced", "BFA", "2022", "2023-03-31", "end"),
        ),
        (
            ["outcome=civilians_killed", "aggregate=sum", "from=2022-07-01", "to=2023-02"],
            ("civilians_killed", "region", "2022-07-01", "2023-02-28", "sum"),
        ),
        (
            ["outcome=fuel_days", "place=Gao", "aggregate=lowest", "from=2023"],
            ("fuel_days", "Gao", "2023", "2024", "lowest"),
        ),
        (
            ["outcome=besieged", "place=MLI", "aggregate=peak", "to=2022"],
            ("besieged", "MLI", "2022", "2022-12-31", "peak"),
        ),
        (
            ["outcome=deaths", "place=ABC.3", "aggregate=sum", "from=2022-03", "to=2022-06"],
            ("deaths", "ABC.3", "2022-03-01", "2022-06-30", "sum"),
        ),
        (
            ["outcome=served", "place=Bamako", "aggregate=mean", "from=2022-10", "to=2022-12"],
            ("served", "Bamako", "2022-10-01", "2022-12-31", "mean"),
        ),
    ],
)
def test_a_window_of_ones_own(folder, capsys, words, question):
    text = shown(capsys, folder, *words)
    level, difference = by_hand(folder, *question)
    row = next(line for line in text.splitlines() if level in line)
    assert difference in row


def test_each_row_says_its_window(folder, capsys):
    text = shown(capsys, folder, "outcome=besieged", "place=MLI", "from=2022-03", "to=2022-06")
    table = pd.read_parquet(folder / "outcomes.parquet")
    table = table[(table["place"] == "MLI") & (table["outcome"] == "besieged") & (table["scenario"] == "history")]
    days = table["date"] - pd.Timedelta(days=4)
    table = table[(days >= "2022-03-01") & (days <= "2022-06-30")]
    first, last = table["date"].min() - pd.Timedelta(days=7), table["date"].max() - pd.Timedelta(days=1)
    words = " ".join(text.split())
    assert f"mean, {first.date()} to {last.date()}" in words
    assert f"on {last.date()}" in words
    peaks = [group.loc[group["value"].idxmax(), "date"] for _, group in table.groupby("replicate")]
    peak = np.sort(peaks)[len(peaks) // 2] - np.timedelta64(1, "D")
    assert f"highest week ({str(peak)[:10]})" in words


def test_a_row_for_each_year(folder, capsys):
    text = shown(capsys, folder, "outcome=civilians_killed", "place=NER", "by=year")
    rows = [line for line in text.splitlines() if "sum, 202" in line]
    assert len(rows) == 2
    for year in ("2022", "2023"):
        level, _ = by_hand(folder, "civilians_killed", "NER", year, f"{year}-12-31", "sum")
        assert level in text
    areas = shown(capsys, folder, "outcome=deaths", "place=ABC.3", "by=year")
    assert len([line for line in areas.splitlines() if "sum, 202" in line]) == 2


def test_years_of_towns_and_areas_are_in_the_table_of_differences(folder):
    table = pd.read_csv(folder / "comparison.csv")
    for place in ("Gao", "ABC.3", "MLI"):
        assert set(table[table["place"] == place]["period"].astype(str)) == {"all", "2022", "2023"}


def test_nothing_is_told_beyond_the_period(tmp_path):
    """A period that ends within a week: that week is left out of tables, and stays in what was recorded."""
    path = tmp_path / "x"
    run_plan(fake_settings(NAMES, end=date(2023, 1, 10)), 2, 1, path, 7, **FAKE)
    run = read_run(path)
    run["period"]["end"] = "2022-12-31"  # the last week but one ends on 30 December
    write_json(path / "run.json", run)
    write_all(path)
    raw = pd.read_parquet(path / "outcomes.parquet")
    assert raw["date"].max() == pd.Timestamp("2023-01-07")
    table = pd.read_csv(path / "comparison.csv", dtype={"period": str})
    assert set(table["period"]) == {"all", "2022"}
    assert set(table["date"]) == {"2022-12-30"}
    raw = raw[(raw["outcome"] == "civilians_killed") & (raw["place"] == "region") & (raw["scenario"] == "history")]
    kept = raw[raw["date"] <= "2022-12-31"].groupby("replicate")["value"].sum().mean()
    rows = table[(table["outcome"] == "civilians_killed") & (table["place"] == "region")]
    assert rows["baseline_mean"].tolist() == pytest.approx([kept, kept])
    found = Folder(path)
    assert found.over_time("displaced").index.max() == pd.Timestamp("2022-12-31")
    assert found.outcome("displaced").date.values.max() == np.datetime64("2023-01-07")


def test_a_place_has_rows_of_its_own(folder, capsys):
    town = shown(capsys, folder, "place=Gao")
    assert "Fuel days, Gao" in town
    assert "Served, Gao" in town
    area = shown(capsys, folder, "place=ABC.3", "outcome=[deaths,civilians_killed]", "aggregate=sum")
    assert "Deaths, ABC.3" in area
    state = shown(capsys, folder, "place=[MLI,NER]", "from=2023")
    assert "Displaced, MLI" in state
    assert "Displaced, NER" in state


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["outcome=displacd"], "the nearest is 'displaced'"),
        (["place=Bamakoo"], "the nearest is 'Bamako'"),
        (["aggregat=end"], "There is no word 'aggregat' of sahel show; the nearest is 'aggregate'"),
        (["outcome=displaced", "aggregate=top"], "There is no aggregate 'top'"),
        (["outcome=displaced", "aggregate=sum"], "cannot be summed up"),
        (["from=2023-13"], "from must be a year, month or day such as 2026"),
        (["from=2023-05", "to=2022"], "from=2023-05-01 lies after to=2022-12-31"),
        (["from=2030"], "Nothing of that lies in the period"),
        (["by=week"], "There is no word 'week' for by"),
        (["least_effect=5"], "least_effect is a share of the baseline's mean, 0 to 1"),
        (["figures=perhaps"], "figures"),
        (["scenario=restraint"], "There is no word 'scenario' of sahel show"),
    ],
)
def test_slips_are_answered_in_a_sentence(folder, capsys, words, message):
    assert main(["show", str(folder), *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.strip().splitlines()) == 1


def test_a_least_effect_takes_stars_away(folder, capsys):
    assert "**" in shown(capsys, folder, "outcome=displaced").split("First column")[0]
    some = shown(capsys, folder, "outcome=displaced", "least_effect=0.9")
    assert "*" not in some.split("First column")[0]
    assert "Nothing below 90 %" in " ".join(some.split())


def test_figures_are_drawn_on_request_only(folder, capsys, monkeypatch):
    import sim.results.figures.draw as draw

    drawn = []
    monkeypatch.setattr(draw, "draw_all", lambda found: drawn.append(found.path))
    shown(capsys, folder)
    shown(capsys, folder, "outcome=displaced")
    assert drawn == []
    shown(capsys, folder, "figures=true")
    assert drawn == [folder]


def test_the_table_needs_neither_the_model_nor_figures(folder):
    """What makes it quick; its seconds are measured by tools/bench.py, which compares them with those of `--help`."""
    root = Path(__file__).resolve().parents[2]
    code = "import sys; from sim.cli.main import main; main(sys.argv[1:]); "
    code += "print([m for m in ('mesa', 'matplotlib', 'hydra') if m in sys.modules])"
    command = [sys.executable, "-c", code, "show", str(folder)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[-2] == "[]"
