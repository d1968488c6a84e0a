"""Who is calling: a token, a password (by setting) or a browser's session; and may they."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import current_app, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from tasks.inbound_events.records import EventSource
from tasks.signed_http import signature
from web import accounts
from web.accounts import policy
from web.api.problems import Problem
from web.app.services import now, reading, settings

ANYBODY = policy.ANYBODY
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def require(action: str, about: Any = None) -> accounts.Account:
    """Return the caller's account, or refuse: nobody is 401, somebody who may not is 403."""
    account = caller()
    if not policy.can(account, action, about):
        raise Problem(403, "FORBIDDEN", f"You may not do this: {action} is not granted to you")
    return account


def caller() -> accounts.Account:
    """Return the caller's account; found once per request."""
    if "api_caller" not in g:
        g.api_caller = _authenticate()
    account: accounts.Account | None = g.api_caller
    if account is None:
        raise Problem(401, "Unauthorized", "Unauthorized: sign in with a token or a password")
    return account


def permit(action: str) -> Callable[[Mapping[str, Any]], None]:
    """Return what the engine asks about the locked row that it is about to change."""
    return policy.permit(caller(), action)


def may(action: str, about: Any = None) -> bool:
    """Return whether the caller may do this."""
    return policy.can(caller(), action, about)


def _authenticate() -> accounts.Account | None:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    ways: dict[str, Callable[[str], accounts.Account | None]] = {
        "bearer": lambda token: accounts.by_token(token.strip()),
        "basic": _by_password,
        "": _by_signature if "webhook-signature" in request.headers else _by_session,
    }
    way = ways.get(scheme.lower())
    return way(rest) if way else None


def _by_password(_: str) -> accounts.Account | None:
    given = request.authorization
    if given is None or not given.username or not given.password:
        return None
    if given.password.startswith(accounts.PREFIX):
        # Published clients know basic authentication, not tokens: the token is the password.
        owner = accounts.by_token(given.password)
        if owner is not None and owner.username == given.username:
            return owner
    if not settings().basic_auth:
        return None
    address, at = request.remote_addr or "", now()
    if wait := accounts.wait_before_sign_in(given.username, address, at):
        raise Problem(429, "RESOURCE_EXHAUSTED", f"Too many wrong passwords; wait {wait} seconds")
    found = accounts.by_password(given.username, given.password)
    if found is None:
        accounts.note_failure(given.username, address, at)
    return found


def _by_signature(_: str) -> accounts.Account | None:
    """Take a webhook for its source's, at that source's address only; it may send events."""
    name = str((request.view_args or {}).get("source") or "")
    request.max_content_length = settings().limits.request_bytes
    with reading() as connection, Session(connection) as session:
        found = select(EventSource).where(EventSource.name == name, EventSource.active)
        source = session.scalar(found)
        secrets = source.secrets(now()) if source else []
    try:
        signature.verify(secrets, dict(_signed_headers()), request.get_data(), now())
    except signature.NotSigned as error:
        raise Problem(401, "Unauthorized", f"Unauthorized: {error}") from error
    return accounts.Account(
        f"source:{name}", name, roles=frozenset({"integrator"}), scopes=frozenset({"event"})
    )


def _signed_headers() -> Iterator[tuple[str, str]]:
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        yield name, request.headers.get(name, "")


def _by_session(_: str) -> accounts.Account | None:
    """Take a signed-in browser's word, and for a change also the token of its page."""
    account = accounts.current()
    if account is not None and request.method not in _SAFE:
        try:
            current_app.extensions["csrf"].protect()
        except BadRequest as error:
            raise Problem(403, "FORBIDDEN", f"CSRF check failed: {error.description}") from error
    return account
