"""Whole weeks of the model agree with the plain agent-by-agent version of them."""

from hypothesis import given

from sim.model.model import WEEK
from sim.settings.settings import ProcessSwitch
from tests.reference import week
from tests.reference.plain import PlainModel, differences
from tests.reference.worlds import World, few, fresh_model, worlds


def assert_agreement(model, weeks: int) -> None:
    plain = PlainModel(model)
    for done in range(weeks):
        model.step()
        week.step(plain)
        found = differences(plain, model)
        assert not found, f"week {done + 1}: {found[:8]}"


def test_the_order_of_the_week_is_the_same():
    assert [name for name, _ in week.WEEK] == [name for name, _ in WEEK]


@few
@given(worlds)
def test_two_weeks_from_a_random_state(world):
    assert_agreement(world.model(), 2)


def test_the_first_half_year():
    assert_agreement(fresh_model(World(seed=5)), 26)


def test_half_a_year_at_war():
    """Weeks 300 to 326: missions leave, auxiliaries are raised, people are displaced."""
    assert_agreement(World(seed=6, weeks=300, scrambled=False).model(), 26)


def test_a_year_of_seasons():
    """Every eighth week of a year at war, so that each season comes."""
    for weeks in range(300, 352, 8):
        assert_agreement(World(seed=8, weeks=weeks, scrambled=False, seasons=True).model(), 1)


def test_without_a_process_both_agree():
    for name in ("combat", "supply", "politics"):
        assert_agreement(fresh_model(World(seed=7), processes={name: ProcessSwitch(on=False)}), 3)


def test_differences_sees_a_difference():
    model = fresh_model()
    plain = PlainModel(model)
    assert differences(plain, model) == []
    plain.units[0].manpower += 1
    plain.cells[3].danger += 1e-6
    plain.ledger["births"] += 1
    found = differences(plain, model)
    assert [line.split(":")[0].split("[")[0] for line in found] == ["cells.danger", "units.manpower", "ledger"]
