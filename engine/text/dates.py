"""Dates and times as people of a calendar write them.

Days are shown in the Jalali calendar where it reaches (622-03-22 to 9998-03-20), else in the
Gregorian one. A typed year below 1600 is Jalali to a reader of the Jalali calendar, and to others
when written with slashes ("1405/08/13"). Two digits are no year: "03/12/30" is refused.
"""

import re
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_month_names
from persiantools.jdatetime import JalaliDate

from engine.text.digits import ascii_digits, own_digits, visible
from engine.text.normal import search_form
from engine.text.unreadable import Unreadable

CALENDARS = ("gregorian", "jalali")
LANGUAGES_READ = ("en", "fa", "lt")
FIRST_JALALI_DAY = date(622, 3, 22)
LAST_JALALI_DAY = date(9998, 3, 20)
JALALI_YEARS_BELOW = 1600
JALALI_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
JALALI_MONTHS_LATIN = (
    "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
    "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
)  # fmt: skip

_NUMBERS = re.compile(r"([0-9]+)([-/.])([0-9]+)\2([0-9]+)\.?")
_NAMED = re.compile(r"([0-9]{1,2})\.? ?(?:d\.? )?([^0-9]+?)\.? ([0-9]{4})")
_NAMED_YEAR_FIRST = re.compile(r"([0-9]{4}) (?:m\. )?([^0-9]+?)\.? ([0-9]{1,2})(?: ?d\.)?")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.٫]([0-9]{2}))(?:[:.٫]([0-9]{2}))? ?([ap]\.?m\.?)?")


def read_date(text: str, language: str, calendar: str = "gregorian") -> date:
    """Return the day meant; raise Unreadable when there is none, or may be two."""
    plain = re.sub(r"\s+", " ", ascii_digits(visible(text)))
    numbers = _NUMBERS.fullmatch(re.sub(r" ?([-/.]) ?", r"\1", plain))
    if numbers is not None:
        first, sign, second, third = numbers.groups()
        return _from_numbers((first, second, third), sign, calendar)
    named = _NAMED.fullmatch(plain)
    if named is not None:
        return _from_name(named[3], named[2], named[1], language)
    named = _NAMED_YEAR_FIRST.fullmatch(plain)
    if named is not None:
        return _from_name(named[1], named[2], named[3], language)
    raise Unreadable("date")


def read_time(text: str) -> time:
    """Return the time of day meant: 9:30, ۰۹:۳۰:۴۵, 9.30 pm; raise Unreadable."""
    found = _CLOCK.fullmatch(ascii_digits(visible(text)).lower())
    if found is None:
        raise Unreadable("time")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise Unreadable("time")
        hour = hour % 12 + (12 if found[4].startswith("p") else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise Unreadable("time") from None


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time, the first of two where clocks go back.

    Raises Unreadable where clocks go forward and there is no such time.
    """
    local = datetime.combine(day, clock).replace(tzinfo=zone)
    if not skipped(local):
        return local
    raise Unreadable("time-skipped")


def skipped(local: datetime) -> bool:
    """Whether the clocks of its zone jump over this time."""
    try:
        back = local.astimezone(UTC).astimezone(local.tzinfo)
    except OverflowError:  # at the ends of all time
        return False
    return back.replace(tzinfo=None) != local.replace(tzinfo=None)


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant as the clocks of a zone show it; at the ends of all time as it is."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    try:
        return aware.astimezone(zone)
    except OverflowError:
        return aware


def write_date(day: date, language: str, calendar: str, style: str = "medium") -> str:
    """Return a day as people read it: 4 Nov 2026, ۱۳ آبان ۱۴۰۵, 2026-11-04.

    Styles are "medium", "short" (numbers alone) and Babel's patterns for the Gregorian calendar.
    """
    if calendar == "jalali" and has_jalali(day):
        text = _jalali_text(day, language, style)
    else:
        text = _gregorian_text(day, language, style)
    return own_digits(text, language)


def write_date_to_edit(day: date, language: str, calendar: str) -> str:
    """Return a day as it stands in a field, in a form that `read_date` reads as the same day."""
    if calendar != "jalali":
        return day.isoformat()
    readable = has_jalali(day) and JalaliDate(day).year < JALALI_YEARS_BELOW
    return own_digits(_jalali_numbers(day) if readable else day.isoformat(), language)


def has_jalali(day: date) -> bool:
    """Whether the Jalali calendar reaches this day."""
    return FIRST_JALALI_DAY <= day <= LAST_JALALI_DAY


def _jalali_text(day: date, language: str, style: str) -> str:
    if style == "short":
        return _jalali_numbers(day)
    jalali = JalaliDate(day)
    names = JALALI_MONTHS if language == "fa" else JALALI_MONTHS_LATIN
    return f"{jalali.day} {names[jalali.month - 1]} {jalali.year}"


def _jalali_numbers(day: date) -> str:
    jalali = JalaliDate(day)
    return f"{jalali.year:04}/{jalali.month:02}/{jalali.day:02}"


def _gregorian_text(day: date, language: str, style: str) -> str:
    if style == "short" or (style == "medium" and language == "lt"):
        return day.isoformat()
    pattern = "d MMM y" if style == "medium" else style
    text: str = format_date(day, format=pattern, locale=language)
    return text


def _from_numbers(parts: tuple[str, str, str], sign: str, calendar: str) -> date:
    if len(parts[0]) == 4:
        year, month, day = map(int, parts)
        return _day(year, month, day, jalali=_is_jalali(year, sign, calendar))
    if len(parts[2]) != 4:
        raise Unreadable("date-year" if max(map(len, parts)) < 4 else "date")
    first, second, year = map(int, parts)
    if _is_jalali(year, sign, calendar):
        return _day(year, second, first, jalali=True)
    if sign == "." or first == second or first > 12:
        return _day(year, second, first, jalali=False)
    if second > 12:
        return _day(year, first, second, jalali=False)
    raise Unreadable("date-ambiguous", f"{year}-{second:02}-{first:02}")


def _is_jalali(year: int, sign: str, calendar: str) -> bool:
    return year < JALALI_YEARS_BELOW and (calendar == "jalali" or sign == "/")


def _day(year: int, month: int, day: int, *, jalali: bool) -> date:
    try:
        if not jalali:
            return date(year, month, day)
        found: date = JalaliDate(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        raise Unreadable("date") from None
    return found


def _from_name(year: str, month: str, day: str, language: str) -> date:
    names = _months(language)
    found = names.get(search_form(month))
    if found is None:
        raise Unreadable("date")
    number, jalali = found
    return _day(int(year), number, int(day), jalali=jalali)


@cache
def _months(language: str) -> dict[str, tuple[int, bool]]:
    """Return {name in its search form: (month, whether it is a Jalali one)}."""
    found: dict[str, tuple[int, bool]] = {}
    for names in (JALALI_MONTHS, JALALI_MONTHS_LATIN):
        found |= {search_form(name): (number, True) for number, name in enumerate(names, 1)}
    for code in dict.fromkeys((*LANGUAGES_READ, language)):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                named = get_month_names(width, context=context, locale=code)
                found |= {
                    search_form(name).rstrip("."): (number, False) for number, name in named.items()
                }
    return found
