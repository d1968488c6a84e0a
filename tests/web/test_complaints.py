"""Anybody complains on a public page: three fields, no name, no account."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine.model import Resource
from tasks.cases.records import Case
from tasks.customers.records import Customer
from tasks.seeding.catalogue import load_standards
from tests.support.crm import NOON, SEEDS, customer
from tests.web.browser import Browser
from tests.web.conftest import Clock

Enter = Callable[[str], Browser]
LATE = "It came a week late."
PROBLEMS = SEEDS.parent / "processes" / "problems"


@pytest.fixture
def shop(app: Flask) -> Flask:
    """The house with policy values and the form of the complaint processes."""
    house = app.extensions["peyvand"]
    with Session(house.database) as session, session.begin():
        load_standards(session, SEEDS, NOON)
    deploy(app, PROBLEMS / "complaint.form")
    return app


def deploy(app: Flask, file: Path, content: bytes | None = None) -> None:
    house = app.extensions["peyvand"]
    house.engine.by("bob").definitions.deploy([Resource(file.name, content or file.read_bytes())])


def cases(app: Flask) -> list[Case]:
    with Session(app.extensions["peyvand"].database) as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def complain(enter: Enter, **said: str) -> tuple[Browser, TestResponse]:
    """Open the page, write, send; the answer is what came back."""
    browser = enter("")
    browser.get("/complaint")
    [key] = re.findall(r'name="key" value="([^"]+)"', browser.page)
    fields = {"csrf_token": browser.token(), "text": LATE, "key": key} | said
    return browser, browser.send("/complaint", fields)


def test_r28_a_complaint_needs_no_account_and_no_name(shop: Flask, enter: Enter) -> None:
    browser, answer = complain(enter)

    assert answer.status_code == 303
    [case] = cases(shop)
    assert case.number in browser.get("/complaint/received")
    assert (case.text, case.customer_id, case.contact_address) == (LATE, None, None)


def test_whoever_leaves_an_address_we_know_is_matched(shop: Flask, enter: Enter) -> None:
    with Session(shop.extensions["peyvand"].database) as session, session.begin():
        mira = customer(session)
        number, address = mira.id, mira.contact_points[0].value

    complain(enter, address=address.upper(), wish="refund")

    [case] = cases(shop)
    assert (case.customer_id, case.contact_channel, case.wish) == (number, "email", "refund")


def test_an_unknown_address_is_kept_for_the_case_only(shop: Flask, enter: Enter) -> None:
    complain(enter, address="stranger@example.net")

    [case] = cases(shop)
    assert (case.customer_id, case.contact_address) == (None, "stranger@example.net")
    with Session(shop.extensions["peyvand"].database) as session:
        assert session.scalars(select(Customer)).all() == []


def test_an_address_nobody_can_write_to_is_told_and_nothing_written_is_lost(
    shop: Flask, enter: Enter
) -> None:
    _, answer = complain(enter, address="not an address")

    assert answer.status_code == 422
    assert "neither an e-mail address nor a phone number" in answer.text
    assert LATE in answer.text
    assert cases(shop) == []


def test_a_complaint_without_words_is_asked_for_them(shop: Flask, enter: Enter) -> None:
    _, answer = complain(enter, text=" ")

    assert answer.status_code == 422
    assert "This is needed." in answer.text


def test_the_same_page_sent_twice_is_one_complaint(shop: Flask, enter: Enter) -> None:
    browser = enter("")
    browser.get("/complaint")
    [key] = re.findall(r'name="key" value="([^"]+)"', browser.page)

    for _ in range(2):
        assert browser.post("/complaint", text=LATE, key=key).status_code == 303

    assert len(cases(shop)) == 1


def test_a_robot_is_thanked_and_nothing_is_kept(shop: Flask, enter: Enter) -> None:
    _, answer = complain(enter, website="https://spam.example")

    assert answer.status_code == 303
    assert cases(shop) == []


def test_a_flood_from_one_address_is_politely_put_off(
    shop: Flask, enter: Enter, clock: Clock
) -> None:
    for _ in range(20):
        complain(enter)

    _, answer = complain(enter)

    assert answer.status_code == 429
    assert "nothing you wrote is lost" in answer.text
    assert LATE in answer.text
    clock.forward(hours=1, seconds=1)
    assert complain(enter)[1].status_code == 303
    assert len(cases(shop)) == 21


def test_who_goes_on_flooding_is_refused_unread_for_a_minute(
    shop: Flask, enter: Enter, clock: Clock
) -> None:
    for _ in range(41):
        complain(enter)

    _, answer = complain(enter)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.text == "Many forms came from your address within an hour. Wait a little."
    clock.forward(minutes=1, seconds=1)
    assert LATE in complain(enter)[1].text  # read and counted once more
    clock.forward(hours=1)
    assert complain(enter)[1].status_code == 303


def test_a_book_instead_of_a_text_is_refused_with_its_limit(shop: Flask, enter: Enter) -> None:
    _, answer = complain(enter, text="x" * 20_001)

    assert answer.status_code == 422
    assert cases(shop) == []


@pytest.mark.parametrize(
    ("language", "said"), [("fa", "شمارهٔ شکایت"), ("lt", "Jūsų skundo numeris")]
)
def test_it_speaks_the_language_of_the_reader_and_so_does_the_case(
    shop: Flask, enter: Enter, language: str, said: str
) -> None:
    browser = enter("")
    browser.get("/complaint", **{"Accept-Language": language})
    [key] = re.findall(r'name="key" value="([^"]+)"', browser.page)
    fields = {"csrf_token": browser.token(), "text": LATE, "key": key}
    browser.send("/complaint", fields, **{"Accept-Language": language})

    assert said in browser.get("/complaint/received", **{"Accept-Language": language})
    assert cases(shop)[0].language == language


def test_an_owner_changes_a_question_without_touching_python(shop: Flask, enter: Enter) -> None:
    file = PROBLEMS / "complaint.form"
    changed = file.read_text("utf-8").replace("What happened?", "What can we put right?")
    deploy(shop, file, changed.encode())

    assert "What can we put right?" in enter("").get("/complaint")
