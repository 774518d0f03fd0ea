"""HTML put together from elements: every text is escaped, whoever wrote it."""

from __future__ import annotations

import html
from collections.abc import Iterable


class Html(str):
    """Markup that was put together here."""

    __slots__ = ()


def element(tag: str, *children: object, **attributes: str) -> Html:
    """`<tag attribute="...">children</tag>`; `cls` stands for class, `_` in a name for `-`; empty attributes are left
    out."""
    names = {"cls": "class"}
    said = "".join(
        f' {names.get(name, name.replace("_", "-"))}="{html.escape(str(value))}"'
        for name, value in attributes.items()
        if value != ""
    )
    return Html(f"<{tag}{said}>{joined(children)}</{tag}>")


def joined(children: Iterable[object]) -> Html:
    """Children one after the other, texts escaped, None left out."""
    parts = (child if isinstance(child, Html) else html.escape(str(child)) for child in children if child is not None)
    return Html("".join(parts))


def table(head: list[object], rows: list[list[object]], caption: str = "", cls: str = "") -> Html:
    """A table whose first column heads its rows, within a box that scrolls where it is wider than the page."""
    head_cells = joined(element("th", cell, scope="col") for cell in head)
    body = joined(
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:])) for row in rows
    )
    title = element("caption", caption) if caption else None
    inner = element("table", title, element("thead", element("tr", head_cells)), element("tbody", body), cls=cls)
    return element("div", inner, cls="wide")


def bullets(items: Iterable[object]) -> Html:
    """A list."""
    return element("ul", *(element("li", item) for item in items))


def lines(*parts: object) -> Html:
    """Parts on lines of their own."""
    kept = [part for part in parts if part is not None and part != ""]
    return joined(piece for at, part in enumerate(kept) for piece in ([Html("<br>"), part] if at else [part]))
