"""Whole cases with the engine itself: the shipped one, on two workers, and Mali 2012 where its files are there."""

import os
from pathlib import Path

import numpy as np
import pytest

from sim.cases import ensemble, score
from sim.cases.ensemble import run_replicates
from sim.cases.graph import MARKER
from sim.cases.reader import read_case
from sim.cli.main import main
from sim.settings.parameters.groups import Parameters


@pytest.fixture(scope="module")
def small():
    return read_case("small")


@pytest.mark.parametrize("given", [True, False])
def test_people_of_the_shipped_case_are_accounted_for(small, given):
    from sim.cases.run import simulate_case

    run = simulate_case(small, 1, 0, Parameters(), given_arrivals=given)
    assert run.persons.shape == small.intensity.shape
    assert run.persons.min() >= 0
    away = run.persons.sum(axis=1) + run.travelling
    assert away.tolist() == (small.initial.sum() + np.cumsum(run.arrivals - run.returned)).tolist()
    if given:
        assert (np.cumsum(run.arrivals) + run.waiting).tolist() == np.cumsum(small.arrivals).tolist()
    # nobody is in the camp of Mirra before it opens, nor stays at the crossing
    mirra = small.places.names.index("Mirra")
    assert run.persons[:40, mirra].max() == 0
    assert run.persons[-1, mirra] > 0
    assert run.persons[:, small.places.kind == MARKER].max() == 0
    assert run.flows.sum() > 0


def test_two_workers_give_the_same_to_the_last_person(small, monkeypatch):
    alone = run_replicates(small, Parameters(), 5, 5, workers=1)
    monkeypatch.setattr(ensemble, "LEAST_WORK", -1.0)
    together = run_replicates(small, Parameters(), 5, 5, workers=2)
    for one, other in zip(alone, together):
        assert (one.camps == other.camps).all()
        assert (one.flows == other.flows).all()
        assert (one.arrivals == other.arrivals).all()
    assert any((alone[0].camps != outcome.camps).any() for outcome in alone[1:])


def test_drawn_parameters_are_those_of_the_replicate(small):
    plain = run_replicates(small, Parameters(), 5, 2)
    drawn = run_replicates(small, Parameters(), 5, 2, draw="all")
    again = run_replicates(small, Parameters(), 5, 3, draw="all")
    assert (plain[1].camps != drawn[1].camps).any()
    assert (drawn[1].camps == again[1].camps).all()


def test_the_command_as_in_the_readme(tmp_path, capsys):
    assert main(["displacement", "case=small", "arrivals=own", "replicates=2", f"output={tmp_path / 'out'}"]) == 0
    printed = capsys.readouterr().out
    assert "averaged relative difference, rescaled" in printed
    assert "Tessaro South" in printed
    assert (tmp_path / "out" / "figures" / "map.png").exists()


@pytest.mark.skipif("SAHEL_DATA" not in os.environ, reason="SAHEL_DATA names no folder of downloads")
def test_mali_2012_reaches_its_targets():
    """The parameters that ship, 20 replicates: raw at most 0.25, rescaled at most 0.20, at most 0.9 s each."""
    case = read_case(Path(os.environ["SAHEL_DATA"]) / "flee_mali2012")
    outcomes = run_replicates(case, Parameters(), 1, 20)
    raw = [score.averaged_relative_difference(outcome.camps, case.observed) for outcome in outcomes]
    shares = [score.averaged_relative_difference(outcome.camps, case.observed, True) for outcome in outcomes]
    assert np.mean(raw) <= 0.25
    assert np.mean(shares) <= 0.20
    assert np.median([outcome.seconds for outcome in outcomes]) <= 0.9
    assert all(case.initial.sum() + outcome.arrivals.sum() == 89_991 for outcome in outcomes)
