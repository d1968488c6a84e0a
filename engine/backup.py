"""Copies a database while it is in use; the copy is one consistent moment of it."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine

from engine.errors import Conflict, Invalid, Unavailable


def backup(database: Engine, target: Path) -> None:
    """Write a copy to a new file: an SQLite file, or for PostgreSQL what `pg_restore` reads.

    Nobody waits for it. A file that is there is never written over, and a copy that could not be
    finished leaves none. Raises Conflict, Invalid or Unavailable.
    """
    if target.exists():
        raise Conflict(f"{target} is there already")
    if not target.parent.is_dir():
        raise Invalid(f"there is no folder {target.parent}")
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds everything
        if database.dialect.name == "sqlite":
            _copy(database.url, draft)
        else:
            _dump(database.url, draft)
        _settle(draft)
        os.link(draft, target)  # unlike a rename, it refuses to replace
    except FileExistsError:
        raise Conflict(f"{target} is there already") from None
    finally:
        draft.unlink(missing_ok=True)
    _settle(target.parent)


def _copy(url: URL, draft: Path) -> None:
    """Copy in one step: readers of a write-ahead log neither wait nor are waited for."""
    if url.database in (None, "", ":memory:") or not Path(str(url.database)).exists():
        raise Invalid("there is no database file to copy")
    try:
        with (
            closing(sqlite3.connect(str(url.database))) as source,
            closing(sqlite3.connect(draft)) as copy,
        ):
            source.backup(copy)
            broken = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise Unavailable(f"the database cannot be copied: {error}") from error
    if broken != "ok":
        raise Unavailable(f"the copy is damaged: {broken}; run `peyvand doctor`")


def _dump(url: URL, draft: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise Unavailable("pg_dump is not installed here; it comes with PostgreSQL's client")
    plain = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    options = ["--format=custom", "--no-owner", "--no-password", f"--file={draft}"]
    command = [program, *options, f"--dbname={plain.render_as_string(hide_password=False)}"]
    # A password in the arguments would be seen by everybody on this machine.
    secret = {} if url.password is None else {"PGPASSWORD": url.password}
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        command, env=os.environ | secret, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise Unavailable(f"pg_dump failed: {done.stderr.strip()}")


def _settle(path: Path) -> None:
    """Do not call it done before the disk has it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
