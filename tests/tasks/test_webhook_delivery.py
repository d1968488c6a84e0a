"""Deliveries on both databases: noted with their cause, sent at least once, by one at a time."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from engine import store
from engine.transaction.ports import DomainEvent
from tasks import imports, migrations, outbound_webhooks
from tasks.customers.records import Customer, Identifier
from tasks.installed import SUBJECTS
from tasks.outbound_webhooks import sending
from tasks.outbound_webhooks.records import Delivery, DeliveryAttempt, OutgoingEvent, Webhook
from tasks.purchases.records import Transaction
from tasks.signed_http.post import Reach
from tests.support import postgres
from tests.support.crm import DAY, NOON
from tests.support.receiver import Receiver, receiving
from web.app import heartbeat, tables
from web.app.migrations import migrate as migrate_web
from web.app.rates import DatabaseStorage

HERE = Reach(schemes=frozenset({"http"}), ports=None, private=True)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def opened(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Engine]:
    if request.param == "sqlite":
        yield from _migrated(f"sqlite:///{tmp_path_factory.mktemp('crm') / 'crm.sqlite3'}")
    elif postgres.binaries() is None:
        pytest.skip("no PostgreSQL server binaries on this machine")
    else:
        with postgres.server() as url:
            yield from _migrated(url)


def _migrated(url: str) -> Iterator[Engine]:
    database = store.connect(url)
    migrations.migrate(database)
    migrate_web(database)
    yield database
    database.dispose()


@pytest.fixture
def database(opened: Engine) -> Engine:
    with opened.begin() as connection:
        for kind in (DeliveryAttempt, Delivery, OutgoingEvent, Webhook):
            connection.execute(delete(kind))
    return opened


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def _subscribe(database: Engine, shop: Receiver, *types: str) -> int:
    with Session(database) as session:
        given = {"name": "Shop", "url": shop.url, "types": list(types)}
        return outbound_webhooks.add(session, SUBJECTS.subscribable, given, HERE, "ida", NOON).id


def _tell(database: Engine, *kinds: str) -> None:
    with Session(database) as session:
        outbound_webhooks.tell_many(
            session, [DomainEvent(kind, {"n": n}) for n, kind in enumerate(kinds)], NOON
        )
        session.commit()


def _states(database: Engine) -> list[tuple[str, int]]:
    with Session(database) as session:
        rows = session.execute(select(Delivery.state, Delivery.attempts).order_by(Delivery.id))
        return [(row.state, row.attempts) for row in rows]


def test_only_who_subscribed_to_a_type_is_told_of_it(database: Engine, shop: Receiver) -> None:
    _subscribe(database, shop, "task.*")
    _subscribe(database, shop, "case.opened")
    _tell(database, "task.created", "case.opened", "campaign.paused", "tasks.other")
    assert outbound_webhooks.Dispatcher(database, lambda: NOON, HERE).run_due() == 2
    assert sorted(shop.types) == ["case.opened", "task.created"]


def test_what_is_rolled_back_was_never_told(database: Engine, shop: Receiver) -> None:
    _subscribe(database, shop, "*")
    with Session(database) as session:
        outbound_webhooks.tell(session, "case.opened", {}, NOON)
        session.rollback()
    assert _states(database) == []


def test_a_sender_that_dies_after_posting_leaves_it_to_the_next_under_the_same_id(
    database: Engine, shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _subscribe(database, shop, "*")
    _tell(database, "case.opened")
    with monkeypatch.context() as dying:
        dying.setattr(sending, "keep", _die)
        with pytest.raises(SystemExit):
            outbound_webhooks.Dispatcher(database, lambda: NOON, HERE).run_due()
    assert outbound_webhooks.Dispatcher(database, lambda: NOON, HERE).run_due() == 0  # still leased
    later = NOON + timedelta(seconds=61)
    assert outbound_webhooks.Dispatcher(database, lambda: later, HERE).run_due() == 1
    assert len({headers["webhook-id"] for headers, _ in shop.got}) == 1
    assert (len(shop.got), _states(database)) == (2, [("delivered", 2)])


def _die(*_: object) -> None:
    raise SystemExit


def test_many_senders_at_once_send_each_message_once(database: Engine, shop: Receiver) -> None:
    _subscribe(database, shop, "*")
    _tell(database, *["task.created"] * 40)
    senders = [
        threading.Thread(target=outbound_webhooks.Dispatcher(database, lambda: NOON, HERE).run_due)
        for _ in range(4)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len({headers["webhook-id"] for headers, _ in shop.got}) == 40
    assert len(shop.got) == 40
    assert _states(database) == [("delivered", 1)] * 40


def test_in_the_background_they_go_out_by_themselves(database: Engine, shop: Receiver) -> None:
    dispatcher = outbound_webhooks.Dispatcher(database, lambda: NOON, HERE)
    dispatcher.start()
    try:
        _subscribe(database, shop, "*")
        _tell(database, *["task.created"] * 10)
        for _ in range(300):
            if len(shop.got) == 10:
                break
            threading.Event().wait(0.1)
    finally:
        dispatcher.stop()
    assert _states(database) == [("delivered", 1)] * 10


def test_what_is_over_for_long_is_forgotten(database: Engine, shop: Receiver) -> None:
    _subscribe(database, shop, "*")
    _tell(database, "case.opened")
    dispatcher = outbound_webhooks.Dispatcher(database, lambda: NOON, HERE)
    dispatcher.run_due()
    assert dispatcher.purge(NOON) == 0
    assert dispatcher.purge(NOON + DAY) == 1
    with Session(database) as session:
        for kind in (Delivery, DeliveryAttempt, OutgoingEvent):
            assert session.scalar(select(func.count()).select_from(kind)) == 0


def test_the_engines_outlet_asks_who_listens_only_now_and_then(
    database: Engine, shop: Receiver
) -> None:
    outlet = outbound_webhooks.Outbox()
    asked: list[str] = []
    with store.writing(database) as connection:
        outlet(connection, [DomainEvent("task.created", {})], NOON)
    _subscribe(database, shop, "*")
    from sqlalchemy import event

    event.listen(database, "before_cursor_execute", lambda *a: asked.append(str(a[2])))
    with store.writing(database) as connection:
        outlet(connection, [DomainEvent("task.created", {})], NOON)
    assert [each for each in asked if "crm_" in each] == []
    outlet.forget()
    with store.writing(database) as connection:
        outlet(connection, [DomainEvent("task.created", {})], NOON)
    assert [each.split()[0] for each in asked if "crm_" in each] == ["SELECT", "INSERT", "INSERT"]


def test_files_heartbeats_and_rates_are_the_same_on_both(database: Engine) -> None:
    rows = b"external_id,name\n" + b"".join(b"T-%d,Name %d\n" % (n, n) for n in range(1_200))
    bought = b"order_id,at,external_id,amount,currency\n" + b"".join(
        b"B-%d,2026-01-05T10:00:00Z,T-%d,%d,EUR\n" % (n, n, n) for n in range(1_200)
    )
    for kind, content in (("customers", rows), ("purchases", bought)):
        with Session(database) as session:
            options: dict[str, Any] = {"is_json": False, "source": "t", "by": "x", "now": NOON}
            first = imports.run(session, SUBJECTS.imports[kind], content, **options)
            again = imports.run(session, SUBJECTS.imports[kind], content, **options)
        assert (first.added, again.added, again.unchanged) == (1_200, 0, 1_200)
    with Session(database) as session:
        whose = (
            select(Identifier.external_id, Customer.name, Transaction.order_no)
            .join(Customer, Customer.id == Identifier.customer_id)
            .join(Transaction, Transaction.customer_id == Customer.id)
        )
        for external, name, order in session.execute(whose):
            assert name == f"Name {external[2:]}"
            assert order == f"B-{external[2:]}"
    heartbeat.beat(database, "w", NOON)
    with store.reading(database) as connection:
        assert heartbeat.alive(connection, NOON) == 1
    heartbeat.forget(database, "w")
    counter = DatabaseStorage(database=database, clock=lambda: NOON)
    assert [counter.incr("k", 60) for _ in range(3)] == [1, 2, 3]
    assert counter.get_expiry("k") == NOON.timestamp() + 60
    late = DatabaseStorage(database=database, clock=lambda: NOON + DAY)
    assert (late.get("k"), late.incr("k", 60)) == (0, 1)
    late.reset()
    with store.reading(database) as connection:
        assert connection.execute(select(func.count()).select_from(tables.rate)).scalar() == 0
