"""A search reads its rows in the order of an index, and counts no further than it says."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, event, text

from engine import store
from engine.engine import Engine
from engine.model import StartRequest
from engine.reads.search import Page, Query, Sort, View, find
from engine.reads.search.views.instances import PROCESS_INSTANCES
from engine.reads.search.views.work import USER_TASKS
from tests.support.bpmn import resource

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Given seven instances of a process with a task."""
    database = store.connect("sqlite://")
    store.create(database)
    engine = Engine(database, clock=lambda: NOON)
    engine.definitions.deploy([resource("start -> user:Ask(groups=team) -> end", "asking")])
    for _ in range(7):
        engine.instances.start(StartRequest("asking"))
    with store.reading(database) as found:
        yield found
    database.dispose()


def asked(connection: Connection, view: View, query: Query) -> list[str]:
    """The plan of the statement that reads the page; the one that counts comes before it."""
    seen: list[tuple[str, object]] = []

    def note(*arguments: object) -> None:
        seen.append((str(arguments[2]), arguments[3]))

    event.listen(connection, "before_cursor_execute", note)
    find(connection, view, query)
    event.remove(connection, "before_cursor_execute", note)
    statement, values = seen[1]
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]  # type: ignore[arg-type]


def test_the_order_of_keys_needs_no_sorting(connection: Connection) -> None:
    for view in (PROCESS_INSTANCES, USER_TASKS):
        for descending in (False, True):
            query = Query(sort=[Sort(view.key, descending)], page=Page(limit=3))
            assert not [step for step in asked(connection, view, query) if "TEMP B-TREE" in step]


def test_pages_follow_one_another_in_both_directions(connection: Connection) -> None:
    view = USER_TASKS
    first = find(connection, view, Query(page=Page(limit=3)))
    second = find(connection, view, Query(page=Page(limit=3, after=first.end)))
    keys = [row[view.key] for row in (*first.items, *second.items)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 6
    back = find(connection, view, Query(page=Page(limit=3, before=second.start)))
    assert back.items == first.items


def test_more_than_are_counted_are_said_to_be_more(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = USER_TASKS
    found = find(connection, view, Query())
    assert (found.total, found.more) == (7, False)
    monkeypatch.setattr(sys.modules[find.__module__], "MOST_COUNTED", 5)
    found = find(connection, view, Query())
    assert (found.total, found.more, len(found.items)) == (5, True, 7)
    assert connection.execute(text("SELECT count(*) FROM pv_user_task")).scalar() == 7
