"""Which refusal is which HTTP status, and the page that says it in words. The only such place."""

import logging
from typing import Any

from flask import Flask, g, render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from engine import errors
from web.api import problems
from web.security import is_api

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
    """Answer the status of a refusal; an unknown one is our own mistake."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def install(app: Flask) -> None:
    """Answer every refusal and every fault with a page. The API has its own handlers."""
    app.register_error_handler(errors.EngineError, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _fault)


def page(status: int, message: str = "", problems: Any = ()) -> Any:
    """Answer the page of a status: what happened, what to do next."""
    title, advice = _words(status)
    body = render_template(
        "error.html",
        status=status,
        title=title,
        message=message if message and message != title else "",
        advice=advice,
        problems=problems,
    )
    return body, status, {"Retry-After": "5"} if status == 503 else {}


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


def _database_away(error: OperationalError) -> Any:
    log.warning("database away: %s", type(error.orig).__name__)
    return _without_questions(503)


def _fault(error: Exception) -> Any:
    log.exception("a request failed")
    return _without_questions(500)


def _without_questions(status: int) -> Any:
    """Answer the page without asking who is here: what failed may be the database itself."""
    g.setdefault("account", None)
    return page(status)


def _words(status: int) -> tuple[str, str]:
    """Answer what happened and what to do about it."""
    again = _("Go back, reload the page and try again.")
    words = {
        400: (_("That could not be read"), again),
        401: (
            _("Please sign in"),
            _("Your session has ended. Sign in in another tab, then send this page again."),
        ),
        403: (
            _("This is not yours to see or do"),
            _("If you need it for your work, ask whoever leads your group."),
        ),
        404: (
            _("There is no such page"),
            _("It may have been finished or removed; look for it from the inbox."),
        ),
        405: (_("That is not possible here"), again),
        409: (_("Somebody or something was faster"), _("Nothing was changed by your click.")),
        413: (_("That is too large"), _("Send less at once.")),
        422: (_("Something in there is not right"), again),
        429: (_("Too many attempts"), _("Wait a quarter of an hour, then try again.")),
        503: (_("The system is busy"), _("Nothing is lost. Try again in a few seconds.")),
        504: (
            _("That takes longer than expected"),
            _("It goes on in the background; look again in a moment."),
        ),
    }
    fallback = (
        _("Something went wrong on our side"),
        _("It is in the log. Try again; if it stays, tell the operator."),
    )
    return words.get(status, fallback)
