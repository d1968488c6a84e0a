"""Loads the company's catalogue from TOML: only what is not there yet, edits stay."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from tasks.calendars.records import BusinessCalendar, CalendarInterval, Holiday, TeamCalendar
from tasks.cases.causes import Cause
from tasks.consents.records import ConsentText
from tasks.declare.base import Base
from tasks.offers.records import Offer
from tasks.permissions.records import Market, PermissionRule
from tasks.policy.records import PolicyValue
from tasks.products.records import Product
from tasks.profiles.records import InfoNeed
from tasks.retention.records import RetentionRule
from tasks.segments.records import Segment
from tasks.surveys.records import Survey
from tasks.templates.records import Template

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YEARS_AHEAD = 3


def load_catalogue(session: Session, seeds: Path, now: datetime) -> dict[str, int]:
    """Add what is missing; answer how many records of each kind were added."""
    made = {"created_at": now, "created_by": "seed"}
    added = load_standards(session, seeds, now) | {
        "products": _add(session, _products(read(seeds, "products")), "sku"),
        "offers": _add(session, _rows(Offer, read(seeds, "offers")["offers"], made), "name"),
        "segments": _add(
            session, _rows(Segment, read(seeds, "segments")["segments"], made), "name"
        ),
        "consent_texts": _add(
            session, _texts(read(seeds, "consent_texts")), "name", "version", "language"
        ),
        "templates": _add(
            session, _templates(read(seeds, "templates"), made), "name", "channel", "language"
        ),
    }
    session.flush()
    return added


def load_standards(session: Session, seeds: Path, now: datetime) -> dict[str, int]:
    """Add what no house can do without: calendars, policy, causes, surveys, questions."""
    made = {"created_at": now, "created_by": "seed"}
    return {
        "calendars": _calendars(session, read(seeds, "calendars"), now.date()),
        "policy_values": _add(session, _policy(read(seeds, "policy"), made), "key"),
        "causes": _add(session, _causes(read(seeds, "causes"), made), "name"),
        "surveys": _add(session, _surveys(read(seeds, "surveys"), made), "name"),
        "questions": _add(session, _questions(read(seeds, "questions"), made), "field"),
        "markets": _add(session, _markets(read(seeds, "permissions")), "country"),
        "permission_rules": _add(
            session,
            _permission_rules(read(seeds, "permissions"), made),
            "market",
            "kind",
            "channel",
            "purpose",
            "basis",
        ),
        "retention_rules": _add(session, _retention(read(seeds, "retention"), made), "record"),
    }


def read(seeds: Path, name: str) -> dict[str, Any]:
    """Read one seed file."""
    return tomllib.loads((seeds / f"{name}.toml").read_text("utf-8"))


def _add(session: Session, records: Iterable[Base], *key: str) -> int:
    records = list(records)
    if not records:
        return 0
    columns = inspect(type(records[0])).columns
    known = {tuple(row) for row in session.execute(select(*(columns[name] for name in key)))}
    missing = [r for r in records if tuple(getattr(r, name) for name in key) not in known]
    session.add_all(missing)
    return len(missing)


def _rows(
    kind: type[Offer | Segment], rows: Iterable[Mapping[str, Any]], made: Mapping[str, Any]
) -> Iterator[Base]:
    for row in rows:
        yield kind(**row, **made, demo=True)


def _retention(data: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Base]:
    for row in data["rules"]:
        yield RetentionRule(**row, **made)


def _markets(data: Mapping[str, Any]) -> Iterator[Base]:
    for market, countries in data["markets"].items():
        for country in countries:
            yield Market(country=country, market=market)


def _permission_rules(data: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Base]:
    for row in data["rules"]:
        for market, kind, channel in product(row["markets"], row["kinds"], row["channels"]):
            told = {"market": market, "kind": kind, "channel": channel}
            yield PermissionRule(**told, purpose=row["purpose"], basis=row["basis"], **made)


def _products(data: Mapping[str, Any]) -> Iterator[Base]:
    for row in data["products"]:
        yield Product(**row, currency=data["currency"])


def _policy(data: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Base]:
    for area, entries in data.items():
        for name, entry in entries.items():
            yield PolicyValue(**entry, key=f"{area}.{name}", default=entry["value"], **made)


def _causes(data: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Base]:
    for row in data["causes"]:
        words = [word for language in ("en", "fa", "lt") for word in row[language]]
        yield Cause(
            name=row["name"], category=row["category"], owner=row["owner"], words=words, **made
        )


def _surveys(data: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Base]:
    for row in data["surveys"]:
        yield Survey(**row, **made)


def _questions(data: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Base]:
    for row in data["questions"]:
        yield InfoNeed(**row, **made)


def _texts(data: Mapping[str, Any]) -> Iterator[Base]:
    for row in data["texts"]:
        for language in ("en", "fa", "lt"):
            yield ConsentText(
                name=row["name"],
                version=row["version"],
                purpose=row["purpose"],
                language=language,
                text=row[language],
            )


def _templates(data: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Base]:
    for row in data["templates"]:
        shared = {
            "name": row["name"],
            "purpose": row["purpose"],
            "checklist": dict.fromkeys(row["ticks"], True),
        }
        channels = {key: value for key, value in row.items() if isinstance(value, dict)}
        for channel, languages in channels.items():
            for language, wording in languages.items():
                yield Template(
                    **shared,
                    **made,
                    channel=channel,
                    language=language,
                    subject=wording.get("subject", ""),
                    body=wording["body"].strip() + "\n",
                    demo=True,
                )


def _calendars(session: Session, data: Mapping[str, Any], today: date) -> int:
    known = {c.name: c for c in session.scalars(select(BusinessCalendar))}
    added = 0
    for row in data["calendars"]:
        if row["name"] in known:
            continue
        calendar = BusinessCalendar(
            name=row["name"],
            title=row["title"],
            timezone=row["timezone"],
            intervals=list(_intervals(row["hours"])),
            holidays=list(_holidays(row, today.year)),
        )
        session.add(calendar)
        known[calendar.name] = calendar
        added += 1
    session.flush()
    teams = set(session.scalars(select(TeamCalendar.team)))
    for team, name in data["teams"].items():
        if team not in teams:
            session.add(TeamCalendar(team=team, calendar_id=known[name].id))
    return added


def _intervals(hours: Mapping[str, list[str]]) -> Iterator[CalendarInterval]:
    for day, spans in hours.items():
        for span in spans:
            opens, closes = span.split("-")
            yield CalendarInterval(
                weekday=WEEKDAYS.index(day),
                opens=time.fromisoformat(opens),
                closes=time.fromisoformat(closes),
            )


def _holidays(row: Mapping[str, Any], year: int) -> Iterator[Holiday]:
    days = {date.fromisoformat(day): name for day, name in row.get("days", {}).items()}
    for each in range(year - 1, year + YEARS_AHEAD):
        for day, name in row.get("yearly", {}).items():
            days[date.fromisoformat(f"{each}-{day}")] = name
    for day, name in sorted(days.items()):
        yield Holiday(day=day, name=name)
