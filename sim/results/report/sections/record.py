"""What the model gets right and wrong: the shipped summary of `sahel validate`, and this baseline beside the record."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from sim.results.reading.recorded import levels_beside_record
from sim.results.reading.verdicts import verdicts
from sim.results.report.facts import Facts
from sim.results.report.html import Html, folded, joined, paragraph, table, tag


@cache
def summary() -> dict[str, Any]:
    """The summary of docs/validation.md that ships (`sim/results/reading/record_summary.json`)."""
    import json

    path = resources.files("sim.results.reading").joinpath("record_summary.json")
    return json.loads(path.read_text(encoding="utf-8"))


def record(facts: Facts) -> Html:
    """The section."""
    words = facts.words
    if facts.map.get("fictional"):
        return paragraph(words.say("record_fictional"))
    made = summary()
    parts = [
        paragraph(
            words.say(
                "record_summary",
                day=words.day(made["made"]),
                replicates=made["replicates"],
                first=words.day(made["first"]),
                last=words.day(made["last"]),
                inside=made["inside"],
                figures=made["figures"],
            )
        ),
        paragraph(words.say("record_classes", classes=classes(facts, made)), " ", words.say("record_read")),
        outcomes(facts),
        patterns(facts, made),
    ]
    here = beside(facts)
    return joined([*parts, here] if here else parts)


def classes(facts: Facts, made: dict[str, Any]) -> str:
    """How many patterns of each class hold."""
    words = facts.words
    told = [
        words.say(
            "record_class", held=item["held"], of=item["of"], kind=words.say(f"class_{item['class'].replace('-', '_')}")
        )
        for item in made["classes"]
    ]
    return words.names(told)


def outcomes(facts: Facts) -> Html:
    """Outcomes by state: how many recorded figures lie within the replicates, and whether that is called a miss."""
    words, rows = facts.words, []
    for row in verdicts().sort_values("misses", ascending=False, kind="stable").itertuples():
        about = words.say(f"judged_{row.outcome}")
        held = words.say("judged_off" if row.misses else "judged_near")
        inside = words.say("judged_inside", inside=row.inside, figures=row.figures) if row.figures > 1 else "–"
        rows.append([about, facts.country(row.place), inside, mark(held, bool(row.misses))])
    head = [words.say(f"head_{key}") for key in ("outcome", "place", "inside", "verdict")]
    return table(words.say("judged_table"), head, rows, left=2)


def mark(text: str, wrong: bool) -> Html:
    """A verdict, with a sign that is not only its colour."""
    return tag("td", f"{'✗' if wrong else '✓'} {text}", class_="n bad" if wrong else "n good")


def patterns(facts: Facts, made: dict[str, Any]) -> Html:
    """Every pattern with what was recorded and what the model does, misses first."""
    words, rows = facts.words, []
    for item in sorted(made["patterns"], key=lambda item: item["holds"]):
        name = f"{item['id']} {words.translated(item['name'])}"
        verdict = mark(words.say("pattern_holds" if item["holds"] else "pattern_misses"), not item["holds"])
        kind = words.say(f"class_{item['class'].replace('-', '_')}")
        values = [tag("td", words.figures(item[key]), class_="n wrap") for key in ("recorded", "simulated", "range")]
        rows.append([name, kind, *values, verdict])
    head = [words.say(f"head_{key}") for key in ("pattern", "class", "recorded", "simulated", "range", "verdict")]
    count = sum(not item["holds"] for item in made["patterns"])
    shown = words.say("patterns_fold", misses=count, count=len(rows))
    return folded(shown, paragraph(words.say("patterns_how")), table(words.say("patterns_table"), head, rows, left=2))


def beside(facts: Facts) -> Html | None:
    """The last recorded figures beside the level of this baseline."""
    words, rows = facts.words, []
    for row in levels_beside_record(facts.folder):
        figure, simulated = (words.number(value, "persons") for value in (row.figure, row.simulated))
        times = words.number(row.factor, "factor") if row.figure else "–"
        rows.append(
            [words.say(f"beside_{row.outcome}"), facts.country(row.place), words.day(row.day), figure, simulated, times]
        )
    if not rows:
        return None
    head = [words.say(f"head_{key}") for key in ("outcome", "place", "day", "recorded", "simulated", "times")]
    return table(words.say("beside_table", baseline=facts.title(facts.baseline)), head, rows, left=2)
