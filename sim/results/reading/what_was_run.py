"""What was run, in words for the head of a table: draws, what is assumed beyond the known facts, names in files."""

from __future__ import annotations

from typing import Any

DRAWS = {
    "contested": "the parameters whose sign is disputed are drawn anew in each replicate",
    "all": "every parameter is drawn anew in each replicate, each from its whole range",
    "none": "no parameter is drawn, each has its default",
}


def draw_words(draw: str) -> str:
    """What `draw` means."""
    return f"draw={draw}: {DRAWS.get(draw, '')}."


def what_was_run(run: dict[str, Any]) -> list[str]:
    """Lines for the head of a table, of a folder's run.json; older folders say less of themselves."""
    scenarios = run.get("scenarios", [])
    lines = [draw_words(run["draw"])] if run.get("draw") else []
    lines += assumptions(run)
    named = [f"{item['name']} ({item['title']})" for item in scenarios if not _alike(item)]
    if len(scenarios) > 1 and named:
        lines.append(f"Names in files: {'; '.join(named)}.")
    return lines


def _alike(item: dict[str, Any]) -> bool:
    """Whether a scenario's title is its name in other letters: `un_stays` and "The UN stays"."""
    title = str(item.get("title") or item["name"]).casefold().removeprefix("the ")
    return title.replace(", ", ",").replace(" ", "_") == item["name"].casefold()


def assumptions(run: dict[str, Any]) -> list[str]:
    """What each scenario assumes of orders to blockade beyond the known facts, those that assume the same together."""
    together: dict[str, list[str]] = {}
    for item in run.get("scenarios", []):
        if item.get("assumption"):
            together.setdefault(item["assumption"], []).append(item.get("title") or item["name"])
    known = run.get("known_until")
    return [
        f"Blockades beyond {known} in {', '.join(titles)}: {assumption}." for assumption, titles in together.items()
    ]
