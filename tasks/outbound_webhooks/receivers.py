"""Who is told: added, changed, given a new secret, tested, told again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.model import Problem
from engine.transaction.ports import DomainEvent
from tasks.outbound_webhooks.outbox import note
from tasks.outbound_webhooks.patterns import is_pattern
from tasks.outbound_webhooks.records import Delivery, Webhook
from tasks.signed_http.post import Reach, Unsafe
from tasks.signed_http.signature import new_secret

OVERLAP = timedelta(days=1)  # how long the old secret signs beside the new one
LONGEST_URL = 2_000


def add(
    session: Session,
    types: Collection[str],
    given: Mapping[str, Any],
    reach: Reach,
    by: str,
    now: datetime,
) -> Webhook:
    """Add a receiver of `name`, `url` and `types`; its secret is in `secret`. Commits."""
    values = _checked(types, given, reach)
    webhook = Webhook(
        name=values["name"],
        url=values["url"],
        types=values["types"],
        secret=new_secret(),
        created_at=now,
        created_by=by,
    )
    session.add(webhook)
    session.commit()
    return webhook


def change(
    session: Session,
    types: Collection[str],
    number: int,
    given: Mapping[str, Any],
    reach: Reach,
    now: datetime,
) -> Webhook:
    """Change name, url, types or `active`; what is left out stays. Commits."""
    webhook = find(session, number)
    before = {"name": webhook.name, "url": webhook.url, "types": webhook.types}
    values = _checked(types, before | dict(given), reach if "url" in given else None)
    webhook.name, webhook.url, webhook.types = values["name"], values["url"], values["types"]
    if "active" in given:
        webhook.active = bool(given["active"])
        webhook.stopped_reason = "" if webhook.active else "Switched off."
    webhook.updated_at = now
    session.commit()
    return webhook


def rotate(session: Session, number: int, now: datetime) -> Webhook:
    """Give a receiver a new secret; the old one signs too for a day. Commits."""
    webhook = find(session, number)
    webhook.old_secret, webhook.old_until = webhook.secret, now + OVERLAP
    webhook.secret = new_secret()
    webhook.updated_at = now
    session.commit()
    return webhook


def test(session: Session, number: int, now: datetime) -> int:
    """Send `webhook.test` to a receiver, whatever it subscribed to; answers the event. Commits."""
    webhook = find(session, number)
    if not webhook.active:
        raise Conflict("The receiver is switched off.")
    data = {"webhook_id": webhook.id, "name": webhook.name}
    [event] = note(
        session.connection(), [DomainEvent("webhook.test", data)], now, [(webhook.id, ["*"])]
    )
    session.commit()
    return event


def redeliver(session: Session, delivery: int, now: datetime) -> None:
    """Begin again with a delivery, delivered or dead. Commits."""
    done = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery, Delivery.state != "pending")
        .values(state="pending", attempts=0, next_at=now, leased_until=None, ended_at=None)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        if session.get(Delivery, delivery) is None:
            raise NotFound("There is no such delivery.")
        raise Conflict("This delivery is on its way already.")
    session.commit()


def find(session: Session, number: int) -> Webhook:
    """Answer a receiver; raises NotFound."""
    webhook = session.scalar(select(Webhook).where(Webhook.id == number))
    if webhook is None:
        raise NotFound("There is no such webhook.")
    return webhook


def _checked(
    known: Collection[str], given: Mapping[str, Any], reach: Reach | None
) -> dict[str, Any]:
    name, url = str(given.get("name") or "").strip(), str(given.get("url") or "").strip()
    types = given.get("types") or []
    problems = []
    if not 1 <= len(name) <= 200:
        problems.append(Problem("A name has 1 to 200 letters.", element="name"))
    if reach is not None and (wrong := _wrong_url(url, reach)):
        problems.append(Problem(wrong, element="url"))
    problems += _wrong_types(known, types)
    if problems:
        raise Invalid(problems[0].message, problems)
    return {"name": name, "url": url, "types": sorted(set(types))}


def _wrong_types(known: Collection[str], types: Sequence[Any]) -> list[Problem]:
    if not types:
        return [Problem("Say which events: task.created, task.*, or *.", element="types")]
    return [
        Problem(f"“{str(each)[:60]}” is no event of ours.", element="types")
        for each in types
        if not isinstance(each, str) or not is_pattern(known, each)
    ]


def _wrong_url(url: str, reach: Reach) -> str:
    if len(url) > LONGEST_URL:
        return f"An address has at most {LONGEST_URL} letters."
    try:
        reach.check(url)
    except Unsafe as refused:
        return str(refused)
    except (OSError, ValueError):
        return "This host is not known."
    return ""
