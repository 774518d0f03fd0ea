"""The kinds of files that are read, and how a file is recognised: by its columns, never by its name.

A kind has columns. Each has a name here and the names that versions of the file give it; of several that are present
the first counts. Names are compared without case, spaces and punctuation, so that `Country of origin (ISO)` and
`country_of_origin_iso` are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sim.core.errors import nearest
from sim.world.grid import name_key


@dataclass(frozen=True)
class Column:
    """A column: its name here, its names in files, and what its values must be (a name of `schemas.CHECKS`)."""

    name: str
    there: tuple[str, ...]
    check: str = "text"


@dataclass(frozen=True)
class Kind:
    """A kind of file: its columns, and which of them it needs.

    `needs` lists needs; each is met by any one of its alternatives, and an alternative is a set of names of columns
    that must all be there. `never` are names in files that tell that it is another kind.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[tuple[str, ...], ...], ...]
    never: tuple[str, ...] = ()
    gives: str = ""

    def positions(self, header: Sequence[str]) -> dict[str, int]:
        """Where the columns stand that a header has: name here -> position."""
        at: dict[str, int] = {}
        for position, name in enumerate(header):
            at.setdefault(name_key(name), position)
        found = {}
        for column in self.columns:
            for name in column.there:
                if name_key(name) in at:
                    found[column.name] = at[name_key(name)]
                    break
        return found

    def lacking(self, found: Sequence[str] | dict[str, int]) -> list[str]:
        """What a file lacks, under the first name that the column has in files; empty where nothing is lacking."""
        there = {column.name: column.there[0] for column in self.columns}
        missing = []
        for need in self.needs:
            if not any(set(names) <= set(found) for names in need):
                least = min(need, key=lambda names: len(set(names) - set(found)))
                missing += [there[name] for name in least if name not in found]
        return missing


def one(*names: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Needs that have no alternative."""
    return tuple(((name,),) for name in names)


@dataclass(frozen=True)
class Recognised:
    """What a header is: the kind and where its columns stand, or the kind it is nearest to and what it lacks."""

    kind: Kind
    positions: dict[str, int] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    foreign: str = ""
    hint: str = ""

    @property
    def known(self) -> bool:
        """Whether the header is of the kind, rather than like it."""
        return not self.lacking and not self.foreign

    def sentence(self) -> str:
        """Why a file is skipped."""
        if self.foreign:
            return f"skipped: it is nearest to {self.kind.title}, which never has the column '{self.foreign}'."
        lacks = f"the column '{self.lacking[0]}'"
        if len(self.lacking) > 1:
            lacks = "the columns " + ", ".join(f"'{name}'" for name in self.lacking)
        return f"skipped: it is nearest to {self.kind.title}, but lacks {lacks}{self.hint}."


def recognise(header: Sequence[str], kinds: Sequence[Kind]) -> Recognised:
    """Say which of the kinds a header is.

    A kind fits where all that it needs is there and nothing that it never has; of several the one with the most columns
    is taken. Where none fits, the nearest is that of whose needs and columns the largest shares are there.
    """
    there = {name_key(name): name for name in header}
    fits, like = [], []
    for kind in kinds:
        found = kind.positions(header)
        lacking = kind.lacking(found)
        foreign = [there[name_key(name)] for name in kind.never if name_key(name) in there]
        if lacking or foreign:
            met = 1 - len(lacking) / max(len(lacking), len(kind.needs))
            share = len(found) / len(kind.columns)  # else a kind that needs little beside a year would be near to all
            like.append((met + share, Recognised(kind, found, tuple(lacking), *foreign[:1])))
        else:
            fits.append((len(found), Recognised(kind, found)))
    if fits:
        return max(fits, key=lambda item: item[0])[1]
    nearest_kind = max(like, key=lambda item: item[0])[1]
    if not nearest_kind.lacking:
        return nearest_kind
    taken = set(nearest_kind.positions.values())
    free = [name for position, name in enumerate(header) if name and position not in taken]
    close = nearest(nearest_kind.lacking[0], free)
    return replace(nearest_kind, hint=f" (the nearest there is '{close}')" if close else "")
