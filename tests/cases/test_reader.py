"""Cases are read as Flee reads them; what is odd is told once, what cannot run is refused with the place."""

import os
import pickle
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cases.graph import CAMP, CONFLICT, FLOOD, HUB, IDPCAMP, MARKER, NEVER, TOWN
from sim.cases.reader import read_case, shipped_cases
from sim.cases.series import Recorded, arrivals_of
from sim.core.errors import UserError
from tests.cases.cases import FILES, write_case


def read(folder: Path, **changed):
    return read_case(write_case(folder, **changed))


def assert_told(case, *parts: str) -> str:
    """The one line of the oddities that holds all parts."""
    lines = [line for line in case.oddities if all(part in line for part in parts)]
    assert len(lines) == 1, f"{parts} in {case.oddities}"
    return lines[0]


def assert_refused(folder: Path, *parts: str, **changed) -> None:
    with pytest.raises(UserError) as error:
        read(folder, **changed)
    for part in parts:
        assert part in str(error.value)
    assert "\n" not in str(error.value)


# ---------------------------------------------------------------------------- a sound case


def test_sound_case(tmp_path):
    case = read(tmp_path / "sound")
    assert case.name == "sound"
    assert case.days == 10
    assert case.start.isoformat() == "2012-02-29"
    assert case.places.names == ["Ada", "Bru", "Cora", "Dom"]
    assert case.places.kind.tolist() == [CONFLICT, TOWN, CAMP, CAMP]
    assert case.places.population.tolist() == [5000, 0, 0, 0]
    assert case.places.capacity.tolist() == [0, 0, 900, 0]
    assert case.places.home == "Home"
    assert case.places.foreign.tolist() == [False, False, True, True]
    assert case.routes.km.tolist() == [50, 80, 120]
    assert case.intensity.shape == (10, 4)
    assert case.intensity.sum(axis=0).tolist() == [10, 0, 0, 0]
    assert [(c.kind, c.a, c.b, c.first, c.last) for c in case.closures] == [("country", "Home", "Away", 0, 3)]
    assert case.camp_names == ["Cora", "Dom"]
    assert case.initial.tolist() == [0, 0, 10, 20]
    assert case.oddities == ["locations.csv: camps without a limit (capacity empty or below 1): Dom"]
    assert len(case.files) == 8
    assert pickle.loads(pickle.dumps(case)).places.names == case.places.names


def test_series_by_hand(tmp_path):
    case = read(tmp_path)
    # Cora: 10 on day 0, 50 on day 4, 60 on day 9; Dom: 20, 100 on day 5, 80 on day 7, 110 on day 9
    assert case.observed[:, 0].tolist() == [10, 20, 30, 40, 50, 52, 54, 56, 58, 60]
    assert case.observed[:, 1].tolist() == [20, 36, 52, 68, 84, 100, 90, 80, 95, 110]
    # sums: 30 56 82 108 134 152 144 136 153 170: the fall by 16 is a debt that day 8 and a bit pays
    assert case.arrivals.tolist() == [0, 26, 26, 26, 26, 18, 0, 0, 1, 17]
    assert case.initial.sum() + case.arrivals.sum() == case.observed[-1].sum() == 170


def test_debt_by_hand():
    assert arrivals_of(np.array([5, 10, 4, 6, 13, 13])).tolist() == [0, 5, 0, 0, 3, 0]
    assert arrivals_of(np.array([5, 3, 1, 9])).tolist() == [0, 0, 0, 4]


def test_flat_outside_linear_between_cut_to_whole_persons():
    series = Recorded("x", np.array([2, 5]), np.array([10.0, 20.0]))
    assert series.on(np.arange(8)).tolist() == [10, 10, 10, 13, 16, 20, 20, 20]


def test_days_cut_short(tmp_path):
    case = read_case(write_case(tmp_path), days=4)
    assert case.days == 4
    assert case.observed.shape == (4, 2)
    with pytest.raises(UserError, match="days must be 1 to 10"):
        read_case(tmp_path, days=11)


# ---------------------------------------------------------------------------- corrections, sums


def test_correction_by_hand(tmp_path):
    case = read(tmp_path, closures=None, dom="2012-02-29,20\n2012-03-04,100\n2012-03-06,50\n2012-03-09,60\n")
    assert case.observed[4, 1] == 100
    write_case(tmp_path, dom="2012-02-29,20\n2012-03-04,100\n2012-03-06,50\n2012-03-09,60\n")
    (tmp_path / "input" / "registration_corrections.csv").write_text('"Dom","2012-03-06","normalize"\n')
    case = read_case(tmp_path)
    # everything before 6 March is halved
    assert case.observed[:, 1].tolist() == [10, 20, 30, 40, 50, 50, 50, 53, 56, 60]
    assert case.observed_points[1][1].tolist() == [10, 50, 50, 60]
    assert "Dom by 0.500" in assert_told(case, "scaled at a re-registration")
    assert "line 1" in assert_told(case, "dates in quotes")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Dom,2012-03-08", "no date of the series"),
        ("Dom,2012-02-29", "the first date of the series"),
        ("Don,2012-03-07", "the nearest is 'Dom'"),
    ],
)
def test_corrections_without_effect_are_told(tmp_path, line, said):
    write_case(tmp_path)
    before = read_case(tmp_path).observed
    (tmp_path / "input" / "registration_corrections.csv").write_text(f"#camp,date\n{line}\n")
    case = read_case(tmp_path)
    assert_told(case, "registration_corrections.csv", said)
    assert (case.observed == before).all()


def test_files_of_a_camp_are_summed_between_their_dates(tmp_path):
    case = read(
        tmp_path,
        data_layout="total,refugees.csv\nCora,cora.csv,more.csv\nDom,dom.csv\n",
        more="2012-03-02,8\n2012-03-06,16\n",
    )
    # cora 10 20 30 40 50 52 54 56 58 60, more 8 8 8 10 12 14 16 16 16 16
    assert case.observed[:, 0].tolist() == [18, 28, 38, 50, 62, 66, 70, 72, 74, 76]


# ---------------------------------------------------------------------------- what is odd and goes on


def test_kinds_of_places_in_any_writing(tmp_path):
    kinds = ["Conflict", "TOWN", "camp", "IDPcamp", "Forwarding_Hub", "marker", "flood_zone", "default", "twon", "?"]
    rows = "".join(f"P{n},,Home,,,{kind},0,7.0\n" for n, kind in enumerate(kinds))
    case = read(
        tmp_path,
        locations=rows + "Cora,,Away,1,2,camp,,\nDom,,,1,2,idpcamp,,\n",
        routes="P0,Cora,5\nP0,Dom,6\n",
        conflicts=None,
        closures=None,
    )
    expected = [CONFLICT, TOWN, CAMP, IDPCAMP, HUB, MARKER, FLOOD, TOWN, TOWN, TOWN, CAMP, IDPCAMP]
    assert case.places.kind.tolist() == expected
    assert "'twon' of P8 (line 9) read as town" in assert_told(case, "types that are not known")
    assert case.places.capacity[2] == 7
    assert case.places.population[1] == 7
    assert_told(case, "population or capacity not written as a whole number", "'7.0' (line 1)")
    assert np.isnan(case.places.lat[0])
    assert_told(case, "locations without a position", "P0", "and 2 more")
    assert case.places.country[-1] == "unknown"
    assert_told(case, "no conflicts.csv")
    assert case.intensity[:, 0].tolist() == [1] * 10


def test_conflict_by_date_without_a_file(tmp_path):
    locations = FILES["input/locations.csv"].replace("Bru,South,Home,3.5,4.5,town,,", "Bru,,Home,3.5,4.5,conflict,6,50")
    case = read(tmp_path, conflicts=None, locations=locations)
    assert case.intensity[:, 1].tolist() == [0] * 6 + [1] * 4
    assert case.places.conflict_day.tolist() == [0, 6, NEVER, NEVER]


def test_conflicts_as_they_come(tmp_path):
    rows = ["0, 0, 0.5, 1,", "1, 1, , 1,", "3, 0, 2, 1,"]
    text = "# counted by hand\n#Day,  Ada , Bru, Elsewhere,\n\n" + "\n".join(rows) + "\n"
    case = read(tmp_path, conflicts=text)
    # Ada is a conflict zone from day 0 by locations.csv, until its column has spoken; the last day goes on
    assert case.intensity[:, 0].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert case.intensity[:, 1].tolist() == [0.5, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    assert_told(case, "no location has this name, not read", "'Elsewhere'")
    assert_told(case, "conflicts.csv: lines ending in a comma", "line 2")
    assert_told(case, "conflicts.csv: blank lines", "line 3")
    assert_told(case, "missing, read as 0", "line 5")
    assert_told(case, "outside 0 to 1", "line 6")
    assert_told(case, "days not numbered", "line 6")
    assert_told(case, "only 3 of 10 days; the last goes on")


def test_arrivals_without_conflict_are_told(tmp_path):
    days = "".join(f"{day},{1 if day < 2 else 0}\n" for day in range(10))
    case = read(tmp_path, conflicts="#Day,Ada\n" + days)
    assert_told(case, "6 days have arrivals while no place is in conflict")


def test_names_with_quotes_spaces_and_other_capitals(tmp_path):
    case = read(
        tmp_path,
        locations=FILES["input/locations.csv"].replace("Bru,", '"Bru du Sud", ').replace("Ada,", "D'Ada,"),
        routes="D'Ada,\"Bru du Sud\",50,\n bru_du_sud , Cora,80,0\nD'Ada,dom,120,,\n",
        conflicts="Day,d'ada\n" + "".join(f"{d},1\n" for d in range(10)),
    )
    assert case.places.names[:2] == ["D'Ada", "Bru du Sud"]
    assert case.routes.b.tolist() == [1, 2, 3]
    assert_told(
        case, "routes.csv: names written otherwise", "'bru_du_sud' for 'Bru du Sud' (line 2)", "'dom' for 'Dom'"
    )
    assert_told(case, "routes.csv: lines ending in a comma", "line 3")
    assert case.intensity[:, 0].all()


def test_routes_as_they_come(tmp_path):
    text = "#h\nAda,Bru,50,2\nBru,Ada,40,\nAda,Ada,3,0\nBru,Cora,0,x\n# comment\nAda,Dom,120,1,fast\nCora,Dom,9\n"
    case = read(tmp_path, routes=text)
    assert list(zip(case.routes.a, case.routes.b, case.routes.km, case.routes.forced)) == [
        (0, 1, 40, 2),
        (1, 2, 1, 0),
        (0, 3, 120, 1),
        (2, 3, 9, 0),
    ]
    assert_told(case, "routes given twice", "Bru - Ada (line 3)")
    assert_told(case, "from a place to itself", "line 4")
    assert_told(case, "no length, read as 1 km", "line 5")
    assert_told(case, "other than 0, 1, 2", "line 5")
    assert_told(case, "columns after number 4 are not read", "line 7")
    assert_told(case, "comments after the first line of data", "line 6")


def test_a_route_given_twice_the_other_way_keeps_its_direction(tmp_path):
    case = read(tmp_path, routes="Ada,Bru,50,0\nBru,Ada,50,1\nBru,Cora,80\nAda,Dom,9\n")
    # 1 in 'Bru,Ada': whoever is at Ada goes on to Bru, which is 2 in 'Ada,Bru'
    assert case.routes.forced[0] == 2


@pytest.mark.parametrize(
    ("line", "closure"),
    [
        ("country,Home,Away,2,-1", ("country", "Home", "Away", 2, NEVER)),
        ("Country,home,away,2,", ("country", "Home", "Away", 2, NEVER)),
        ("location,Cora,Away,0,5", ("location", 2, None, 0, 5)),
        ("location,Cora,1,5", ("location", 2, None, 1, 5)),
        ("camp,Cora,,3,1", ("camp", 2, None, 3, NEVER)),
        ("link,Cora,Bru,-4,6", ("link", 2, 1, 0, 6)),
        ("country,Home,Away,4", ("country", "Home", "Away", 4, NEVER)),
    ],
)
def test_closures_as_they_come(tmp_path, line, closure):
    case = read(tmp_path, closures=f"closure_type,name1,name2,start,end\n\n{line}\n")
    assert [(c.kind, c.a, c.b, c.first, c.last) for c in case.closures] == [closure]
    assert_told(case, "a header without '#'", "line 1")


def test_a_closure_lost_in_the_header_is_told(tmp_path):
    header = "#closure_type,name1,name2,closure_start,closure_end,"
    case = read(tmp_path, closures=f"{header}link,Ada,Bru,1,2\ncamp,Cora,,0,5\n")
    assert [(c.kind, c.a, c.b, c.first, c.last) for c in case.closures] == [("camp", 2, None, 0, 5)]
    assert_told(case, "on the line of the header", "line 1")


def test_a_closed_location_is_closed_altogether(tmp_path):
    case = read(tmp_path, closures="location,Bru,Cora,0,5\nlocation,Dom,Away,0,5\n")
    assert [(c.a, c.b) for c in case.closures] == [(1, None), (3, None)]
    assert assert_told(case, "closed altogether").endswith("not read: Bru towards Cora (line 1)")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("country,Hom,Away,2,3", "the nearest is 'Home'"),
        ("location,Core,,2,3", "the nearest is 'Cora'"),
        ("locaton,Cora,,2,3", "the nearest is 'location'"),
        ("country,Home,Home,50,60", "without a day in the period"),
        ("location,Cora,,3,3", "without a day in the period"),
        ("link,Cora,Dom,2,3", "that there is not"),
        ("remove_forced_redirection,Ada,Bru,2,0", "that there is not"),
    ],
)
def test_closures_without_effect_are_told(tmp_path, line, said):
    case = read(tmp_path, closures=line + "\n")
    assert case.closures == []
    assert_told(case, "closures.csv", said)


def test_layout_and_series_as_they_come(tmp_path):
    case = read(
        tmp_path,
        data_layout=b"\xef\xbb\xbf# layout\nTotal, none.csv,\n Cora , cora.csv,\n\nBru,bru.csv\nGone,gone.csv\nDom,dom.csv\n",
        cora='"#DateTime","Individuals"\n"2012-03-09","1,060",x\n2012-02-29 ,10\t\n# note\n2012-03-01,\n,,\n',
        dom="When,How many\r\n2012-02-29,20.0\r\n2012-02-29,30\r\n2012-03-09,-3\r\n",
        bru="2012-02-29,0\n2012-03-09,90\n",
        gone="2012-02-29,0\n2012-03-09,9\n",
        old="2012-02-29,0\n",
    )
    (tmp_path / "validation" / "cora.csv~").write_text("")
    (tmp_path / "input" / "major_routes.csv").write_text("Ada,Bru\n")
    case = read_case(tmp_path)
    assert case.camp_names == ["Cora", "Dom"]
    assert case.observed[-1].tolist() == [1060, 0]
    assert case.observed[0].tolist() == [10, 30]
    # Bru and Gone count in the arrivals: 40 on day 0, 1060 + 0 + 90 + 9 on day 9
    assert case.arrivals.sum() == 1159 - 40
    assert_told(case, "begins with a byte-order mark")
    assert_told(case, "data_layout.csv: lines ending in a comma", "line 2, line 3")
    assert_told(case, "the total does not exist", "none.csv")
    assert_told(case, "data_layout.csv: blank lines", "line 4")
    assert_told(case, "no location has this name", "'Gone'")
    assert_told(case, "not a camp", "Bru")
    assert_told(case, "cora.csv: dates out of order")
    assert_told(case, "cora.csv: dates in quotes", "line 2")
    assert_told(case, "cora.csv: comments after")
    assert_told(case, "cora.csv: dates without a number", "line 5")
    assert_told(case, "cora.csv: blank lines", "line 6")
    assert_told(case, "cora.csv: columns after number 2", "line 2")
    assert_told(case, "dom.csv: an unusual header", "'When'")
    assert_told(case, "dom.csv: dates that occur twice")
    assert_told(case, "dom.csv: fewer than no persons", "line 4")
    assert_told(case, "does not name these files", "old.csv")
    assert_told(case, "left over", "cora.csv~")
    assert_told(case, "no use for", "major_routes.csv")
    assert len(case.oddities) == len(set(case.oddities))


def test_a_series_outside_the_period_is_held_flat(tmp_path):
    case = read(tmp_path, cora="2013-05-01,70\n2014-01-01,90\n", dom="2009-05-01,4\n2010-01-01,6\n")
    assert (case.observed == [70, 6]).all()
    assert case.arrivals.sum() == 0


def test_a_camp_without_a_series_and_one_without_a_route(tmp_path):
    case = read(tmp_path, data_layout="total,refugees.csv\nCora,cora.csv\n", routes="Ada,Bru,5\nBru,Cora,6\n")
    assert_told(case, "camps without a series", "Dom")
    assert_told(case, "no route joins", "Dom")


def test_other_names_of_folders_and_of_the_period(tmp_path):
    write_case(tmp_path / "made")
    case = tmp_path / "case"
    case.mkdir()
    (tmp_path / "made" / "input").rename(case / "input_csv")
    (tmp_path / "made" / "validation").rename(case / "source_data")
    (case / "input_csv" / "sim_period.csv").unlink()
    (case / "input_csv" / "conflict_period.csv").write_text('"startdate", 2012-02-29\n\n"LENGTH",10.0\n')
    found = read_case(case)
    assert found.name == "case"
    assert_told(found, "conflict_period.csv is read for sim_period.csv")
    assert read_case(case / "input_csv", case / "source_data").days == 10
    assert read_case(case / "input_csv").days == 10
    (case / "source_data").rename(tmp_path / "recorded")
    assert read_case(case, tmp_path / "recorded").observed.shape == (10, 2)
    assert read_case(case / "input_csv", tmp_path / "recorded").observed.shape == (10, 2)
    with pytest.raises(UserError, match="name the folder with validation="):
        read_case(case)


def test_latin_1_is_read_and_told(tmp_path):
    text = FILES["input/locations.csv"].replace("Bru", "Brué").encode("latin-1")
    case = read(tmp_path, locations=text, routes="Ada,Brué,5\nAda,Dom,9\nBrué,Cora,8\n", conflicts=None)
    assert_told(case, "locations.csv: not UTF-8")
    assert case.places.names[1] == "Brué"


# ---------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("changed", "said"),
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
def test_refused_with_file_line_and_reason(tmp_path, changed, said):
    assert_refused(tmp_path, *said, **changed)


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


# ---------------------------------------------------------------------------- whole cases


def test_shipped_cases_are_read():
    assert "small" in shipped_cases()
    for name in shipped_cases():
        case = read_case(name)
        assert case.name == name
        assert case.arrivals.sum() + case.initial.sum() >= case.observed[-1].sum()
        assert (case.places.capacity >= 0).all()


@pytest.mark.skipif("SAHEL_DATA" not in os.environ, reason="SAHEL_DATA names no folder of downloads")
def test_mali_2012():
    case = read_case(Path(os.environ["SAHEL_DATA"]) / "flee_mali2012")
    assert case.days == 300
    assert len(case.camps) == 7
    assert len(case.places.names) == 23
    assert len(case.routes.km) == 35
    assert case.observed[0].sum() == 10_838
    # the number that Flee counts on its last day
    assert case.observed[-1].sum() == case.initial.sum() + case.arrivals.sum() == 89_991
    assert case.arrivals.min() == 0
    assert [(c.a, c.b, c.first, c.last) for c in case.closures] == [
        ("Mali", "Burkina_Faso", 0, 22),
        ("Mali", "Niger", 0, 33),
    ]
    assert_told(case, "scaled at a re-registration", "Fassala-Mbera", "Tabareybarey")
    assert_told(case, "data_layout.csv: blank lines")
    assert_told(case, "dates in quotes")


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
