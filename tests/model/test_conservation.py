"""Nobody and nothing gets lost: persons to the last one, fuel to the last drop, in every step of every scenario."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from sim.model.model import WEEK
from sim.settings.settings import steps_of
from tests.example_runs import SCENARIOS, model_of, settings_of
from tests.reference.worlds import few, worlds


def persons_in(model) -> int:
    """Persons here, dead and gone, less born and come, also in the middle of a week.

    The displaced who were killed lie among their cohorts until they are buried; the week's dead are counted apart.
    """
    unburied = int(model.communities.hosted_dead.sum())
    dead = int(model.cells.civilians_week.sum() + model.cells.fighters_week.sum())
    return model.persons_balance() - unburied + dead


def fuel_in(model) -> np.ndarray:
    """Fuel that came in less what became of it, by town, in shares of what came in."""
    n = model.nodes
    return (n.imported - n.consumed - n.robbed - n.burnt - n.stock - n.transit) / np.maximum(1.0, n.imported)


def assert_state(model) -> None:
    """What must hold after every step."""
    com, co, units = model.communities, model.cohorts, model.units
    assert np.abs(fuel_in(model)).max() < 1e-9
    assert min(com.residents.min(), com.hosted.min(), com.displaced_from.min(), co.persons.min(), co.transit.min()) >= 0
    assert len(units) == 0 or units.manpower.min() >= 0
    np.testing.assert_array_equal(com.hosted, np.bincount(co.place, co.persons, len(com)).astype(np.int64))
    np.testing.assert_array_equal(
        com.displaced_from, np.bincount(co.origin, co.persons + co.transit, len(com)).astype(np.int64)
    )


def assert_run(model, steps: int) -> None:
    """Run and look after every step."""
    balance = model.persons_balance()
    for _ in range(steps):
        model.step()
        assert model.persons_balance() == balance, f"step {model.step_index}"
        assert_state(model)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_persons_and_fuel_in_every_scenario(scenario):
    assert_run(model_of(settings_of(f"scenario={scenario}")), 60)


@pytest.mark.long
@pytest.mark.parametrize(
    "scenario", ["history", "escalation", "all_stay", "nationwide_blockade", "phased_handover", "endogenous_politics"]
)
def test_persons_and_fuel_to_the_end(scenario):
    """Ten years, with the arrivals, exits, handovers and call-ups that come late."""
    settings = settings_of(f"scenario={scenario}")
    assert_run(model_of(settings, replicate=3), steps_of(settings))


def test_persons_and_fuel_on_the_real_map():
    assert_run(model_of(settings_of(region="sahel")), 30)


def test_every_process_conserves_persons():
    """After each process of a week, not only at its end; fighters change in four processes only (of soldiers
    who withdraw some desert and some are captured)."""
    model = model_of(settings_of("scenario=escalation"))
    for _ in range(330):
        model.step()
    for _ in range(30):
        model.begin_week()
        for name, process, _ in model.week:
            before = persons_in(model)
            fighters = int(model.units.manpower.sum())
            process(model, model.dt)
            assert persons_in(model) == before, name
            if name not in ("decisions", "movement", "combat", "recruitment"):
                assert int(model.units.manpower.sum()) == fighters, name
        model.end_week()


@few
@given(world=worlds)
def test_persons_in_random_worlds(world):
    """Also where everybody kills."""
    assert_processes(world.model())


@few
@given(world=worlds)
def test_persons_where_few_displaced_live_among_many(world):
    """One or two guests a place and large massacres: no more of the displaced are killed than there are."""
    model = world.model()
    co, com, p = model.cohorts, model.communities, model.p.violence
    co.persons[:] = np.minimum(co.persons, 1)
    com.hosted[:] = np.bincount(co.place, co.persons, len(com))
    com.displaced_from[:] = np.bincount(co.origin, co.persons + co.transit, len(com))
    com.hosted_dead[:] = 0
    p.selective_mean = p.indiscriminate_mean = 3000.0
    p.settlement = 1e6
    assert_processes(model)


def assert_processes(model) -> None:
    """A few weeks of much violence, with a look at the persons after every process."""
    for name in ("denunciation", "reprisal_rate", "militia_rate", "state_rate"):
        setattr(model.p.violence, name, 0.3)
    for _ in range(3):
        for name, process in WEEK:
            before = persons_in(model)
            process(model, model.dt)
            assert persons_in(model) == before, name
            assert (model.communities.hosted_dead <= model.communities.hosted).all(), name
        model.end_week()
        model.begin_week()


def test_the_account_of_persons_is_complete():
    """Everybody counted at the start is found at the end, or in the account."""
    model = model_of(settings_of())
    start = model.persons()
    for _ in range(200):
        model.step()
    end = model.persons()
    here = ("residents", "displaced", "in_transit", "under_arms")
    gained = sum(end[k] for k in here) - sum(start[k] for k in here)
    change = {k: end[k] - start[k] for k in start if k not in here}
    out = sum(change[k] for k in ("other_deaths", "civilians_killed", "fighters_killed", "departed"))
    assert gained == change["births"] + change["arrived"] - out
    assert all(change[k] > 0 for k in ("births", "other_deaths", "civilians_killed", "fighters_killed", "arrived"))
