"""What a comparison is to do, said in one place and checked before anything is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.core.files import FolderError
from sim.recording import reduced_record
from sim.runs.stopping import Rule
from sim.runs.workers import LOAD_WORLD, SIMULATE, Checkpoint
from sim.settings.settings import Settings


@dataclass(frozen=True)
class ComparisonPlan:
    """Scenarios, how often each is run, where and by whom, and what is kept.

    The first scenario is the baseline unless `baseline` names another. With a stopping rule (`sim/runs/stopping.py`)
    instead of a number, replicates are added until it is content. `retention` says what is kept of each run
    (`sim/recording/reduced_record.py`). `compute` is "local" (worker processes) or "dask" (a cluster, at `address` or
    started here). `checkpoint` names saved states to go on from, and those that the first scenario leaves.
    `telling` holds the primary outcome (`outcome`, `place`) and the `least_effect`, where they were said. `command` is
    what the user typed, for run.json. `agreed` says that it may take more than a day, or than the disk has free
    (`sim/runs/estimate.py`). `simulate` and `load_world` are "module:function" names.
    """

    settings: dict[str, Settings]
    replicates: int | Rule
    output: Path
    seed: int = 1
    workers: int = 1
    baseline: str | None = None
    retention: str = "full"
    compute: str = "local"
    address: str | None = None
    checkpoint: Checkpoint | None = None
    command: str | None = None
    telling: dict[str, Any] = field(default_factory=dict)
    agreed: bool = True
    simulate: str = field(default=SIMULATE, repr=False)
    load_world: str = field(default=LOAD_WORLD, repr=False)

    def __post_init__(self) -> None:
        """Bring the folder to its type; refuse what cannot be done."""
        object.__setattr__(self, "output", Path(self.output))
        if not self.settings:
            raise FolderError("A comparison needs at least one scenario; the list is empty.")
        if self.first_replicates < 1:
            raise FolderError(f"replicates must be at least 1, not {self.first_replicates}.")
        if self.workers < 1:
            raise FolderError(f"workers must be at least 1, not {self.workers}.")
        grids = {(item.region, item.resolution) for item in self.settings.values()}
        if len(grids) > 1:
            shown = " and ".join(sorted(f"{region} at {res or 'its own'}" for region, res in grids))
            raise FolderError(f"Scenarios are compared on one map, but these use {shown} resolution.")
        if self.baseline is not None and self.baseline not in self.settings:
            raise FolderError(f"The baseline '{self.baseline}' is not among the compared scenarios.")

    @property
    def rule(self) -> Rule | None:
        """The stopping rule, if one decides how many replicates there are."""
        return None if isinstance(self.replicates, int) else self.replicates

    @property
    def first_replicates(self) -> int:
        """Replicates to begin with."""
        return self.replicates if isinstance(self.replicates, int) else self.replicates.at_least

    @property
    def first(self) -> Settings:
        """The settings of the first scenario."""
        return next(iter(self.settings.values()))

    @property
    def kept(self) -> str:
        """What is kept of each run, decided: "full", "summary" or "tables"."""
        if self.rule is not None and self.retention == "auto":
            return "summary"  # how many there will be is not known, and replicate files stay, so that some can be added
        return reduced_record.chosen(self.retention, len(self.settings) * self.first_replicates)
