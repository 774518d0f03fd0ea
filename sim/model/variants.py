"""Other versions of processes, chosen by name from the table here: `processes.combat.variant=lanchester`.

Most are limit cases: the process as it stands with something held at its limit for the time of its step, so that what
that something does can be told. Names and meanings are in `sim.settings.settings.VARIANTS`; a file or a word chooses
among them and can name nothing else. A function of one's own goes into `ConflictModel(replace=...)`, in code.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import numpy as np

from sim.core.codes import ARMY
from sim.core.errors import unknown
from sim.processes import (
    attitudes,
    borders,
    combat,
    control,
    displacement,
    finance,
    information,
    movement,
    politics,
    recruitment,
    supply,
    violence,
)
from sim.settings.settings import VARIANTS

ENDLESS = 1e12
MATCHING_FLOOR = 0.2  # motive without grievance, want or force in the variant `matching`


@contextmanager
def parameter(part, name: str, value: float):
    """A parameter at another value for a while."""
    before = getattr(part, name)
    setattr(part, name, value)
    try:
        yield
    finally:
        setattr(part, name, before)


@contextmanager
def held(column, value: float):
    """A column (or a part of one) at another value for a while."""
    before = column.copy()
    column[...] = value
    try:
        yield
    finally:
        column[...] = before


def at_limit(process: str, step, **values: float):
    """The step of a process with parameters of its own held at `values`."""

    def limited(model, dt):
        part = getattr(model.p, process)
        with ExitStack() as stack:
            for name, value in values.items():
                stack.enter_context(parameter(part, name, value))
            step(model, dt)

    return limited


def perfect_information(model, dt):
    """Whoever is near knows all of its enemies there."""
    information.step(model, dt)
    model.cells.information[...] = model.cells.presence > 0.0


def indiscriminate_violence(model, dt):
    """No killing is aimed at those who collaborate with the enemy."""
    with held(model.actors.selectivity_added, -1.0), parameter(model.p.violence, "denounced_hit", 0.0):
        violence.step(model, dt)


def unlimited_funds(model, dt):
    """Armed groups have as much as they can use, whatever they take in."""
    finance.step(model, dt)
    irregular = model.actors.kind < ARMY
    model.actors.funding[irregular] = np.maximum(1.0, model.actors.funding[irregular])


def without_motive(motive: str):
    """Recruitment in which one motive (a key of `APPEAL`) moves nobody."""

    def limited(model, dt):
        with held(getattr(model.actors, f"appeal_{motive}"), 0.0):
            recruitment.step(model, dt)

    return limited


def standing_services(model, dt):
    """Services as profiles say, everywhere, before and after the week's control."""
    for update in (lambda *_: None, control.step):
        update(model, dt)
        model.cells.services[...] = model.actors.services


def matching(model, dt):
    """Supporters meet fighters as workers meet jobs, with the constant motive that this form had."""
    with parameter(model.p.recruitment, "floor", MATCHING_FLOOR):
        recruitment.recruit(model, dt, recruitment.match)


def no_past(model, dt):
    """Displacement without harm of the wars before the first day."""
    with held(model.communities.past_harm, 0.0):
        displacement.step(model, dt)


STEPS = {
    "borders": {
        "open": at_limit("borders", borders.step, pursuit_base=1.0),
        "closed": at_limit("borders", borders.step, pursuit_base=0.0, bloc_pursuit=0.0),
    },
    "information": {"perfect": perfect_information},
    "movement": {
        "diffusion": at_limit("movement", movement.step, sharpness=0.0),
        "roaming": movement.roaming,
        "all_called": movement.all_called,
        "no_withdrawal": at_limit("movement", movement.step, withdraw_odds=ENDLESS),
        "no_contagion": at_limit("movement", movement.step, contagion=0.0),
        "rivals_avoided": movement.avoided,
    },
    "combat": {"lanchester": at_limit("combat", combat.step, area_fire=1.0, surprise=1.0, information_weight=0.0)},
    "violence": {"indiscriminate": indiscriminate_violence, "parity": violence.parity},
    "finance": {"unlimited": unlimited_funds, "aid_alike": finance.aid_alike},
    "supply": {
        "shortest_way": at_limit("supply", supply.step, aversion=0.0),
        "patient": supply.patient,
        "unmassed": supply.unmassed,
    },
    "attitudes": {
        "own_deeds": at_limit("attitudes", attitudes.step, backlash=0.0, blockade_blame=0.0, hardship_weight=0.0)
    },
    "recruitment": {
        "matching": matching,
        "no_passing": at_limit("recruitment", recruitment.step, passing_rate=0.0),
        "no_grievance": without_motive("grievance"),
        "no_want": without_motive("jobs"),
    },
    "control": {
        "troops_only": at_limit("control", control.step, administration=0.0, police=0.0),
        "standing_services": standing_services,
        "unnormalised": control.unnormalised,
    },
    "displacement": {
        "gravity": at_limit(
            "displacement", displacement.step, kin_weight=0.0, safety_half=ENDLESS, crowd_share=ENDLESS
        ),
        "by_deaths": displacement.by_deaths,
        "from_anybody": displacement.from_anybody,
        "no_past": no_past,
    },
    "politics": {"dated_enmity": at_limit("politics", politics.step, rivalry_share=ENDLESS, cooling_days=ENDLESS)},
}


if {name: set(steps) for name, steps in STEPS.items()} != {name: set(known) for name, known in VARIANTS.items()}:
    raise RuntimeError("the variants are not those that sim.settings.settings.VARIANTS declares")


def step_of(process: str, variant: str, default):
    """The step of a process in the variant of this name; `default` is the model's own."""
    if variant == "default":
        return default
    known = STEPS.get(process, {})
    if variant not in known:
        raise unknown("variant", variant, ["default", *VARIANTS.get(process, {})], f"(processes.{process}.variant)")
    return known[variant]
