"""More of a lever moves the outcome it should, over twenty paired replicates, under both signs of what is contested.

Doses are set early in the teaching region's history, so that runs are short. Paired: the same replicate, the same
random numbers, another dose.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student

from sim.core.perpetrators import GROUPS
from sim.model.blockade_orders import corridors_to, order_cells
from tests.example_runs import model_of, run, settings_of, with_parameters

REPLICATES = 20
#: both ends of what indiscriminate violence and blockades do to support
SIGNS = {
    "deterrence, blame on the state": {"attitudes__backlash": -0.8, "attitudes__blockade_blame": -1.0},
    "backlash, blame on those who blockade": {"attitudes__backlash": 0.8, "attitudes__blockade_blame": 1.0},
}
both_signs = pytest.mark.parametrize("signs", SIGNS.values(), ids=SIGNS.keys())
#: the second sign where a run is long
one_sign_at_once = pytest.mark.parametrize(
    "signs",
    [
        pytest.param(signs, id=name, marks=[pytest.mark.slow] * (name != "deterrence, blame on the state"))
        for name, signs in SIGNS.items()
    ],
)


def outcomes(doses: list, signs: dict, steps: int, first: int, replicates: int = REPLICATES) -> dict[str, np.ndarray]:
    """Outcomes by name, (dose, replicate); means from step `first` on."""
    found = [
        [run(model_of(with_parameters(dose, **signs), replicate=r), steps).outcomes(first) for r in range(replicates)]
        for dose in doses
    ]
    return {name: np.array([[one[name] for one in row] for row in found]) for name in found[0][0]}


def assert_rise(values: np.ndarray) -> None:
    """The outcome (dose, replicate) rises from dose to dose in the mean, from first to last beyond the noise (1 %)."""
    means = values.mean(1)
    assert (np.diff(means) > 0.0).all(), f"means by dose {means}"
    difference = values[-1] - values[0]
    noise = difference.std(ddof=1) / math.sqrt(len(difference))
    assert difference.mean() > student.ppf(0.99, len(difference) - 1) * noise, f"means by dose {means}, noise {noise}"


@pytest.mark.long
@both_signs
def test_more_abusive_forces_kill_and_displace_more(signs):
    base = settings_of()
    doses = []
    for factor in (0.25, 1.0, 4.0):
        profiles = {
            name: replace(profile, abusiveness=factor * profile.abusiveness) for name, profile in base.actors.items()
        }
        doses.append(replace(base, actors=profiles))
    found = outcomes(doses, signs, steps=80, first=40)
    assert_rise(found["civilians"])
    assert_rise(found["displaced"])
    assert_rise(found["fear"])


@pytest.mark.long
@one_sign_at_once
def test_withdrawal_of_protecting_forces_leaves_more_to_insurgents(signs):
    """Mission and intervention come in the first weeks and leave after a year, or stay; the fourth year is compared."""
    arrival = (
        "schedule.mission_deploys.date=2012-03-05",
        "schedule.mission_deploys.weeks=4",
        "schedule.intervention_begins.date=2012-02-06",
    )
    events = ("mission_exit", "mission_hampered", "intervention_drawdown", "intervention_exit")
    leave = [f"schedule.{event}.date=2013-01-07" for event in events]
    doses = [settings_of(*arrival, "withdrawals=all_stay"), settings_of(*arrival, *leave)]
    found = outcomes(doses, signs, steps=208, first=156, replicates=30)
    assert_rise(found["area"])
    assert_rise(found["people"])
    assert_rise(found["fighters"])


@pytest.mark.long
@both_signs
def test_the_more_corridors_are_cut_the_less_fuel_there_is(signs):
    words = ("response=none", "schedule.capital_fuel_ban.date=2012-09-03")
    doses = [settings_of(*words, f"schedule.capital_fuel_ban.share={share}") for share in (0.0, 0.3, 1.0)]
    found = outcomes(doses, signs, steps=65, first=39)
    assert_rise(-found["fuel"])
    assert_rise(-found["legitimacy"])


def test_a_ban_on_all_corridors_closes_all_three():
    """Each corridor to the capital leads through one of the region's corridor towns."""
    model = model_of(settings_of())
    cut = set(order_cells(model, "blockade", ("Tessaro",), 1.0)[0].tolist())
    towns = model.settings.region_info.roles["corridor_towns"]
    closed = [town for town in towns if cut & set(model.world.cells_of(town).tolist())]
    assert closed == ["Halem", "Dovan", "Senno"]


def test_the_order_pulls_most_to_the_quickest_corridor():
    """Cells of the quickest corridor are worth 1; what lies on slower ones alone less, by the square of the hours."""
    model = model_of(settings_of())
    (node,) = model.capital_node[model.capital_node >= 0][:1]
    ways = corridors_to(model, int(node))
    cells, worth = order_cells(model, "blockade", ("Tessaro",), 1.0)
    worth_of = dict(zip(cells.tolist(), worth.tolist(), strict=True))
    e, seen = model.world.edges, set()
    for hours, way in ways:
        own = {c for edge in way for c in e.edge_cell[e.edge_start[edge] : e.edge_start[edge + 1]].tolist()}
        for cell in (own - seen) & set(worth_of):
            assert worth_of[cell] == (ways[0][0] / hours) ** 2
        seen |= own
    assert len(ways) > 2
    assert min(worth) < 0.9 < max(worth) == 1.0
    _, worth = order_cells(model, "besiege", ("Tessaro",), 1.0)
    assert set(worth.tolist()) == {1.0}


def test_a_port_has_corridors_of_its_own_too():
    """The way of a port to itself has no length; it is none of the corridors that an order is about."""
    model = model_of(settings_of())
    for port in np.flatnonzero(model.is_port).tolist():
        ways = corridors_to(model, port)
        assert ways, f"the port at node {port} has no corridor"
        assert all(hours > 0.0 and edges for hours, edges in ways)


@pytest.mark.slow
@both_signs
def test_killing_by_every_side_falls_near_a_mission_that_protects(signs):
    """The mission is there from the first weeks; doses are the part of violence that it prevents where it is strong.

    Counted is who was killed, by whom, within its reach in its first year and a half, before war itself has changed.
    """
    words = ("schedule.mission_deploys.date=2012-02-06", "schedule.mission_deploys.weeks=4", "withdrawals=all_stay")
    found = np.array(
        [
            [
                killed_near_mission(with_parameters(settings_of(*words), violence__protects=dose, **signs), replicate)
                for replicate in range(80)
            ]
            for dose in (0.0, 0.3, 0.6)
        ]
    )
    for side in (GROUPS.index("government"), GROUPS.index("insurgents")):
        assert found[0, :, side].sum() > 100
        assert_rise(-found[[0, 2], :, side])
    assert_rise(-found.sum(2))


def killed_near_mission(settings, replicate: int) -> np.ndarray:
    """Civilians killed by each side (3,) in weeks 12 to 90 where the mission is felt."""
    model, killed = model_of(settings, replicate=replicate), np.zeros(3)
    mission = model.rows["union_mission"]
    for week in range(90):
        model.step()
        if week >= 12:
            near = model.cells.presence[:, mission] > 5.0
            killed += model.cells.civilians_week[near].sum(0)
    return killed
