"""What cannot be run is refused with file, line and reason; whatever slips into a file, there is no other error."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cases.reader import read_case
from sim.core.errors import UserError
from tests.cases.cases import FILES, assert_refused, write_case


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"routes": "Ada,Bru,50\nAda,Corra,3\n"}, ("input/routes.csv, line 2", "'Corra'", "nearest is 'Cora'")),
        ({"routes": "#h\nAda,Bru,far\n"}, ("input/routes.csv, line 2", "'far' is not a number of km")),
        ({"routes": "Ada,Bru,-3\n"}, ("input/routes.csv, line 1", "not a number of km")),
        ({"routes": "Ada,Bru\n"}, ("input/routes.csv, line 1", "two names and its length")),
        ({"routes": "#nothing\n"}, ("input/routes.csv", "holds no route")),
        ({"routes": None}, ("input/routes.csv", "cannot be read")),
        ({"routes": 'Ada,"Bru,5\nAda,Dom,5\n'}, ("input/routes.csv, line 1", "quotation mark")),
        ({"routes": b"Ada,Bru,5\nAda,\0Dom,5\n"}, ("input/routes.csv, line 2", "zero byte")),
        ({"locations": "#only a header\n"}, ("input/locations.csv", "holds no location")),
        ({"locations": "Ada,x,Home,3,4\n"}, ("input/locations.csv, line 1", "needs a name, region")),
        ({"locations": "Ada,,Home,3,4,town,,many\n"}, ("input/locations.csv, line 1", "'many' is not a number")),
        ({"locations": "Ada,,Home,3,east,town,,\n"}, ("input/locations.csv, line 1", "longitude 'east'")),
        ({"locations": "Ada,,Home,3,4,conflict,soon,9\n"}, ("input/locations.csv, line 1", "'soon'")),
        ({"conflicts": "#Day,Ada\n0,1\n1,high\n"}, ("input/conflicts.csv, line 3", "'high' is not a number")),
        ({"conflicts": "#Day,X,Y\n0,1,1\n"}, ("input/conflicts.csv, line 1", "names no location")),
        ({"conflicts": "0,1,1\n"}, ("input/conflicts.csv, line 1", "must name the locations")),
        ({"conflicts": "#Day,Ada\n"}, ("input/conflicts.csv", "holds no day")),
        ({"conflicts": ""}, ("input/conflicts.csv", "is empty")),
        ({"closures": "country,Home,Away,soon,3\n"}, ("input/closures.csv, line 1", "'soon'")),
        ({"closures": "country,Home,,1,3\n"}, ("input/closures.csv, line 1", "needs two names")),
        ({"sim_period": None}, ("input/sim_period.csv", "is missing")),
        ({"sim_period": "StartDate,2012-02-29\n"}, ("input/sim_period.csv", "has no line Length")),
        ({"sim_period": "StartDate,29/02/2012\nLength,3\n"}, ("input/sim_period.csv, line 1", "'29/02/2012'")),
        ({"sim_period": "StartDate,2012-02-29\nLength,0\n"}, ("input/sim_period.csv, line 2", "'0'")),
        ({"data_layout": "total,refugees.csv\nCora,cara.csv\n"}, ("data_layout.csv, line 2", "nearest is 'cora.csv'")),
        ({"data_layout": "total,refugees.csv\n"}, ("validation/data_layout.csv", "names no camp")),
        ({"data_layout": "#\n"}, ("validation/data_layout.csv", "names no file")),
        ({"data_layout": "t,refugees.csv\nX,cora.csv\n"}, ("data_layout.csv", "none of the camps", "Cora, Dom")),
        ({"data_layout": "Cora,../input/routes.csv\n"}, ("data_layout.csv, line 1", "outside the validation folder")),
        ({"cora": "Date,n\n"}, ("validation/cora.csv", "holds no value")),
        ({"cora": "Date,n\n2012-02-30,5\n"}, ("validation/cora.csv, line 2", "'2012-02-30' is not a date")),
        ({"cora": "29.2.2012,5\n"}, ("validation/cora.csv, line 1", "is not a date")),
        ({"cora": "Date,n\n2012-03-01,few\n"}, ("validation/cora.csv, line 2", "'few' is not a number of persons")),
    ],
)
def test_refused_with_file_line_and_reason(tmp_path, changed, message):
    assert_refused(tmp_path, *message, **changed)


def test_refused_without_conflict(tmp_path):
    locations = FILES["input/locations.csv"].replace("conflict_zone", "town")
    assert_refused(tmp_path, "input/locations.csv", "no place is ever in conflict", locations=locations, conflicts=None)


def test_folders_that_hold_no_case(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=r"no locations\.csv in it"):
        read_case(tmp_path / "empty")
    with pytest.raises(UserError, match="the nearest is 'empty'"):
        read_case(tmp_path / "emty")
    with pytest.raises(UserError, match="nearest is 'small'"):
        read_case("smal")


TOKENS = [
    "",
    ",",
    "#",
    '"',
    "-1",
    "0",
    "1e9",
    "nan",
    "inf",
    "-inf",
    "1,000",
    "Ada",
    "Nobody",
    "2012-13-01",
    "x",
    "\t",
    "é",
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8), st.sampled_from(TOKENS)), min_size=1, max_size=4),
)
def test_any_slip_is_read_or_refused_in_a_sentence(name, slips):
    """Cells replaced, lines cut short: what comes is a case or one sentence, never another error."""
    lines = FILES[name].splitlines()
    for at, column, token in slips:
        cells = lines[at % len(lines)].split(",")
        cells[column % len(cells)] = token
        lines[at % len(lines)] = ",".join(cells[: column + 2])
    with tempfile.TemporaryDirectory() as folder:
        write_case(Path(folder), **{Path(name).stem: "\n".join(lines)})
        try:
            case = read_case(folder)
        except UserError as error:
            sentence = str(error)
        else:
            sentence = ""
    assert "\n" not in sentence
    if sentence:
        return
    assert np.isfinite(case.intensity).all()
    assert (case.routes.km > 0).all()
    assert np.isfinite(case.routes.km).all()
    assert (case.places.capacity >= 0).all()
    assert (case.places.population >= 0).all()
    assert (case.arrivals >= 0).all()
    assert (case.observed >= 0).all()
