"""Accounts on pages: Ada, who administers, makes, changes, closes; others may not."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from engine import store
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD
from web import accounts
from web.accounts import administration, leaving
from web.app.tables import audit_entry

Opens = Callable[[str], Browser]
NEW = "a longer horse battery"


@pytest.fixture
def ada(app: Flask, enter: Opens) -> Browser:
    with app.app_context():
        accounts.create("ada", PASSWORD, display_name="Ada", roles=["admin"])
    return enter("ada")


def test_ada_makes_an_account_that_can_sign_in(ada: Browser, enter: Opens, app: Flask) -> None:
    ada.get("/people/new")

    made = ada.post(
        "/people/new",
        username="dora",
        password=PASSWORD,
        display_name="Dora Dale",
        groups=["care_agent"],
        more_groups="night_shift, ",
        roles=["operator"],
    )

    assert made.status_code == 303
    assert "Dora Dale" in ada.get("/people")
    enter("dora").get("/")
    with app.app_context():
        dora = accounts.get("dora")
    assert dora is not None
    assert (dora.groups, dora.roles) == ({"care_agent", "night_shift"}, {"operator"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"username": "charlie"}, "There is an account of this name already."),
        ({"username": "two words"}, "A user name has no spaces"),
        ({"username": "dora", "password": "short"}, "Choose another: eight characters"),
        ({"username": "dora", "roles": ["king"]}, "There is no such role."),
    ],
)
def test_what_cannot_be_an_account_is_told(
    ada: Browser, given: dict[str, object], said: str
) -> None:
    ada.get("/people/new")

    answer = ada.post("/people/new", **given)

    assert answer.status_code == 422
    assert said in answer.text


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(
    ada: Browser, enter: Opens, app: Flask
) -> None:
    charlie = enter("charlie")
    with app.app_context():
        person = accounts.get("charlie")
        assert person is not None
        secret = accounts.make_token(person, "script")
    ada.get("/people/charlie")

    ada.post("/people/charlie", display_name="Charlie Cole", groups=["care_agent"])

    charlie.get("/", status=302)
    with app.app_context():
        assert accounts.by_token(secret) is None
        assert accounts.by_password("charlie", PASSWORD) is None
    assert "closed" in ada.get("/people/charlie")
    ada.post("/people/charlie", display_name="Charlie Cole", groups=["care_agent"], active="on")
    enter("charlie").get("/")


def _told(app: Flask) -> list[tuple[str, str, str]]:
    """Return key, reason and teller of the messages about those who left."""
    message = store.message.c
    query = (
        select(message.correlation_key, message.variables, message.published_by)
        .where(message.name == leaving.MESSAGE)
        .order_by(message.key)
    )
    with store.reading(app.extensions["peyvand"].database) as connection:
        return [(key, said["reason"], by) for key, said, by in connection.execute(query)]


def _delete(app: Flask, address: str) -> None:
    with app.app_context():
        account = accounts.get("ada")
        assert account is not None
        secret = accounts.make_token(account, "script")
    answer = app.test_client().delete(address, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 204, answer.text


def test_processes_are_told_once_that_an_account_was_closed(ada: Browser, app: Flask) -> None:
    ada.get("/people/charlie")

    ada.post("/people/charlie", display_name="Charlie", groups=["care_agent"], active="on")
    assert _told(app) == []  # nobody left
    for _ in range(2):  # the second time it is closed already
        ada.post("/people/charlie", display_name="Charlie", groups=["care_agent"])
    assert _told(app) == [("charlie", "closed", "ada")]


def test_processes_are_told_who_is_in_no_group_any_more(ada: Browser, app: Flask) -> None:
    ada.get("/people/charlie")

    ada.post("/people/charlie", groups=["sales_rep", "care_agent"], active="on")
    _delete(app, "/v2/groups/care_agent/users/charlie")
    assert _told(app) == []  # still in one
    _delete(app, "/v2/groups/sales_rep/users/charlie")
    ada.post("/people/alice", display_name="Alice", active="on")

    assert _told(app) == [("charlie", "no group", "ada"), ("alice", "no group", "ada")]


def test_processes_are_told_of_an_account_removed_through_the_api(ada: Browser, app: Flask) -> None:
    _delete(app, "/v2/users/charlie")

    assert _told(app) == [("charlie", "removed", "ada")]


def test_somebody_must_stay_who_may_change_accounts(ada: Browser, app: Flask) -> None:
    ada.get("/people/ada")

    for change in ({"active": "on"}, {"roles": ["admin"]}):  # no role any more; closed
        answer = ada.post("/people/ada", display_name="Ada", **change)
        assert answer.status_code == 422
        assert "Somebody must stay who may change accounts." in answer.text

    with app.app_context():
        kept = administration.person("ada")
    assert kept.active
    assert kept.account.roles == {"admin"}


def test_a_forgotten_password_is_set_and_the_old_one_ends(
    ada: Browser, enter: Opens, app: Flask
) -> None:
    charlie = enter("charlie")
    ada.get("/people/charlie")
    assert ada.post("/people/charlie/password", password="12345678").status_code == 422

    ada.post("/people/charlie/password", password=NEW)

    charlie.get("/", status=302)
    with app.app_context():
        assert accounts.by_password("charlie", PASSWORD) is None
        assert accounts.by_password("charlie", NEW) is not None


def test_a_lost_telephone_is_signed_out_without_closing_the_account(
    ada: Browser, enter: Opens
) -> None:
    charlie = enter("charlie")
    assert "1 browser is signed in." in ada.get("/people/charlie")

    ada.post("/people/charlie/access/end")

    charlie.get("/", status=302)
    enter("charlie").get("/")


@pytest.mark.parametrize("username", ["charlie", "olga"])
def test_nobody_else_sees_or_changes_accounts(enter: Opens, ada: Browser, username: str) -> None:
    browser = enter(username)
    browser.get("/people", status=403)
    browser.get("/people/ada", status=403)
    browser.get("/account")
    for address in ("/people/new", "/people/ada", "/people/ada/password", "/people/ada/access/end"):
        assert browser.post(address, username="x", password=NEW).status_code == 403


def test_the_audit_log_says_who_changed_what(ada: Browser, app: Flask) -> None:
    ada.get("/people/charlie")

    ada.post("/people/charlie", display_name="Charlie", groups=["sales_rep"], active="on")

    with store.reading(app.extensions["peyvand"].database) as connection:
        query = select(audit_entry).where(audit_entry.c.action == "account.changed")
        [entry] = connection.execute(query).all()
    assert (entry.actor, entry.subject) == ("ada", "charlie")
    assert entry.detail["groups"] == [["care_agent"], ["sales_rep"]]


def test_an_account_that_is_not_there(ada: Browser) -> None:
    ada.get("/people/nobody", status=404)
