"""A private PostgreSQL server for tests, out of the system's binaries."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


def binaries() -> Path | None:
    """Find the newest installed server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[-3])
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Server:
    """A server that can go away and come back."""

    url: str  # ends in the name of its first database
    start: Callable[[], None]
    crash: Callable[[], None]


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Run a server of our own; gives a URL that ends in the name of its first database."""
    with mortal(durable=durable) as running:
        yield running.url


@contextmanager
def mortal(*, durable: bool = False) -> Iterator[Server]:
    """Run a server of our own that a test may crash.

    What is not `durable` survives the death of any process, but not a power cut: tests make and
    drop hundreds of databases, and each would wait for the disk.
    """
    home = Path(tempfile.mkdtemp(prefix="peyvand-pg-"))
    data, port = home / "data", _free_port()
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    _run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c max_connections=200"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off"
    control = ("pg_ctl", "-D", data, "-w", "-l", home / "log")

    def start() -> None:
        _run(*control, "-o", options, "start")

    def crash() -> None:
        _run(*control, "-m", "immediate", "stop")

    start()
    try:
        yield Server(f"postgresql://postgres@127.0.0.1:{port}/postgres", start, crash)
    finally:
        crash()
        shutil.rmtree(home, ignore_errors=True)


def restore(url: str, file: Path) -> str:
    """Restore a dump into a new database beside that of `url`; gives its address."""
    where = binaries()
    if where is None:
        raise FileNotFoundError("no PostgreSQL server binaries")
    server, _, name = url.rpartition("/")
    new = f"{name}_{uuid.uuid4().hex[:8]}"
    for command in (
        [where / "createdb", f"--maintenance-db={server}/postgres", new],
        [where / "pg_restore", "--exit-on-error", "--no-owner", f"--dbname={server}/{new}", file],
    ):
        subprocess.run([str(part) for part in command], check=True)
    return f"{server}/{new}"


def _run(program: str, *arguments: object) -> None:
    where = binaries()
    if where is None:
        raise FileNotFoundError("no PostgreSQL server binaries")
    command = [str(where / program), *map(str, arguments)]
    if os.geteuid() == 0:  # the server refuses to run as root
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(
        command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/"
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
