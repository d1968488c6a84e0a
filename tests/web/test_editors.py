"""Two people, or two windows of one, change the same thing at the same moment on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support import postgres
from tests.web.test_outage import Serving
from web import accounts, drafts
from web.app.services import reading

pytestmark = pytest.mark.postgres
WINDOWS = 6


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server binaries on this machine")
    with postgres.mortal() as server:
        made = Serving(server, tmp_path)
        yield made
        made.stop()


def at_once(act: Callable[[int], Any], many: int) -> list[Any]:
    """Do it so many times at the same moment; gives the answers."""
    barrier, answers = threading.Barrier(many), [None] * many

    def each(number: int) -> None:
        barrier.wait()
        answers[number] = act(number)

    threads = [threading.Thread(target=each, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_nothing_is_lost_between_two_who_change_the_same(serving: Serving) -> None:
    # Roles that several people give one person at once are all there
    for number in range(WINDOWS):
        serving.ask("/v2/roles", {"roleId": f"r{number}", "name": f"Role {number}"})
    with serving.app.app_context():
        accounts.create("bob")

    def give(number: int) -> int:
        answer = serving.ask(f"/v2/roles/r{number}/users/bob", method="PUT")
        return int(answer.status_code)

    assert at_once(give, WINDOWS) == [204] * WINDOWS
    with serving.app.app_context():
        bob = accounts.get("bob")
    assert bob is not None
    assert bob.roles == {f"r{number}" for number in range(WINDOWS)}

    # And a draft that saves itself in several windows at once is one of theirs
    def save(number: int) -> str:
        with serving.app.app_context():
            drafts.keep(1, "bob", {"window": number}, datetime.now(UTC))
        return "saved"

    assert at_once(save, WINDOWS) == ["saved"] * WINDOWS
    with serving.app.app_context(), reading() as connection:
        typed = drafts.at_task(connection, 1, None, "bob", datetime.now(UTC)).mine
    assert typed is not None
    assert typed["window"] in range(WINDOWS)
