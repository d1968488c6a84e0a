"""A new SQLite file and a new PostgreSQL server for a run; nothing of them stays."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support import postgres

NAMES = ("SQLite", "PostgreSQL")


def each() -> Iterator[tuple[str, str]]:
    """Give (name, address of an empty database), one after the other."""
    for name in NAMES:
        if name == "PostgreSQL" and postgres.binaries() is None:
            print("  no PostgreSQL server binaries here: measured on SQLite only", file=sys.stderr)
            continue
        with opened(name) as url:
            yield name, url


@contextmanager
def opened(name: str) -> Iterator[str]:
    """Give the address of an empty database."""
    if name == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.db"
        return
    with postgres.server(durable=True) as url:
        yield url
