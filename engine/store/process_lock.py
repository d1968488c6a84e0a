"""The lock of the processes that write to one SQLite file: one at a time looks for SQLite's lock.

SQLite polls for its lock with growing pauses, so a busy file goes to the process that has just had
it, and the others may wait past every time-out. Here whoever has had it queues again. The lock is
given up as soon as SQLite's is held, so a commit needs no bookkeeping.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_S = 0.002


@contextmanager
def process_lock(database: str, patience_s: float) -> Iterator[None]:
    """Be the first for a block; when it takes too long this goes on, and the database decides.

    The line is a locked file beside the database; the death of a process lets the next one go.
    """
    try:
        line = Path(f"{database}.turn").open("w")  # noqa: SIM115 - closed below
    except OSError:  # a folder where nothing but the database may be written
        yield
        return
    until = time.monotonic() + patience_s
    with line:
        while not _locked(line.fileno()) and time.monotonic() < until:
            time.sleep(POLL_S)
        yield


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
