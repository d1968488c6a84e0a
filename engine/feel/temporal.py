"""Dates, times and durations of FEEL: proleptic Gregorian, years to ±999,999,999, nanoseconds."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 86_400 * 10**9
SECOND = 10**9
YEARS = 999_999_999


def days_from_civil(year: int, month: int, day: int) -> int:
    """Return the days since 1970-01-01 (Hinnant's algorithm, any year)."""
    year -= month <= 2
    era, yoe = divmod(year, 400)
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Return year, month, day of the days since 1970-01-01."""
    era, doe = divmod(days + 719_468, 146_097)
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + (3 if mp < 10 else -9)
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


def days_in_month(year: int, month: int) -> int:
    """Return how many days a month has."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A years and months duration."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


@dataclass(frozen=True, slots=True)
class DaysTime:
    """A days and time duration in nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        days, rest = divmod(abs(self.nanos), DAY)
        hours, rest = divmod(rest, 3600 * SECOND)
        minutes, rest = divmod(rest, 60 * SECOND)
        seconds, nanos = divmod(rest, SECOND)
        fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
        time = (
            (f"{hours}H" if hours else "")
            + (f"{minutes}M" if minutes else "")
            + (f"{seconds}{fraction}S" if seconds or nanos else "")
        )
        text = (f"{days}D" if days else "") + (f"T{time}" if time else "")
        return ("-" if self.nanos < 0 else "") + "P" + (text or "T0S")


@dataclass(frozen=True, slots=True)
class Date:
    """A date."""

    year: int
    month: int
    day: int

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return days_from_civil(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """1 is Monday, 7 is Sunday."""
        return (self.days + 3) % 7 + 1

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: nanoseconds since midnight, with an offset in seconds or a zone or neither."""

    nanos: int
    offset: int | None = None
    zone: str | None = None

    @property
    def utc(self) -> int | None:
        """The offset in seconds; of a zone without daylight saving the standard one."""
        if self.zone is not None:
            return zone_offset(self.zone, 0, self.nanos)
        return self.offset

    def __str__(self) -> str:
        return time_text(self.nanos) + offset_text(self.offset, self.zone)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and a time of day."""

    date: Date
    time: Time

    @property
    def utc(self) -> int | None:
        """The offset in seconds at that instant, None for local time."""
        if self.time.zone is not None:
            return zone_offset(self.time.zone, self.date.days, self.time.nanos)
        return self.time.offset

    @property
    def instant(self) -> int:
        """Nanoseconds since the epoch; local time counts as UTC."""
        return self.date.days * DAY + self.time.nanos - (self.utc or 0) * SECOND

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@lru_cache(maxsize=256)
def zone_info(name: str) -> ZoneInfo | None:
    """Return the zone of an IANA name, None when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zone_offset(name: str, days: int, nanos: int) -> int:
    """Return the offset in seconds of a zone at a local date and time."""
    year, month, day = civil_from_days(days)
    local = datetime(_alike(year), month, day, tzinfo=zone_info(name))
    offset = (local + timedelta(microseconds=nanos // 1000)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _alike(year: int) -> int:
    """Return a year with the same calendar that Python's zones know."""
    return year if 2 <= year <= 9998 else 2000 + year % 400


def time_text(nanos: int) -> str:
    """Return hh:mm:ss with a fraction where there is one."""
    seconds, fraction = divmod(nanos, SECOND)
    tail = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{tail}"


def offset_text(offset: int | None, zone: str | None) -> str:
    """Return `Z`, `+hh:mm`, `@Zone` or nothing."""
    if zone is not None:
        return f"@{zone}"
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    size = abs(offset)
    seconds = f":{size % 60:02d}" if size % 60 else ""
    return f"{'-' if offset < 0 else '+'}{size // 3600:02d}:{size // 60 % 60:02d}{seconds}"


_DATE = re.compile(r"(-?)([1-9]\d{4,8}|\d{4})-(\d\d)-(\d\d)")
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"(?:([Zz])|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][\w/+-]*))?(?:\[([A-Za-z][\w/+-]*)\])?"
)
_LONGEST = 60  # characters of a duration
_YM = re.compile(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?")
_DT = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?")


def read_date(text: str) -> Date | None:
    """Read an ISO date, None when it is not one."""
    match = _DATE.fullmatch(text)
    return make_date(int(match[1] + match[2]), int(match[3]), int(match[4])) if match else None


def make_date(year: int, month: int, day: int) -> Date | None:
    """Return a date, None when there is no such day."""
    if abs(year) > YEARS or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return Date(year, month, day)


def read_time(text: str) -> Time | None:
    """Read an ISO time with optional offset or @zone, None when it is not one."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    if hour > 23 or minute > 59 or second > 59:
        return None
    nanos = (hour * 3600 + minute * 60 + second) * SECOND + int(((match[4] or "") + "0" * 9)[:9])
    if match[11]:  # as Camunda writes it: the zone behind its offset
        known = match[10] is None and (match[5] or match[6]) and zone_info(match[11])
        return Time(nanos, None, match[11]) if known else None
    if match[5]:
        return Time(nanos, 0)
    if match[6]:
        return _with_offset(nanos, match[6], match[7], match[8], match[9])
    if match[10]:
        return Time(nanos, None, match[10]) if zone_info(match[10]) else None
    return Time(nanos)


def _with_offset(
    nanos: int, sign: str, hours: str, minutes: str, seconds: str | None
) -> Time | None:
    size = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    if size > 18 * 3600 or int(minutes) > 59:
        return None
    return Time(nanos, -size if sign == "-" else size)


def read_date_time(text: str) -> DateTime | None:
    """Read an ISO date and time (a date alone is its midnight), None when it is not one."""
    head, separator, tail = text.partition("T")
    date = read_date(head)
    midnight = tail.startswith("24:00:00")  # the end of the day is the start of the next
    time = read_time("00" + tail[2:] if midnight else tail) if separator else Time(0)
    if date and midnight and time and time.nanos == 0:
        date = add_days(date, 1)
    return DateTime(date, time) if date and time else None


def read_duration(text: str) -> YearsMonths | DaysTime | None:
    """Read an ISO duration of one of the two kinds, None when it is neither."""
    if text.endswith(("P", "T")) or len(text) > _LONGEST:
        return None
    if match := _YM.fullmatch(text):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    if match := _DT.fullmatch(text):
        seconds = int(match[3] or 0) * 3600 + int(match[4] or 0) * 60 + int(match[5] or 0)
        nanos = int(match[2] or 0) * DAY + seconds * SECOND
        nanos += int(((match[6] or "") + "0" * 9)[:9])
        return DaysTime(-nanos if match[1] else nanos)
    return None


def from_instant(nanos: int, time: Time) -> DateTime | None:
    """Return the date and time of an instant, in the offset or zone of `time`."""
    if time.zone is not None:
        days, rest = divmod(nanos, DAY)
        year, month, day = civil_from_days(days)
        utc = datetime(_alike(year), month, day, tzinfo=UTC) + timedelta(microseconds=rest // 1000)
        shift = utc.astimezone(zone_info(time.zone)).utcoffset() or timedelta()
        nanos += int(shift.total_seconds()) * SECOND
    else:
        nanos += (time.offset or 0) * SECOND
    days, rest = divmod(nanos, DAY)
    year, month, day = civil_from_days(days)
    if abs(year) > YEARS:
        return None
    return DateTime(Date(year, month, day), Time(rest, time.offset, time.zone))


def add_months(date: Date, months: int) -> Date | None:
    """Return the date some months later, its day cut to the length of the month."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(year) > YEARS:
        return None
    return Date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def add_days(date: Date, days: int) -> Date | None:
    """Return the date some days later."""
    year, month, day = civil_from_days(date.days + days)
    return Date(year, month, day) if abs(year) <= YEARS else None


def from_python(value: datetime) -> DateTime:
    """Return a Python datetime as date and time; UTC becomes Z."""
    return DateTime(
        Date(value.year, value.month, value.day), from_python_time(value.timetz(), value)
    )


def from_python_time(value: time, on: datetime | None = None) -> Time:
    """Return a Python time; its offset may depend on the day."""
    offset = (on or value).utcoffset()
    seconds = (value.hour * 3600 + value.minute * 60 + value.second) * SECOND
    return Time(
        seconds + value.microsecond * 1000,
        int(offset.total_seconds()) if offset is not None else None,
    )
