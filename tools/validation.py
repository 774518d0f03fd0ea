"""Write docs/validation.md: observed beside simulated, as `sahel history` prints it, with all misses.

python -m tools.validation replicates=12 workers=2
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sim.core.provenance import provenance
from sim.settings.compose import settings_for
from sim.validation.criteria import FEWEST_FIGHTERS, LARGEST_SHARE, Row
from sim.validation.history import far_off, markdown, print_rows, simulate, summary, verdict

TARGET = Path(__file__).resolve().parents[1] / "docs" / "validation.md"
USE = "Use: python -m tools.validation [replicates=12] [workers=2] [output=FILE]"

ABOUT = """# Observed beside simulated

Made by `python -m tools.validation replicates={n}` (program version {version}); `sahel history` prints the same
table. Run it again after every change of a process, an actor profile or a default.

## What is compared

`history` from 2012-01-01 to 2022-12-31, {n} replicates, default parameters taken from evidence; the two contested
signs are drawn anew in each replicate. Nothing has been calibrated: no parameter is set per year or per place, and
none of the figures below was fitted by an optimiser. Defaults without evidence were chosen by hand with this table in
view, yearly deaths of 2012-2022 and IDPs included, so that agreement in the order of size is a check of plausibility
and no claim of skill. What lies after 2022 is not looked at here.

- **Deaths**: UCDP v25.1 by country, year and type (`sim/observed/deaths.csv`) against the simulated *UCDP-like
  record*: true events pass through an observation model that misses small, remote and state-perpetrated ones
  (docs/odd.md). *All* is the median of all simulated deaths. Comparing all of them with a record would take
  under-reporting for error.
- **IDPs**: IDMC, end of the year. Niger's figures include Diffa and the Lake Chad conflict, and so does the model.
- **Refugees**: UNHCR, Malians in Mauritania; simulated are refugees from everywhere hosted there.
- **Control**: the only figure before 2023 is the ECOWAS mediator's, some 40 % of Burkina Faso outside government
  control in 2022.
- **Insurgents**: no yearly series of their strength is known well enough; asked is only that they neither die out
  (fewer than {fewest}) nor take everything ({largest:.0%} of the area).

A criterion holds where the median of the replicates meets it.
"""


def main(arguments: list[str]) -> int:
    """Run history and write the page."""
    said = dict(word.split("=", 1) for word in arguments if "=" in word)
    if set(said) - {"replicates", "workers", "output"} or len(said) < len(arguments):
        print(USE, file=sys.stderr)
        return 2
    replicates, workers = int(said.get("replicates", 12)), int(said.get("workers", 2))
    output = Path(said.get("output", TARGET))
    settings = settings_for(["period=history"])
    with tempfile.TemporaryDirectory(prefix="sahel-validation-") as folder:
        rows = simulate(settings, replicates, workers, Path(folder), progress=True)
    output.write_text(write_page(rows, replicates), encoding="utf-8")
    print_rows(rows, replicates)
    print(output)
    return 0


def write_page(rows: list[Row], replicates: int) -> str:
    """The page: what is compared, what was asked, what is far off, the whole table."""
    version = provenance()["source_hash"][:12]
    about = ABOUT.format(n=replicates, version=version, fewest=FEWEST_FIGHTERS, largest=LARGEST_SHARE)
    asked = [
        f"| {verdict(row)} | {row.section}, {row.label} | {row.criterion} |" for row in rows if row.holds is not None
    ]
    off = [f"- {line}" for line in far_off(rows)] or ["- nothing"]
    parts = [
        [about, "## What was asked", ""],
        ["| | figure | criterion |", "|---|---|---|", *asked, "", f"**{summary(rows)}**", ""],
        ["## Off by more than a factor of three, asked or not", "", *off, ""],
        ["## The whole table", ""],
        ["Median and 5 to 95 % of the replicates; *ratio* is the median over the observed figure.", ""],
        [*markdown(rows), ""],
    ]
    return "\n".join(line for part in parts for line in part)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
