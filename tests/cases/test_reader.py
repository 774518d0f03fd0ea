"""Cases are read as Flee reads them: series, corrections and sums by hand, and whole cases."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from sim.cases.graph import CAMP, CONFLICT, TOWN
from sim.cases.reader import read_case, shipped_cases
from sim.cases.series import Recorded, arrivals_of
from sim.core.errors import UserError
from tests.cases.cases import assert_reported, read_changed, write_case


def test_sound_case(tmp_path):
    case = read_changed(tmp_path / "sound")
    assert case.name == "sound"
    assert case.days == 10
    assert case.start.isoformat() == "2012-02-29"
    assert case.places.names == ["Ada", "Bru", "Cora", "Dom"]
    assert case.places.kind.tolist() == [CONFLICT, TOWN, CAMP, CAMP]
    assert case.places.population.tolist() == [5000, 0, 0, 0]
    assert case.places.capacity.tolist() == [0, 0, 900, 0]
    assert case.places.country == ["Home", "Home", "Away", "Away"]
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
    case = read_changed(tmp_path)
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
    case = read_changed(tmp_path, closures=None, dom="2012-02-29,20\n2012-03-04,100\n2012-03-06,50\n2012-03-09,60\n")
    assert case.observed[4, 1] == 100
    write_case(tmp_path, dom="2012-02-29,20\n2012-03-04,100\n2012-03-06,50\n2012-03-09,60\n")
    (tmp_path / "input" / "registration_corrections.csv").write_text('"Dom","2012-03-06","normalize"\n')
    case = read_case(tmp_path)
    # everything before 6 March is halved
    assert case.observed[:, 1].tolist() == [10, 20, 30, 40, 50, 50, 50, 53, 56, 60]
    assert case.observed_points[1][1].tolist() == [10, 50, 50, 60]
    assert "Dom by 0.500" in assert_reported(case, "scaled at a re-registration")
    assert "line 1" in assert_reported(case, "dates in quotes")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Dom,2012-03-08", "no date of the series"),
        ("Dom,2012-02-29", "the first date of the series"),
        ("Don,2012-03-07", "the nearest is 'Dom'"),
    ],
)
def test_corrections_without_effect_are_reported(tmp_path, line, message):
    write_case(tmp_path)
    before = read_case(tmp_path).observed
    (tmp_path / "input" / "registration_corrections.csv").write_text(f"#camp,date\n{line}\n")
    case = read_case(tmp_path)
    assert_reported(case, "registration_corrections.csv", message)
    assert (case.observed == before).all()


def test_files_of_a_camp_are_summed_between_their_dates(tmp_path):
    case = read_changed(
        tmp_path,
        data_layout="total,refugees.csv\nCora,cora.csv,more.csv\nDom,dom.csv\n",
        more="2012-03-02,8\n2012-03-06,16\n",
    )
    # cora 10 20 30 40 50 52 54 56 58 60, more 8 8 8 10 12 14 16 16 16 16
    assert case.observed[:, 0].tolist() == [18, 28, 38, 50, 62, 66, 70, 72, 74, 76]


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
    assert_reported(case, "scaled at a re-registration", "Fassala-Mbera", "Tabareybarey")
    assert_reported(case, "data_layout.csv: blank lines")
    assert_reported(case, "dates in quotes")
