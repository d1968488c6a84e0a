"""Browser sessions: a row in the database says who is signed in; the cookie is only its name.

Signing out deletes the row, so a copied cookie is worth nothing afterwards. Reading a session is
one statement and never writes.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, after_this_request, g, request, session
from sqlalchemy import delete, insert, or_, select

from engine import store
from web.accounts.model import Account
from web.accounts.people import COLUMNS, WITH_GROUPS, from_rows
from web.app import rates
from web.app.cookies import cookie_name
from web.app.database import db
from web.app.services import now, services, settings
from web.app.tables import account, account_session, api_token


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    began_at: datetime
    ends_at: datetime
    here: bool  # it is the browser that asks


def current() -> Account | None:
    """Return who is signed in in this browser, looked up once per request."""
    if "account" not in g:
        cookie = request.cookies.get(cookie_name(), "")
        g.account = _by_cookie(cookie) if cookie else None
    found: Account | None = g.account
    return found


def sign_in(person: Account) -> None:
    """Begin a session under a new id; whatever the browser had before is gone."""
    _forget(request.cookies.get(cookie_name(), ""))
    cookie = secrets.token_urlsafe(32)
    at = now()
    hours = settings().session_hours
    row = {
        "digest": digest(cookie),
        "account_id": person.id,
        "created_at": at,
        "expires_at": at + timedelta(hours=hours),
    }
    db.session.execute(delete(account_session).where(account_session.c.expires_at < at))
    db.session.execute(insert(account_session).values(row))
    db.session.commit()
    session.clear()
    g.account = person
    rates.remember(cookie)
    _answer_cookie(cookie, hours * 3600)


def sign_out() -> None:
    """End the session here and in the database."""
    _forget(request.cookies.get(cookie_name(), ""))
    db.session.commit()
    session.clear()
    g.account = None
    _answer_cookie("", 0)


def own_digest() -> str:
    """Return the digest of this browser's session."""
    return digest(request.cookies.get(cookie_name(), ""))


def sessions(person: Account) -> list[Session]:
    """Return the sessions of a person that have not ended, the newest first."""
    column = account_session.c
    query = select(column.digest, column.created_at, column.expires_at).where(
        column.account_id == person.id, column.expires_at > now()
    )
    with store.reading(services().database) as connection:
        rows = connection.execute(query.order_by(column.created_at.desc())).all()
    return [Session(r.created_at, r.expires_at, r.digest == own_digest()) for r in rows]


def opens(secret: str) -> bool:
    """Return whether a secret is a token that is valid, or the cookie of a session."""
    token, session_, at = api_token.c, account_session.c, now()
    key = digest(secret)
    valid = or_(token.expires_at.is_(None), token.expires_at > at)
    questions = (
        select(token.id).where(token.digest == key, token.revoked_at.is_(None), valid),
        select(session_.digest).where(session_.digest == key, session_.expires_at > at),
    )
    with store.reading(services().database) as connection:
        return any(connection.execute(each).first() is not None for each in questions)


def digest(secret: str) -> str:
    """Return what is stored of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _by_cookie(cookie: str) -> Account | None:
    query = (
        select(*COLUMNS)
        .select_from(
            account_session.join(WITH_GROUPS, account.c.id == account_session.c.account_id)
        )
        .where(
            account_session.c.digest == digest(cookie),
            account_session.c.expires_at > now(),
            account.c.active,
        )
    )
    with store.reading(services().database) as connection:
        return from_rows(connection.execute(query).all())


def _forget(cookie: str) -> None:
    if cookie:
        gone = account_session.c.digest == digest(cookie)
        db.session.execute(delete(account_session).where(gone))


def _answer_cookie(value: str, seconds: int) -> None:
    name, secure = cookie_name(), settings().secure

    @after_this_request
    def write(response: Response) -> Response:
        response.set_cookie(
            name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="Lax"
        )
        return response
