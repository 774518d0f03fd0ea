"""HTML out of Python: whatever is not HTML already is escaped, so that texts of a folder are never markup."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

#: elements that have no end
VOID = ("br", "hr", "meta")
#: columns beyond which a table is set smaller, and beyond which it is wider than a phone
MANY, FITS = 7, 3


class Html(str):
    """Text that is markup."""


def escaped(content: object) -> Html:
    """Markup as it is, anything else as text."""
    return content if isinstance(content, Html) else Html(html.escape(str(content)))


def joined(parts: Iterable[object]) -> Html:
    """Several pieces, one after the other."""
    return Html("".join(escaped(part) for part in parts))


def tag(name: str, *children: object, **attributes: object) -> Html:
    """An element. `class_="x"` is class, `aria_label` is aria-label; attributes that are None are left out."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Html(f"<{name}{shown}>")
    return Html(f"<{name}{shown}>{joined(children)}</{name}>")


def paragraph(*children: object, **attributes: object) -> Html:
    """A paragraph."""
    return tag("p", *children, **attributes)


def bullets(items: Iterable[object], kind: str = "ul") -> Html:
    """A list."""
    return tag(kind, *(tag("li", item) for item in items))


def table(caption: str, head: Sequence[object], rows: Sequence[Sequence[object]], left: int = 1) -> Html:
    """A table that scrolls by itself where it is too wide; the first `left` columns are texts, the others numbers.

    The first cell of a row is its heading. A cell may be an element `td` already.
    """
    heads = [
        tag("th", cell, scope="col", class_=None if column < left else "n") if str(cell) else tag("td")
        for column, cell in enumerate(head)
    ]
    body = []
    for row in rows:
        cells = [tag("th", row[0], scope="row")]
        for column, cell in enumerate(row[1:], start=1):
            done = isinstance(cell, Html) and cell.startswith("<td")
            cells.append(cell if done else tag("td", cell, class_=None if column < left else "n"))
        body.append(tag("tr", *cells))
    many = "many" if len(head) > MANY else None
    made = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body), class_=many, aria_label=caption)
    box = tag("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)
    sideways = " sideways" if len(head) > FITS else ""
    return joined([tag("p", caption, class_=f"caption{sideways}"), box])


def two_lines(above: object, below: object = "", shade: str | None = None) -> Html:
    """A cell of a table with what matters and, smaller, what stands below it; a class for how it is shown."""
    shown = [tag("span", above, class_=shade or "line")]
    if str(below):
        shown.append(tag("span", below, class_="how"))
    return tag("td", *shown, class_="n")


def figure(picture: Html, caption: object, hint: str = "") -> Html:
    """A picture with its caption, which are never broken in print; a wide one scrolls by itself on a phone, and `hint`
    says so there."""
    above = [tag("figcaption", caption)]
    if hint:
        above.append(tag("p", hint, class_="hint"))
        picture = tag("div", picture, class_="scroll wide", tabindex="0", role="group", aria_label=str(caption))
    return tag("figure", *above, picture)


def folded(summary: str, *children: object) -> Html:
    """What is shown when it is asked for."""
    return tag("details", tag("summary", summary), *children)
