"""Message templates on pages: Bob, the head of care, writes what customers read."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.templates.records import TICKS, Template
from tests.web.browser import Browser

Opens = Callable[[str], Browser]
EVERY = list(TICKS)
NAME = "delay-apology"
HERE = f"/templates/{NAME}"


def written(app: Flask) -> list[Template]:
    with Session(app.extensions["peyvand"].database) as session:
        query = select(Template).where(Template.name == NAME).order_by(Template.edition)
        return list(session.scalars(query))


def fields(**other: object) -> dict[str, object]:
    return {
        "channel": "email",
        "language": "en",
        "purpose": "service_recovery",
        "edition": "0",
        "subject": "Your order {{order.number}} is late",
        "body": "{{customer.greeting}}\n\nit is our fault.\n\n{{company.name}}",
    } | other


@pytest.fixture
def bob(enter: Opens) -> Browser:
    browser = enter("bob")
    browser.get(f"{HERE}?purpose=service_recovery")
    return browser


def test_a_text_is_a_draft_until_all_five_questions_are_answered(bob: Browser, app: Flask) -> None:
    assert bob.post(HERE, **fields(ticks=EVERY[:4])).status_code == 303
    assert "no edition goes out" in bob.get(HERE)

    assert bob.post(HERE, **fields(edition="1", ticks=EVERY)).status_code == 303

    assert "edition 2 goes out" in bob.get(HERE)
    assert [(each.edition, each.ready()) for each in written(app)] == [(1, False), (2, True)]


def test_the_preview_shows_a_customer_and_names_what_the_process_fills_in(
    bob: Browser, app: Flask
) -> None:
    page = bob.post(f"{HERE}/preview", **fields()).text

    assert "Your order [order.number] is late" in page
    assert "Dear Mira Meadow," in page
    assert written(app) == []


def test_a_persian_text_is_previewed_in_persian(bob: Browser) -> None:
    page = bob.post(f"{HERE}/preview", **fields(language="fa", body="{{customer.greeting}}")).text

    assert "میرا مرادی گرامی،" in page


def test_two_people_one_text_nobody_loses_what_he_wrote(bob: Browser, app: Flask) -> None:
    bob.post(HERE, **fields(ticks=EVERY))

    answer = bob.post(HERE, **fields(body="what Bob wrote in his other window", ticks=EVERY))

    assert answer.status_code == 409
    assert "Somebody else has saved a newer edition meanwhile." in answer.text
    assert "what Bob wrote in his other window" in answer.text
    assert len(written(app)) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"subject": ""}, "a mail needs one"),
        ({"body": "  "}, "Write a text."),
        ({"body": "Dear {{customer.name | upper}}"}, "is no field. A field looks like"),
        ({"body": "Dear {% if x %}"}, "is no field"),
        ({"purpose": "marketing"}, "where to write to get no more"),
    ],
)
def test_what_would_not_read_well_is_refused_with_what_to_do(
    bob: Browser, app: Flask, given: dict[str, object], said: str
) -> None:
    answer = bob.post(HERE, **fields(ticks=EVERY, **given))

    assert answer.status_code == 422
    assert said in answer.text
    assert written(app) == []


def test_a_field_that_no_edition_had_is_pointed_out(bob: Browser) -> None:
    bob.post(HERE, **fields(ticks=EVERY))
    bob.get(HERE)

    page = bob.post(f"{HERE}/preview", **fields(edition="1", body="{{order.numbre}}")).text

    assert re.search(r"No edition had these fields before.*order\.numbre", page)


def test_the_list_says_what_is_missing_in_which_language(bob: Browser) -> None:
    bob.post(HERE, **fields(ticks=EVERY))

    page = bob.get("/templates")

    assert "e-mail missing in فارسی" in page
    assert "e-mail missing in Lietuvių" in page
    assert "missing in English" not in page


def test_who_may_not_write_may_read(enter: Opens, bob: Browser, app: Flask) -> None:
    bob.post(HERE, **fields(ticks=EVERY))
    charlie = enter("charlie")

    assert "it is our fault" in charlie.get(HERE)
    charlie.get("/account")
    assert charlie.post(HERE, **fields(edition="1")).status_code == 403
    assert charlie.post(f"{HERE}/preview", **fields()).status_code == 403
    assert len(written(app)) == 1


def test_a_template_that_is_not_there(bob: Browser) -> None:
    bob.get("/templates/nothing", status=404)
