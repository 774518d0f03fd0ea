"""A page whose numbers stand between marks: `<!-- numbers: exercise 1 -->` ... `<!-- end -->`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sim.core.errors import UserError

BLOCK = re.compile(r"(<!-- numbers: (?P<name>[^>]+?) -->\n)(?P<text>.*?)(<!-- end -->)", flags=re.DOTALL)


def blocks(page: str) -> dict[str, str]:
    """What stands between the marks of a page, by name. Raises `UserError` where a name comes twice."""
    found = {}
    for match in BLOCK.finditer(page):
        if match["name"] in found:
            raise UserError(f"The page has the mark 'numbers: {match['name']}' twice.")
        found[match["name"]] = match["text"]
    return found


def without_blocks(page: str) -> str:
    """The page without what stands between the marks."""
    return BLOCK.sub("", page)


def filled(page: str, texts: Mapping[str, str]) -> str:
    """The page with new texts between its marks. Raises `UserError` where marks and texts are not the same."""
    there = blocks(page)
    for name in texts:
        if name not in there:
            raise UserError(f"The page has no mark '<!-- numbers: {name} -->' with '<!-- end -->' after it.")
    for name in there:
        if name not in texts:
            raise UserError(f"Nothing is made for the mark 'numbers: {name}' of the page.")
    return BLOCK.sub(lambda match: f"{match[1]}\n{texts[match['name']].strip()}\n\n{match[4]}", page)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown, numbers to the right."""
    if any(len(row) != len(head) for row in rows):
        raise ValueError(f"rows of a table must have {len(head)} cells")
    line = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, line, *rows))


def cells_of(text: str) -> list[list[list[str]]]:
    """The tables of a text, each as rows of cells, the head first. Raises ValueError where rows differ in length."""
    tables: list[list[list[str]]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not inside:
                tables.append([])
            tables[-1].append(cells)
        inside = line.startswith("|")
    for found in tables:
        if len({len(row) for row in found}) > 1:
            raise ValueError(f"rows of different lengths in the table that begins with {found[0]}")
    return [[found[0], *found[2:]] for found in tables]
