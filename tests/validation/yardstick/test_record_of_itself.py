"""The simulated record turned into the observed one: every row holds; one figure moved far makes its rows miss."""

import numpy as np
import pandas as pd
import pytest

from sim import open_folder
from sim.validation import facts
from sim.validation.yardstick.control import SUBJECTS
from sim.validation.yardstick.deaths import STATES, cell_periods, dead_by_cell
from sim.validation.yardstick.displacement import ADMIN_OUTCOMES, HOSTS, at_places
from sim.validation.yardstick.patterns import judge
from sim.validation.yardstick.table import endogenous_of, measure
from tests.validation.yardstick.made_up_history import MIDDLE

TABLES = ("deaths", "displaced", "displaced_admin1", "active_cells", "context", "patterns")


@pytest.fixture(scope="module")
def plain(history):
    """The yardstick by the shipped record, for its simulated figures."""
    return measure(open_folder(history))


@pytest.fixture
def own(plain, monkeypatch):
    """Tables of the record out of the middle replicate, put in place of the shipped ones."""
    found = record_of(plain)
    for name in TABLES:
        monkeypatch.setattr(facts, name, lambda name=name: found[name])
    return found


def record_of(found):
    """Tables as `sim.validation.facts` has them, of the middle replicate."""
    e, value = found.ensemble, {row.id: row.simulated[MIDDLE] for row in found.rows if len(row.simulated)}

    deaths = facts.deaths()
    deaths = deaths[deaths["country"].isin(STATES)].groupby("country").head(1).drop(columns="year")
    deaths = deaths.merge(pd.DataFrame({"year": e.years()}), how="cross")
    for kind in ("state_based", "non_state", "one_sided", "one_sided_government", "one_sided_non_state"):
        deaths[kind] = [value[f"deaths.{c}.{y}.{kind}"] for c, y in zip(deaths["country"], deaths["year"])]

    rows = []
    for year in e.years():
        end = f"{year}-12-31"
        for c in STATES:
            hosted = {h: e.at(f"refugees_hosted_from.{c}", h, end)[MIDDLE] for h in HOSTS if h != c}
            rest = e.at("refugees_from", c, end)[MIDDLE] - sum(hosted.values())
            rows += [("idps", c, c, year, value[f"idps.{c}.{year}"])]
            rows += [(o, c, c, year, value[f"{o}.{c}.{year}"]) for o in ("newly_displaced", "returned")]
            rows += [("refugees", c, h, year, n) for h, n in (hosted | {"elsewhere": rest}).items()]
    displaced = pd.DataFrame(rows, columns=["measure", "origin", "place", "year", "persons"]).assign(note="")

    areas = facts.displaced_admin1().copy()
    for i, item in areas.iterrows():
        if item["measure"] in ADMIN_OUTCOMES and e.covers(str(item["date"])[:10], str(item["date"])[:10]):
            about = (ADMIN_OUTCOMES[item["measure"]], item["place"].split("+"), str(item["date"])[:10])
            areas.loc[i, "persons"] = int(at_places(e, *about)[MIDDLE])

    periods = {name: dead_by_cell(e, start, end).iloc[:, MIDDLE] for name, start, end in cell_periods(e)}
    cells = pd.DataFrame({"period": list(periods), "cells": [int((dead > 0).sum()) for dead in periods.values()]})
    cells["place"] = "+".join(STATES)

    context = facts.context().copy()
    for row in found.rows:
        if row.id.startswith("outside."):
            at = context["id"] == row.id.split(".")[2]
            claim = context[at]["subject"].str.contains("under state control").iloc[0]
            context.loc[at, "value"] = 100 * (1 - row.simulated[MIDDLE] if claim else row.simulated[MIDDLE])
        if row.id.startswith("fighters.") and row.source:
            context.loc[context["subject"].map(SUBJECTS) == row.column, "value"] = row.simulated[MIDDLE]

    patterns = facts.patterns().copy()
    for i, item in patterns.iterrows():
        values = found.patterns[item["id"]].values
        if item["observed"] is not True:
            middle = np.atleast_1d(np.median(values, axis=0))
            patterns.at[i, "observed"] = tuple(middle)
            if item["low"]:
                patterns.at[i, "low"], patterns.at[i, "high"] = tuple(0.9 * middle), tuple(1.1 * middle)
    names = (deaths, displaced, areas, cells, context, patterns)
    return dict(zip(TABLES, names))


def events_of(e):
    """Events of the middle replicate whose place is known, as a person's own download has them."""
    events = e.events[(e.events["replicate"] == MIDDLE) & e.events["known"]]
    columns = {"date": events["day"], "gid": events["gid"], "deaths": events["best"], "country": events["country"]}
    return pd.DataFrame(columns)


def missed(found):
    """ids of rows and numbers of patterns that miss."""
    rows = {row.id for row in found.rows if row.inside is False}
    return rows | {number for number, outcome in found.patterns.items() if outcome.holds is not True}


def test_the_shipped_record_is_missed_by_a_made_up_history(plain):
    rows = [row for row in plain.rows if row.inside is not None]
    assert len(rows) > 800
    assert sum(row.inside for row in rows) < 0.2 * len(rows)
    assert {n for n, outcome in plain.patterns.items() if outcome.holds} >= {"P01", "P14", "P16", "P19", "P23"}
    assert len({row.id for row in plain.rows}) == len(plain.rows)


@pytest.mark.parametrize("downloads", [False, True])
def test_a_record_of_its_own_is_met_in_every_row(history, own, plain, downloads):
    events = events_of(plain.ensemble) if downloads else None
    found = measure(open_folder(history), events=events)
    compared = [row for row in found.rows if row.inside is not None]
    heads = {row.id.partition(".")[0] for row in compared}
    assert heads >= {"deaths", "cells", "idps", "idps_change", "newly_displaced", "returned", "refugees", "admin1"}
    assert heads >= {"fighters", "outside"}
    assert len(compared) > 1000
    assert missed(found) == set()
    assert not [row.id for row in found.rows if row.status and row.observed is not None and "NER.Till" not in row.id]
    if downloads:
        likeness = {row.id: row for row in found.rows if row.id.endswith((".rank", ".worst"))}
        assert len(likeness) == 2 * len(cell_periods(plain.ensemble))
        assert all(row.median > 0.5 for name, row in likeness.items() if name.endswith(".rank"))
        assert all(row.median >= 30 for name, row in likeness.items() if name.endswith(".worst"))


def test_one_year_of_deaths_moved_far_makes_its_rows_miss(history, own):
    deaths = own["deaths"]
    deaths.loc[(deaths["country"] == "MLI") & (deaths["year"] == 2019), "non_state"] *= 1000
    rows = {f"deaths.{c}.{p}.{k}" for c in ("MLI", "three") for p in ("2019", "2017-19") for k in ("all", "non_state")}
    assert missed(measure(open_folder(history))) == rows


def test_one_stock_moved_far_makes_its_rows_miss(history, own):
    table = own["displaced"]
    here = (table["place"] == "BFA") & (table["year"] == 2020)
    table.loc[here & (table["measure"] == "idps"), "persons"] *= 100
    table.loc[here & (table["origin"] == "NER"), "persons"] *= 1000
    rows = {"idps.BFA.2020", "idps_change.BFA.2020", "idps_change.BFA.2021"}
    assert missed(measure(open_folder(history))) == rows | {"refugees.NER.BFA.2020", "refugees.NER.all.2020"}


def test_one_area_moved_far_makes_its_row_miss(history, own):
    areas = own["displaced_admin1"]
    at = areas.index[(areas["measure"] == "idps") & areas["place"].str.contains("+", regex=False)][0]
    areas.loc[at, "persons"] *= 100
    day = str(areas.loc[at, "date"])[:10]
    assert missed(measure(open_folder(history))) == {f"admin1.idps.{areas.loc[at, 'place']}.{day}.{at}"}


def test_cells_claims_and_strengths_moved_far_miss(history, own):
    own["active_cells"].loc[own["active_cells"]["period"] == "2020", "cells"] = 1
    context = own["context"]
    at = context.index[context["kind"] == "territory"][0]
    context.loc[at, "value"] = 99.0
    found = missed(measure(open_folder(history)))
    assert found == {"cells.2020.active", f"outside.BFA.{context.loc[at, 'id']}"}


@pytest.mark.parametrize(
    "number", [i for i, seen in zip(*(facts.patterns()[c] for c in ("id", "observed"))) if seen is not True]
)
def test_a_pattern_asked_otherwise_misses_alone(plain, own, number):
    patterns = own["patterns"]
    at = patterns.index[patterns["id"] == number][0]
    for name in ("observed", "low", "high"):
        patterns.at[at, name] = tuple(10 * figure for figure in patterns.at[at, name])
    e = plain.ensemble
    endogenous = endogenous_of(e.folder)
    assert [i for i in patterns["id"] if not judge(e, i, endogenous).holds] == [number]
