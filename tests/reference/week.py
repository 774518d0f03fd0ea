"""A whole week of the plain version: the same processes in the same order as in `sim.model.model`."""

from __future__ import annotations

from tests.reference import (
    attitudes,
    borders,
    combat,
    control,
    decisions,
    demography,
    displacement,
    finance,
    information,
    movement,
    politics,
    recruitment,
    supply,
    violence,
)

WEEK = (
    ("decisions", decisions.step),
    ("borders", borders.step),
    ("information", information.step),
    ("movement", movement.step),
    ("combat", combat.step),
    ("violence", violence.step),
    ("finance", finance.step),
    ("supply", supply.step),
    ("attitudes", attitudes.step),
    ("recruitment", recruitment.step),
    ("control", control.step),
    ("displacement", displacement.step),
    ("politics", politics.step),
    ("demography", demography.step),
)


def step(plain) -> None:
    """One week."""
    plain.begin_week()
    for name, process in WEEK:
        switch = plain.settings.process(name)
        if switch.on:
            process(plain, plain.dt * switch.scale)
    plain.end_week()
