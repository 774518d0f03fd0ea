"""What a child process owes to the one that started it: to leave Ctrl-C to it, and to end when it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing import connection


def belong_to_parent() -> None:
    """Leave Ctrl-C to the parent, which stops its children; end with the parent if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
