"""The model: state in columns, and a week as a readable list of processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import mesa

from sim.model import variants
from sim.model.initial_state import build
from sim.model.state import ModelState
from sim.settings.settings import PROCESSES

#: the week, as settings list it: the name of each process and the step of its file
WEEK: tuple[tuple[str, Callable], ...] = tuple(
    (name, import_module(f"sim.processes.{name}").step) for name in PROCESSES
)


class ConflictModel(ModelState, mesa.Model):
    """Communities, insurgents, armies and foreign forces on a grid; one step is one week (or `settings.step_days`).

    A run is a function of (`settings`, `world`): the same bits every time on one machine and lock file. `replace`
    maps names of processes to functions `step(model, dt)` that take their place; `settings.processes` switches
    processes off, scales them, or takes shipped variants of them (`sim.model.variants`).
    """

    def __init__(self, settings, world=None, replace=None):
        mesa.Model.__init__(self, seed=settings.seed)
        if world is None:
            from sim.world.region import load_region

            world = load_region(settings.region, settings.resolution)
        self.settings = settings
        self.drawn = settings.drawn_parameters()
        build(self, world)
        self.week = []
        for name, function in WEEK:
            switch = settings.process(name)
            own = (replace or {}).get(name)
            self.week.append((name, own or variants.step_of(name, switch.variant, function), switch))

    def step(self) -> None:
        """One week: tallies to zero, every process in order, then the account of persons."""
        self.begin_week()
        for _name, process, switch in self.week:
            if switch.on:
                process(self, self.dt * switch.scale)
        self.end_week()

    @property
    def date(self):
        """First day after the steps done so far."""
        return self.settings.region_info.start + timedelta(days=self.t)
