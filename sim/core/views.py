"""What a kernel sees of a table: some of its columns under their names, declared beside the kernel that uses them.

    Units = columns("units", reads="key actor cell", writes="manpower cohesion")
    Rules = values("Rules", Combat)

`Units.of(model)` gives a NamedTuple of those columns, which Numba takes as one argument; `units.manpower[u]` is a
column in a kernel as it is outside. The declaration is also what tests hold the process to. Give tables to a kernel
at its door; inner functions that run for every row take scalars and NamedTuples of floats (handing over NamedTuples
of arrays costs 0.3 us a call).

Steps of processes call their kernels by `call(kernel, ...)`: a kernel called by itself finds out the type of every
column anew, which costs two thirds of such a call.
"""

from __future__ import annotations

import sys
from collections import namedtuple
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numba
import numpy as np

#: types made by `columns`, `values` and `bundle`
_views: set[type] = set()


def columns(table: str, reads: str = "", writes: str = "", name: str = "") -> type:
    """A NamedTuple of columns of `table`, those only read before those written; `.of(model)` takes them from a model.

    Called at the head of a module; the names are separated by blanks. `name` is that of the type where it is not the
    table's.
    """
    kind = namedtuple(name or table.title(), f"{reads} {writes}".split(), module=sys._getframe(1).f_globals["__name__"])
    kind.table, kind.reads, kind.writes = table, tuple(reads.split()), tuple(writes.split())
    first = kind._fields[0]

    def of(model):
        rows = getattr(model, table).__dict__
        kept = rows.get(kind)  # good until rows are appended, when the views of columns are new
        if kept is None or kept[0] is not rows["_views"][first]:
            views = rows["_views"]
            kept = rows[kind] = (views[first], kind(*(views[field] for field in kind._fields)))
        return kept[1]

    kind.of = staticmethod(of)
    _views.add(kind)
    return kind


def values(name: str, group: type, only: str = "", unread: str = "") -> type:
    """A NamedTuple of the parameters of a group (a dataclass), or `only` some, or all but those `unread` by its
    kernels; `.of(p)` takes them as floats.

    Each float costs 0.13 us whenever a kernel is called with it.
    """
    names = only.split() or [field.name for field in fields(group) if field.name not in unread.split()]
    if unknown := {*names, *unread.split()} - {field.name for field in fields(group)}:
        raise ValueError(f"{group.__name__} has no parameters {sorted(unknown)}")
    kind = namedtuple(name, names, module=sys._getframe(1).f_globals["__name__"])
    kind.latest = (None, None)  # the parameters as they were when asked for last, and their tuple

    def of(p):
        seen, made = kind.latest
        if seen != vars(p):  # a variant may have changed one for a while
            made = kind._make([float(getattr(p, field)) for field in names])
            kind.latest = (vars(p).copy(), made)
        return made

    kind.of = staticmethod(of)
    _views.add(kind)
    return kind


def bundle(name: str, fields_: str) -> type:
    """A NamedTuple of arrays that belong together and always come in the same form (dtypes, dimensions, contiguous), so
    that `call` need not look at each; the names are separated by blanks."""
    kind = namedtuple(name, fields_, module=sys._getframe(1).f_globals["__name__"])
    _views.add(kind)
    return kind


#: compiled function of each kernel that was called, and the kinds of its arguments (`kind_of`)
_compiled: dict[Callable, tuple[tuple, Callable]] = {}


def kind_of(argument: Any) -> Any:
    """What decides which compiled function takes an argument: of an array its form, of all else its type.

    Of a tuple it is that of its members; views and bundles are known by their type, since the dtypes of a model's
    columns are declared.
    """
    kind = argument.__class__
    if kind is np.ndarray:
        return argument.dtype, argument.ndim, argument.flags.c_contiguous
    if kind in _views or not issubclass(kind, tuple):
        return kind
    return kind, *map(kind_of, argument)


def is_array_of(argument: Any, kind: Any) -> bool:
    """Whether an argument is an array of this kind (see :func:`kind_of`, which would make one more tuple for each)."""
    return (
        argument.__class__ is np.ndarray
        and kind.__class__ is tuple
        and argument.dtype is kind[0]
        and argument.ndim == kind[1]
        and argument.flags.c_contiguous is kind[2]
    )


def call(kernel: Callable, *arguments: Any) -> Any:
    """`kernel(*arguments)`, straight to its compiled function where the kinds of arguments are those of the last call.

    For steps, whose views come from a model. A test that makes views of its own calls the kernel itself.
    """
    kinds, compiled = _compiled.get(kernel, ((), None))
    if compiled is not None:
        for argument, kind in zip(arguments, kinds):
            if argument.__class__ is not kind and not is_array_of(argument, kind) and kind_of(argument) != kind:
                break
        else:
            return compiled(*arguments)
    result = kernel(*arguments)
    if hasattr(kernel, "get_overload"):  # not where Numba is switched off
        types = tuple(numba.typeof(argument) for argument in arguments)
        _compiled[kernel] = tuple(map(kind_of, arguments)), kernel.get_overload(types)
    return result
