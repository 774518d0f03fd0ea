"""A pact frays when its mediator goes: the accord of 2015 in `history`, with the exit of the mission moved by weeks."""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.core.codes import INSURGENT
from sim.model.model import WEEK
from sim.processes import politics
from sim.settings.settings import ProcessSwitch
from tests.example_runs import model_of, settings_of
from tests.reference.worlds import World, fresh_model

AT_WORK = ("decisions", "borders", "politics")
FIRST, LAST = date(2023, 1, 2), date(2024, 1, 15)  # the accord is ended on 25 January 2024


def accord_by_week(*words: str) -> np.ndarray:
    """Strength of the accord of separatists and army, by week from 2023 on, in a history in which forces
    come and go and nobody fights."""
    still = {name: ProcessSwitch(on=False) for name, _ in WEEK if name not in AT_WORK}
    model = model_of(settings_of("scenario=history", *words, region="sahel"), processes=still)
    parties, found = (model.rows["separatists"], model.rows["mali_army"]), []
    while model.date < LAST:
        model.step()
        if model.date > FIRST:
            found.append(float(model.actors.truce[parties]))
    return np.array(found)


def test_the_accord_frays_when_the_mission_goes_and_later_when_it_goes_later():
    """What is left in 2023 is that of a mission which Mali hampers since July 2022; then it frays with the exit."""
    as_it_was = accord_by_week()
    later = accord_by_week("schedule.minusma_exit.date=2023-09-29")  # 13 weeks
    frays, frays_later = (int(np.argmax(accord < 0.9)) for accord in (as_it_was, later))
    assert as_it_was[0] == later[0] > 0.95
    assert frays_later - frays in (12, 13)  # it starts from a little less
    assert as_it_was[-1] < 0.7  # half a year on
    assert later[-1] > as_it_was[-1] + 0.1


def test_the_accord_holds_as_long_as_the_mission_can_do_its_work():
    assert accord_by_week("withdrawals=un_stays").min() > 0.95
    assert (accord_by_week("withdrawals=un_stays_unhampered") == 1.0).all()


def test_fighting_alone_breaks_no_mediated_pact():
    """Two insurgent groups that lose to one another all they have: by rivalry a truce on which nobody watches is gone
    within a week, one that a mediator keeps stays whole; a pact of a group and an army is no matter of rivalry."""
    model = fresh_model(World(seed=1))
    a, mission = model.actors, model.rows["union_mission"]
    first, second = (int(row) for row in np.flatnonzero(a.kind == INSURGENT)[:2])
    army = model.rows["arun_army"]
    a.persons[[first, second, mission]] = 1000, 1000, 10_000
    a.mandate_mediate[mission] = a.mandate_factor[mission] = 1.0
    for mediator, kept in ((-1, False), (mission, True)):
        for one, other in ((first, second), (first, army)):
            for i, j in ((one, other), (other, one)):
                a.enmity[i, j], a.truce[i, j], a.mediator[i, j] = 1.0, 1.0, mediator
                a.lost_to[i, j] = 500
        politics.step(model, 7.0)
        assert bool(a.truce[first, second] == 1.0) is kept
        assert bool(a.hostility[first, second] == 0.0) is kept
        assert a.truce[first, army] == 1.0
        assert a.hostility[first, army] == 0.0
