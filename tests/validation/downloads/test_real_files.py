"""Real downloads, where SAHEL_DATA names a folder of them."""

import os

import numpy as np
import pytest

from sim.validation import observations
from sim.validation.downloads import read_observed

pytestmark = pytest.mark.skipif("SAHEL_DATA" not in os.environ, reason="SAHEL_DATA names no folder of downloads")


@pytest.fixture(scope="module")
def found():
    return read_observed(os.environ["SAHEL_DATA"])


def test_nothing_of_the_publishers_is_at_fault(found):
    kinds = {part.kind.name for part in found.parts}
    assert kinds >= {"ged", "country_year", "country_month", "idmc", "unhcr"}
    assert found.left_out.empty, found.left_out.head()


def test_deaths_are_those_that_the_project_ships(found):
    deaths = found.deaths_country_year.deaths_by_year
    for row in observations.deaths().itertuples():
        for kind in (*observations.TYPES, "one_sided_government", "one_sided_non_state"):
            assert deaths.sel(country=row.country, year=row.year, kind=kind) == getattr(row, kind)


def test_months_add_up_to_about_the_years(found):
    months = found.deaths_country_month.deaths_by_month.groupby("month.year").sum()
    kinds = list(observations.TYPES)
    years = found.deaths_country_year.deaths_by_year.sel(kind=kinds).sum("kind")
    for country in observations.THEATRE:
        one, other = (float(table.sel(country=country, year=slice(2012, 2022)).sum()) for table in (months, years))
        assert one == pytest.approx(other, rel=0.1)


def test_displaced_people_are_those_that_the_project_ships(found):
    table = observations.displaced()
    idps = found.idps.idps.sel(register="IDMC")
    rows = table[(table.measure == "idps") & (table.source == "IDMC") & (table.year <= 2022)]
    assert len(rows) > 20
    for row in rows.itertuples():
        assert float(idps.sel(country=row.place, year=row.year)) == row.persons, row


def test_events_lie_on_the_map_and_newer_versions_win(found):
    events = found.events
    assert events.id.is_unique
    assert len(events) > 4000
    assert set(observations.THEATRE) <= set(events.country)
    newer = [part for part in found.parts if part.version == "23.1"]
    assert newer[0].kept > 30
    data = found.cell_month
    assert float(data.deaths.sum()) == events.deaths_best.sum()
    mali = events[events.country == "MLI"]
    assert mali[mali.where_prec.notna()].admin1.notna().mean() > 0.8
    assert not np.isnan(data.events).any()
