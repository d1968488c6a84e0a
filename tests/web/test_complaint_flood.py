"""One sender floods the complaint form: registered or politely refused, others go on working."""

import json
import logging
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
import requests
from sqlalchemy import func, select
from waitress import wasyncore
from waitress.server import create_server

from tasks.cases.causes import Cause
from tasks.cases.records import Case
from tasks.policy.records import PolicyValue
from tests.support import complaint_flood
from tests.support.crm import NOON
from tests.support.http_town import HttpTown, http_town
from web.portal.complaints.allowance import FLOODS

FEW, USUAL = 5, 20  # complaints an hour that are taken: the policy value complaint.per_hour
QUIET = 60  # pieces of work measured before the flood
SLACK_S = 0.01  # a median of a few milliseconds is not measured more precisely


@pytest.fixture
def town() -> Iterator[HttpTown]:
    with http_town(("shared", "problems")) as found:
        found.house.app.extensions.pop(FLOODS, None)  # of the story before
        with found.session() as session:
            for number in range(complaint_flood.CAUSES):
                session.add(
                    Cause(name=f"Fault {number}", category="product", owner="operations",
                          words=[complaint_flood.word(number)], created_at=NOON)
                )  # fmt: skip
            session.commit()
        yield found


@pytest.fixture
def port(town: HttpTown) -> Iterator[int]:
    """Serve the town on a real server, as `peyvand serve` does."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    server = create_server(town.house.app, host="127.0.0.1", port=0, threads=8)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            wasyncore.loop(timeout=0.05, map=server._map, count=1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.effective_port
    over.set()
    thread.join()
    server.close()


class Worker:
    """An employee who looks at the tasks, takes one and gives it back, by the API."""

    def __init__(self, town: HttpTown, port: int) -> None:
        town.start("receive_complaint", "charlie", text="Something unclear.", channel="phone")
        self.address = f"http://127.0.0.1:{port}"
        self.task = town.open_task("sort_complaint")
        self.line = requests.Session()
        self.line.headers["Authorization"] = f"Bearer {town.house.tokens['charlie']}"

    def work(self) -> float:
        """Return how many seconds one piece of work takes."""
        begun = time.perf_counter()
        path = f"{self.address}/v2/user-tasks"
        self._sent("POST", f"{path}/search", {"filter": {"state": "CREATED"}})
        self._sent("POST", f"{path}/{self.task}/assignment", {"assignee": "charlie"})
        self._sent("DELETE", f"{path}/{self.task}/assignee", None)
        return time.perf_counter() - begun

    def _sent(self, method: str, path: str, body: object) -> None:
        answer = self.line.request(method, path, json=body, timeout=60)
        assert answer.ok, answer.text


def poured(port: int, number: int, seconds: float, worker: Worker) -> tuple[Counter[str], float]:
    """Flood the house, work meanwhile; return what was answered and the median of the work."""
    program = [sys.executable, str(Path(complaint_flood.__file__))]
    program += [str(port), str(number), str(seconds)]
    times = []
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as flood:
        while flood.poll() is None:
            times.append(worker.work())
        assert flood.stdout is not None
        answers = Counter(json.loads(flood.stdout.read()))
    return answers, median(times)


def allow(town: HttpTown, per_hour: int) -> None:
    with town.session() as session, session.begin():
        policy = select(PolicyValue).where(PolicyValue.key == "complaint.per_hour")
        session.scalars(policy).one().value = per_hour


def judged(town: HttpTown, answers: Counter[str], number: int, per_hour: int) -> None:
    """Everything was answered; so many are registered, and their sender hears of no more."""
    town.play()
    assert sum(answers.values()) == number
    assert {each for each in answers if each.startswith("robot")} <= {"robot 303", "robot 429"}
    assert {each for each in answers if each.startswith("person")} == {"person 303", "person 429"}
    assert {each for each in answers if each.startswith("megabyte")} <= {
        "megabyte 422", "megabyte 429", "megabyte hung up",
    }  # fmt: skip
    assert answers["person 303"] == per_hour
    with town.session() as session:
        kept = select(func.count()).where(Case.contact_address == "sender@example.net")
        causes = select(func.count(Case.cause_id.distinct())).where(Case.cause_id.is_not(None))
        assert session.scalar(kept) == per_hour
        assert session.scalar(causes) > 1
        languages = set(session.scalars(select(Case.language).distinct()))
    assert languages == {"en", "fa", "lt"}
    assert 1 <= len(town.house.letters.to("sender@example.net")) <= per_hour
    assert town.incidents() == []


def test_a_flood_is_registered_or_refused_and_others_go_on_working(
    town: HttpTown, port: int
) -> None:
    allow(town, FEW)
    worker = Worker(town, port)
    answers, _ = poured(port, 120, 1, worker)

    judged(town, answers, 120, FEW)
    assert worker.work() < 5


@pytest.mark.soak
def test_ten_thousand_complaints_in_a_minute_at_most_double_the_time_of_others(
    town: HttpTown, port: int
) -> None:
    worker = Worker(town, port)
    quiet = median(worker.work() for _ in range(QUIET))
    begun = time.monotonic()
    answers, flooded = poured(port, 10_000, 60, worker)
    took = time.monotonic() - begun
    print(f"quiet {quiet:.4f} s, flooded {flooded:.4f} s, 10,000 in {took:.0f} s: {answers}")  # noqa: T201 - the figure

    judged(town, answers, 10_000, USUAL)
    assert flooded <= 2 * quiet + SLACK_S
