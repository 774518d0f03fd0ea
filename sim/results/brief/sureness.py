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
#: a share whose 90 % range reaches below this is no share: the strongest parameter is not named
LEAST_SHARE = 0.005
SHARES = {"draws": "share_draws", "low": "low", "high": "high"}


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
        told.append(words("sure_misses", what="; ".join(words.translated(what) for what in missed)))
    levels = [
        words(
            "sure_level",
            place=words.country(row.place, found.map),
            n=words.people(row.simulated),
            figure=words.people(row.figure),
            year=str(row.day)[:4],
        )
        for row in levels_beside_record(found)
        if row.outcome == "idps"
    ]
    if levels:
        told.append(
            words("sure_levels", baseline=words.translated(found.title(found.baseline)), what="; ".join(levels))
        )
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
    shares = {key: words.number(100 * float(row[column])) for key, column in SHARES.items()}
    told = float(row["low"]) >= LEAST_SHARE
    return [words("sure_draws" if told else "sure_draws_unclear", name=row["strongest"], **shares)]
