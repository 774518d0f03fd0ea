"""What the user sees while a comparison runs: progress bars and notes, on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def tell_reuse(progress: bool, kept: int, total: int) -> None:
    if progress and kept:
        from rich.console import Console

        Console(stderr=True).print(f"{kept} of {total} runs are there already and are kept.")


def tell_estimate(progress: bool, text: str) -> None:
    """Say beforehand what a job will take."""
    if progress:
        from rich.console import Console

        Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)


def tell_analysis(progress: bool, monitor: Any) -> None:
    """Say what the stopping rule saw, and what it asks for."""
    if progress:
        from rich.console import Console

        Console(stderr=True).print(monitor.report(), highlight=False, markup=False)


@contextmanager
def status(progress: bool, text: str) -> Iterator[None]:
    """Say what is being done while it takes long."""
    if not progress:
        yield
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    if not console.is_terminal:
        console.print(text + " ...", markup=False)
        yield
        return
    with console.status(Text(text + " ...")):
        yield


@contextmanager
def run_bar(progress: bool, total: int) -> Iterator[Callable[[float, int], None]]:
    """A progress bar over runs with the time left; gives update(done, finished)."""
    if not progress or not total:
        yield lambda done, finished: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = [
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[finished]} of {task.fields[runs]} runs"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeLeft(elapsed_when_finished=False),
    ]
    with Progress(*columns, console=Console(stderr=True), speed_estimate_period=120) as bar:
        task = bar.add_task("Simulating", total=total, finished=0, runs=total)
        yield lambda done, finished: bar.update(task, completed=min(done, total), finished=finished)


@contextmanager
def week_bar(progress: bool, name: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar over the weeks of one run; gives progress(done, total)."""
    if not progress:
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = [TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()]
    columns += [TextColumn("weeks, left"), TimeLeft()]
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Simulating {name}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
