"""So many requests of one caller, and no more: counted here, in the database, or in Redis."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from engine import store
from web.app.cookies import cookie_name
from web.app.services import Services
from web.app.tables import rate

KEY = "peyvand_opens"
MOST_KNOWN = 100_000
_known: dict[str, bool] = {}  # digests of secrets that were right in this process
EXEMPT = frozenset({"static", "health.alive", "health.ready", "health.metrics"})


def install(app: Flask, services: Services, opens: Callable[[str], bool]) -> None:
    """Count requests, if the settings set a limit; `opens` says whether a secret is right."""
    app.extensions[KEY] = opens
    given = services.settings
    if not given.rate_limit:
        return
    options: dict[str, Any] = {}
    if given.rate_storage.startswith("database:"):
        options = {"database": services.database, "clock": services.clock}
    app.after_request(_keep_own_retry_after)  # runs after the library's, which was added later
    Limiter(
        caller,
        app=app,
        application_limits=[given.rate_limit],
        storage_uri=given.rate_storage,
        storage_options=options,
        headers_enabled=True,
        swallow_errors=True,  # a counter that is away must not close the house
    ).request_filter(lambda: request.endpoint in EXEMPT)
    app.after_request(_note_own_retry_after)


def _note_own_retry_after(response: Response) -> Response:
    g.retry_after = response.headers.get("Retry-After")
    return response


def _keep_own_retry_after(response: Response) -> Response:
    """Say when to come again as we meant it; the library would say it on every answer."""
    if response.status_code != 429:
        del response.headers["Retry-After"]
        if g.get("retry_after"):
            response.headers["Retry-After"] = g.retry_after
    return response


def caller() -> str:
    """Tell callers apart: by token, by browser, by address; as a digest, not by name.

    A token or cookie that is right counts for itself. Others count by address, as passwords do:
    guesses differ each time.
    """
    given = request.headers.get("Authorization", "")
    scheme, _, secret = given.partition(" ")
    mine = secret.strip() if scheme.lower() == "bearer" else request.cookies.get(cookie_name())
    if mine and _is_right(mine):
        return _digest(mine)
    return _digest(request.remote_addr or "")


def _is_right(secret: str) -> bool:
    """Return whether a secret opens something; a right one is looked up once per process."""
    if _digest(secret) in _known:
        return True
    try:
        right = bool(current_app.extensions[KEY](secret))
    except SQLAlchemyError:  # the database is away: the answer will say so
        return False
    if right:
        remember(secret)
    return right


def remember(secret: str) -> None:
    """Note that a secret is right."""
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[_digest(secret)] = True


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class DatabaseStorage(Storage):
    """Counts in our own database, so that all processes count together."""

    STORAGE_SCHEME = ["database"]  # noqa: RUF012 - as the library declares it

    def __init__(
        self, uri: str | None = None, *, wrap_exceptions: bool = False, **options: Any
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        self._database: Engine = options["database"]
        self._clock: Callable[[], datetime] = options["clock"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count on; a span that is over begins anew."""
        now = self._clock().timestamp()
        with store.writing(self._database) as connection:
            connection.execute(delete(rate).where(rate.c.expires_at <= now))
            made = postgresql if connection.dialect.name == "postgresql" else sqlite
            first = made.insert(rate).values(key=key, count=amount, expires_at=now + expiry)
            counted = first.on_conflict_do_update(
                index_elements=["key"], set_={"count": rate.c.count + amount}
            )
            return int(connection.execute(counted.returning(rate.c.count)).scalar_one())

    def get(self, key: str) -> int:
        """Return what was counted."""
        return int(self._value(key)[0])

    def get_expiry(self, key: str) -> float:
        """Return when the span ends, in seconds since 1970."""
        return self._value(key)[1]

    def check(self) -> bool:
        """Say that it works."""
        self._value("")
        return True

    def reset(self) -> int:
        """Forget everything."""
        with store.writing(self._database) as connection:
            return connection.execute(delete(rate)).rowcount

    def clear(self, key: str) -> None:
        """Forget one caller."""
        with store.writing(self._database) as connection:
            connection.execute(delete(rate).where(rate.c.key == key))

    def _value(self, key: str) -> tuple[int, float]:
        now = self._clock().timestamp()
        query = select(rate.c.count, rate.c.expires_at).where(
            rate.c.key == key, rate.c.expires_at > now
        )
        with store.reading(self._database) as connection:
            row = connection.execute(query).one_or_none()
        return (int(row[0]), float(row[1])) if row else (0, now)
