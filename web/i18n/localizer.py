"""Languages: which one, its texts, its digits and its calendar. The last step before the eye.

Times are UTC inside; they are turned into local time, Jalali or Gregorian, here only.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape
from persiantools.jdatetime import JalaliDate

from web import accounts
from web.app.services import now, settings
from web.i18n import catalogues

LANGUAGES = {"en": "English", "fa": "فارسی", "lt": "Lietuvių"}
CALENDARS = ("gregorian", "jalali")
COOKIE = "peyvand_language"

_PERSIAN = str.maketrans("0123456789%", "۰۱۲۳۴۵۶۷۸۹٪")
_ASCII = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫", "01234567890123456789.", "٬،\u200e\u200f")


class _Catalogues(Domain):  # type: ignore[misc]
    """Flask-Babel's texts, read from .po files."""

    def get_translations(self) -> Any:
        """Return the texts of the present language."""
        return catalogues.program(language())


def install(app: Flask) -> None:
    """Install the languages of the application, its filters and what templates ask about them."""
    babel = Babel(app, locale_selector=_choose, timezone_selector=lambda: settings().time_zone)
    babel.domain_instance = _Catalogues()
    app.extensions["babel"].instance.domain_instance = _Catalogues()
    app.jinja_env.filters.update(
        day=day, when=when, ago=ago, number=number, money=money, percent=percent, digits=digits
    )
    app.jinja_env.filters["moment_parts"] = moment_parts


def language() -> str:
    """Return the code of the reader's language."""
    found = get_locale()
    code = found.language if found else settings().default_locale
    return code if code in LANGUAGES else "en"


def direction() -> str:
    """Return "rtl" or "ltr"."""
    return "rtl" if language() == "fa" else "ltr"


def jalali() -> bool:
    """Return whether dates are shown in the Jalali calendar."""
    account = accounts.current() if has_request_context() else None
    calendar = account.calendar if account else ""
    return calendar == "jalali" if calendar in CALENDARS else language() == "fa"


def digits(value: Any) -> str:
    """Return a text with the digits of the reader's language; the one place that does it."""
    text = value if isinstance(value, Markup) else str(value)
    if language() != "fa":
        return text
    if isinstance(value, Markup):
        return Markup(text.translate(_PERSIAN))  # noqa: S704 - it was markup before
    return text.translate(_PERSIAN)


def number(value: Any, places: int | None = None) -> str:
    """Return a number with the separators of the language: 1,250.5 · ۱٬۲۵۰٫۵ · 1 250,5."""
    if value is None or value == "":
        return "–"
    pattern = None if places is None else "#,##0." + "0" * places if places else "#,##0"
    amount = round(Decimal(str(value)), places) if places is not None else value
    text = format_decimal(amount, format=pattern, locale=language(), numbering_system="default")
    return digits(text.replace("-", "\u200e−") if direction() == "rtl" else text)


def percent(share: Any, places: int = 1) -> str:
    """Return a share (0.021) as a percentage (2.1 %)."""
    if share is None or share == "":
        return "–"
    sign = "\u00a0%" if language() == "lt" else "%"
    pattern = "#,##0" + ("." + "0" * places if places else "") + sign
    return digits(
        format_percent(share, format=pattern, locale=language(), numbering_system="default")
    )


def money(minor: Any, currency: str = "") -> str:
    """Return an amount in minor units with its currency: 1,250.00 EUR."""
    if minor is None or minor == "":
        return "–"
    places = 0 if currency in {"IRR", "JPY"} else 2
    amount = number(Decimal(minor) / 10**places, places)
    return f"{amount} {currency}".strip()


def local(instant: datetime) -> datetime:
    """Return an instant in local time."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(_zone(settings().time_zone))


def day(value: Any, style: str = "medium") -> str:
    """Return a date in the reader's calendar: 4 Nov 2026, ۱۳ آبان ۱۴۰۵."""
    found = moment(value)
    if found is None:
        return "–" if value in (None, "") else str(value)
    when_ = local(found).date() if isinstance(found, datetime) else found
    if jalali():
        form = "%Y/%m/%d" if style == "short" else "%d %B %Y"
        text = JalaliDate(when_).strftime(form, locale="fa" if language() == "fa" else "en")
        return digits(text.translate(_ASCII).removeprefix("0"))
    pattern = {"short": "yyyy-MM-dd", "medium": "d MMM y"}.get(style, style)
    if language() == "lt" and style == "medium":
        pattern = "y-MM-dd"
    return digits(format_date(when_, format=pattern, locale=language()))


def when(value: Any) -> str:
    """Return an instant in the reader's calendar and zone, to the minute."""
    found = moment(value)
    if not isinstance(found, datetime):
        return day(value)
    return f"{day(found)} {digits(local(found).strftime('%H:%M'))}"


def ago(value: Any) -> str:
    """Return how far an instant is from now, in words: 3 hours ago, in 2 days."""
    found = moment(value)
    if not isinstance(found, datetime):
        return day(value)
    distance = found - now()
    if abs(distance) < timedelta(seconds=45):
        return str(_("just now") if distance <= timedelta() else _("in a moment"))
    return digits(format_timedelta(distance, add_direction=True, locale=language()))


def ascii_digits(text: str) -> str:
    """Return a typed text with Persian and Arabic digits turned into 0–9."""
    return text.translate(_ASCII)


def typed_date(text: str) -> str:
    """Return the ISO date meant by a typed one, Jalali (1405/08/13) or Gregorian; else as typed."""
    plain = ascii_digits(text).strip().replace("/", "-").replace(".", "-")
    parts = plain.split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return text
    year, month, day_ = map(int, parts)
    try:
        if 1200 <= year < 1600:
            return str(JalaliDate(year, month, day_).to_gregorian().isoformat())
        return date(year, month, day_).isoformat()
    except ValueError:
        return text


def shown_date(iso: str) -> str:
    """Return an ISO date as it stands in a field: in the reader's calendar, reader's digits."""
    try:
        value = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    if not jalali():
        return iso[:10]
    return digits(JalaliDate(value).strftime("%Y/%m/%d").translate(_ASCII))


def moment_parts(value: Any, kind: str) -> dict[str, str]:
    """Return date and time of an ISO value as they stand in the fields of a form."""
    text = str(value or "")
    if kind == "time":
        return {"date": "", "time": text[:5]}
    found = moment(text)
    if isinstance(found, datetime) and kind == "datetime":
        here = local(found) if found.tzinfo else found
        return {"date": shown_date(here.date().isoformat()), "time": here.strftime("%H:%M")}
    return {"date": shown_date(text), "time": ""}


def bdi(text: Any) -> Markup:
    """Return an id or a name that keeps its own direction."""
    return Markup("<bdi>{}</bdi>").format(escape(text))


def _choose() -> str:
    """Return the language: the account's, the one clicked, the browser's, the house's."""
    if not has_request_context():
        return str(g.get("language") or settings().default_locale)
    account = accounts.current()
    clicked = request.cookies.get(COOKIE, "")
    for code in (account.locale if account else "", clicked):
        if code in LANGUAGES:
            return code
    best = request.accept_languages.best_match(list(LANGUAGES))
    return best or str(current_app.extensions["peyvand"].settings.default_locale)


def moment(value: Any) -> datetime | date | None:
    """Return the instant or day an ISO text stands for, or None."""
    if isinstance(value, datetime | date):
        return value
    if not isinstance(value, str) or len(value) < 8:
        return None
    try:
        return datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    except ValueError:
        return None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
