"""API tokens: opaque, shown once, stored as a digest, expiring and revocable."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update

from engine import store
from engine.errors import NotFound
from web.accounts.model import Account
from web.accounts.people import COLUMNS, WITH_GROUPS, from_rows
from web.accounts.sessions import digest
from web.app import audit
from web.app.database import db
from web.app.services import now, services
from web.app.tables import account, api_token

PREFIX = "pv_"
USE_NOTED_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it: never the secret again."""

    id: int
    name: str
    scopes: list[str]
    hint: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def make_token(
    person: Account, name: str, days: int | None = 365, scopes: Iterable[str] = ()
) -> str:
    """Make a token for `person` and answer its secret, the only time it is seen.

    With scopes (see `web.accounts.policy`) it may do less than the person; without, the same.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    at = now()
    row = {
        "account_id": person.id,
        "name": name[:200],
        "scopes": sorted(set(scopes)),
        "hint": secret[:9],
        "digest": digest(secret),
        "created_at": at,
        "expires_at": at + timedelta(days=days) if days else None,
    }
    db.session.execute(insert(api_token).values(row))
    db.session.commit()
    audit.note("token.made", person.username, name[:200], {"scopes": row["scopes"]})
    return secret


def tokens(person: Account) -> list[Token]:
    """Return the tokens of `person` that still open the door."""
    columns = [api_token.c[name] for name in Token.__dataclass_fields__]
    query = select(*columns).where(
        api_token.c.account_id == person.id, api_token.c.revoked_at.is_(None)
    )
    with store.reading(services().database) as connection:
        rows = connection.execute(query.order_by(api_token.c.created_at.desc())).all()
    return [Token(*row) for row in rows]


def revoke_token(person: Account, number: int) -> None:
    """End a token of `person`; somebody else's is not found."""
    mine = (api_token.c.id == number) & (api_token.c.account_id == person.id)
    open_ = mine & api_token.c.revoked_at.is_(None)
    done = db.session.execute(update(api_token).where(open_).values(revoked_at=now()))
    db.session.commit()
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound("There is no such token.")
    audit.note("token.revoked", person.username, str(number))


def by_token(secret: str) -> Account | None:
    """Return the account of a token, or None. Its last use is noted once a day."""
    if not secret.startswith(PREFIX):
        return None
    at = now()
    query = (
        select(
            *COLUMNS,
            api_token.c.id.label("token_id"),
            api_token.c.last_used_at,
            api_token.c.scopes,
        )
        .select_from(api_token.join(WITH_GROUPS, account.c.id == api_token.c.account_id))
        .where(
            api_token.c.digest == digest(secret),
            api_token.c.revoked_at.is_(None),
            or_(api_token.c.expires_at.is_(None), api_token.c.expires_at > at),
            account.c.active,
        )
    )
    with store.reading(services().database) as connection:
        rows = connection.execute(query).all()
    if rows and (rows[0].last_used_at is None or at - rows[0].last_used_at > USE_NOTED_EVERY):
        number = rows[0].token_id
        used = update(api_token).where(api_token.c.id == number).values(last_used_at=at)
        db.session.execute(used)
        db.session.commit()
    found = from_rows(rows)
    if found is None or not rows[0].scopes:
        return found
    return replace(found, scopes=frozenset(rows[0].scopes))
