"""Views for tests of single kernels."""

import numpy as np


def view_of(view: type, **given):
    """A view with the columns that are given; the others are empty, so that a kernel that reads them fails."""
    unknown = set(given) - set(view._fields)
    if unknown:
        raise TypeError(f"{view.__name__} has no {sorted(unknown)}")
    return view(**{name: given.get(name, np.zeros(0)) for name in view._fields})
