"""A person is forgotten: twenty markers of theirs are nowhere any more, and the history holds."""

import json
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.orm import Session

from engine import exports, queries, store
from engine.errors import Conflict
from engine.model import Resource
from engine.verbs import once
from tasks import events, imports, records
from tasks.records import catalogue
from tests.support import postgres
from tests.support.bpmn import resource
from tests.support.crm import SEEDS, campaign, member, say
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from web import accounts, create_app, drafts, forgetting
from web.cli import main
from web.context import House
from web.settings import Settings

DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="one" name="one"><literalExpression><text>story</text>
  </literalExpression></decision></definitions>"""
ABOUT = """
start -> rule:Decide(decision=one; result=decided) -> user:Ask -> service:Odd(type=odd)
Odd -> catch:Paid(message=payment; key== order) -> end
"""
MEETING = "start -> user:Invite -> end"  # about many people

# One marker for each place where a person leaves something.
NAME, MAIL, PHONE, ID = "Zofija Markar-01", "markar02@example.com", "+3706000003", "markar-04"
STORY, ANSWER, ERROR, KEY, TAG = "markar-05", "markar-06", "markar-07", "markar-08", "markar-09"
PAID, BUFFERED, WISH, RETURN, ORDER = (
    "markar-10", "markar-11", "markar-12", "markar-13", "markar-14",
)  # fmt: skip
CASE, TALK, PAYLOAD, LETTER, PAPER = (
    "markar-15", "markar-16", "markar-17", "markar-18", "markar-19",
)  # fmt: skip
DRAFT, REASON, TOLD = "markar-20", "markar-21", "markar-22"
FILE = f"external_id,name,email,phone,consent_email_marketing\n{ID},{NAME},{MAIL},{PHONE},allowed\n"


@dataclass
class Place:
    """A house on its own database, and Zofija in it."""

    app: Flask
    house: House
    clock: Clock
    var: Path
    zofija: int = 0
    about: int = 0
    meeting: int = 0

    def run(self, kind: str, content: str) -> imports.importing.Report:
        with Session(self.house.database) as session:
            return imports.run(
                session,
                kind,
                content.encode(),
                is_json=False,
                source="shop",
                by="ida",
                now=self.clock(),
            )

    def everything(self) -> str:
        """Every row of every table, whoever made it."""
        with self.house.database.connect() as connection:
            return "\n".join(
                " ".join(map(_readable, row))
                for table in inspect(connection).get_table_names()
                for row in connection.execute(_all_of(table))
            )

    def files(self) -> bytes:
        return b"\n".join(path.read_bytes() for path in self.var.rglob("*") if path.is_file())


def _all_of(table: str) -> Any:
    return select(text("*")).select_from(text(f'"{table}"'))


def _readable(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


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
    house: House = app.extensions["peyvand"]
    store.create(house.database)
    records.Base.metadata.create_all(house.database)
    accounts.migrate(house.database)
    with app.app_context():
        accounts.create("leo", PASSWORD, groups=["data_steward"])
        accounts.create("bob", PASSWORD, groups=["care_head"])
    with Session(house.database) as session:
        catalogue.load_catalogue(session, SEEDS, clock())
        session.commit()
    about, meeting = resource(ABOUT, "about"), resource(MEETING, "meeting")
    house.engine.deploy([about, meeting, Resource("d.dmn", DMN)], "leo")
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


def live(place: Place) -> None:
    """Let Zofija leave a marker wherever one can."""
    place.run("customers", FILE)
    with Session(place.house.database) as session:
        place.zofija = session.scalars(select(records.Identifier.customer_id)).one()
        _records(session, place)
        session.commit()
    _events(place)
    _processes(place)
    _papers(place)


def _records(session: Session, place: Place) -> None:
    at, who = place.clock(), session.get_one(records.Customer, place.zofija)
    made = {"created_at": at}
    say(session, who, "email", "marketing", "allowed", at)
    spring = campaign(session)
    member(session, spring, who, arm="treat")
    session.add_all(
        [
            records.Preference(customer_id=who.id, interests=[WISH], never_topics=[WISH], **made),
            records.Transaction(
                customer_id=who.id, order_no=ORDER, at=at, amount=900, currency="EUR",
                return_reason=RETURN, **made,
            ),
            records.Case(
                number=CASE, customer_id=who.id, kind="complaint", channel="email", text=TALK,
                wish=WISH, order_no=ORDER, opened_at=at, **made,
            ),
            records.Interaction(
                customer_id=who.id, source="shop", external_id=f"{TALK}-1", channel="chat", at=at,
                subject=TALK, text=f"{TALK} {NAME}", **made,
            ),
            records.CustomerScore(
                customer_id=who.id, as_of=at, r=1, f=1, m=1, segment="lost", tier="D", orders=1,
                spent=900, margin_12m=0,
            ),
            records.Webhook(name="shop", url="https://x.example/", types=["*"], secret="s", **made),
        ]
    )  # fmt: skip
    contact = records.Contact(
        customer_id=who.id, purpose="marketing", channel="email", decision="send", reason=REASON,
        decided_at=at, campaign_id=spring.id, **made,
    )  # fmt: skip
    session.add(contact)
    session.flush()
    session.add(
        records.Message(
            key=f"contact-{contact.id}", contact_id=contact.id, channel="email", transport="smtp",
            recipient=MAIL, subject=LETTER, body=f"Dear {NAME}, {LETTER}", headers={"X": LETTER},
            error=LETTER, **made,
        )
    )  # fmt: skip


def _events(place: Place) -> None:
    said = {
        "event_id": "e-1",
        "type": "complaint.received",
        "occurred_at": place.clock().isoformat(),
        "source": "shop",
        "customer": {"external_id": ID},
        "payload": {"text": PAYLOAD},
    }
    with Session(place.house.database) as session:
        events.receive(session, place.house.engine, said, place.clock())


def _processes(place: Place) -> None:
    engine, zofija = place.house.engine, place.zofija
    with once.request(once.Once("once", "ida", "digest")):
        place.about = engine.start(
            "about",
            variables={"customer_id": zofija, "story": STORY, "order": KEY},
            business_key=f"order {KEY}",
            tags=[TAG],
        ).instance_key
    [job] = _after_answering(place)
    engine.fail(job, f"{ERROR} {MAIL}", retries=0)
    engine.publish("payment", KEY, {"paid": PAID, "customer_id": zofija}, ttl_ms=1)
    engine.publish("unheard", str(zofija), {"customer_id": zofija, "of": BUFFERED})
    guests = [{"name": NAME, "mail": MAIL}, {"name": "Otto Oakes", "mail": "otto@example.com"}]
    place.meeting = engine.start("meeting", variables={"guests": guests}).instance_key
    engine.evaluate_decision("one", variables={"story": f"a letter to {MAIL}"})
    plan = {"activate": [{"elementId": "Invite", "variableInstructions": [
        {"variables": {"guest": NAME}}]}]}  # fmt: skip
    engine.batch("MODIFY_PROCESS_INSTANCE", store.instance.c.key == place.meeting, plan)


def _after_answering(place: Place) -> list[int]:
    engine = place.house.engine
    with store.reading(place.house.database) as connection:
        [task] = [w.key for w in queries.waiting(connection, place.about)]
    with place.app.app_context():
        drafts.keep(task, "bob", {"answer": DRAFT}, place.clock())
    engine.complete(task, {"answer": ANSWER}, by="bob")
    return [job["key"] for job in engine.activate_jobs("odd", "w", 1, 60_000)]


def _papers(place: Place) -> None:
    from web.api.tables import document

    made = {
        "content_type": "text/plain", "size": 1, "sha256": "0", "created_by": "bob",
        "created_at": place.clock(), "custom_properties": {},
    }  # fmt: skip
    with store.writing(place.house.database) as connection:
        connection.execute(insert(document), [
            made | {"id": "a", "file_name": "a", "content": PAPER.encode(),
                    "process_instance_key": place.about},
            made | {"id": "b", "file_name": "b", "content": f"{PAPER} for {MAIL}".encode(),
                    "process_instance_key": place.meeting},
            made | {"id": "c", "file_name": "c", "content": b"the menu",
                    "process_instance_key": place.meeting},
        ])  # fmt: skip
        event = connection.execute(select(records.OutgoingEvent.id).limit(1)).scalar_one()
        delivery = connection.execute(
            select(records.Delivery.id).where(records.Delivery.event_id == event)
        ).scalar_one()
        told = {"delivery_id": delivery, "at": place.clock(), "error": "", "answer": TOLD}
        connection.execute(insert(records.DeliveryAttempt), [told | {"milliseconds": 1}])


MARKERS = (
    NAME, MAIL, PHONE, ID, STORY, ANSWER, ERROR, KEY, TAG, PAID, BUFFERED, WISH, RETURN, ORDER,
    CASE, TALK, PAYLOAD, LETTER, PAPER, DRAFT, REASON, TOLD,
)  # fmt: skip


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
        forgetting.forget(place.house, place.zofija, "leo")
    assert [mark for mark in MARKERS if mark not in place.everything()] == []
    told = forgetting.forget(place.house, place.zofija, "leo", running="cancel")

    assert (told.done.instances, told.done.mentions) == ([place.about], [place.meeting])
    assert (told.done.cancelled, told.overwritten) == ([place.about], True)
    left = {"database": place.everything(), "log": caplog.text, **exported(place)}
    if place.house.database.dialect.name == "sqlite":
        left["files"] = place.files().decode("utf-8", "replace")
    assert {(where, mark) for where in left for mark in MARKERS if mark in left[where]} == set()
    with store.reading(place.house.database) as connection:
        assert list(queries.verify_all(connection)) == []
        steps = queries.history(connection, place.about)
    assert (steps[-1].command, steps[-1].actor) == ("erase", "leo")


def exported(place: Place) -> dict[str, str]:
    with Session(place.house.database) as session:
        found = {kind: "".join(imports.export(session, kind, "shop")) for kind in imports.KINDS}
        connection = session.connection()
        anything = store.instance.c.key > 0
        found["xes"] = "".join(exports.xes(connection, anything))
        found["ocel"] = "".join(exports.ocel(connection, anything))
    return found


def test_what_is_about_others_goes_on_without_the_name(place: Place) -> None:
    live(place)
    forgetting.forget(place.house, place.zofija, "leo", running="cancel")

    engine = place.house.engine
    with store.reading(place.house.database) as connection:
        [guests] = [v.value for v in queries.variables(connection, place.meeting)]
        tasks = [w.key for w in queries.waiting(connection, place.meeting)]
    assert [each["name"] for each in guests] == ["…", "Otto Oakes"]
    assert [each["mail"] for each in guests] == ["…", "otto@example.com"]
    for task in tasks:
        engine.complete(task, {}, by="bob")
    with store.reading(place.house.database) as connection:
        assert queries.instance(connection, place.meeting).state == "COMPLETED"
        assert queries.verify(connection, place.meeting) is None
        from web.api.tables import document

        assert list(connection.execute(select(document.c.id)).scalars()) == ["c"]


def test_figures_and_proofs_stay_without_a_name(place: Place) -> None:
    live(place)
    forgetting.forget(place.house, place.zofija, "leo", running="cancel")

    with Session(place.house.database) as session:
        who = session.get_one(records.Customer, place.zofija)
        assert (who.name, who.erased_at, who.do_not_contact) == ("", place.clock(), True)
        [order] = session.scalars(select(records.Transaction))
        assert (order.amount, order.customer_id) == (900, place.zofija)
        assert session.scalars(select(records.Consent)).first() is not None
        [letter] = session.scalars(select(records.Message))
        assert (letter.state, letter.error) == ("failed", "forgotten")
        assert {case.state for case in session.scalars(select(records.Case))} == {"closed"}
        told = session.scalars(select(records.OutgoingEvent.type))
        assert "customer.forgotten" in set(told)


def test_a_file_does_not_bring_them_back_and_they_themselves_may_come(place: Place) -> None:
    live(place)
    forgetting.forget(place.house, place.zofija, "leo", running="cancel")
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
        new = events.receive(session, place.house.engine, order, place.clock())["customer_id"]
        assert new != place.zofija
    again = place.run("customers", FILE)
    assert (again.changed, again.forgotten) == (1, 0)
    with Session(place.house.database) as session:
        assert records.allowed_channels(session, new, "marketing") == []
        assert records.allowed_channels(session, new, "service_essential") == ["email"]


def test_an_event_sent_again_is_still_known(place: Place) -> None:
    live(place)
    forgetting.forget(place.house, place.zofija, "leo", running="cancel")

    _events(place)  # the same event, naming her by an id that nobody has any more

    with Session(place.house.database) as session:
        assert len(session.scalars(select(records.Customer)).all()) == 1


def test_who_is_on_legal_hold_forgotten_or_unknown_is_refused(place: Place) -> None:
    live(place)
    with Session(place.house.database) as session:
        session.get_one(records.Customer, place.zofija).legal_hold = True
        session.commit()
    with pytest.raises(Conflict, match="legal hold"):
        forgetting.forget(place.house, place.zofija, "leo", running="cancel")
    with Session(place.house.database) as session:
        session.get_one(records.Customer, place.zofija).legal_hold = False
        session.commit()
    forgetting.forget(place.house, place.zofija, "leo", running="cancel")
    with pytest.raises(Conflict, match="forgotten already"):
        forgetting.forget(place.house, place.zofija, "leo", running="cancel")


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

    monkeypatch.setattr("web.cli.forget.open_house", lambda: place.house)
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
