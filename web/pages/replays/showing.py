"""What came of a replay, in words."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.definitions import Definition, Element
from engine.replay import Cases, Difference, Outcome, Report, Result, Stop, Version, replay
from engine.store.types import dumps
from engine.transaction.pending import Environment
from web.i18n import localizer
from web.i18n.process_texts import process_text
from web.pages.replays.words import REASONS, RESULTS, STOPS

SECONDS = 5.0  # that one page may take
AT_MOST = 2_000  # instances that one page looks at
SHOWN = 100  # instances that are listed


@dataclass(frozen=True, slots=True)
class Line:
    """One instance that does not go the same way."""

    key: int
    name: str
    started_at: datetime
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A replay as its page shows it."""

    total: int
    replayed: int
    all_seen: bool  # False: the time was over, or there are more
    figures: list[tuple[Any, int, bool]]  # (words, count, whether it goes another way)
    reasons: list[tuple[Any, int]]
    places: list[tuple[str, int]]
    lines: list[Line]


def replayed(
    connection: Connection, environment: Environment, version: Version, chosen: Cases
) -> Shown:
    """Replay the newest instances until the time of a page is over."""
    until, all_seen, report = time.monotonic() + SECONDS, False, Report(keep=AT_MOST)
    limited = Cases(chosen.process_id, chosen.definition_key, limit=AT_MOST + 1)
    for outcome in replay(connection, environment, version, limited):
        if report.total == AT_MOST or time.monotonic() > until:
            break
        report.add([outcome])
    else:
        all_seen = True
    listed = [each for each in report.kept if each.result is not Result.NOT_REPLAYABLE]
    ran_on = {each.definition_key for each in listed}
    catalogue = environment.catalogue
    words = _Words(version, [catalogue.process(connection, key).process for key in ran_on])
    listed.sort(key=lambda outcome: not outcome.differs)
    return Shown(
        report.total,
        report.replayed,
        all_seen,
        [(RESULTS[r], n, r is Result.ANOTHER_WAY) for r in RESULTS if (n := report.results[r])],
        [(REASONS[reason], n) for reason, n in report.reasons.most_common()],
        words.places(listed),
        [words.line(outcome) for outcome in listed[:SHOWN]],
    )


class _Words:
    """Says differences in the words of a drawing."""

    def __init__(self, version: Version, ran_on: Iterable[Definition]) -> None:
        self._elements: dict[str, Element] = {}
        for process in (*ran_on, version.process):
            self._elements |= process.elements

    def places(self, outcomes: Iterable[Outcome]) -> list[tuple[str, int]]:
        """Return where instances go another way first, the most frequent first."""
        counts: dict[str, int] = {}
        for outcome in outcomes:
            said = self.line(outcome).sentences[:1]
            for sentence in said:
                counts[sentence] = counts.get(sentence, 0) + 1
        return sorted(counts.items(), key=lambda each: -each[1])[:12]

    def line(self, outcome: Outcome) -> Line:
        """Return what is said of one instance."""
        sentences = [self.difference(each) for each in outcome.differences[:6]]
        if outcome.stopped is not None:
            sentences.append(self.stop(outcome.stopped))
        return Line(
            outcome.key,
            outcome.business_key or localizer.digits(str(outcome.key)),
            outcome.started_at,
            list(dict.fromkeys(sentences)),
        )

    def difference(self, found: Difference) -> str:
        """Return a difference as a sentence."""
        place = self._name(found.element)
        if found.kind == "decision":
            before, now = _answer(found.recorded), _answer(found.now)
            text = _(
                "“%(step)s” decides %(now)s, not %(before)s.", step=place, now=now, before=before
            )
        elif found.kind == "time":
            at = localizer.when(found.recorded), localizer.when(found.now)
            text = _(
                "“%(step)s” happens at %(now)s, not at %(before)s.",
                step=place,
                now=at[1],
                before=at[0],
            )
        elif found.kind == "value":
            values = _short(found.recorded), _short(found.now)
            text = _(
                "The variable %(name)s is %(now)s, not %(before)s.",
                name=found.name,
                now=values[1],
                before=values[0],
            )
        elif found.kind == "unheard":
            text = _("Nothing waits any more for what came at “%(step)s”.", step=place)
        else:
            text = self._way(found)
        return str(text)

    def stop(self, found: Stop) -> str:
        """Return as a sentence where it stops, and why nobody knows what would come."""
        said = {"step": self._name(found.element), "detail": found.detail or "–"}
        return str(STOPS[found.why]) % said

    def _way(self, found: Difference) -> str:
        before = self._names(found.recorded)
        now = self._names(found.now)
        if before and now:
            return str(_("It comes to %(now)s, not to %(before)s.", now=now, before=before))
        if now:
            return str(_("It comes to %(now)s, where it did not come then.", now=now))
        if before:
            return str(_("It does not come to %(before)s, where it came then.", before=before))
        return str(_("It ends in another way at “%(step)s”.", step=self._name(found.element)))

    def _names(self, elements: object) -> str:
        found = elements if isinstance(elements, tuple) else ()
        return localizer.comma().join(
            str(_("“%(name)s”", name=self._name(each))) for each in found[:4]
        )

    def _name(self, element: str) -> str:
        known = self._elements.get(element)
        named = str(process_text(known.name)) if known is not None and known.name else ""
        return named or element or str(_("the start"))


def _answer(said: object) -> str:
    return _short(said.get("answer")) if isinstance(said, Mapping) else _short(said)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else dumps(value)
    return text if len(text) <= 80 else text[:79] + "…"
