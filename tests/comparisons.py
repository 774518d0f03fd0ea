"""Comparisons that tests run: a plan from what is usual in them."""

from pathlib import Path
from typing import Any

from sim.runs.comparison import run_comparison
from sim.runs.plan import ComparisonPlan


def run_plan(
    settings: dict, replicates: Any, workers: int, output: Path, seed: int, finish: bool = False, **more: Any
) -> Path:
    """Run a comparison without progress bars; tables and figures only with `finish`. `more` goes into the plan."""
    return run_comparison(ComparisonPlan(settings, replicates, output, seed, workers, **more), finish=finish)
