"""How values stand in the fields of a form, and what was typed there, as the reader writes.

What is sent back untouched stays what it was: its seconds, its zone, and which of two equal hours
was meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.forms.fields import UNREAD, is_unread, unread
from engine.text import Unreadable
from engine.text.dates import at, in_zone, read_date, read_time, write_date_to_edit
from engine.text.digits import is_blank
from engine.text.numbers import read_number, write_number_to_edit
from engine.text.phones import read_phone, region_of_zone

Parts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody writes: language, calendar and time zone."""

    language: str
    calendar: str
    zone: ZoneInfo

    def number(self, typed: str) -> Any:
        """Return the number typed as JSON writes it; what cannot be read as an unread value."""
        if is_blank(typed):
            return ""
        try:
            return format(read_number(typed, self.language), "f")
        except Unreadable as error:
            return unread(typed, f"form-{error.rule}", error.hint)

    def phone(self, typed: str) -> Any:
        """Return the telephone number typed, dialled as where the reader is."""
        if is_blank(typed):
            return ""
        try:
            return read_phone(typed, region_of_zone(self.zone.key))
        except Unreadable as error:
            return unread(typed, f"form-{error.rule}", error.hint)

    def moment(self, typed: Parts, kind: str, written: str = "") -> Any:
        """Return the moment typed in ISO; `typed` has date, time and what it was before.

        `written` says how an instant is kept: with its offset, as UTC or without a zone.
        """
        before = typed.get("was", "")
        shown = self.parts(before, kind) if before else {}
        if before and all(typed.get(name, "").strip() == shown[name] for name in ("date", "time")):
            return before
        if is_blank(typed.get("date", "") + typed.get("time", "")):
            return ""
        try:
            return self._moment(typed, kind, written, shown)
        except Unreadable as error:
            return unread(dict(typed), f"form-{error.rule}", error.hint)

    def parts(self, value: Any, kind: str) -> Parts:
        """Return date and time of a raw value as they stand in fields, and what it was before."""
        if is_unread(value):
            typed = value[UNREAD] if isinstance(value[UNREAD], Mapping) else {}
            return {name: str(typed.get(name, "")) for name in ("date", "time", "was")}
        text = str(value or "")
        found = _parsed(text, kind)
        if found is None:
            return {"date": text if kind != "time" else "", "time": "", "was": ""}
        if isinstance(found, time):
            return {"date": "", "time": _clock(found), "was": text}
        if isinstance(found, datetime):
            here = in_zone(found, self.zone) if found.tzinfo else found
            day, clock = here.date(), _clock(here.time())
        else:
            day, clock, text = found, "", found.isoformat()
        shown = write_date_to_edit(day, self.language, self.calendar)
        return {"date": shown, "time": clock, "was": text}

    def text(self, value: Any, kind: str = "") -> str:
        """Return a raw value as it stands in a field of one line."""
        if is_unread(value):
            return str(value[UNREAD])
        if value is None:
            return ""
        if kind == "number" and not isinstance(value, bool):
            try:
                return write_number_to_edit(Decimal(str(value)), self.language)
            except ArithmeticError:
                return str(value)
        return str(value)

    def _moment(self, typed: Parts, kind: str, written: str, shown: Parts) -> str:
        if kind == "time":
            return _clock(read_time(typed.get("time") or typed.get("date", "")))
        day = read_date(typed.get("date", ""), self.language, self.calendar)
        if kind == "date":
            return day.isoformat()
        if is_blank(typed.get("time", "")):
            raise Unreadable("datetime")
        clock = self._clock_of(typed, shown)
        if written == "no_timezone":
            return _iso(datetime.combine(day, clock.replace(fold=0)))
        instant = at(day, clock, self.zone)
        if written == "utc_normalized":
            return _iso(instant.astimezone(UTC)).replace("+00:00", "Z")
        return _iso(instant)

    def _clock_of(self, typed: Parts, shown: Parts) -> time:
        """Return the time typed; one that was left alone keeps more than the field shows."""
        if shown and typed["time"].strip() == shown["time"]:
            before = _parsed(shown["was"], "datetime")
            if isinstance(before, datetime):
                return (in_zone(before, self.zone) if before.tzinfo else before).time()
        return read_time(typed["time"])


def _parsed(text: str, kind: str) -> datetime | date | time | None:
    try:
        if kind == "time":
            return time.fromisoformat(text)
        if kind == "datetime" and len(text) > len("2026-01-01"):
            return datetime.fromisoformat(text)
        return date.fromisoformat(text[: len("2026-01-01")])
    except ValueError:
        return None


def _clock(clock: time) -> str:
    return clock.strftime("%H:%M:%S" if clock.second else "%H:%M")


def _iso(moment: datetime) -> str:
    exact = moment.second or moment.microsecond
    return moment.isoformat() if exact else moment.isoformat(timespec="minutes")
