"""A simulation of insurgency, displacement and territorial control in the central Sahel.

from sim import open_folder
displaced = open_folder("results/some_comparison").outcome("displaced", place="BFA")
"""

from importlib import import_module
from typing import Any

from sim.core import kernel_cache

kernel_cache.choose()

#: what the package offers by itself -> its module; imported when asked for, since pandas and xarray take half a second
OFFERED = {"open_folder": "sim.results.result_folder"}


def __getattr__(name: str) -> Any:
    if name in OFFERED:
        return getattr(import_module(OFFERED[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *OFFERED])
