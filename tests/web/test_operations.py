"""What operators rely on: alive, ready, figures, limits, request ids, logs without data."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine import store
from tasks import migrations as records
from tests.web.conftest import PASSWORD, Clock
from web import accounts
from web.app import heartbeat, logs
from web.app.settings import Settings
from web.composition.application import create_app

ME = "/v2/authentication/me"
Builds = Callable[..., Flask]


@pytest.fixture
def build(tmp_path: Path, clock: Clock) -> Iterator[Builds]:
    """Build a house with these settings, migrated as in production, with Olga who operates it."""
    built: list[Flask] = []

    def house(**given: Any) -> Flask:
        url = f"sqlite:///{tmp_path / 'peyvand.sqlite3'}"
        settings = Settings(database_url=url, secret_key="k" * 40, var=tmp_path, **given)
        app = create_app(settings, clock=clock)
        for part in (store, records, accounts):
            part.migrate(app.extensions["peyvand"].database)
        with app.app_context():
            if accounts.get("olga") is None:
                accounts.create("olga", PASSWORD, roles=["operator"])
                accounts.create("bob", PASSWORD, groups=["care_head"])
        built.append(app)
        return app

    yield house
    for app in built:
        app.extensions["peyvand"].database.dispose()


def _token(app: Flask, username: str, *scopes: str) -> dict[str, str]:
    with app.app_context():
        person = accounts.get(username)
        assert person is not None
        return {"Authorization": f"Bearer {accounts.make_token(person, 'test', 30, scopes)}"}


def test_ready_says_what_is_missing_and_a_worker_that_rests_turns_nobody_away(
    build: Builds, clock: Clock
) -> None:
    app = build()
    client, database = app.test_client(), app.extensions["peyvand"].database
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    parts = {"database": "ok", "migrations": "ok", "worker": "missing"}
    assert (answer.status_code, answer.json) == (200, {"status": "ok"} | parts)
    heartbeat.beat(database, "w1", clock())
    heartbeat.beat(database, "w1", clock())
    assert client.get("/readyz").json["worker"] == "ok"  # type: ignore[index]
    clock.forward(minutes=1)
    assert client.get("/readyz").json["worker"] == "missing"  # type: ignore[index]
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE crm_alembic_version SET version_num = 'crm0001'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["migrations"]) == (503, "old")  # type: ignore[index]


def test_without_its_database_the_house_is_alive_but_not_ready(tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite3").mkdir()
    url = f"sqlite:///{tmp_path / 'folder.sqlite3'}"
    app = create_app(Settings(database_url=url, secret_key="k" * 40, var=tmp_path))
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    answer = client.get(ME, headers={"Authorization": "Bearer pv_x"})
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


def test_figures_are_for_operators_and_name_routes_not_addresses(build: Builds) -> None:
    app = build()
    client = app.test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=_token(app, "bob")).status_code == 403
    olga = _token(app, "olga", "metrics")
    client.get("/v2/users/MARK-1@example.com", headers=olga)
    text = client.get("/metrics", headers=olga).text
    assert 'peyvand_http_requests_total{method="GET",route="/v2/users/<username>"' in text
    for name in ("user_tasks_open", "incidents_active", "jobs_open", "webhooks_dead"):
        assert f"peyvand_{name} 0.0" in text
    assert "peyvand_database_up 1.0" in text
    assert "MARK-1" not in text
    assert build(metrics_public=True).test_client().get("/metrics").status_code == 200


def test_a_token_reaches_as_far_as_its_scopes(build: Builds) -> None:
    app = build()
    client = app.test_client()
    read, event = _token(app, "olga", "read"), _token(app, "olga", "event")
    search: dict[str, Any] = {"json": {}}
    assert client.post("/v2/incidents/search", headers=read, **search).status_code == 200
    assert client.post("/v2/incidents/search", headers=event, **search).status_code == 403
    assert client.put("/v2/clock", headers=read, json={"timestamp": 1}).status_code == 403
    assert client.get(ME, headers=event).status_code == 200


@pytest.mark.parametrize("storage", ["memory://", "database://"])
def test_who_asks_too_often_waits_and_others_do_not(
    build: Builds, clock: Clock, storage: str
) -> None:
    app = build(rate_limit="3 per minute", rate_storage=storage)
    olga, bob, client = _token(app, "olga"), _token(app, "bob"), app.test_client()
    assert [client.get(ME, headers=olga).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get(ME, headers=olga)
    assert refused.content_type == "application/problem+json"
    assert int(refused.headers["Retry-After"]) <= 60
    assert client.get(ME, headers=bob).status_code == 200
    assert client.get("/healthz").status_code == 200
    if storage == "database://":
        again = build(rate_limit="3 per minute", rate_storage=storage).test_client()
        assert again.get(ME, headers=olga).status_code == 429  # another process counts on
        clock.forward(seconds=61)
        assert client.get(ME, headers=olga).status_code == 200


def test_every_answer_has_the_request_id_that_came_or_a_new_one(build: Builds) -> None:
    client = build().test_client()
    kept = client.get("/healthz", headers={"X-Request-ID": "abc-1"})
    assert kept.headers["X-Request-ID"] == "abc-1"
    for wrong in ("x" * 65, "a b", "<script>"):
        made = client.get("/nowhere", headers={"X-Request-ID": wrong}).headers["X-Request-ID"]
        assert made != wrong
        assert len(made) == 32


def test_named_sites_may_call_with_a_token_and_others_may_not(build: Builds) -> None:
    app = build(cors_origins="https://app.example")
    client, olga = app.test_client(), _token(app, "olga")
    ours = {"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"}
    asked = client.options(ME, headers=ours | {"Access-Control-Request-Method": "GET"})
    assert asked.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    path = "/v2/incidents/search"
    assert client.post(path, json={}, headers=ours | olga).status_code == 200
    assert client.post(path, json={}, headers=ours).status_code == 403  # a session is no token
    theirs = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    refused = client.post(path, json={}, headers=theirs | olga)
    assert refused.status_code == 403
    assert "Access-Control-Allow-Origin" not in refused.headers
    page = client.get("/login", headers=ours)
    assert "Access-Control-Allow-Origin" not in page.headers


def test_behind_a_proxy_people_are_told_apart_by_their_own_address(build: Builds) -> None:
    def guesses(app: Flask, address: str) -> int:
        headers = {"X-Forwarded-For": f"6.6.6.6, {address}"}
        answers = [
            app.test_client().get(ME, auth=(f"nobody{n}", "x"), headers=headers).status_code
            for n in range(2)
        ]
        return answers[-1]

    given = {"basic_auth": True, "rate_limit": "3 per minute"}
    plain = build(**given)
    assert [guesses(plain, address) for address in ("1.1.1.1", "2.2.2.2")] == [401, 429]
    behind = build(**given, proxies=1)
    assert [guesses(behind, address) for address in ("1.1.1.1", "2.2.2.2")] == [401, 401]


def test_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    known = {"PEYVAND_VAR": str(tmp_path), "PEYVAND_SECRET_KEY": "k"}
    for name, wrong in (("PEYVAND_BASIC_AUTH", "maybe"), ("PEYVAND_SESSION_HOURS", "long")):
        with pytest.raises(ValueError, match=name):
            Settings.from_environment(known | {name: wrong})
    given = known | {"PEYVAND_ACCESS_LOG": "off", "DATABASE_URL": "sqlite://"}
    settings = Settings.from_environment(given)
    assert (settings.access_log, settings.database_url) == (False, "sqlite://")


MARKS = [f"MARK{number:02d}Zq" for number in range(20)]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, as both formats write it."""
    paper, root = io.StringIO(), logging.getLogger()
    handlers = []
    for kind in (logs.Lines, logs.JsonLines):
        handler = logging.StreamHandler(paper)
        handler.setFormatter(kind())
        handlers.append(handler)
        root.addHandler(handler)
    before = root.level
    root.setLevel(logging.DEBUG)
    yield paper
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


def test_twenty_planted_markers_are_in_no_log_address_or_error_page(
    build: Builds, written: io.StringIO
) -> None:
    app = build(basic_auth=True)

    # Given a fault of ours and a fault of the database that quote what they were given
    @app.get("/boom")
    def boom() -> str:
        raise RuntimeError(f"cannot take {MARKS[18]}") from ValueError(MARKS[19])

    @app.get("/v2/boom")
    def broken() -> str:
        with app.extensions["peyvand"].database.begin() as connection:
            connection.exec_driver_sql("INSERT INTO worker VALUES (?, ?, ?)", (MARKS[19], 1, 2))
        return ""

    # And markers in everything people and programs may send
    client, olga = app.test_client(), _token(app, "olga")
    with app.app_context():
        accounts.create("ida", PASSWORD, roles=["integrator"])
    ida = _token(app, "ida")
    m = iter(MARKS)
    answers = [
        client.post("/session", data={"username": next(m), "password": next(m)}),
        client.get(f"/login?next=/{next(m)}"),
        client.get(f"/customers?q={next(m)}"),
        client.get(f"/nowhere/{next(m)}", headers={"Referer": f"https://x/{next(m)}"}),
        client.get(f"/v2/users/{next(m)}", headers=olga),
        client.get(ME, headers={"Authorization": f"Bearer pv_{next(m)}"}),
        client.get(ME, auth=(next(m), next(m))),
        client.get(ME, headers={"X-Request-ID": f"{next(m)} {next(m)}", "Cookie": next(m)}),
        client.post("/v2/process-instances", headers=olga,
                    json={"processDefinitionId": "none", "variables": {"a": next(m)}}),
        client.post("/crm/v1/events", headers=ida, json=_event(next(m), next(m), next(m))),
        client.post("/crm/v1/events", headers=ida, data=f'{{"x": {next(m)}',
                    content_type="application/json"),
        client.post("/v2/expression/evaluation", headers=olga,
                    json={"expression": f'="{next(m)}" + 1'}),
    ]  # fmt: skip

    app.config["PROPAGATE_EXCEPTIONS"] = False
    faults = [client.get("/boom"), client.get("/v2/boom")]
    logging.getLogger("engine").warning("a job failed: %s", ValueError(MARKS[17]))

    # Then no log has them, no address, and no page about an error of ours
    text = written.getvalue()
    found = [mark for mark in MARKS if mark in text]
    assert found == []
    assert "RuntimeError at" in text
    assert "GET /v2/users/<username> 404" in text
    for answer in faults:
        assert not [mark for mark in MARKS if mark in answer.text]
        assert answer.status_code >= 500
    assert not [a.location for a in answers if any(mark in (a.location or "") for mark in MARKS)]
    figures = f"{len(MARKS)} planted, {len(found)} found, {len(text.splitlines())} log lines"
    print(figures)  # noqa: T201 - the figures are what this test is for (pytest -s)
    for line in text.splitlines():
        if line.startswith("{"):
            json.loads(line)


def _event(name: str, text: str, mail: str) -> dict[str, Any]:
    return {
        "event_id": name,
        "type": "complaint.received",
        "occurred_at": "2026-01-05T10:00:00Z",
        "source": "shop",
        "customer": {"email": f"{mail}@example.com"},
        "payload": {"text": text},
    }
