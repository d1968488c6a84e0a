"""A real server for the bench: `python -m benchmarks._server URL PORT THREADS` prints a token."""

import sys
import tempfile
from pathlib import Path

import waitress

from engine import store
from engine.model import Resource
from tasks.installed import METADATA
from tests.support.bpmn import bpmn
from web import accounts
from web.app.settings import Settings
from web.composition.application import create_app

STEPS = "start -> user:First(groups=sales) -> user:Second(groups=sales) -> end"
WORK = "start -> service:Do(type=work) -> end"
PAID = "start -> catch:Paid(message=paid; key== order) -> end"


def main(url: str, port: int, threads: int) -> None:
    """Serve until killed."""
    database = store.connect(url)
    store.create(database)
    accounts.migrate(database)
    METADATA.create_all(database)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(secret_key="s" * 40, var=Path(folder), rate_limit="", access_log=False)
        app = create_app(settings, database=database)
        with app.app_context():
            token = accounts.make_token(accounts.create("bench", roles=["admin"]), "bench")
        engine = app.extensions["peyvand"].engine
        for name, drawing in (("steps", STEPS), ("work", WORK), ("paid", PAID)):
            engine.definitions.deploy([Resource(f"{name}.bpmn", bpmn(drawing, name))])
        server = waitress.create_server(app, host="127.0.0.1", port=port, threads=threads)
        sys.stdout.write(f"{token}\n")
        sys.stdout.flush()
        server.run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
