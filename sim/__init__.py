"""A simulation of insurgency, displacement and territorial control in the central Sahel.

from sim import open_folder
displaced = open_folder("results/some_comparison").outcome("displaced", place="BFA")
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as in typing, whose import would take a tenth of `sahel --help`
if TYPE_CHECKING:
    from typing import Any


class BeforeNumba:
    """Says where compiled kernels are kept (`sim.core.kernel_cache`) when Numba is first imported, and not before: to
    read the files that they are made from takes a fifth of `sahel --help`."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Find nothing; asked for Numba, let it know."""
        if name == "numba":
            sys.meta_path.remove(self)
            from sim.core import kernel_cache

            kernel_cache.choose()


if "numba" not in sys.modules:
    sys.meta_path.insert(0, BeforeNumba())

#: what the package offers by itself -> its module; imported when asked for, since pandas and xarray take half a second
OFFERED = {"open_folder": "sim.results.result_folder"}


def __getattr__(name: str) -> Any:
    if name in OFFERED:
        from importlib import import_module

        return getattr(import_module(OFFERED[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *OFFERED])
