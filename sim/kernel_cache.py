"""Where compiled kernels are kept: a folder named after the files that many of them draw on.

Numba notices that the file of a kernel has changed, but not that a function or constant from another file, which it compiled
into the kernel, has. So the kernels of one state of those files lie apart from those of another. Set before Numba is first
imported (`sim/__init__.py`); where `NUMBA_CACHE_DIR` is set by the user it is left alone.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

#: files whose functions and constants are compiled into kernels of other files
SHARED = ("uniforms.py", "tables.py", "killers.py", "people.py", "roads.py")
HERE = Path(__file__).parent


def folder() -> Path:
    """The folder for kernels made with the shared files as they are now."""
    content = hashlib.sha256()
    for name in SHARED:
        content.update((HERE / name).read_bytes())
    return HERE / "__pycache__" / f"compiled-{content.hexdigest()[:12]}"


def choose() -> None:
    """Let Numba keep what it compiles in `folder()`, unless the user has said where."""
    with suppress(OSError):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(folder()))


def tidy() -> None:
    """Remove kernels that were compiled with other states of the shared files."""
    for other in HERE.glob("__pycache__/compiled-*"):
        if other != folder():
            shutil.rmtree(other, ignore_errors=True)
