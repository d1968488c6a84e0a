"""The public page of signing up says the same to everybody, and keeps no consent by itself."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.consents.records import Consent
from tasks.customers.records import ContactPoint
from tests.support.crm import SEEDS
from tests.web.browser import Browser
from web.composition import demo


def test_somebody_signs_up_and_is_told_to_look_into_the_mailbox(app: Flask) -> None:
    assert SEEDS.is_dir()
    demo.load_standards(app.extensions["peyvand"])
    stranger = Browser(app.test_client())
    stranger.get("/sign-up")

    assert stranger.post("/sign-up", email="nobody", agreed="yes").status_code == 422
    assert stranger.post("/sign-up", email="new@example.org").status_code == 422
    answer = stranger.post("/sign-up", email="New@Example.org", agreed="yes")

    assert (answer.status_code, answer.location) == (303, "/sign-up/sent")
    assert "mailbox" in stranger.get("/sign-up/sent")
    with Session(app.extensions["peyvand"].database) as session:
        [point] = session.scalars(select(ContactPoint)).all()
        assert point.key == "new@example.org"
        assert session.scalars(select(Consent)).all() == []


def test_a_robot_is_thanked_and_nothing_is_kept(app: Flask) -> None:
    stranger = Browser(app.test_client())
    stranger.get("/sign-up")
    sent = {"email": "bot@example.org", "agreed": "yes", "website": "https://example.org"}

    assert stranger.post("/sign-up", **sent).status_code == 303
    with Session(app.extensions["peyvand"].database) as session:
        assert session.scalars(select(ContactPoint)).all() == []
