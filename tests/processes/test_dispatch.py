"""Calls of kernels find the compiled code at once.

Numba knows a NamedTuple by the name of its class, the names of its fields and their types, not by the file it is from.
If two files declare the same, calls with the second are resolved in Python every time, which takes longer than most
kernels.
"""

import importlib
import pkgutil

import sim
from tests.reference.worlds import World


def test_named_tuples_of_one_name_and_fields_are_one_class():
    classes = {}
    for module in pkgutil.walk_packages(sim.__path__, "sim."):
        if module.name.rpartition(".")[2].startswith("_"):  # scenarios, __main__
            continue
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and issubclass(found, tuple) and hasattr(found, "_fields"):
                classes.setdefault((found.__name__, found._fields), set()).add(found)
    twice = {name: sorted(c.__module__ for c in same) for (name, _), same in classes.items() if len(same) > 1}
    assert twice == {}, "give them other names, or one place in sim/processes/shared"


def test_no_kernel_is_looked_up_in_python(monkeypatch):
    from numba.core.dispatcher import Dispatcher  # not before `sim`, which says where compiled kernels are kept

    model, resolve, slow = World(seed=1).model(), Dispatcher._compile_for_args, set()

    def note(kernel, *arguments, **named):
        known = len(kernel.overloads)
        result = resolve(kernel, *arguments, **named)
        if len(kernel.overloads) == known:  # there was nothing to compile, nor to take from the cache
            slow.add(f"{kernel.py_func.__module__}.{kernel.py_func.__name__}")
        return result

    monkeypatch.setattr(Dispatcher, "_compile_for_args", note)
    for _ in range(3):
        model.step()
    assert slow == set()
