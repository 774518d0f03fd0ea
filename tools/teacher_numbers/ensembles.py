"""The runs behind docs/teacher.md, each in a folder that is gone on with where it was stopped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim import open_folder
from sim.cli.comparison_options import compared
from sim.core.files import has_run, read_run
from sim.core.provenance import configuration_hash
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from sim.runs.comparison import run_comparison
from sim.runs.plan import ComparisonPlan
from sim.runs.run_folder import describe
from sim.settings.overrides import parse_overrides
from sim.settings.settings import Settings

SEED = 1


@dataclass(frozen=True)
class Ensemble:
    """Scenarios that are compared, the first with the others, how often each is run, and words of the command line."""

    scenarios: tuple[str, ...]
    replicates: int
    words: tuple[str, ...] = ()

    @property
    def overrides(self) -> list[str]:
        """The words that say which settings."""
        return ["region=teaching", f"scenarios=[{','.join(self.scenarios)}]", *self.words]

    @property
    def command(self) -> str:
        """What a reader would type for the same runs."""
        return f"sahel compare {' '.join(self.overrides)} replicates={self.replicates} seed={SEED}"

    def settings(self) -> dict[str, Settings]:
        """Settings by scenario, as `sahel compare` makes them."""
        return compared(self.overrides, parse_overrides(self.overrides), None)


def _restraint(backlash: float) -> Ensemble:
    """Restraint where harm done by a side moves support by a given sign, everything else as it is usually."""
    words = ("draw=none", f"parameters.attitudes.backlash={backlash}")
    return Ensemble(("history", "lesson_restraint"), 12, words)


#: what each exercise is answered with; where two need the same runs these are made once
ENSEMBLES = {
    "backlash_low": _restraint(-0.8),
    "backlash_high": _restraint(2.0),
    "restraint": Ensemble(("history", "lesson_restraint"), 20),
    "vacuum": Ensemble(("history", "lesson_vacuum_early", "lesson_vacuum_late", "lesson_vacuum_phased"), 12),
    "as_it_was": Ensemble(("history",), 1),
    "later_exit": Ensemble(("history",), 1, ("schedule.mission_exit.date=2020-09-07",)),
    "corridors": Ensemble(
        (
            "lesson_three_corridors",
            "lesson_one_corridor",
            "lesson_escorts",
            "lesson_deal",
            "bamako_prolonged",
            "history",
        ),
        12,
    ),
    "open_roads": Ensemble(("no_blockade",), 12),
    "no_attitudes": Ensemble(("history",), 6, ("processes.attitudes.on=false",)),
}


def run(name: str, ensemble: Ensemble, output: Path, progress: bool = False) -> Folder:
    """Make what is missing of an ensemble and open its folder.

    The folder's name holds a hash of the settings and of the program, so that runs of another version stay apart.
    """
    settings = ensemble.settings()
    about = describe(settings, ensemble.replicates, SEED)
    hashes = [scenario["hash"] for scenario in about["scenarios"]]
    folder = Path(output) / f"{name}_{configuration_hash(*hashes)[:8]}"
    if not _complete(folder, hashes, ensemble.replicates):
        plan = ComparisonPlan(settings, ensemble.replicates, folder, SEED, command=ensemble.command, retention="full")
        run_comparison(plan, progress, finish=False)
        write_all(folder)
    return open_folder(folder)


def _complete(folder: Path, hashes: list[str], replicates: int) -> bool:
    """Whether all is there already, tables too."""
    if not has_run(folder):
        return False
    found = read_run(folder)
    same = [scenario["hash"] for scenario in found["scenarios"]] == hashes
    return same and found["status"] == "complete" and len(found.get("finished_replicates", [])) == replicates
