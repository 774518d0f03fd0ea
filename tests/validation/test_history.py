"""The table of observed beside simulated: what it sums, what holds, and that misses are shown."""

import io
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import UserError
from sim.recording.run_record import RunRecord, Series
from sim.settings.compose import settings_for
from sim.validation import effects, observations, process_effects
from sim.validation.criteria import Row, rows_of
from sim.validation.history import history_table, print_rows, read_replicate, summary, write_csv

WEEKS = np.arange(np.datetime64("2012-01-03"), np.datetime64("2023-01-01"), 7)
PLACES = ["region", "MLI", "BFA", "NER", "MRT"]


def fake_record(scale: float = 1.0, idps: float = 1.0, falling: bool = False, fighters: float = 3000.0) -> RunRecord:
    """A record in which the observed deaths (times `scale`) are spread evenly over each year."""
    units = {
        f"deaths{kind}{suffix}": "persons/week"
        for kind in ("", *(f"_{t}" for t in observations.TYPES))
        for suffix in ("", "_ucdp")
    }
    units |= {f"civilians_killed_by.{g}_ucdp": "persons/week" for g in ("government", "insurgents", "militias")}
    units |= {"idps": "persons", "refugees_hosted": "persons", "fighters.jnim": "persons", "fighters.army": "persons"}
    units |= {"area_share.government": "0..1", "area_share.jnim": "0..1"}
    outcomes = list(units)
    values = np.zeros((len(WEEKS), len(PLACES), len(outcomes)))
    years = WEEKS.astype("datetime64[Y]").astype(int) + 1970
    for year in observations.YEARS:
        at = np.flatnonzero(years == year)
        source = 2012 + 2022 - year if falling else year
        for p, country in enumerate(observations.THEATRE, start=1):
            for kind in (*observations.TYPES, "all"):
                name = "deaths" if kind == "all" else f"deaths_{kind}"
                dead = scale * observations.deaths_of(country, kind, [source]) / len(at)
                values[at, p, outcomes.index(f"{name}_ucdp")] = dead
                values[at, p, outcomes.index(name)] = 2 * dead
            values[at, p, outcomes.index("idps")] = idps * (observations.persons("idps", country, year) or 0)
            values[at, p, outcomes.index("area_share.government")] = 1.0 - 0.04 * (year - 2012)
    values[:, 0, outcomes.index("fighters.jnim")] = fighters
    values[:, 0, outcomes.index("area_share.jnim")] = 0.2
    weekly = Series(WEEKS, PLACES, outcomes, values, units)
    return RunRecord(series={"weekly": weekly}, meta={"actors": ["jnim", "army"], "actor_kinds": [0, 2]})


def rows_for(**changes) -> list[Row]:
    return rows_of([read_replicate(fake_record(**changes)) for _ in range(3)])


def holds(rows, section: str, label: str) -> bool | None:
    (found,) = [row for row in rows if section in row.section and row.label == label]
    return found.holds


def test_what_was_observed_holds_against_itself():
    rows = rows_for()
    assert all(row.holds for row in rows if row.holds is not None)
    assert sum(row.holds is not None for row in rows) == 10
    deaths = next(row for row in rows if row.section.endswith("Mali") and row.label == "all deaths")
    assert deaths.median == pytest.approx(11_591, rel=1e-5)
    assert deaths.ratio == pytest.approx(1.0, rel=1e-5)
    assert np.median(deaths.true) == pytest.approx(2 * 11_591, rel=1e-5)
    assert summary(rows) == "10 of 10 criteria hold."


@pytest.mark.parametrize(("scale", "held"), [(0.32, False), (0.35, True), (2.9, True), (3.1, False)])
def test_a_factor_of_three_is_a_factor_of_three(scale, held):
    rows = rows_for(scale=scale, idps=scale)
    for country in ("Mali", "Burkina Faso", "Niger"):
        assert holds(rows, f"Deaths 2012-2022, {country}", "all deaths") is held
    assert holds(rows, "IDPs at the end of the year, Mali", "2022") is held
    assert holds(rows, "IDPs at the end of the year, Niger", "2022") is None  # shown, not asked


def test_misses_are_named_and_printed():
    from rich.console import Console

    rows = rows_for(falling=True, fighters=20.0)
    assert holds(rows, "Deaths in the three states by year", "growth 2017-2022") is False
    assert holds(rows, "Insurgents", "fighters, least") is False
    text = io.StringIO()
    print_rows(rows, 3, Console(file=text, width=80))
    assert text.getvalue().count("MISS") == 4  # beside the row and in the list of what was asked
    assert "8 of 10 criteria hold." in text.getvalue()
    assert max(map(len, text.getvalue().splitlines())) <= 80


def test_only_whole_years_are_compared():
    record = fake_record()
    weekly = record.series["weekly"]
    record.series["weekly"] = Series(
        weekly.dates[20:-20], weekly.places, weekly.outcomes, weekly.values[20:-20], weekly.units
    )
    assert read_replicate(record).years == list(range(2013, 2022))
    record.series["weekly"] = Series(
        weekly.dates[:20], weekly.places, weekly.outcomes, weekly.values[:20], weekly.units
    )
    with pytest.raises(UserError, match="whole years"):
        read_replicate(record)


def test_the_csv_file_has_every_line(tmp_path):
    rows = rows_for()
    write_csv(rows, tmp_path / "history.csv")
    table = pd.read_csv(tmp_path / "history.csv")
    assert len(table) == len(rows)
    assert {"observed", "median", "low", "high", "criterion", "holds"} <= set(table)


def test_a_made_up_region_is_refused():
    with pytest.raises(UserError, match="made up"):
        history_table(settings_for(["region=teaching"]), 1, 1)


@pytest.mark.long
def test_history_runs_and_prints(tmp_path, capsys):
    settings = settings_for(["period.start=2012-01-01", "period.end=2013-12-31"])
    rows = history_table(settings, 2, 2, tmp_path / "x", progress=False)
    assert holds(rows, "Deaths 2012-2013, Mali", "all deaths") is not None
    assert "criteria hold" in " ".join(capsys.readouterr().out.split())
    assert (tmp_path / "x" / "history.csv").exists()


# ---------------------------------------------------------------------------- effects of processes


def test_every_process_is_tried_twice():
    tried = process_effects.changes("teaching")
    names = [trial.process for trial in process_effects.TRIALS]
    assert len(set(names)) == 13
    for name in names:
        assert sum(change.process == name for change in tried) >= 2
    assert {change.outcome for change in tried} <= set(process_effects.OUTCOMES)
    for region in process_effects.REGIONS:  # all words are known, and the decision is there to be moved
        words = [word for change in process_effects.changes(region) for word in change.also if "lag_days" not in word]
        moved = next(change.event for change in process_effects.changes(region) if change.event)
        assert moved in settings_for([*process_effects.overrides_of(region), *words]).schedule


def test_an_event_is_moved_with_what_follows_it():
    base = process_effects.overrides_of("teaching")
    moved = process_effects.Change("decisions", "", "displaced", base, event="mission_exit", days=-700)
    before, after = (
        process_effects.settings_of(None, base, 0).schedule,
        process_effects.settings_of(moved, base, 0).schedule,
    )
    for name in before:
        days = (after[name].date - before[name].date).days
        assert days == (-700 if name in ("mission_exit", "mission_mandate_ended") else 0), name
    assert before["mission_exit"].date == date(2018, 9, 3)


def test_effects_are_paired_and_need_substance():
    rng = np.random.default_rng(1)
    base = rng.normal(100.0, 10.0, 30)
    change = process_effects.Change("combat", "off", "displaced")
    same = effects.effect(change, "displaced", base, base)
    assert not same.told_apart
    assert same.size == 0.0
    small = effects.effect(change, "displaced", base + 1.0 + rng.normal(0, 0.1, 30), base)
    assert small.told_apart  # pairing tells it apart
    assert not small.passes  # a tenth of the spread is no effect of substance
    assert effects.effect(change, "displaced", base + 20.0, base).passes


def test_neighbours_are_swapped_and_no_others():
    week = [("a", 1), ("b", 2), ("c", 3)]
    assert [name for name, _ in process_effects.swapped(week, "b", "c")] == ["a", "c", "b"]
    assert [name for name, _ in week] == ["a", "b", "c"]
    with pytest.raises(ValueError, match="neighbours"):
        process_effects.swapped(week, "a", "c")
