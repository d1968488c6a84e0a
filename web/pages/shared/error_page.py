"""The page of a status: what happened, what to do next."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

SECRET = ("csrf", "password", "secret", "token", "next")
WORTH = 10  # characters: what is shorter is typed again sooner than copied


def page(status: int, message: str = "", problems: Any = ()) -> Any:
    """Answer the page of a status: what happened, what to do next."""
    title, advice = _words(status)
    body = render_template(
        "shared/error.html",
        status=status,
        title=title,
        message=message if message and message != title else "",
        advice=advice,
        problems=problems,
        typed=_typed(),
    )
    return body, status, {"Retry-After": "5"} if status == 503 else {}


def _typed() -> list[tuple[str, str]]:
    """Return what a form sent in vain, to be copied; never a password or a token."""
    if request.method != "POST" or request.endpoint == "session.begin":
        return []
    return [
        (name.rstrip("~").partition("~")[0], value)
        for name, value in request.form.items(multi=True)
        if len(value) >= WORTH and not any(word in name for word in SECRET)
    ]


def _words(status: int) -> tuple[str, str]:
    """Return what happened and what to do about it."""
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
        429: (_("Too many attempts"), _("Wait a moment, then try again.")),
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
