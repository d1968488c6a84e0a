"""The reader's language: which one, its digits, numbers, days and times. The last step before
the eye.

Times are UTC inside; they are turned into local time, Jalali or Gregorian, here only. How each
language writes is known by `engine.text`.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import regex
from babel.dates import format_timedelta
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from engine.text import dates, numbers
from engine.text import money as amounts
from engine.text.digits import own_digits
from engine.text.phones import region_of_zone
from web import accounts
from web.app.services import now, settings
from web.i18n import catalogues

LANGUAGES = {"en": "English", "fa": "فارسی", "lt": "Lietuvių"}
CALENDARS = dates.CALENDARS
COOKIE = "peyvand_language"

# Digits that are no part of a code like D-02, H3 or x-1a, with a percent sign after them.
_FREE_DIGITS = regex.compile(
    r"(?<![A-Za-z0-9_])(?<![A-Za-z][-.])([0-9]+)(?![A-Za-z0-9_])((?:[.,٫][0-9]+)?)(\s?[%٪])?"
    r"|(?<=[۰-۹])(\s?[%٪])"
)
_MARKUP = regex.compile(r"<code\b.*?</code>|<[^>]*>|&[#A-Za-z0-9]+;", regex.DOTALL)


class _Catalogues(Domain):  # type: ignore[misc]
    """Flask-Babel's texts, read from .po files."""

    def get_translations(self) -> Any:
        """Return the texts of the present language."""
        return catalogues.program(language())


def install(app: Flask) -> None:
    """Give the application its languages and its filters of values."""
    babel = Babel(app, locale_selector=_choose, timezone_selector=lambda: settings().time_zone)
    babel.domain_instance = _Catalogues()
    app.extensions["babel"].instance.domain_instance = _Catalogues()
    app.jinja_env.filters.update(
        day=day,
        when=when,
        ago=ago,
        span=span,
        number=number,
        money=money,
        percent=percent,
        digits=digits,
    )


def language() -> str:
    """Return the code of the reader's language."""
    found = get_locale()
    code = found.language if found else settings().default_locale
    return code if code in LANGUAGES else "en"


def direction() -> str:
    """Return "rtl" or "ltr"."""
    return "rtl" if language() == "fa" else "ltr"


def calendar() -> str:
    """Return the calendar in which the reader sees dates: "jalali" or "gregorian"."""
    account = accounts.current() if has_request_context() else None
    chosen = account.calendar if account else ""
    if chosen in CALENDARS:
        return chosen
    return "jalali" if language() == "fa" else "gregorian"


def jalali() -> bool:
    """Return whether dates are shown in the Jalali calendar."""
    return calendar() == "jalali"


def zone() -> ZoneInfo:
    """Return the time zone in which the reader sees times."""
    return _zone(settings().time_zone)


def region() -> str:
    """Return the country in which the reader dials, "" if the time zone tells none."""
    return region_of_zone(settings().time_zone)


def comma() -> str:
    """Return what stands between the items of a list in a sentence."""
    return "، " if language() == "fa" else ", "


def digits(value: Any) -> str:
    """Return a text with the digits and percent signs of the reader's language.

    Codes and markup stay as they are.
    """
    text = str(value)
    if not isinstance(value, Markup):
        return _own_digits(text)
    done, end = [], 0
    for tag in _MARKUP.finditer(text):
        done += [_own_digits(text[end : tag.start()]), tag[0]]
        end = tag.end()
    return Markup("".join((*done, _own_digits(text[end:]))))  # noqa: S704 - markup before


def sign(text: Any) -> str:
    """Return what stands beside a number in a field: a percent sign as the language has it."""
    return numbers.percent_sign(language()).strip() if text == "%" else digits(text)


def number(value: Any, places: int | None = None) -> str:
    """Return a number with the separators of the language: 1,250.5 · ۱٬۲۵۰٫۵ · 1 250,5."""
    if value is None or value == "":
        return "–"
    return numbers.write_number(Decimal(str(value)), language(), places)


def percent(share: Any, places: int = 1) -> str:
    """Return a share (0.021) as a percentage (2.1 %)."""
    if share is None or share == "":
        return "–"
    return numbers.write_percent(Decimal(str(share)), language(), places)


def money(minor: Any, currency: str = "") -> str:
    """Return an amount in minor units with its currency: 1,250.00 EUR."""
    if minor is None or minor == "":
        return "–"
    return amounts.write_money(minor, currency, language())


def local(instant: datetime) -> datetime:
    """Return an instant in local time."""
    return dates.in_zone(instant, zone())


def day(value: Any, style: str = "medium") -> str:
    """Return a date in the reader's calendar: 4 Nov 2026, ۱۳ آبان ۱۴۰۵."""
    found = moment(value)
    if found is None:
        return "–" if value in (None, "") else str(value)
    shown = local(found).date() if isinstance(found, datetime) else found
    return dates.write_date(shown, language(), calendar(), style)


def when(value: Any) -> str:
    """Return an instant in the reader's calendar and zone, to the minute."""
    found = moment(value)
    if not isinstance(found, datetime):
        return day(value)
    return f"{day(found)} {own_digits(local(found).strftime('%H:%M'), language())}"


def ago(value: Any) -> str:
    """Return how far an instant is from now, in words: 3 hours ago, in 2 days."""
    found = moment(value)
    if not isinstance(found, datetime):
        return day(value)
    distance = (found if found.tzinfo else local(found)) - now()
    if abs(distance) < timedelta(seconds=45):
        return str(_("just now") if distance <= timedelta() else _("in a moment"))
    text: str = format_timedelta(distance, add_direction=True, locale=language())
    if language() == "fa" and text.endswith(" بعد"):
        text = text.removesuffix("بعد") + "دیگر"  # as Babel itself says of days
    return own_digits(text, language())


def span(seconds: float | None) -> str:
    """Return how long something took, in words: 3 days, 40 minutes."""
    if seconds is None:
        return "–"
    text: str = format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=language())
    return own_digits(text, language())


def bdi(text: Any) -> Markup:
    """Return an id or a name that keeps its own direction."""
    return Markup("<bdi>{}</bdi>").format(escape(text))


def moment(value: Any) -> datetime | date | None:
    """Return the instant or day an ISO text stands for, or None; a time without a zone is local."""
    if isinstance(value, datetime | date):
        return value
    if not isinstance(value, str) or len(value) < len("20260101"):
        return None
    try:
        if len(value) <= len("2026-01-01"):
            return date.fromisoformat(value)
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone())


def _own_digits(text: str) -> str:
    code = language()
    if code != "fa" and "%" not in text:
        return text

    def own(found: "regex.Match[str]") -> str:
        sign = numbers.percent_sign(code) if found[3] or found[4] else ""
        fraction = found[2] or ""
        if sign and code == "fa":
            fraction = fraction.replace(".", "٫")
        return own_digits(f"{found[1] or ''}{fraction}", code) + sign

    return str(_FREE_DIGITS.sub(own, text))


def _choose() -> str:
    """Return the language: the link's, the account's, the one clicked, the browser's, the house's.

    A page under a link has the language of whom the link is for, until they choose another.
    """
    if not has_request_context():
        return str(g.get("language") or settings().default_locale)
    if g.get("link_language"):
        return str(g.link_language)
    account = accounts.current()
    clicked = request.cookies.get(COOKIE, "")
    for code in (account.locale if account else "", clicked):
        if code in LANGUAGES:
            return code
    best = request.accept_languages.best_match(list(LANGUAGES))
    return best or str(current_app.extensions["peyvand"].settings.default_locale)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
