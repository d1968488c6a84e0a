"""The other pages: start, process, instance, incidents, customers, outbox, languages, errors."""

from collections.abc import Callable
from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import store
from engine.model import Resource, StartRequest
from tasks.contacts.records import Contact, Message
from tasks.customers.records import ContactPoint, Customer
from tasks.purchases.records import Transaction
from tasks.seeding.demo import cdnow_path, days_moved, load_demo
from tests.support.crm import SEEDS
from tests.web.browser import Browser
from tests.web.conftest import DATA, Clock

Opens = Callable[..., Browser]


@pytest.fixture
def customer(app: Flask, clock: Clock) -> int:
    """Given a customer with a purchase, a refused contact and a message in the outbox."""
    with store.writing(app.extensions["peyvand"].database) as connection:
        session = Session(connection)
        at = clock()
        dara = Customer(
            name="Dara <b>Dell</b>", relationship_since=date(2025, 1, 2), demo=True, created_at=at
        )
        session.add(dara)
        session.flush()
        point = ContactPoint(customer_id=dara.id, channel="email", value="dara@example.org")
        order = Transaction(
            customer_id=dara.id, order_no="O-1", at=at, amount=125_000, currency="EUR"
        )
        contact = Contact(
            customer_id=dara.id, purpose="marketing", decision="block", decided_at=at,
            reason="An open complaint comes first.",
        )  # fmt: skip
        for made in (point, order, contact):
            made.created_at = at
            session.add(made)
        session.flush()
        session.add(
            Message(
                key="m-1", internal=True,
                contact_id=contact.id, channel="email", transport="outbox",
                recipient="dara@example.org", subject="A gift", body="Dear Dara", state="sent",
                created_at=at,
            )
        )  # fmt: skip
        session.flush()
        return dara.id


def test_charlie_finds_the_process_with_its_description_and_starts_it(enter: Opens) -> None:
    charlie = enter("charlie")
    page = charlie.get("/start")
    assert "Takes a parcel in and hands it over." in page
    charlie.get("/processes/parcel/start")
    answer = charlie.post("/processes/parcel/start", customer="Dara")
    assert answer.status_code == 303
    assert answer.location.startswith("/tasks/")
    assert "Dara" in charlie.get(answer.location)


def test_a_start_form_without_its_answer_starts_nothing(enter: Opens) -> None:
    charlie = enter("charlie")
    charlie.get("/processes/parcel/start")
    answer = charlie.post("/processes/parcel/start", customer="")
    assert answer.status_code == 422
    assert 'href="#f-customer"' in answer.text
    assert "No instance fits." in charlie.get("/instances")


def test_alice_does_not_see_and_may_not_start_what_is_not_her_groups(enter: Opens) -> None:
    alice = enter("alice")
    assert "Takes a parcel in" not in alice.get("/start")
    alice.get("/processes/parcel/start", 403)
    alice.get("/")
    assert alice.post("/processes/parcel/start", customer="Dara").status_code == 403


def test_the_process_page_says_in_words_what_the_diagram_shows(app: Flask, enter: Opens) -> None:
    app.extensions["peyvand"].engine.instances.start(
        StartRequest("parcel", variables={"customer": "Dara"})
    )
    page = enter("bob").get("/processes/parcel")
    for words in ("Takes a parcel in", "Check the parcel", "1 here", "1 passed", "version 1"):
        assert words in page
    assert 'data-element="check"' in page
    assert '"active": {"check": 1}' in page


def test_the_diagram_is_answered_as_it_was_deployed(app: Flask, enter: Opens) -> None:
    bob = enter("bob")
    page = bob.get("/processes/parcel")
    address = page.split('data-diagram="')[1].split('"')[0]
    answer = bob.client.get(address)
    assert answer.mimetype == "text/xml"
    assert b"bpmn:definitions" in answer.data


def test_the_instance_page_shows_tokens_steps_variables_and_history(
    app: Flask, enter: Opens
) -> None:
    engine = app.extensions["peyvand"].engine
    started = engine.by("bob").instances.start(
        StartRequest("parcel", variables={"customer": "Dara"}, business_key="P-9")
    )
    charlie = enter("charlie")
    page = charlie.get(f"/instances/{started.instance_key}")
    for words in ("P-9", "Parcel arrived", "Check the parcel", "&#34;Dara&#34;", "bob", "It waits"):
        assert words in page
    assert "It is your turn: Check the parcel" in page
    assert '"completed": {"arrived": 1}' in page


def test_a_running_instance_page_learns_that_something_moved(app: Flask, enter: Opens) -> None:
    engine = app.extensions["peyvand"].engine
    started = engine.instances.start(StartRequest("parcel", variables={"customer": "Dara"}))
    charlie = enter("charlie")
    address = f"/instances/{started.instance_key}/pulse"
    assert "HX-Refresh" not in charlie.client.get(f"{address}?seen=1").headers
    engine.by("bob").instances.set_variables(started.instance_key, {"note": "here"}, local=True)
    assert charlie.client.get(f"{address}?seen=1").headers["HX-Refresh"] == "true"


def test_an_incident_is_listed_with_its_reason_and_retried_by_the_operator(
    app: Flask, enter: Opens
) -> None:
    house = app.extensions["peyvand"]
    started = house.engine.instances.start(StartRequest("stumble"))
    [job] = house.engine.by("w").jobs.activate("stumble.work", 1, 60_000)
    house.engine.jobs.fail(job["key"], "The scale is broken.", retries=0)
    olga, charlie = enter("olga"), enter("charlie")
    assert "Try again" not in charlie.get("/incidents")
    page = olga.get("/incidents")
    assert "The scale is broken." in page
    action = page.split('action="/incidents/')[1].split('"')[0]
    answer = olga.post(f"/incidents/{action}")
    assert answer.status_code == 303
    assert "Nothing needs help." in olga.get("/incidents")
    assert house.engine.by("w").jobs.activate("stumble.work", 1, 60_000)
    assert "Weigh it" in olga.get(f"/instances/{started.instance_key}")


def test_a_customer_is_found_by_name_address_or_number(enter: Opens, customer: int) -> None:
    bob = enter("bob")
    for words in ("dell", "dara@example", str(customer)):
        assert f"/customers/{customer}" in bob.get(f"/customers?q={words}")
    page = bob.get("/customers?q=nobody")
    assert "No customer matches “nobody”." in page


def test_demo_customers_are_said_to_be_demo_and_how_far_their_purchases_were_moved(
    enter: Opens, app: Flask, customer: int
) -> None:
    assert "Demo data" not in enter("bob").get("/customers")
    with Session(app.extensions["peyvand"].database) as session, session.begin():
        load_demo(session, SEEDS, cdnow_path(), date(2026, 11, 4))
        moved = days_moved(session)

    page = enter("bob").get("/customers")

    assert moved == (date(2026, 11, 3) - date(1998, 6, 30)).days
    assert f"moved by {moved:,} days" in page


def test_the_customer_page_shows_contacts_purchases_and_no_markup_of_theirs(
    enter: Opens, customer: int
) -> None:
    page = enter("bob").get(f"/customers/{customer}")
    for words in ("An open complaint comes first.", "1,250.00 EUR", "dara@example.org", "made up"):
        assert words in page
    assert "<b>Dell</b>" not in page
    enter("bob").get("/customers/999", 404)


def test_the_outbox_is_for_those_who_answer_for_messages(enter: Opens, customer: int) -> None:
    assert customer
    enter("charlie").get("/outbox", 403)
    alice = enter("alice")
    page = alice.get("/outbox")
    assert "No mail server is set" in page
    assert "A gift" in page
    assert "Dear Dara" in alice.get("/outbox/1")


def test_the_language_is_switched_for_the_browser_and_the_account(enter: Opens) -> None:
    charlie = enter("charlie")
    charlie.get("/")
    answer = charlie.post("/account/language", locale="fa", next="/start")
    assert answer.location == "/start"
    page = charlie.get("/start")
    assert '<html lang="fa" dir="rtl">' in page
    assert 'lang="lt" dir="ltr"' in enter().get("/login", **{"Accept-Language": "lt"})


def test_persian_pages_write_jalali_dates_in_persian_digits(app: Flask, enter: Opens) -> None:
    app.extensions["peyvand"].engine.instances.start(
        StartRequest("parcel", variables={"customer": "Dara"})
    )
    charlie = enter("charlie")
    charlie.get("/")
    charlie.post("/account/language", locale="fa")
    assert "۱۳ آبان ۱۴۰۵" in charlie.get("/instances")


def test_an_unknown_page_says_so_in_words(enter: Opens) -> None:
    page = enter("bob").get("/nowhere", 404)
    assert "There is no such page" in page
    assert "To the inbox" in page


def test_a_fault_of_ours_tells_no_details_even_without_a_database(
    app: Flask, enter: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = enter("bob")
    monkeypatch.setattr(app.extensions["peyvand"], "database", None)
    answer = bob.client.get("/processes")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "Traceback" not in answer.text
    assert "NoneType" not in answer.text


def test_a_database_that_is_away_is_a_503_that_says_when_to_come_again(
    enter: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = enter("bob")

    def away(_database: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(store, "reading", away)
    answer = bob.client.get("/processes")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Nothing is lost." in answer.text
    assert "closed the connection" not in answer.text


def test_a_drawing_in_utf_16_is_shown_as_what_it_says_it_is(
    app: Flask, enter: Callable[[str], Browser]
) -> None:
    content = DATA.parents[1] / "core" / "lint" / "drawings" / "adonis.bpmn"
    house = app.extensions["peyvand"]
    [deployed] = (
        house.engine.by("bob").definitions.deploy([Resource("a.bpmn", content.read_bytes())]).items
    )
    house.engine.instances.start(StartRequest(definition_key=deployed.key))

    browser = enter("olga")
    answer = browser.client.get(f"/processes/{deployed.key}/xml")
    assert answer.content_type == "text/xml; charset=utf-8"
    assert "بررسی" in answer.data.decode()
    assert "بررسی" in browser.get(f"/processes/{quote('obj.2')}")
