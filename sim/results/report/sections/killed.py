"""Who killed whom: as it happened, and as records like UCDP's and ACLED's would hold it, from events.parquet.

The civilian dead of a fight or of an attack are laid to the side that the model lays them to in its outcomes: those of
one-sided violence to the attacker. Combatants are killed by the other side of their fight.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.core.files import NotRecorded
from sim.core.perpetrators import GROUPS
from sim.results.report import svg
from sim.results.report.facts import Facts
from sim.results.report.html import Html, figure, folded, joined, paragraph, table, tag
from sim.results.report.sections.scenarios import swatch

KEYS = ["scenario", "replicate", "type_of_violence", "side_a", "side_b", "initiator", "recorded_ucdp", "recorded_acled"]
DEAD = ["deaths_a", "deaths_b", "deaths_civilians"]
#: kinds of actors -> whose side they are on; anything else is the state's
SIDES = {"insurgent": "insurgents", "militia": "militias"}
#: what is set beside what happened
RECORDS = ("happened", "ucdp", "acled")
#: of the picture
LEFT, WIDTH, BAR, TOP = 176, 300, 13, 28
PATTERNS = {"happened": 1.0, "ucdp": 0.55, "acled": 0.28}


def killed(facts: Facts) -> Html:
    """The section."""
    words = facts.words
    dead = dead_of_events(facts)
    if not len(dead):
        return paragraph(words.say("empty_table", table="events.parquet"))
    count = len(facts.listed)
    parts = [paragraph(words.say("killed_how", baseline=facts.title(facts.baseline), replicates=count))]
    mine = dead[dead["scenario"] == facts.baseline]
    parts.append(picture(facts, means(mine, count)))
    parts.append(matrix(facts, means(mine, count)))
    if facts.others:
        parts.append(by_scenario(facts, dead, count))
    return joined(parts)


def dead_of_events(facts: Facts) -> pd.DataFrame:
    """Dead by scenario, replicate, killer, victim and record: `persons`; row group by row group."""
    path = facts.folder.path / "events.parquet"
    if not path.exists():
        raise NotRecorded("events.parquet")
    names = dict(zip(facts.map["countries"], facts.map.get("country_names") or facts.map["countries"]))
    pieces, theatre = [], pa.array([str(names[code]) for code in facts.theatre])
    with pq.ParquetFile(facts.folder.table("events.parquet"), page_checksum_verification=True) as file:
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number, columns=["country", *KEYS, *DEAD])
            rows = rows.filter(pc.is_in(rows["country"], value_set=theatre))
            pieces.append(rows.group_by(KEYS).aggregate([(name, "sum") for name in DEAD]))
    if not pieces:
        return pd.DataFrame(columns=["scenario", "replicate", "killer", "victim", "record", "persons"])
    whole = pa.concat_tables(pieces).to_pandas()
    side = sides_of(facts)
    a, b = (whole[name].map(lambda actor: side.get(actor, "government")) for name in ("side_a", "side_b"))
    fight = whole["side_b"] != "Civilians"
    begun = whole["initiator"].map(lambda actor: side.get(actor, "government"))
    lines = []
    for killer, victim, persons, there in (
        (b, a, "deaths_a", fight),
        (a, b, "deaths_b", fight),
        (a.where(~fight, begun), "civilians", "deaths_civilians", fight | ~fight),
    ):
        found = whole[["scenario", "replicate", "recorded_ucdp", "recorded_acled"]].assign(
            killer=killer, victim=victim, persons=whole[f"{persons}_sum"]
        )
        lines.append(found[there])
    every = pd.concat(lines, ignore_index=True)
    kinds = [every.assign(record="happened")]
    kinds += [every[every[f"recorded_{name}"]].assign(record=name) for name in RECORDS[1:]]
    keys = ["scenario", "replicate", "killer", "victim", "record"]
    return pd.concat(kinds, ignore_index=True).groupby(keys, as_index=False)["persons"].sum()


def sides_of(facts: Facts) -> dict[str, str]:
    """The side of each actor by its name in the tables."""
    kinds: dict[str, str] = {}
    for name in facts.scenarios:
        for actor, profile in (facts.configuration(name).get("actors") or {}).items():
            kinds[actor] = SIDES.get(str(profile.get("kind")), "government")
    return kinds


def means(dead: pd.DataFrame, count: int) -> pd.Series:
    """Persons by killer, victim and record, mean over replicates."""
    return dead.groupby(["killer", "victim", "record"])["persons"].sum() / max(1, count)


def value(mean: pd.Series, killer: str, victim: str, record: str) -> float:
    """One of them; nothing where nobody died so."""
    return float(mean.get((killer, victim, record), 0.0))


def picture(facts: Facts, mean: pd.Series) -> Html:
    """Bars: civilians and combatants killed by each side, as it happened and as it would be recorded."""
    words = facts.words
    rows = [(killer, victim) for killer in GROUPS for victim in ("civilians", *GROUPS) if victim != killer]
    rows = [(killer, victim) for killer, victim in rows if value(mean, killer, victim, "happened") >= 1]
    if not rows:
        return paragraph(words.say("killed_nobody"))
    top = max(value(mean, *row, record) for row in rows for record in RECORDS)
    step = BAR * len(RECORDS) + 14
    height = TOP + step * len(rows)
    parts, told = [], []
    for at, record in enumerate(RECORDS):
        x = 6 + 178 * at
        parts.append(svg.box(x, 4, 14, 10, shade(record), svg.INK))
        parts.append(svg.words(x + 20, 14, words.say(f"record_{record}"), more=' font-size="12"'))
    for at, (killer, victim) in enumerate(rows):
        y = TOP + step * at + 4
        who, whom = words.say(f"group_{killer}"), words.say(f"victim_{victim}")
        parts.append(svg.words(LEFT - 8, y + 12, who, "end", more=' font-weight="600" font-size="12"'))
        parts.append(svg.words(LEFT - 8, y + 28, whom, "end", svg.GREY, ' font-size="12"'))
        for place, record in enumerate(RECORDS):
            persons = value(mean, killer, victim, record)
            size = WIDTH * persons / top
            parts.append(svg.box(LEFT, y + BAR * place, size, BAR - 2, shade(record), svg.INK))
            text = words.number(persons, "persons")
            parts.append(svg.words(LEFT + size + 5, y + BAR * place + 10, text, more=' font-size="11"'))
        happened, ucdp = (words.number(value(mean, killer, victim, record), "persons") for record in RECORDS[:2])
        told.append(words.say("killed_pair", killer=who, victim=whom, happened=happened, ucdp=ucdp))
    label = words.say("killed_of", baseline=facts.title(facts.baseline), pairs="; ".join(told))
    return figure(
        svg.picture(LEFT + WIDTH + 64, height, label, *parts),
        words.say("killed_caption"),
        hint=words.say("scroll_hint"),
    )


def shade(record: str) -> str:
    """Dark as it happened, paler as it would be recorded."""
    level = int(255 - 190 * PATTERNS[record])
    return f"#{level:02x}{level:02x}{level:02x}"


def matrix(facts: Facts, mean: pd.Series) -> Html:
    """Killers by victims as numbers: as it happened, and the share that each record would hold."""
    words, rows = facts.words, []
    for killer in GROUPS:
        for victim in ("civilians", *GROUPS):
            happened = value(mean, killer, victim, "happened")
            if happened < 0.5:
                continue
            cells = [words.number(happened, "persons")]
            for record in RECORDS[1:]:
                found = value(mean, killer, victim, record)
                cells.append(f"{words.number(found, 'persons')} ({words.percent(found / happened)})")
            rows.append([words.say(f"group_{killer}"), words.say(f"victim_{victim}"), *cells])
    head = [words.say(f"head_{key}") for key in ("killer", "victim")] + [
        words.say(f"record_{name}") for name in RECORDS
    ]
    return folded(words.say("as_numbers"), table(words.say("killed_table"), head, rows, left=2))


def by_scenario(facts: Facts, dead: pd.DataFrame, count: int) -> Html:
    """Civilians killed by each side in every scenario, as it happened and as UCDP's record would hold it."""
    words, rows = facts.words, []
    own = dead[dead["victim"] == "civilians"]
    sums = own.groupby(["killer", "record", "scenario"])["persons"].sum() / max(1, count)
    for killer in GROUPS:
        for record in RECORDS[:2]:
            label = joined([words.say(f"group_{killer}"), tag("span", words.say(f"record_{record}"), class_="how")])
            found = [float(sums.get((killer, record, name), 0.0)) for name in facts.scenarios]
            rows.append([label, *(words.number(number, "persons") for number in found)])
    head = [words.say("head_killer"), *(swatch(facts, name) for name in facts.scenarios)]
    return table(words.say("killed_scenarios"), head, rows)
