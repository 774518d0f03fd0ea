"""Errors that a user can put right: one clear sentence each, with the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """Something the user wrote cannot be used. The message is one sentence, shown as it is."""


#: characters of a message, and of a word that a user typed, beyond which the middle is left out
LONGEST_MESSAGE, LONGEST_WORD = 1500, 200


def printable(text: object, longest: int = LONGEST_MESSAGE) -> str:
    """A text as a terminal may have it: control characters written out (`\\x1b`), the middle of a long one left out.

    Tabs and line ends stay. What files and users say may hold sequences that would move a terminal's cursor, change its
    title or hide what stands before them.
    """
    text = str(text)
    if len(text) > longest:
        text = f"{text[: longest // 2]} ... {text[-(longest // 4) :]}"
    if text.isprintable():
        return text
    return "".join(sign if sign in "\n\t" or sign.isprintable() else _written_out(sign) for sign in text)


def _written_out(sign: str) -> str:
    """A sign that cannot be printed, as its code; a lone half of a pair of UTF-16 too."""
    return f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}"


def nearest(name: object, choices: Iterable[object]) -> str | None:
    """Return the choice most like `name`, or None where none is at all like it."""
    import difflib  # takes a tenth of `sahel --help`

    name = str(name)[:LONGEST_WORD]  # the comparison takes the square of the length
    known = {str(choice).lower(): str(choice) for choice in choices}
    found = difflib.get_close_matches(str(name).lower(), known, n=1, cutoff=0.5)
    if found:
        return known[found[0]]
    for low, choice in known.items():
        if str(name).lower() in low.split("_") or low in str(name).lower().split("_"):
            return choice
    return None


def unknown(what: str, name: object, choices: Iterable[object], where: str = "") -> UserError:
    """Build the error for a name that is not known: what it is, where, and what was meant.

    >>> str(unknown("event", "minusma_exitt", ["minusma_exit", "niger_coup"]))
    "There is no event 'minusma_exitt'; the nearest is 'minusma_exit'."
    """
    choices = sorted({str(choice) for choice in choices})
    name = printable(name, LONGEST_WORD)
    place = f" {where}" if where else ""
    best = nearest(name, choices)
    if best is not None:
        return UserError(f"There is no {what} '{name}'{place}; the nearest is '{best}'.")
    if not choices:
        return UserError(f"There is no {what} '{name}'{place}; none is defined.")
    shown = ", ".join(choices[:12]) + (", ..." if len(choices) > 12 else "")
    return UserError(f"There is no {what} '{name}'{place}; known are: {shown}.")
