"""Who gets in, what every answer carries, and what nobody can do from another site."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from engine.model import StartRequest
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from web import accounts
from web.accounts import policy
from web.app import tables
from web.app.security import CSP

Opens = Callable[..., Browser]
PAGES = (
    "/", "/?view=done", "/start", "/processes", "/processes/parcel", "/instances", "/incidents",
    "/customers", "/campaigns", "/account", "/more",
)  # fmt: skip


def test_every_route_has_a_policy_that_the_table_knows(app: Flask) -> None:
    bare = []
    with app.app_context():
        known = {policy.ANYBODY, *policy.rules()}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        action = getattr(view, "policy", None)
        if rule.endpoint != "static" and action not in known:
            bare.append((rule.rule, rule.endpoint, action))
    assert bare == []


def test_an_unknown_action_is_nobodys(app: Flask) -> None:
    everything = accounts.Account("eve", "Eve", roles=frozenset(accounts.ROLES))
    with app.app_context():
        assert not policy.can(everything, "moon.fetch")
        assert not policy.can(None, "task.see")


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_is_led_to_the_sign_in_page(enter: Opens, address: str) -> None:
    answer = enter().client.get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/login")


@pytest.mark.parametrize("address", ["/login", *PAGES, "/nowhere"])
def test_every_page_carries_the_policy_for_its_content(enter: Opens, address: str) -> None:
    answer = enter("charlie").client.get(address)
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert " style=" not in answer.text
    assert "onclick" not in answer.text


def test_signing_in_gives_a_new_id_and_signing_out_ends_it_everywhere(
    app: Flask, enter: Opens
) -> None:
    charlie = enter("charlie")
    first = charlie.client.get_cookie("peyvand_sid")
    assert first is not None
    assert first.http_only
    charlie.get("/account")
    charlie.post("/session", username="charlie", password=PASSWORD)
    second = charlie.client.get_cookie("peyvand_sid")
    assert second is not None
    assert second.value != first.value
    thief = app.test_client()
    thief.set_cookie("peyvand_sid", second.value)
    assert thief.get("/account").status_code == 200
    charlie.get("/account")
    assert charlie.post("/session/end").status_code == 303
    assert thief.get("/account").status_code == 302


def test_a_session_ends_by_itself(enter: Opens, clock: Clock) -> None:
    charlie = enter("charlie")
    charlie.get("/account")
    clock.forward(hours=13)
    assert charlie.client.get("/account").status_code == 302


def test_the_session_is_found_in_one_statement_and_nothing_is_written(
    app: Flask, enter: Opens
) -> None:
    charlie = enter("charlie")
    seen: list[str] = []
    database = app.extensions["peyvand"].database
    event.listen(database, "before_cursor_execute", lambda *a: seen.append(str(a[2])))
    charlie.get("/more")
    statements = [text for text in seen if not text.startswith("BEGIN")]
    assert len(statements) == 1, statements
    assert "account_session" in statements[0]


def test_a_wrong_password_says_so_and_keeps_the_name(enter: Opens) -> None:
    stranger = enter()
    answer = stranger.sign_in("charlie", "guess")
    assert answer.status_code == 422
    assert "The user name or the password is not right." in answer.text
    assert 'value="charlie"' in answer.text
    assert "guess" not in answer.text


def test_after_ten_wrong_passwords_even_the_right_one_has_to_wait_a_little(
    enter: Opens, clock: Clock
) -> None:
    stranger = enter()
    for _ in range(10):
        stranger.sign_in("charlie", "guess")
    refused = stranger.sign_in("charlie", PASSWORD)
    assert refused.status_code == 429
    clock.forward(seconds=int(refused.headers["Retry-After"]))
    assert stranger.sign_in("charlie", PASSWORD).status_code == 303


def test_after_signing_in_nobody_is_sent_to_another_site(enter: Opens) -> None:
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        stranger = enter()
        stranger.get("/login")
        answer = stranger.post("/session", username="bob", password=PASSWORD, next=wanted)
        assert answer.location == "/"


def test_a_change_without_the_token_of_the_page_is_refused(enter: Opens) -> None:
    charlie = enter("charlie")
    assert charlie.send("/account/tokens", {"name": "x"}).status_code == 400
    assert charlie.send("/account/tokens", {"name": "x", "csrf_token": "y"}).status_code == 400


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_a_change_from_another_site_is_refused(enter: Opens, headers: dict[str, str]) -> None:
    charlie = enter("charlie")
    charlie.get("/account")
    fields = {"name": "x", "csrf_token": charlie.token()}
    assert charlie.send("/account/tokens", fields, **headers).status_code == 403


def test_looking_changes_nothing(app: Flask, enter: Opens) -> None:
    app.extensions["peyvand"].engine.instances.start(
        StartRequest("parcel", variables={"customer": "Dara"})
    )
    charlie = enter("charlie")
    changes: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            changes.append(statement)

    event.listen(app.extensions["peyvand"].database, "before_cursor_execute", note)
    for address in PAGES:
        charlie.get(address)
    assert changes == []


def test_only_an_operator_may_stop_an_instance(app: Flask, enter: Opens) -> None:
    started = app.extensions["peyvand"].engine.instances.start(
        StartRequest("parcel", variables={"customer": "Dara"})
    )
    address = f"/instances/{started.instance_key}"
    charlie, olga = enter("charlie"), enter("olga")
    assert "Stop this instance" not in charlie.get(address)
    assert charlie.post(f"{address}/cancellation").status_code == 403
    assert "Stop this instance" in olga.get(address)
    assert olga.post(f"{address}/cancellation").status_code == 303
    assert "stopped" in olga.get(address)


def test_a_token_is_shown_once_works_and_can_be_revoked(
    app: Flask, enter: Opens, clock: Clock
) -> None:
    charlie = enter("charlie")
    charlie.get("/account")
    answer = charlie.post("/account/tokens", name="night job", days="30")
    secret = answer.text.split('class="secret">')[1].split("<")[0]
    page = charlie.get("/account")
    assert "night job" in page
    assert secret not in page
    with app.app_context():
        found = accounts.by_token(secret)
        assert found is not None
        assert found.groups == {"care_agent"}
        number = accounts.tokens(found)[0].id
    bob = enter("bob")
    bob.get("/account")
    assert bob.post(f"/account/tokens/{number}/revocation").status_code == 404
    charlie.post(f"/account/tokens/{number}/revocation")
    with app.app_context():
        assert accounts.by_token(secret) is None
        assert accounts.by_token("pv_unknown") is None


def test_a_token_may_be_made_to_do_less_than_its_owner(app: Flask, enter: Opens) -> None:
    olga = enter("olga")
    olga.get("/account")
    answer = olga.post("/account/tokens", name="night job", days="30", scopes=["read", "moon"])
    secret = answer.text.split('class="secret">')[1].split("<")[0]
    with app.app_context():
        found = accounts.by_token(secret)
        assert found is not None
        assert found.scopes == {"read"}
        assert policy.can(found, "incident.see")
        assert not policy.can(found, "incident.resolve")
    assert "<code>read</code>" in olga.get("/account")


def test_an_expired_token_opens_nothing(app: Flask, clock: Clock) -> None:
    with app.test_request_context():
        bob = accounts.get("bob")
        assert bob is not None
        secret = accounts.make_token(bob, "short", days=30)
        clock.forward(days=31)
        assert accounts.by_token(secret) is None


def test_passwords_and_tokens_are_stored_as_digests_only(app: Flask, enter: Opens) -> None:
    enter("bob")
    with app.extensions["peyvand"].database.connect() as connection:
        stored = connection.execute(tables.account.select()).all()
        sessions = connection.execute(tables.account_session.select()).all()
    assert all(row.password_hash.startswith("$argon2") for row in stored)
    assert PASSWORD not in str(stored)
    assert all(len(row.digest) == 64 for row in sessions)
