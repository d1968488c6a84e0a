"""Editing templates: each save is a new edition; the newest with all five ticks goes out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid
from engine.model import Problem
from tasks.declare.words import CHANNELS, PURPOSES
from tasks.templates.records import TICKS, Template, editions
from tasks.templates.rendering import LONGEST_TEXT, fields_of, unknown_syntax

LANGUAGES = ("en", "fa", "lt")
GENERAL = frozenset(
    {
        "customer.name", "customer.greeting", "company.name", "company.email", "campaign.name",
        "offer.title", "offer.discount", "offer.valid_until",
    }
)  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Text:
    """What an editor writes: subject, body and the ticks that were thought about."""

    subject: str
    body: str
    ticks: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Overview:
    """A template by name: what is written in which channel and language."""

    name: str
    purpose: str
    newest: dict[tuple[str, str], Template]  # (channel, language)
    in_use: dict[tuple[str, str], Template]

    @property
    def channels(self) -> list[str]:
        """The channels it is written for, in our usual order."""
        return [each for each in CHANNELS if any(channel == each for channel, _ in self.newest)]

    def missing(self) -> list[tuple[str, str]]:
        """Return (channel, language) without a text that goes out; English is sent instead."""
        return [
            (c, each) for c in self.channels for each in LANGUAGES if (c, each) not in self.in_use
        ]


def overviews(session: Session) -> list[Overview]:
    """Return every template by name."""
    found: dict[str, list[Template]] = {}
    for template in session.scalars(select(Template).order_by(Template.name, Template.edition)):
        found.setdefault(template.name, []).append(template)
    return [_overview(name, some) for name, some in found.items()]


def overview(session: Session, name: str) -> Overview | None:
    """Return one template; None if nothing of this name is written."""
    some = list(session.scalars(editions(name)))[::-1]
    return _overview(name, some) if some else None


def save(
    session: Session,
    place: tuple[str, str, str],
    text: Text,
    *,
    purpose: str,
    seen: int,
    now: datetime,
) -> Template:
    """Add the next edition of (name, channel, language); `seen` is the edition that was edited.

    Raises Invalid with one problem for each fault; Conflict where somebody saved meanwhile.
    """
    name, channel, language = place
    there = overview(session, name)
    newest = there.newest.get((channel, language)) if there else None
    if (newest.edition if newest else 0) != seen:
        raise Conflict("Somebody else has saved a newer edition meanwhile.")
    if problems := list(_problems(place, text, there.purpose if there else purpose)):
        raise Invalid(problems[0].message, problems)
    added = Template(
        name=name,
        channel=channel,
        language=language,
        edition=seen + 1,
        purpose=there.purpose if there else purpose,
        subject=text.subject.strip(),
        body=text.body.replace("\r\n", "\n").strip() + "\n",
        checklist={tick: tick in text.ticks for tick in TICKS},
        created_at=now,
    )
    session.add(added)
    session.flush()
    return added


def unfilled(session: Session, name: str, text: Text) -> list[str]:
    """Return fields that no edition of this template had before and that are not general ones.

    Whatever process sends it fills in its own fields; one that nobody fills stops the message.
    """
    before = set(GENERAL)
    for template in session.scalars(editions(name)):
        before.update(fields_of(template.subject), fields_of(template.body))
    return sorted({*fields_of(text.subject), *fields_of(text.body)} - before)


def _overview(name: str, some: Iterable[Template]) -> Overview:
    newest = {(each.channel, each.language): each for each in some}
    in_use = {(each.channel, each.language): each for each in some if each.ready()}
    return Overview(name, next(iter(newest.values())).purpose, newest, in_use)


def _problems(place: tuple[str, str, str], text: Text, purpose: str) -> Iterable[Problem]:
    """Find what is wrong; a mail has a subject, and marketing by mail says how to end it."""
    name, channel, language = place
    choices = (
        (channel, CHANNELS, "channel"),
        (language, LANGUAGES, "language"),
        (purpose, PURPOSES, "purpose"),
    )
    if not _NAME.fullmatch(name):
        yield Problem("A name has small letters, digits and hyphens.", element="name")
    for given, allowed, element in choices:
        if given not in allowed:
            yield Problem(f"There is no such {element}.", element=element)
    yield from _subject_problems(text.subject, needed=channel == "email")
    if not text.body.strip() or len(text.body) > LONGEST_TEXT:
        yield Problem("The text is empty or too long.", element="body")
    yield from _strays(text.body, "body")
    mail_of_marketing = purpose == "marketing" and channel == "email"
    if mail_of_marketing and "company.email" not in fields_of(text.body):
        yield Problem("It must say how to be written to no more.", element="body", rule="refusal")


def _subject_problems(subject: str, *, needed: bool) -> Iterable[Problem]:
    if (needed and not subject.strip()) or "\n" in subject.strip() or len(subject) > 300:
        yield Problem("A subject is one line; a mail needs one.", element="subject")
    yield from _strays(subject, "subject")


def _strays(text: str, element: str) -> Iterable[Problem]:
    for stray in unknown_syntax(text)[:3]:
        yield Problem(f"“{stray}” is no field.", element=element, rule="field", hint=stray)
