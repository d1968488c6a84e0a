"""PostgreSQL goes away under a serving house: 503 and when to come again; nothing is lost."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select
from waitress import wasyncore
from waitress.server import create_server

from engine import store
from engine.jobs import JobQueue
from engine.model import Resource
from engine.service_task import Registry, service_task
from engine.worker import Worker
from tasks import migrations as records
from tests.support import postgres
from tests.support.bpmn import bpmn
from web import accounts
from web.app.settings import Settings
from web.composition.application import create_app

pytestmark = pytest.mark.postgres
PATIENCE_S = 90
DRAWING = """
start -> and:Both -> user:Look -> end
Both -> service:Tell(type=outage.tell) -> end:Told
"""


@service_task(name="outage.tell")
def tell(job_key: str) -> dict[str, Any]:
    """Answer what it was asked for."""
    return {"told": job_key}


class Serving:
    """A house on a server that can die, behind a real HTTP server."""

    def __init__(self, server: postgres.Server, var: Path) -> None:
        self.server = server
        settings = Settings(database_url=server.url, secret_key="s" * 40, var=var)
        self.app = app = create_app(settings)
        self.house = app.extensions["peyvand"]
        for part in (store, records, accounts):
            part.migrate(self.house.database)
        with app.app_context():
            self.token = accounts.make_token(accounts.create("alice", roles=["admin"]), "test")
        self.engine = self.house.engine
        self.engine.service_tasks = Registry([tell.__service_task__])  # type: ignore[attr-defined]
        self.engine.queue = JobQueue(self.house.database, executor_id="outage")
        self.engine.by("alice").definitions.deploy([Resource("p.bpmn", bpmn(DRAWING, "p"))])
        self.http = create_server(app, host="127.0.0.1", port=0, threads=4)
        self.address = f"http://127.0.0.1:{self.http.effective_port}"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def ask(self, path: str, body: Any = None, *, key: str = "", method: str = "POST") -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        if key:
            headers["Idempotency-Key"] = key
        address = self.address + path
        return requests.request(method, address, json=body, headers=headers, timeout=PATIENCE_S)

    def start(self, key: str) -> Any:
        return self.ask("/v2/process-instances", {"processDefinitionId": "p"}, key=key)

    def open_jobs(self) -> int:
        """Count the jobs that are still to be done."""
        with store.reading(self.house.database) as connection:
            wanted = select(func.count()).select_from(store.job).where(store.job.c.open)
            return int(connection.execute(wanted).scalar_one())

    def stop(self) -> None:
        self._over.set()
        self._thread.join(5)
        self.http.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        self.http.close()
        wasyncore.close_all(self.http._map, ignore_all=True)
        self.house.database.dispose()

    def _serve(self) -> None:
        while not self._over.is_set():
            wasyncore.loop(timeout=0.05, map=self.http._map, count=1)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server binaries on this machine")
    with postgres.mortal() as server:
        made = Serving(server, tmp_path)
        yield made
        made.stop()


def eventually(ask: Callable[[], Any]) -> Any:
    """Ask again while the answer is 503, as Retry-After says."""
    until = time.monotonic() + PATIENCE_S
    while (answer := ask()).status_code == 503:
        assert time.monotonic() < until, answer.text
        time.sleep(0.2)
    return answer


def test_whoever_asks_while_the_database_is_away_is_told_when_to_come_again(
    serving: Serving,
) -> None:
    first = serving.start("before")
    found = serving.ask("/v2/user-tasks/search", {}).json()["items"]
    task = f"/v2/user-tasks/{found[0]['userTaskKey']}/completion"
    page = requests.get(f"{serving.address}/login", timeout=PATIENCE_S)
    assert (first.status_code, page.status_code) == (200, 200)

    serving.server.crash()
    away = [
        serving.start("during"),
        serving.ask(task, {}, key="complete"),
        serving.ask("/v2/user-tasks/search", {}),
        serving.ask("/v2/groups", {"groupId": "lab", "name": "Lab"}, key="group"),
    ]
    assert [answer.status_code for answer in away] == [503] * len(away), [a.text for a in away]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in away)
    assert serving.ask("/readyz", method="GET").status_code == 503
    assert serving.ask("/healthz", method="GET").status_code == 200
    serving.server.start()

    # The same requests succeed, once each, and what was there before is there
    started = eventually(lambda: serving.start("during"))
    again = eventually(lambda: serving.start("during"))
    assert started.status_code == 200
    assert started.json() == again.json()
    assert eventually(lambda: serving.start("before")).json() == first.json()
    assert eventually(lambda: serving.ask(task, {}, key="complete")).status_code == 204
    group = {"groupId": "lab", "name": "Lab"}
    assert eventually(lambda: serving.ask("/v2/groups", group, key="group")).status_code == 201


@pytest.mark.soak
def test_ten_outages_under_load_lose_nothing(serving: Serving) -> None:
    storm(serving, outages=10)


def test_an_outage_under_load_loses_nothing_and_fails_no_job(serving: Serving) -> None:
    storm(serving, outages=1)


def storm(serving: Serving, outages: int) -> None:
    """Let people start and complete while the database dies now and then."""
    told: list[str] = []
    answers: dict[int, int] = {}
    over = threading.Event()

    def client(name: str) -> None:
        number = 0
        while not over.is_set():
            number += 1
            answer = serving.start(f"{name}-{number}")
            answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
            if answer.status_code == 503:
                number -= 1  # the same again
                over.wait(0.1)
                continue
            told.append(answer.json()["processInstanceKey"])

    worker = Worker(serving.engine)
    worker.start()
    clients = [threading.Thread(target=client, args=(name,)) for name in ("a", "b")]
    try:
        for each in clients:
            each.start()
        for _ in range(outages):
            known = len(told)
            wait(lambda known=known: len(told) > known + 20)
            serving.server.crash()
            refused = answers.get(503, 0)
            wait(lambda refused=refused: answers.get(503, 0) > refused)
            serving.server.start()
        known = len(told)
        wait(lambda: len(told) > known + 5)
        over.set()
        wait(lambda: not serving.open_jobs())
    finally:
        over.set()
        for each in clients:
            each.join()
        worker.stop()

    with store.reading(serving.house.database) as connection:
        keys = {str(key) for key in connection.execute(select(store.instance.c.key)).scalars()}
        failed = connection.execute(select(func.count()).select_from(store.incident)).scalar_one()
        done = connection.execute(select(store.job.c.state, store.job.c.retries)).all()
    lost = len(set(told) - keys)
    sys.stdout.write(f"{outages} outages, answers {answers}: {lost} lost, {failed} failed\n")
    assert set(told) <= keys, "what was acknowledged is there"
    assert len(told) == len(set(told)) == len(keys), "and once"
    assert set(answers) == {200, 503}
    assert failed == 0
    assert set(map(tuple, done)) == {("COMPLETED", 3)}, "no job was counted as failed"


def wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.05)
