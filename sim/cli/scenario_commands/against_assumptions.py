"""What blockades, beside history with each assumption about the fuel ban beyond the known facts."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import numpy as np

from sim.cli.comparison_table import cell
from sim.cli.tables.layout import Row, laid_out, screen_width
from sim.results.intervals import LEVEL, stars
from sim.results.paired_differences import summarise
from sim.results.reading.headlines import Headline, window_text
from sim.results.reading.judged import KEYS, Judged
from sim.results.result_folder import Folder
from sim.settings.words.ban import AS_ORDERED, ASSUMPTIONS


def blockading(run: dict[str, Any]) -> list[str]:
    """Scenarios of a folder that change who is blockaded, by their option of the lever."""
    levers = {name: item.get("levers") or {} for name, item in run.get("configuration", {}).items()}
    return [name for name, chosen in levers.items() if chosen.get("blockades", "historical") not in AS_ORDERED]


def differences_to_assumptions(found: Folder) -> dict[tuple[str, Headline, str], Judged]:
    """Mean paired differences of what blockades to each assumption, by scenario, outcome and assumption.

    `level` is the mean with the assumption; those of one scenario are judged together (Holm).
    """
    here = [name for name in ASSUMPTIONS if name in found.scenarios and name != found.baseline]
    scenarios = [name for name in blockading(found.run) if name in found.scenarios]
    keys = [(scenario, item, name) for scenario in scenarios for item in found.headlines for name in here]
    if not keys:
        return {}
    rows, levels = [], []
    for scenario, item, name in keys:
        totals = found.totals(item)
        result = summarise(totals[scenario].to_numpy(), totals[name].to_numpy())
        rows.append([float(result[key]) for key in KEYS])
        levels.append(float(totals[name].mean()))
    families = np.array([scenarios.index(scenario) for scenario, _, _ in keys])
    columns = dict(zip(KEYS, np.array(rows).T))
    count = stars(columns, np.array(levels), found.replicates, found.least_effect, families)
    return {key: Judged(*row, level, int(n)) for key, row, level, n in zip(keys, rows, levels, count)}


def print_against_assumptions(folder: Path | Folder, width: int | None = None) -> None:
    """Print a table for each scenario that blockades, where both assumptions were run beside it."""
    found = _opened(folder)
    judged = differences_to_assumptions(found) if found is not None else {}
    if not judged:
        return
    width = width or screen_width()
    for scenario in dict.fromkeys(key[0] for key in judged):
        mine = [key for key in judged if key[0] == scenario]
        others = list(dict.fromkeys(key[2] for key in mine))
        title = f"{found.title(scenario)}, beside what is assumed of the ban beyond the known facts"
        print("\n" + "\n".join(textwrap.wrap(title, width)))
        rows = [
            Row(
                [item.label, f"  {window_text(found, item)}"],
                "",
                [cell(judged[scenario, item, name], item.unit) for name in others],
            )
            for item in dict.fromkeys(key[1] for key in mine)
        ]
        for line in laid_out("Outcome (theatre)", "", [f"beside {found.title(name)}" for name in others], rows, width):
            print(line)
    note = (
        f"Mean paired differences with {round(100 * LEVEL)} % intervals (Student's t), as a share of the level with "
        "the assumption; stars as above, the differences of one table judged together."
    )
    print("\n".join(textwrap.wrap(note, width)))


def print_side_effects(folder: Path | Folder, width: int | None = None) -> None:
    """Say what orders to blockade move in countries that they are not about."""
    found = _opened(folder)
    if found is None:
        return
    from sim.results.reading.side_effects import side_effects

    for line in side_effects(found):
        print("\n".join(textwrap.wrap(line, width or screen_width())))


def _opened(folder: Path | Folder) -> Folder | None:
    """The folder, read; None where it holds no results."""
    if isinstance(folder, Folder):
        return folder
    return Folder(folder) if (Path(folder) / "run.json").exists() else None
