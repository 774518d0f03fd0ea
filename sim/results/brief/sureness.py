"""How sure a brief is: replicates, where the spread comes from, what the record contradicts."""

from __future__ import annotations

import pandas as pd

from sim.results.brief.words import Words
from sim.results.reading.headlines import Headline
from sim.results.reading.recorded import levels_beside_record
from sim.results.reading.verdicts import misses
from sim.results.result_folder import Folder

#: outcomes of a brief that sahel validate judges
JUDGED = ("displaced", "civilians_killed", "fuel_days")
DISPLACED = "Displaced people, at the end"


def sureness(found: Folder, scenario: str, words: Words) -> list[str]:
    """Sentences, the most general first."""
    n = found.replicates
    told = [words("sure_replicates", n=n) if n > 1 else words("sure_replicates_one")]
    told += _draws(found, scenario, words)
    if found.map.get("fictional"):
        return [*told, words("sure_fictional")]
    capital = found.run.get("capital")
    items = [Headline(capital if name == "fuel_days" else "region", name, "", "") for name in JUDGED]
    missed = list(dict.fromkeys(what for item in items for what in misses(found, item)["what"]))
    if missed:
        told.append(words("sure_misses", what="; ".join(missed)))
    levels = [
        words(
            "sure_level",
            place=row.name,
            n=words.people(row.simulated),
            figure=words.people(row.figure),
            year=str(row.day)[:4],
        )
        for row in levels_beside_record(found)
        if row.outcome == "idps"
    ]
    if levels:
        told.append(words("sure_levels", baseline=found.title(found.baseline), what="; ".join(levels)))
    return told


def _draws(found: Folder, scenario: str, words: Words) -> list[str]:
    """How much of the spread of the difference in displaced people the drawn parameters are."""
    if not (found.path / "uncertainty.csv").exists():
        return []
    texts = dict.fromkeys(("scenario", "what", "outcome", "strongest"), str)
    table = pd.read_csv(found.table("uncertainty.csv"), dtype=texts)
    own = table[(table["scenario"] == scenario) & (table["outcome"] == DISPLACED) & (table["place"] == "region")]
    if not len(own) or not isinstance(own.iloc[0]["strongest"], str):
        return []
    row = own.iloc[0]
    return [words("sure_draws", draws=words.number(100 * float(row["share_draws"])), name=row["strongest"])]
