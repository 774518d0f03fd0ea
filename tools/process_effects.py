"""Write docs/process_effects.md: what each process does to the outcomes, measured.

python -m tools.process_effects replicates=20 workers=2
"""

from __future__ import annotations

import sys
from pathlib import Path

from sim.model.model import WEEK
from sim.validation import effects, process_effects

TARGET = Path(__file__).resolve().parents[1] / "docs" / "process_effects.md"
USE = "Use: python -m tools.process_effects [replicates=20] [workers=2] [region=teaching] [output=FILE] [swaps=yes|no]"


def main(arguments: list[str]) -> int:
    """Run all trials and write the page."""
    said = dict(word.split("=", 1) for word in arguments if "=" in word)
    if set(said) - {"replicates", "workers", "region", "output", "swaps"} or len(said) < len(arguments):
        print(USE, file=sys.stderr)
        return 2
    replicates, workers = int(said.get("replicates", 20)), int(said.get("workers", 2))
    region, output = said.get("region", "teaching"), Path(said.get("output", TARGET))
    trials = process_effects.changes(region)
    order = process_effects.swaps(region, [name for name, _ in WEEK]) if said.get("swaps", "yes") == "yes" else []
    results = process_effects.run_all(trials + order, replicates, workers)
    found, swapped = effects.effects(trials, results), effects.effects(order, results)
    page = write_page(found, swapped, replicates, region)
    output.write_text(page, encoding="utf-8")
    print("\n".join(effects.table_of_processes(found)))
    print(output)
    return 0


def write_page(found, swapped, replicates: int, region: str) -> str:
    """The page: verdicts, all sizes, order of the week."""
    from sim.core.provenance import provenance

    missed = effects.failures(found)
    lines = [
        "# What each process does, measured",
        "",
        f"Made by `python -m tools.process_effects replicates={replicates} region={region}` "
        f"(program version {provenance()['source_hash'][:12]}); run it again after every change of a process or a "
        "default.",
        "",
        f"{replicates} replicates of region `{region}`, scenario `history`, its whole period; each changed run is "
        "paired with the unchanged run of the same random numbers. Outcomes were named beforehand, after pilots with "
        "other seeds. *Size* is the mean difference in standard deviations between replicates of the unchanged model; "
        "a change moves its outcome where the 95 % bootstrap interval of the paired difference excludes zero and the "
        f"size is at least {effects.SUBSTANCE}.",
        "",
        *effects.table_of_processes(found),
        "",
    ]
    if missed:
        lines += ["**Not moved:** " + "; ".join(f"{e.change.process} ({e.change.label})" for e in missed) + ".", ""]
    else:
        lines += ["Every process moves its outcome, switched off and by its main parameter.", ""]
    lines += [
        "The first row changes nothing but the seed: what chance alone makes of the same number of replicates. By "
        "chance one interval in twenty excludes zero. Rows marked *beside* are shown for what else a process reads, "
        "and asked for nothing.",
        "",
        "What *off* means: a process that is off leaves its columns as they are on the first day. Without `borders` "
        "the rules of that day stay; without `finance` every group is paid in full; without `attitudes` nobody ever "
        "supports an insurgent; without `information` nobody knows anything of the enemy; without `recruitment` "
        "armies do not fill up either. So the size of an off-row says that a process matters, and the sign belongs "
        "to that frozen state.",
        "",
        "## All outcomes",
        "",
        "Size of the difference; a dash where its interval holds zero.",
        "",
        *effects.table_of_sizes(found),
        "",
    ]
    if swapped:
        count = sum(e.told_apart for row in swapped.values() for e in row.values())
        cells = len(swapped) * len(process_effects.OUTCOMES)
        lines += [
            "## Neighbours in the week's order swapped",
            "",
            "How much the outcomes move when two processes that follow one another change places "
            f"(same sizes as above). {count} of {cells} intervals exclude zero; by chance alone about "
            f"{cells / 20:.0f} would.",
            "",
            *effects.table_of_sizes(swapped),
            "",
        ]
    lines += ["## Units", "", *(f"- {name}: {unit}" for name, unit in process_effects.OUTCOMES.items()), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
