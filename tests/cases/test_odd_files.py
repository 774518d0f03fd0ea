"""Cases are made by hand: what is odd is reported once, and the run goes on as Flee goes on."""

import numpy as np
import pytest

from sim.cases.graph import CAMP, CONFLICT, FLOOD, HUB, IDPCAMP, MARKER, NEVER, TOWN
from sim.cases.reader import read_case
from sim.core.errors import UserError
from tests.cases.cases import FILES, assert_reported, read_changed, write_case


def test_kinds_of_places_in_any_writing(tmp_path):
    kinds = ["Conflict", "TOWN", "camp", "IDPcamp", "Forwarding_Hub", "marker", "flood_zone", "default", "twon", "?"]
    rows = "".join(f"P{n},,Home,,,{kind},0,7.0\n" for n, kind in enumerate(kinds))
    case = read_changed(
        tmp_path,
        locations=rows + "Cora,,Away,1,2,camp,,\nDom,,,1,2,idpcamp,,\n",
        routes="P0,Cora,5\nP0,Dom,6\n",
        conflicts=None,
        closures=None,
    )
    expected = [CONFLICT, TOWN, CAMP, IDPCAMP, HUB, MARKER, FLOOD, TOWN, TOWN, TOWN, CAMP, IDPCAMP]
    assert case.places.kind.tolist() == expected
    assert "'twon' of P8 (line 9) read as town" in assert_reported(case, "types that are not known")
    assert case.places.capacity[2] == 7
    assert case.places.population[1] == 7
    assert_reported(case, "population or capacity not written as a whole number", "'7.0' (line 1)")
    assert np.isnan(case.places.lat[0])
    assert_reported(case, "locations without a position", "P0", "and 2 more")
    assert case.places.country[-1] == "unknown"
    assert_reported(case, "no conflicts.csv")
    assert case.intensity[:, 0].tolist() == [1] * 10


def test_conflict_by_date_without_a_file(tmp_path):
    locations = FILES["input/locations.csv"].replace("Bru,South,Home,3.5,4.5,town,,", "Bru,,Home,3.5,4.5,conflict,6,50")
    case = read_changed(tmp_path, conflicts=None, locations=locations)
    assert case.intensity[:, 1].tolist() == [0] * 6 + [1] * 4
    assert case.places.conflict_day.tolist() == [0, 6, NEVER, NEVER]


def test_conflicts_as_they_come(tmp_path):
    rows = ["0, 0, 0.5, 1,", "1, 1, , 1,", "3, 0, 2, 1,"]
    text = "# counted by hand\n#Day,  Ada , Bru, Elsewhere,\n\n" + "\n".join(rows) + "\n"
    case = read_changed(tmp_path, conflicts=text)
    # Ada is a conflict zone from day 0 by locations.csv, until its column has spoken; the last day goes on
    assert case.intensity[:, 0].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert case.intensity[:, 1].tolist() == [0.5, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    assert_reported(case, "no location has this name, not read", "'Elsewhere'")
    assert_reported(case, "conflicts.csv: lines ending in a comma", "line 2")
    assert_reported(case, "conflicts.csv: blank lines", "line 3")
    assert_reported(case, "missing, read as 0", "line 5")
    assert_reported(case, "outside 0 to 1", "line 6")
    assert_reported(case, "days not numbered", "line 6")
    assert_reported(case, "only 3 of 10 days; the last goes on")


def test_arrivals_without_conflict_are_reported(tmp_path):
    days = "".join(f"{day},{1 if day < 2 else 0}\n" for day in range(10))
    case = read_changed(tmp_path, conflicts="#Day,Ada\n" + days)
    assert_reported(case, "6 days have arrivals while no place is in conflict")


def test_names_with_quotes_spaces_and_other_capitals(tmp_path):
    case = read_changed(
        tmp_path,
        locations=FILES["input/locations.csv"].replace("Bru,", '"Bru du Sud", ').replace("Ada,", "D'Ada,"),
        routes="D'Ada,\"Bru du Sud\",50,\n bru_du_sud , Cora,80,0\nD'Ada,dom,120,,\n",
        conflicts="Day,d'ada\n" + "".join(f"{d},1\n" for d in range(10)),
    )
    assert case.places.names[:2] == ["D'Ada", "Bru du Sud"]
    assert case.routes.b.tolist() == [1, 2, 3]
    assert_reported(
        case, "routes.csv: names written otherwise", "'bru_du_sud' for 'Bru du Sud' (line 2)", "'dom' for 'Dom'"
    )
    assert_reported(case, "routes.csv: lines ending in a comma", "line 3")
    assert case.intensity[:, 0].all()


def test_routes_as_they_come(tmp_path):
    text = "#h\nAda,Bru,50,2\nBru,Ada,40,\nAda,Ada,3,0\nBru,Cora,0,x\n# comment\nAda,Dom,120,1,fast\nCora,Dom,9\n"
    case = read_changed(tmp_path, routes=text)
    assert list(zip(case.routes.a, case.routes.b, case.routes.km, case.routes.forced)) == [
        (0, 1, 40, 2),
        (1, 2, 1, 0),
        (0, 3, 120, 1),
        (2, 3, 9, 0),
    ]
    assert_reported(case, "routes given twice", "Bru - Ada (line 3)")
    assert_reported(case, "from a place to itself", "line 4")
    assert_reported(case, "no length, read as 1 km", "line 5")
    assert_reported(case, "other than 0, 1, 2", "line 5")
    assert_reported(case, "columns after number 4 are not read", "line 7")
    assert_reported(case, "comments after the first line of data", "line 6")


def test_a_route_given_twice_the_other_way_keeps_its_direction(tmp_path):
    case = read_changed(tmp_path, routes="Ada,Bru,50,0\nBru,Ada,50,1\nBru,Cora,80\nAda,Dom,9\n")
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
    case = read_changed(tmp_path, closures=f"closure_type,name1,name2,start,end\n\n{line}\n")
    assert [(c.kind, c.a, c.b, c.first, c.last) for c in case.closures] == [closure]
    assert_reported(case, "a header without '#'", "line 1")


def test_a_closure_lost_in_the_header_is_reported(tmp_path):
    header = "#closure_type,name1,name2,closure_start,closure_end,"
    case = read_changed(tmp_path, closures=f"{header}link,Ada,Bru,1,2\ncamp,Cora,,0,5\n")
    assert [(c.kind, c.a, c.b, c.first, c.last) for c in case.closures] == [("camp", 2, None, 0, 5)]
    assert_reported(case, "on the line of the header", "line 1")


def test_a_closed_location_is_closed_altogether(tmp_path):
    case = read_changed(tmp_path, closures="location,Bru,Cora,0,5\nlocation,Dom,Away,0,5\n")
    assert [(c.a, c.b) for c in case.closures] == [(1, None), (3, None)]
    assert assert_reported(case, "closed altogether").endswith("not read: Bru towards Cora (line 1)")


@pytest.mark.parametrize(
    ("line", "message"),
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
def test_closures_without_effect_are_reported(tmp_path, line, message):
    case = read_changed(tmp_path, closures=line + "\n")
    assert case.closures == []
    assert_reported(case, "closures.csv", message)


def test_layout_and_series_as_they_come(tmp_path):
    case = read_changed(
        tmp_path,
        data_layout=b"\xef\xbb\xbf# layout\nTotal, none.csv,\n Cora , cora.csv,\n\nBru,bru.csv\n"
        b"Gone,gone.csv\nDom,dom.csv\n",
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
    assert_reported(case, "begins with a byte-order mark")
    assert_reported(case, "data_layout.csv: lines ending in a comma", "line 2, line 3")
    assert_reported(case, "the total does not exist", "none.csv")
    assert_reported(case, "data_layout.csv: blank lines", "line 4")
    assert_reported(case, "no location has this name", "'Gone'")
    assert_reported(case, "not a camp", "Bru")
    assert_reported(case, "cora.csv: dates out of order")
    assert_reported(case, "cora.csv: dates in quotes", "line 2")
    assert_reported(case, "cora.csv: comments after")
    assert_reported(case, "cora.csv: dates without a number", "line 5")
    assert_reported(case, "cora.csv: blank lines", "line 6")
    assert_reported(case, "cora.csv: columns after number 2", "line 2")
    assert_reported(case, "dom.csv: an unusual header", "'When'")
    assert_reported(case, "dom.csv: dates that occur twice")
    assert_reported(case, "dom.csv: fewer than no persons", "line 4")
    assert_reported(case, "does not name these files", "old.csv")
    assert_reported(case, "left over", "cora.csv~")
    assert_reported(case, "no use for", "major_routes.csv")
    assert len(case.oddities) == len(set(case.oddities))


def test_a_series_outside_the_period_is_held_flat(tmp_path):
    case = read_changed(tmp_path, cora="2013-05-01,70\n2014-01-01,90\n", dom="2009-05-01,4\n2010-01-01,6\n")
    assert (case.observed == [70, 6]).all()
    assert case.arrivals.sum() == 0


def test_a_camp_without_a_series_and_one_without_a_route(tmp_path):
    case = read_changed(tmp_path, data_layout="total,refugees.csv\nCora,cora.csv\n", routes="Ada,Bru,5\nBru,Cora,6\n")
    assert_reported(case, "camps without a series", "Dom")
    assert_reported(case, "no route joins", "Dom")


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
    assert_reported(found, "conflict_period.csv is read for sim_period.csv")
    assert read_case(case / "input_csv", case / "source_data").days == 10
    assert read_case(case / "input_csv").days == 10
    (case / "source_data").rename(tmp_path / "recorded")
    assert read_case(case, tmp_path / "recorded").observed.shape == (10, 2)
    assert read_case(case / "input_csv", tmp_path / "recorded").observed.shape == (10, 2)
    with pytest.raises(UserError, match="name the folder with validation="):
        read_case(case)


def test_latin_1_is_read_and_told(tmp_path):
    text = FILES["input/locations.csv"].replace("Bru", "Brué").encode("latin-1")
    case = read_changed(tmp_path, locations=text, routes="Ada,Brué,5\nAda,Dom,9\nBrué,Cora,8\n", conflicts=None)
    assert_reported(case, "locations.csv: not UTF-8")
    assert case.places.names[1] == "Brué"
