"""Where compiled kernels are kept: a folder named after the packages that they are made from.

Numba notices that the file of a kernel has changed, but not that a function or constant from another file, which it
compiled into the kernel, has. So the kernels of one state of those files lie apart from those of another. Set as
Numba is first imported (`sim/__init__.py`); where `NUMBA_CACHE_DIR` is set by the user it is left alone.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

#: packages whose functions and constants are compiled into kernels
SHARED = (
    "core",
    "processes",
    "settings/parameters",
    "cases/paths",
)  # tuples of parameters have their order of fields from there
PACKAGE = Path(__file__).resolve().parents[1]


def folder() -> Path:
    """The folder for kernels made with the shared files as they are now."""
    content = hashlib.sha256()
    for name in SHARED:
        for path in sorted((PACKAGE / name).rglob("*.py")):
            content.update(path.relative_to(PACKAGE).as_posix().encode())
            content.update(path.read_bytes())
    return PACKAGE / "__pycache__" / f"compiled-{content.hexdigest()[:12]}"


def choose() -> None:
    """Let Numba keep what it compiles in `folder()`, unless the user has said where."""
    with suppress(OSError):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(folder()))


def tidy() -> None:
    """Remove kernels that were compiled with other states of the shared files."""
    for other in PACKAGE.glob("__pycache__/compiled-*"):
        if other != folder():
            shutil.rmtree(other, ignore_errors=True)
