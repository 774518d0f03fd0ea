"""How to make the same again: command, seed, versions, hashes of data, program and tables."""

from __future__ import annotations

from sim.results.integrity.hashes import FILES
from sim.results.report.facts import Facts
from sim.results.report.html import Html, folded, joined, paragraph, table, tag


def reproduce(facts: Facts) -> Html:
    """The section."""
    words, run = facts.words, facts.run
    parts = [paragraph(words.say("reproduce_how"))]
    if run.get("command"):
        parts.append(tag("pre", str(run["command"]), tabindex="0"))
    else:
        parts.append(paragraph(words.say("reproduce_no_command")))
    provenance = run.get("provenance") or {}
    versions = provenance.get("versions") or {}
    seeds = run.get("seeds") or {}
    rows = [
        ("seed", seeds.get("seed", "")),
        ("replicates", facts.n),
        ("period", words.say("period", first=words.day(run["period"]["start"]), last=words.day(run["period"]["end"]))),
        ("region", facts.map.get("name", "")),
        ("version", versions.get("sahel-scenarios", "")),
        ("python", provenance.get("python", "")),
        ("packages", ", ".join(f"{name} {number}" for name, number in versions.items() if name != "sahel-scenarios")),
        ("machine", provenance.get("machine", "")),
        ("source_hash", provenance.get("source_hash", "")),
        ("data_hash", run.get("data_hash", "")),
        ("format", run.get("format", "")),
    ]
    shown = [[words.say(f"made_{key}"), tag("td", value, class_="hash")] for key, value in rows if str(value)]
    head = [words.say("head_fact"), words.say("head_value")]
    parts.append(table(words.say("reproduce_table"), head, shown, left=2))
    hashes = [(facts.title(item["name"]), item.get("hash")) for item in run["scenarios"] if item.get("hash")]
    if hashes:
        body = [[title, tag("td", value, class_="hash")] for title, value in hashes]
        head = [words.say("head_scenario"), "sha256"]
        parts.append(
            folded(words.say("reproduce_scenarios"), table(words.say("reproduce_scenarios"), head, body, left=2))
        )
    files = run.get(FILES)
    if isinstance(files, dict) and files:
        body = [
            [name, words.whole(about["bytes"]), tag("td", about["sha256"], class_="hash")]
            for name, about in files.items()
            if isinstance(about, dict) and "sha256" in about and isinstance(about.get("bytes"), int)
        ]
        head = [words.say("head_file"), words.say("head_bytes"), "sha256"]
        parts.append(folded(words.say("reproduce_files"), table(words.say("reproduce_files"), head, body)))
    return joined(parts)
