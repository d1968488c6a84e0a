"""Every route × everybody × what is not theirs: nothing leaks, and looking changes nothing."""

import inspect
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from engine import store
from engine.model import StartRequest
from tasks import inbound_events, outbound_webhooks
from tasks.campaigns.records import Campaign
from tasks.cases.records import Case
from tasks.contacts.records import Contact, Message
from tasks.customers.records import ContactPoint, Customer
from tasks.installed import SUBJECTS
from tasks.interactions.records import Interaction
from tasks.signed_http.post import Reach
from tests.support.crm import campaign
from tests.web.conftest import PASSWORD, Clock
from web import accounts
from web.accounts import policy

MARK = "MARKzq"  # in the data of people and processes: for nobody outside
SOAK = 10_000 if os.environ.get("PEYVAND_SOAK") else 0
# who: (groups, roles, scopes of the token)
CAST: dict[str, tuple[list[str], list[str], list[str]]] = {
    "charlie": (["care_agent"], [], []),
    "eve": ([], [], []),  # may sign in and belongs to nobody
    "mallory": (["campaign_manager"], [], []),
    "dora": (["data_steward"], [], []),
    "ida": ([], ["integrator"], []),
    "olga": ([], ["operator"], []),
    "otto": ([], ["process_owner"], []),
    "narrow": (["care_agent"], ["admin"], ["event"]),  # a token that may send events only
}
HERE = Reach(schemes=frozenset({"http"}), ports=None, private=True)
OUTSIDE = ("", "eve")  # whatever a policy says, these see nothing of the company
READS = ("/search", "/statistics/", "/form", "/xml")
# Redirects to a provider; the answer of a provider is a sign-in, which is kept.
# Without migrations, as here, nothing is ready.
ASIDE = {"static", "oidc.go", "oidc.back", "health.ready"}


@dataclass
class Planted:
    """A house with things that are somebody's, and everybody at its doors."""

    app: Flask
    places: dict[str, list[str]]
    secrets: list[str]
    task_key: str
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)


@pytest.fixture
def planted(app: Flask, clock: Clock) -> Planted:
    """Given a task of the care heads, customers, messages, campaigns, secrets; all marked."""
    house = app.extensions["peyvand"]
    app.config["WTF_CSRF_METHODS"] = []  # or a missing token would hide a missing policy
    key = (
        house.engine.by("alice")
        .instances.start(StartRequest("parcel", variables={"customer": MARK}))
        .instance_key
    )
    with store.reading(house.database) as connection:
        task = str(connection.execute(store.user_task.select()).one().key)
    house.engine.by("alice").tasks.update(
        int(task), {"candidate_groups": ["care_head"], "candidate_users": []}
    )
    with Session(house.database) as session:
        rows = _records(session, clock)
        hook = {"name": MARK, "url": "http://127.0.0.1:9/", "types": ["*"]}
        told = outbound_webhooks.add(session, SUBJECTS.subscribable, hook, HERE, "alice", clock())
        source = inbound_events.add_source(session, "shop", "alice", clock())
        secrets = [told.secret, source.secret]
        outbound_webhooks.test(session, told.id, clock())
    with app.app_context():
        alice = accounts.get("alice")
        assert alice is not None
        secrets.append(accounts.make_token(alice, MARK))
    places = {
        "number": ["1", *map(str, rows)],
        "key": [str(key), task],
        "process_id": ["parcel", "stumble"],
        "kind": ["customers", "purchases"],
        "username": ["alice", "olga"],
        "source": ["shop"],
        "user_task_key": [task],
        "name": ["anything"],
    }
    return Planted(app, places, [*secrets, "$argon2"], task, *_cast(app, clock))


def _records(session: Session, clock: Clock) -> list[int]:
    at = clock()
    dara = Customer(name=MARK, demo=True, created_at=at)
    session.add(dara)
    session.flush()
    made = {"customer_id": dara.id, "created_at": at}
    contact = Contact(**made, purpose="survey", decision="block", decided_at=at, reason=MARK)
    mail = {
        "channel": "email",
        "transport": "outbox",
        "recipient": MARK,
        "state": "sent",
        "internal": True,
    }
    things = [
        contact,
        ContactPoint(**made, channel="email", value=f"{MARK}@example.com"),
        Case(**made, number="C-1", kind="complaint", channel="email", text=MARK, opened_at=at),
        Interaction(**made, source="s", external_id="1", channel="chat", at=at, text=MARK),
        Message(key="m-1", subject=MARK, body=MARK, created_at=at, **mail),
    ]
    session.add_all(things)
    drive: Campaign = campaign(session, name=MARK)
    session.commit()
    return [dara.id, drive.id]


def _cast(app: Flask, clock: Clock) -> tuple[dict[str, Any], dict[str, FlaskClient]]:
    headers: dict[str, dict[str, str]] = {"": {}}
    browsers = {"": app.test_client()}
    for name, (groups, roles, scopes) in CAST.items():
        with app.test_request_context():
            person = accounts.get(name) or accounts.create(name, PASSWORD)
            token = accounts.make_token(_become(person, groups, roles), "test", 30, scopes)
            accounts.by_token(token)  # its first use is noted here, not by what follows
        headers[name] = {"Authorization": f"Bearer {token}"}
        browsers[name] = app.test_client()
        browsers[name].post("/session", data={"username": name, "password": PASSWORD})
    return headers, browsers


def _become(person: accounts.Account, groups: list[str], roles: list[str]) -> accounts.Account:
    """Put somebody into exactly these groups and roles."""
    mapping = [f"g={name}" for name in groups] + [f"g=role:{name}" for name in roles]
    accounts.link(person.username, "test", person.username)
    claims = {"iss": "test", "sub": person.username, "groups": ["g"]}
    return accounts.by_claims(claims, "groups", ",".join(mapping))


@dataclass
class Tally:
    """What was asked, and what should not have happened."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def test_nothing_leaks_and_looking_changes_nothing(planted: Planted) -> None:
    tally = Tally()
    with _watched(planted.app) as written:
        for asked in _all(planted):
            _ask(planted, tally, written, *asked)
    _print(planted, tally)
    assert tally.wrong == []


def test_a_forgotten_check_would_be_found(planted: Planted) -> None:
    # Given mutants: views that forgot to ask who is there, one on a page, one in the API
    views = planted.app.view_functions
    for endpoint in ("customers.show_erasure", "crm_v1.get_webhooks"):
        bare, rule = inspect.unwrap(views[endpoint]), views[endpoint].policy  # type: ignore[attr-defined]

        def forgetful(*_: Any, bare: Any = bare, **given: Any) -> Any:
            found = bare(**given)
            return str(found) if isinstance(found, dict) else found

        forgetful.policy = rule  # type: ignore[attr-defined]
        views[endpoint] = forgetful
    tally = Tally()
    with _watched(planted.app) as written:
        for asked in _all(planted):
            if asked[:2] in {
                ("GET", "/customers/<int:number>/erasure"),
                ("GET", "/crm/v1/webhooks"),
            }:
                _ask(planted, tally, written, *asked)
    assert {each.split(" as ")[0] for each in tally.wrong} == {
        "GET /customers/1/erasure", "GET /crm/v1/webhooks",
    }  # fmt: skip


@pytest.mark.soak
def test_nothing_leaks_with_ten_thousand_requests(planted: Planted) -> None:
    tally, dice = Tally(), random.Random(7)  # noqa: S311 - a choice of requests
    rounds = list(_all(planted))
    with _watched(planted.app) as written:
        while sum(tally.statuses.values()) < max(SOAK, len(rounds)):
            method, rule, policy_name, who, _ = dice.choice(rounds)
            values = {name: dice.choice(_strange(planted, name)) for name in _names(rule)}
            _ask(planted, tally, written, method, rule, policy_name, who, values)
    _print(planted, tally)
    assert tally.wrong == []


def _all(planted: Planted) -> Iterator[tuple[str, str, str, str, dict[str, str]]]:
    for rule in sorted(planted.app.url_map.iter_rules(), key=lambda each: each.rule):
        if rule.endpoint in ASIDE:
            continue
        name = planted.app.view_functions[rule.endpoint].policy  # type: ignore[attr-defined]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for who in ("", *CAST):
                for value in _choices(planted, rule.rule):
                    yield method, rule.rule, name, who, value


def _choices(planted: Planted, rule: str) -> list[dict[str, str]]:
    names = _names(rule)
    if not names:
        return [{}]
    return [dict.fromkeys(names, each) for each in _known(planted, names[0])]


def _known(planted: Planted, name: str) -> list[str]:
    return planted.places.get(name) or planted.places["key"][:1]


def _strange(planted: Planted, name: str) -> list[str]:
    return [*_known(planted, name), "0", "1", "2", "999999", "nobody", "-1", "%00", "..%2f..", "é"]


def _names(rule: str) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", rule)


def _ask(
    planted: Planted,
    tally: Tally,
    written: list[str],
    method: str,
    rule: str,
    action: str,
    who: str,
    values: dict[str, str],
) -> None:
    api = rule.startswith(("/v2", "/crm", "/metrics"))
    with planted.app.app_context():
        may = action == policy.ANYBODY or policy.can(_account(planted, who, api=api), action)
    looks = method == "GET" or rule.endswith(READS) or "/statistics/" in rule
    if may and not looks:
        return  # doing what one may do has its own stories, and would spoil this one
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], rule)
    client = planted.browsers["" if api else who]
    headers = planted.headers[who] if api else {}
    written.clear()
    answer = client.open(path, method=method, headers=headers, json={} if api else None)
    text, status = answer.get_data(as_text=True), answer.status_code
    tally.statuses[status] += 1
    seen = f"{method} {path} as {who or 'nobody'} ({action}): {status}"
    away = status == 302 and "/login" in (answer.location or "")
    about_task = action.startswith("task.") and planted.task_key not in path
    wrong = {
        "let in": not may and status not in (401, 403, 404, 405) and not away,
        "told what is not theirs": (not may or who in OUTSIDE) and MARK in text,
        "told a secret": any(secret in text for secret in planted.secrets),
        "told of a task that is not theirs": about_task
        and planted.task_key in text
        and not _sees_task(planted, who, api=api),
        "unauthenticated success": not who and action != policy.ANYBODY and 200 <= status < 300,
        "fault": status >= 500,
        f"wrote {written[:1]}": bool(written),
    }
    tally.wrong += [f"{seen}: {what}" for what, is_so in wrong.items() if is_so]


def _sees_task(planted: Planted, who: str, *, api: bool) -> bool:
    account = _account(planted, who, api=api)
    return account is not None and bool(account.roles & {"admin", "operator"})


def _account(planted: Planted, who: str, *, api: bool) -> accounts.Account | None:
    if not who:
        return None
    groups, roles, scopes = CAST[who]
    return accounts.Account(
        who, who, groups=frozenset(groups), roles=frozenset(roles),
        scopes=frozenset(scopes) if scopes and api else None,
    )  # fmt: skip


class _watched:  # noqa: N801 - reads as a sentence
    """Notes every statement that changes something."""

    def __init__(self, app: Flask) -> None:
        self._database = app.extensions["peyvand"].database
        self.written: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self._database, "before_cursor_execute", self._note)
        return self.written

    def __exit__(self, *_: object) -> None:
        event.remove(self._database, "before_cursor_execute", self._note)

    def _note(self, _c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self.written.append(statement)


def _print(planted: Planted, tally: Tally) -> None:
    routes = len(list(planted.app.url_map.iter_rules()))
    asked = sum(tally.statuses.values())
    figures = f"{routes} routes, {len(CAST) + 1} callers, {asked} requests, {dict(tally.statuses)}"
    print(f"{figures}, {len(tally.wrong)} leaks")  # noqa: T201 - the figures are the point
