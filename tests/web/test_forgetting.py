"""A person is forgotten: twenty markers of theirs are nowhere any more, and the history holds."""

import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import exports, reads, store
from engine.errors import Conflict
from engine.model import Resource, StartRequest
from tasks import imports, inbound_events
from tasks.cases.records import Case
from tasks.consents.records import Consent
from tasks.contacts.records import Message
from tasks.customers.permission import allowed_channels
from tasks.customers.records import Customer
from tasks.installed import METADATA, SUBJECTS
from tasks.outbound_webhooks.records import OutgoingEvent
from tasks.purchases.records import Transaction
from tasks.seeding import catalogue
from tests.support import postgres
from tests.support.bpmn import resource
from tests.support.bpmn_zeebe import properties
from tests.support.crm import SEEDS
from tests.support.zofija import (
    ABOUT,
    DMN,
    FILE,
    ID,
    MAIL,
    MARKERS,
    MEETING,
    NAME,
    Place,
    complain,
    live,
)
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from web import accounts, erasure
from web.app.services import Services
from web.app.settings import Settings
from web.app.tables import document
from web.cli import main
from web.composition.application import create_app


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server binaries on this machine")
    with postgres.server() as url:
        yield url


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Place]:
    """A house on SQLite, or on what the test's parameter says."""
    url = f"sqlite:///{tmp_path / 'house.sqlite3'}"
    if getattr(request, "param", "") == "postgresql":
        url = _fresh(request.getfixturevalue("server"))
    app = create_app(Settings(database_url=url, secret_key="k" * 40, var=tmp_path), clock=clock)
    house: Services = app.extensions["peyvand"]
    store.create(house.database)
    METADATA.create_all(house.database)
    accounts.migrate(house.database)
    with app.app_context():
        accounts.create("leo", PASSWORD, groups=["data_steward"])
        accounts.create("bob", PASSWORD, groups=["care_head"])
    with Session(house.database) as session:
        catalogue.load_catalogue(session, SEEDS, clock())
        session.commit()
    about, meeting = resource(ABOUT, "about"), resource(MEETING, "meeting")
    house.engine.by("leo").definitions.deploy([about, meeting, Resource("d.dmn", DMN)])
    yield Place(app, house, clock, tmp_path)
    house.database.dispose()


def _fresh(server: str) -> str:
    """Make a database of its own on the server."""
    name = f"t{uuid.uuid4().hex[:12]}"
    database = store.connect(server, isolation_level="AUTOCOMMIT")
    with database.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    database.dispose()
    return f"{server.rpartition('/')[0]}/{name}"


@pytest.mark.parametrize(
    "place", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_no_trace_of_twenty_markers_is_left_and_the_history_verifies(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    live(place)
    before = place.everything()
    assert [mark for mark in MARKERS if mark not in before] == []

    with pytest.raises(Conflict, match=f"still run: {place.about}"):
        erasure.forget(place.house, place.zofija, "leo")
    assert [mark for mark in MARKERS if mark not in place.everything()] == []
    told = erasure.forget(place.house, place.zofija, "leo", running="cancel")

    assert (told.done.instances, told.done.mentions) == ([place.about], [place.meeting])
    assert (told.done.cancelled, told.overwritten) == ([place.about], True)
    left = {"database": place.everything(), "log": caplog.text, **exported(place)}
    if place.house.database.dialect.name == "sqlite":
        left["files"] = place.files().decode("utf-8", "replace")
    assert {(where, mark) for where in left for mark in MARKERS if mark in left[where]} == set()
    with store.reading(place.house.database) as connection:
        assert list(reads.verify_all(connection)) == []
        steps = reads.history(connection, place.about)
    assert (steps[-1].command, steps[-1].actor) == ("erase", "leo")


def exported(place: Place) -> dict[str, str]:
    with Session(place.house.database) as session:
        found = {
            kind: "".join(imports.export(session, SUBJECTS.exports[kind], "shop"))
            for kind in SUBJECTS.imports
        }
        connection = session.connection()
        anything = store.instance.c.key > 0
        found["xes"] = "".join(exports.xes(connection, anything))
        found["ocel"] = "".join(exports.ocel(connection, anything))
    return found


def test_what_is_about_others_goes_on_without_the_name(place: Place) -> None:
    live(place)
    erasure.forget(place.house, place.zofija, "leo", running="cancel")

    engine = place.house.engine
    with store.reading(place.house.database) as connection:
        [guests] = [v.value for v in reads.variables(connection, place.meeting)]
        tasks = [w.key for w in reads.waiting(connection, place.meeting)]
    assert [each["name"] for each in guests] == ["…", "Otto Oakes"]
    assert [each["mail"] for each in guests] == ["…", "otto@example.com"]
    for task in tasks:
        engine.by("bob").tasks.complete(task, {})
    with store.reading(place.house.database) as connection:
        assert reads.instance(connection, place.meeting).state == "COMPLETED"
        assert reads.verify(connection, place.meeting) is None
        assert list(connection.execute(select(document.c.id)).scalars()) == ["c"]


def test_figures_and_proofs_stay_without_a_name(place: Place) -> None:
    live(place)
    erasure.forget(place.house, place.zofija, "leo", running="cancel")

    with Session(place.house.database) as session:
        who = session.get_one(Customer, place.zofija)
        assert (who.name, who.erased_at, who.do_not_contact) == ("", place.clock(), True)
        [order] = session.scalars(select(Transaction))
        assert (order.amount, order.customer_id) == (900, place.zofija)
        assert session.scalars(select(Consent)).first() is not None
        [letter] = session.scalars(select(Message))
        assert (letter.state, letter.error) == ("failed", "forgotten")
        assert {case.state for case in session.scalars(select(Case))} == {"closed"}
        told = session.scalars(select(OutgoingEvent.type))
        assert "customer.forgotten" in set(told)


def test_a_file_does_not_bring_them_back_and_they_themselves_may_come(place: Place) -> None:
    live(place)
    erasure.forget(place.house, place.zofija, "leo", running="cancel")
    bought = "order_id,at,{},amount\nA-9,2026-01-05T10:00:00Z,{},100\n"

    # given files that still name her: by outside id, by address in other letters, by our number
    reports = [
        place.run("customers", FILE),
        place.run("customers", FILE.replace(ID, "new-1").replace(MAIL, MAIL.upper())),
        place.run("purchases", bought.format("external_id", ID)),
        place.run("purchases", bought.format("customer_id", place.zofija)),
    ]

    # then she is left out, and that is said
    assert [(r.added, r.changed, r.forgotten) for r in reports] == [(0, 0, 1)] * 4

    # when she comes back by herself, she may be served and no more, whatever old files say
    order = {
        "event_id": "e-2",
        "type": "order.placed",
        "occurred_at": place.clock().isoformat(),
        "source": "shop",
        "customer": {"email": MAIL},
        "payload": {"order_id": "A-10", "amount": 100},
    }
    with Session(place.house.database) as session:
        new = inbound_events.receive(
            session, SUBJECTS.events, place.house.engine.messages, order, place.clock()
        )["customer_id"]
        assert new != place.zofija
    again = place.run("customers", FILE)
    assert (again.changed, again.forgotten) == (1, 0)
    with Session(place.house.database) as session:
        assert allowed_channels(session, new, "marketing") == []
        assert "email" in allowed_channels(session, new, "service_essential")  # a legal duty


def test_an_event_sent_again_is_still_known(place: Place) -> None:
    live(place)
    erasure.forget(place.house, place.zofija, "leo", running="cancel")

    complain(place)  # the same event, naming her by an id that nobody has any more

    with Session(place.house.database) as session:
        assert len(session.scalars(select(Customer)).all()) == 1


def test_processes_that_stop_on_it_are_ended_without_asking(place: Place) -> None:
    live(place)
    engine = place.house.engine.by("leo")
    engine.instances.cancel(place.about)
    drawing = resource("start -> user:Ask -> end", "stops", properties({"prop.stop.on": "erased"}))
    engine.definitions.deploy([drawing])
    asked = StartRequest("stops", variables={"customer_id": place.zofija})
    key = engine.instances.start(asked).instance_key

    erasure.forget(place.house, place.zofija, "leo", running="refuse")

    with store.reading(place.house.database) as connection:
        commands = [entry.command for entry in reads.history(connection, key)]
    assert commands == ["start", "stop", "erase"]


def test_who_is_on_legal_hold_forgotten_or_unknown_is_refused(place: Place) -> None:
    live(place)
    with Session(place.house.database) as session:
        session.get_one(Customer, place.zofija).legal_hold = True
        session.commit()
    with pytest.raises(Conflict, match="legal hold"):
        erasure.forget(place.house, place.zofija, "leo", running="cancel")
    with Session(place.house.database) as session:
        session.get_one(Customer, place.zofija).legal_hold = False
        session.commit()
    erasure.forget(place.house, place.zofija, "leo", running="cancel")
    with pytest.raises(Conflict, match="forgotten already"):
        erasure.forget(place.house, place.zofija, "leo", running="cancel")


def test_who_looks_after_records_forgets_on_the_page_and_others_may_not(place: Place) -> None:
    live(place)
    page = f"/customers/{place.zofija}"
    bob, leo = Browser(place.app.test_client()), Browser(place.app.test_client())
    bob.sign_in("bob", PASSWORD)
    leo.sign_in("leo", PASSWORD)
    assert "erasure" not in bob.get(page)
    bob.get(f"{page}/erasure", 403)
    assert "erasure" in leo.get(page)
    asked = leo.get(f"{page}/erasure")
    assert NAME in asked
    assert str(place.about) in asked

    # her number is typed, and what runs is stopped only if that was said
    assert leo.post(f"{page}/erasure", number="999", cancel="1").status_code == 422
    refused = leo.post(f"{page}/erasure", number=str(place.zofija))
    assert (refused.status_code, str(place.about) in refused.text) == (409, True)
    done = leo.post(f"{page}/erasure", number=str(place.zofija), cancel="1")

    assert done.status_code == 303
    leo.get(page, 404)
    assert f'href="{page}"' not in leo.get("/customers")
    assert NAME not in leo.get("/customers?q=example.com")
    leo.get(f"{page}/erasure", 404)


def test_programs_forget_with_a_scope_and_the_shell_by_number(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(place)
    client, address = place.app.test_client(), f"/crm/v1/customers/{place.zofija}/erasure"
    with place.app.app_context():
        leo, bob = accounts.get("leo"), accounts.get("bob")
        assert leo
        assert bob
        tokens = {
            "reader": accounts.make_token(leo, "r", 1, ["read"]),
            "steward": accounts.make_token(leo, "s", 1, ["customer"]),
            "bob": accounts.make_token(bob, "b", 1, ["customer"]),
        }
    heads = {who: {"Authorization": f"Bearer {token}"} for who, token in tokens.items()}
    for who in ("reader", "bob"):
        assert client.post(address, json={}, headers=heads[who]).status_code == 403
    seen = client.get(address, headers=heads["steward"]).json
    assert seen == {
        "customer_id": place.zofija,
        "instances": [str(place.about)],
        "running": [str(place.about)],
    }
    assert client.post(address, json={}, headers=heads["steward"]).status_code == 409
    odd = client.post(address, json={"running": "perhaps"}, headers=heads["steward"])
    assert odd.status_code == 400

    monkeypatch.setattr("web.cli.forget.open_services", lambda: place.house)
    shell = CliRunner()
    tried = shell.invoke(main, ["forget", str(place.zofija), "--dry-run"])
    assert f"{place.about} still runs" in tried.output
    assert shell.invoke(main, ["forget", str(place.zofija)]).exit_code == 1
    done = client.post(address, json={"running": "cancel"}, headers=heads["steward"])

    assert done.json == {
        "customer_id": place.zofija,
        "instances": [str(place.about)],
        "cancelled": [str(place.about)],
        "mentions": [str(place.meeting)],
        "overwritten": True,
    }
    assert client.post(address, json={}, headers=heads["steward"]).status_code == 409
    assert "forgotten already" in shell.invoke(main, ["forget", str(place.zofija)]).output
    assert client.get("/crm/v1/customers/99/erasure", headers=heads["steward"]).status_code == 404
