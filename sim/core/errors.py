"""Errors that a user can put right: one clear sentence each, with the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """Something the user wrote cannot be used. The message is one sentence, shown as it is."""


def nearest(name: object, choices: Iterable[object]) -> str | None:
    """Return the choice most like `name`, or None where none is at all like it."""
    import difflib  # takes a tenth of `sahel --help`

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
    place = f" {where}" if where else ""
    best = nearest(name, choices)
    if best is not None:
        return UserError(f"There is no {what} '{name}'{place}; the nearest is '{best}'.")
    if not choices:
        return UserError(f"There is no {what} '{name}'{place}; none is defined.")
    shown = ", ".join(choices[:12]) + (", ..." if len(choices) > 12 else "")
    return UserError(f"There is no {what} '{name}'{place}; known are: {shown}.")
