"""The demo company on a live server with its worker, for tests and for pictures."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import waitress
from flask import Flask

from engine import reads, store
from engine.jobs import JobQueue
from web import accounts
from web.app.data_files import data_folder
from web.app.settings import Settings
from web.cli.open import migrate
from web.cli.processes import resources
from web.composition import demo
from web.composition.application import create_app
from web.composition.background import BackgroundServices

PASSWORD = "peyvand-demo"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class Site:
    """A running house: its application, its address, and who has signed in already."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app = app
        self.address = address
        self.house = app.extensions["peyvand"]
        self.signed_in: dict[str, Any] = {}

    def speak(self, username: str, language: str) -> None:
        """Let a person read another language from the next page on."""
        with self.app.app_context():
            accounts.change(username, {"locale": language})

    def task(self, instance_key: int, patience: float = 60) -> int:
        """Wait until the worker has brought an instance to its task; answer the task's key."""
        pause = threading.Event()
        for _ in range(int(patience / 0.2)):
            with store.reading(self.house.database) as connection:
                waits = reads.waiting(connection, instance_key)
            for wait in waits:
                if wait.kind == "user_task":
                    return wait.key
            pause.wait(0.2)
        raise AssertionError("the instance came to no task")


@contextmanager
def serve(var: Path, clock: Callable[[], datetime], refresh_seconds: int = 2) -> Iterator[Site]:
    """Load the demo company into `var`, serve it and work for it until the end."""
    settings = Settings(
        database_url=f"sqlite:///{var / 'peyvand.sqlite3'}",
        secret_key="only for tests",
        var=var,
        refresh_seconds=refresh_seconds,
        presence_seconds=refresh_seconds,
    )
    app = create_app(settings, clock=clock)
    house = app.extensions["peyvand"]
    migrate(house)
    list(demo.load(app))
    house.engine.queue = JobQueue(house.database, executor_id="browser")
    house.engine.by("peyvand").definitions.deploy(resources((data_folder("processes"),)))
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    background = BackgroundServices(house, "browser")
    background.start()
    thread.start()
    try:
        yield Site(app, f"http://127.0.0.1:{server.effective_port}")
    finally:
        background.stop()
        server.close()
        thread.join(timeout=5)
        house.database.dispose()
