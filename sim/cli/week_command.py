"""`sahel week`: the processes of a week in order, what they read and write, their switches and variants."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.arguments import CommandLine
from sim.cli.terminal import tell_notes
from sim.core.errors import UserError
from sim.model.declarations import columns_by_table, declared_by, meaning_of
from sim.settings.compose import settings_for
from sim.settings.settings import PROCESSES, VARIANTS, ProcessSwitch, Settings

PIPE_WIDTH = 100  # a file or pipe has no width


def week(line: CommandLine) -> int:
    """Print the week as it would be in a run of these overrides."""
    if line.needs_hydra:
        raise UserError("sahel week takes overrides only; use sahel run for Hydra's flags.")
    settings = settings_for(line.overrides, line.folder)
    tell_notes(settings)
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
    console.print(reads_and_writes(settings))
    console.print(variants(settings))
    console.print("Columns that a process writes it may read, too; docs/columns.md says what each is.", highlight=False)
    console.print(
        "processes.<process>.on=false switches one off, .scale=0.5 scales it, .variant=<name> takes another version.",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def reads_and_writes(settings: Settings) -> Table:
    """A row for each process of the week, in order."""
    table = Table(title="The week", show_lines=True)
    table.add_column("", justify="right")
    table.add_column("process", no_wrap=True)
    table.add_column("switch", no_wrap=True)
    table.add_column("reads", ratio=1)
    table.add_column("writes", ratio=1)
    for number, process in enumerate(PROCESSES, start=1):
        switch = settings.process(process)
        reads, writes = declared_by(process)
        style = None if switch.on else "dim"
        table.add_row(str(number), process, switch_text(switch), listed(reads), listed(writes), style=style)
    return table


def switch_text(switch: ProcessSwitch) -> str:
    """`on`, `off`, or what is unusual about it."""
    if not switch.on:
        return "off"
    return "on" if switch.scale == 1.0 else f"on x{switch.scale:g}"


def listed(columns: Iterable[str]) -> Text:
    """Columns by table: `units: cell home; actors: kind`."""
    parts = [
        Text.assemble((table, "bold"), f": {' '.join(names)}") for table, names in columns_by_table(columns).items()
    ]
    return Text("\n").join(parts) if parts else Text("-")


def variants(settings: Settings) -> Table:
    """A row for each version of each process; a star marks the one that is taken."""
    table = Table(title="Variants (* taken)")
    for name in ("process", "variant"):
        table.add_column(name, no_wrap=True)
    table.add_column("what it is", ratio=1)
    for process in PROCESSES:
        known = {"default": f"{meaning_of(process)}.", **VARIANTS.get(process, {})}
        for name, meaning in known.items():
            taken = name == settings.process(process).variant
            mark = "* " if taken else "  "
            table.add_row(
                process if name == "default" else "",
                mark + name,
                Text(meaning),
                style="bold" if taken and name != "default" else None,
            )
    return table
