"""Which refusal is which HTTP status, and the page that says it in words. The only such place."""

import logging
from typing import Any

from flask import Flask, g
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from engine import errors
from web.api import problems
from web.app.security import is_api
from web.pages.shared.error_page import page

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[errors.EngineError], int], ...] = (
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.Invalid, 422),
    (errors.Forbidden, 403),
    (errors.Unavailable, 503),
    (errors.TooLate, 504),
)


def status_of(error: errors.EngineError) -> int:
    """Return the status of a refusal; an unknown one is our own mistake."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def install(app: Flask) -> None:
    """Return every refusal and every fault with a page. The API has its own handlers."""
    app.register_error_handler(errors.EngineError, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(Exception, _fault)


def _refused(error: errors.EngineError) -> Any:
    # A class docstring is the default message: the page has better words for it.
    plain = error.message == type(error).__doc__
    return page(status_of(error), "" if plain else error.message, error.problems)


def _stale(_error: CSRFError) -> Any:
    return page(400, _("This page was open for too long or in another sign-in."))


def _http(error: HTTPException) -> Any:
    if is_api():
        return problems.answer(problems.from_exception(error))
    if error.code is None or error.code < 400:
        return error
    return page(error.code)


def _database_away(error: SQLAlchemyError) -> Any:
    log.warning("database away: %s", type(getattr(error, "orig", error)).__name__)
    return _without_questions(503)


def _fault(error: Exception) -> Any:
    log.exception("a request failed")
    return _without_questions(500)


def _without_questions(status: int) -> Any:
    """Return the page without asking who is here: what failed may be the database itself."""
    g.setdefault("account", None)
    return page(status)
