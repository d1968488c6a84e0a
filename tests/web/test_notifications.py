"""What people are told: in the page, by e-mail as they wish; and snoozes that end by themselves."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine import reads, store
from engine.model import StartRequest
from tasks.customers.records import Customer
from tasks.interactions.records import Interaction
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from tests.web.test_colleagues import parcel
from web import accounts
from web.notifications import mailing, waking

Opens = Callable[[str], Browser]


@pytest.fixture
def farid(app: Flask) -> None:
    """Given Farid, a colleague of Charlie's who reads Persian."""
    with app.app_context():
        accounts.create(
            "farid",
            PASSWORD,
            display_name="Farid",
            email="farid@example.com",
            groups=["care_agent"],
            locale="fa",
        )


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What goes out by e-mail."""
    sent: list[Any] = []

    def deliver(_session: Any, _settings: Any, draft: Any, _now: Any) -> None:
        sent.append(draft)

    monkeypatch.setattr(mailing, "deliver", deliver)
    return sent


def send(app: Flask) -> None:
    services = app.extensions["peyvand"]
    mailing.send_due(replace(services, settings=replace(services.settings, smtp_url="smtp://x")))


def hand_over(enter: Opens, key: int) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{key}")
    charlie.post(f"/tasks/{key}/delegation", to="farid")


def test_who_is_given_a_task_is_told_once_and_led_to_it(
    app: Flask, enter: Opens, farid: None
) -> None:
    key = parcel(app, "Dara", "charlie")
    assert "count" not in enter("charlie").get("/notifications/count")  # one's own claim is no news
    hand_over(enter, key)
    other = enter("farid")
    other.get("/")
    assert "count" in other.get("/notifications/count")
    page = other.get("/notifications")
    assert "Charlie" in page
    number = page.partition('href="/notifications/')[2].partition('"')[0]
    assert other.client.get(f"/notifications/{number}").location == f"/tasks/{key}"
    assert "count" not in other.get("/notifications/count")
    assert enter("charlie").client.get(f"/notifications/{number}").status_code == 404


def test_an_e_mail_goes_at_once_and_says_nothing_about_the_customer(
    app: Flask, enter: Opens, farid: None, letters: list[Any]
) -> None:
    other = enter("farid")
    other.get("/notifications")
    other.post("/notifications/choices", given="at_once", mention="never")
    key = parcel(app, "Dara", "charlie")
    hand_over(enter, key)
    send(app)
    send(app)
    [letter] = letters
    assert letter.recipient == "farid@example.com"
    assert "Check the parcel" in letter.body
    assert "http://localhost/notifications/" in letter.body
    assert "Dara" not in letter.subject + letter.body
    assert letter.subject == "تازه‌های کارهای شما"


def test_the_digest_comes_in_the_morning_and_leaves_out_what_was_seen(
    app: Flask, enter: Opens, farid: None, letters: list[Any], clock: Clock
) -> None:
    first, second, third = (parcel(app, name, "charlie") for name in ("Dara", "Eda", "Fia"))
    for key in (first, second, third):
        hand_over(enter, key)
    other = enter("farid")
    number = other.get("/notifications").partition('href="/notifications/')[2].partition('"')[0]
    other.client.get(f"/notifications/{number}")
    send(app)
    assert letters == []
    clock.forward(hours=23)
    send(app)
    send(app)
    [letter] = letters
    assert letter.body.count("/notifications/") == 2


def test_who_wants_no_e_mail_gets_none(
    app: Flask, enter: Opens, farid: None, letters: list[Any], clock: Clock
) -> None:
    other = enter("farid")
    other.get("/notifications")
    other.post("/notifications/choices", given="never")
    hand_over(enter, parcel(app, "Dara", "charlie"))
    clock.forward(days=1)
    send(app)
    assert letters == []


def snooze(enter: Opens, key: int, until: str) -> Browser:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{key}")
    assert charlie.post(f"/tasks/{key}/follow-up", until=until).status_code == 303
    return charlie


def wake(app: Flask) -> int:
    return waking.wake_due(app.extensions["peyvand"])


def test_a_snooze_ends_when_a_colleague_writes(app: Flask, enter: Opens, farid: None) -> None:
    key = parcel(app, "Dara", "charlie")
    charlie = snooze(enter, key, "comment")
    assert "P-Dara" not in charlie.get("/?view=mine")
    assert "until a colleague writes" in charlie.get("/?view=snoozed")
    charlie.post(f"/tasks/{key}/comments", text="I wait.")
    assert wake(app) == 0
    other = enter("farid")
    other.get(f"/tasks/{key}")
    other.post(f"/tasks/{key}/comments", text="It came.")
    assert wake(app) == 1
    assert wake(app) == 0
    assert "P-Dara" in charlie.get("/?view=mine")
    assert "A snoozed task is back" in charlie.get("/notifications")


def test_a_snooze_ends_when_the_customer_writes_or_the_case_goes_on(
    app: Flask, enter: Opens
) -> None:
    services = app.extensions["peyvand"]
    with Session(services.database) as session:
        dara = Customer(name="Dara", created_at=services.clock())
        session.add(dara)
        session.commit()
        number = dara.id
    started = services.engine.by("charlie").instances.start(StartRequest("parcel"))
    with store.writing(services.database) as connection:
        [wait] = reads.waiting(connection, started.instance_key)
        connection.execute(store.instance.update().values(customer=str(number)))
    snooze(enter, wait.key, "customer")
    assert wake(app) == 0
    said = {"customer_id": number, "source": "shop", "external_id": "1", "channel": "email"}
    when = {"at": services.clock(), "created_at": services.clock()}
    with store.writing(services.database) as connection:
        connection.execute(insert(Interaction).values(**said, **when, text="Well?"))
    assert wake(app) == 1
    snooze(enter, wait.key, "change")
    assert wake(app) == 0
    services.engine.by("olga").tasks.update(wait.key, {"priority": 80})
    assert wake(app) == 1
