"""Why a customer has a score: what it rests on, how much of that there is, and as of when.

What needs all customers (tier, recency · frequency · money) comes from the last snapshot; what
rests on the customer alone is worked out from the page's own lines.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tasks.analytics import pressure, timing
from tasks.analytics.relationship.health import Signs, health
from tasks.analytics.relationship.index import Index
from tasks.analytics.relationship.trust import Evidence, trust
from tasks.analytics.risk.hiatus import is_silent, longest_usual_gap
from web.i18n.habits import habit
from web.i18n.localizer import comma, day, digits, number, percent
from web.i18n.localizer import money as amount
from web.i18n.process_texts import process_text
from web.pages.customers.words import word
from web.reads.customer_view import CustomerView, Line

YEAR = timedelta(days=365)
NPS = "nps"
UNCLEAR = 0.5  # of the weight known; below it an index is called uncertain


@dataclass(frozen=True, slots=True)
class Score:
    """A figure of one customer with what drives it; `n` is on how many observations it rests."""

    name: str
    value: str
    drivers: Sequence[tuple[str, str]]
    n: str
    as_of: datetime
    caution: str = ""


def scores(view: CustomerView, now: datetime) -> list[Score]:
    """Return the scores that can be told, the most useful first."""
    buying = _Buying.of(view, now)
    trusted = _trust(view, now)
    found = [
        _value(view),
        _habit(view),
        _kept("health", _("Health"), view) or _health(view, buying, trusted, now),
        _risk(view),
        *(_intent(line) for line in view.of("intent")),
        _window(buying, now) if not view.of("intent") else None,
        _kept("trust", _("Trust"), view) or _trusting(trusted, view, now),
        _pressure(view, now),
    ]
    return [score for score in found if score is not None]


@dataclass(frozen=True, slots=True)
class _Buying:
    """The days on which the customer bought lately, the last first, and the gaps between them."""

    last: datetime | None
    gaps: tuple[int, ...]
    silent_days: int

    @classmethod
    def of(cls, view: CustomerView, now: datetime) -> "_Buying":
        bought = [line for line in view.past.lines if line.kind == "bought" and not line.until]
        days = sorted({line.at.date() for line in bought if line.at})
        gaps = tuple((later - earlier).days for earlier, later in pairwise(days))
        last = view.last_purchase
        return cls(last, gaps, max((now - last).days, 0) if last else 0)


def _value(view: CustomerView) -> Score | None:
    score = view.score
    if score is None:
        return None
    drivers = [
        (_("margin of 12 months"), amount(score.margin_12m, view.currency)),
        (_("spent in all"), amount(score.spent, view.currency)),
    ]
    n = _purchases(score.orders)
    return Score(
        _("Value of the customer"), _("tier %(tier)s", tier=score.tier), drivers, n, score.as_of
    )


def _purchases(n: int) -> str:
    return str(ngettext("%(count)s purchase", "%(count)s purchases", n, count=number(n)))


def _habit(view: CustomerView) -> Score | None:
    score = view.score
    if score is None:
        return None
    drivers = [
        (_("recency, 1 to 5"), number(score.r)),
        (_("frequency, 1 to 5"), number(score.f)),
        (_("money, 1 to 5"), number(score.m)),
    ]
    n = _purchases(score.orders)
    return Score(_("Buying habit"), habit(score.segment), drivers, n, score.as_of)


def _kept(kind: str, name: str, view: CustomerView) -> Score | None:
    """Return an index that a process has worked out, with its parts."""
    line = view.first(kind)
    if line is None or line.at is None or line.number is None:
        return None
    parts: dict[str, float] = json.loads(line.note or "{}")
    unknown: list[str] = json.loads(line.more or "[]")
    drivers = [(_part(part), _of_100(value)) for part, value in parts.items()]
    n = ngettext("%(count)s part", "%(count)s parts", len(parts), count=number(len(parts)))
    words = comma().join(_part(part) for part in unknown)
    caution = str(_("Not known: %(parts)s.", parts=words)) if unknown else ""
    return Score(name, _of_100(line.number), drivers, n, line.at, caution)


def _risk(view: CustomerView) -> Score | None:
    """Return the points of the last look at the risk (D-16), each with its reason."""
    line = view.first("risk")
    if line is None or line.at is None:
        return None
    found: list[dict[str, Any]] = json.loads(line.note or "[]")
    drivers = [(process_text(one.get("reason", "")), number(one.get("points"))) for one in found]
    n = ngettext("%(count)s sign", "%(count)s signs", len(found), count=number(len(found)))
    points = line.number or 0
    value = ngettext("%(count)s point", "%(count)s points", points, count=number(points))
    return Score(_("Risk of leaving"), value, drivers, n, line.at)


def _intent(line: Line) -> Score:
    """Return when a purchase in a category is expected, and why."""
    drivers = [(_("because"), process_text(line.more))] if line.more else []
    opens, closes = line.day, line.note
    value = f"{day(opens)} – {day(closes)}" if opens and closes else word("heat", line.word)
    n = line.number or 0
    gaps = ngettext("%(count)s gap", "%(count)s gaps", n, count=number(n))
    name = _("Next purchase: %(what)s", what=process_text(line.text))
    caution = _("Never said to the customer.")
    return Score(name, value, drivers, gaps, line.at or datetime.now(UTC), caution)


def _health(
    view: CustomerView, buying: _Buying, trusted: Index | None, now: datetime
) -> Score | None:
    found = health(_signs(view, buying, trusted))
    if found is None:
        return None
    drivers = [(_part(name), _of_100(part)) for name, part in found.parts.items()]
    n = len(found.parts)
    known = ngettext("%(count)s part of 6", "%(count)s parts of 6", n, count=number(n))
    return Score(_("Health"), _of_100(found.value), drivers, known, now, _uncertain(found))


def _signs(view: CustomerView, buying: _Buying, trusted: Index | None) -> Signs:
    marks = [
        line.number for line in view.of("answer") if line.word == NPS and line.number is not None
    ]
    complaints = [line for line in view.of("case") if line.word == "complaint"]
    sent = [line for line in view.past.lines if line.kind == "contact" and line.until]
    answered = [line for line in sent if line.note in ("clicked", "replied", "opened")]
    return Signs(
        days_since_last=buying.silent_days if buying.last else None,
        usual_gap=longest_usual_gap(buying.gaps),
        satisfaction=min(max(marks[0], 0), 10) if marks else None,
        open_problems=len(complaints),
        repeat_open=any((line.number or 1) > 1 for line in complaints),
        trust=trusted.value if trusted else None,
        answered=len(answered) / len(sent) if sent else None,
        opted_out=any(line.state == "denied" for line in view.permissions),
    )


def _part(name: str) -> str:
    words: Mapping[str, Any] = {
        "recency": _("bought within the own rhythm"),
        "satisfaction": _("satisfaction said"),
        "problems": _("no open problems"),
        "trust": _("trust"),
        "breadth": _("breadth of the relationship"),
        "engagement": _("answers to what we write"),
        "promises": _("promises kept"),
        "stated": _("trust said"),
        "openness": _("openness"),
        "owner": _("view of who is responsible"),
    }
    return str(words.get(name, name))


def _trust(view: CustomerView, now: datetime) -> Index | None:
    due = _due(view, now)
    if not due:
        return None
    return trust(Evidence(promises_kept=sum(map(_on_time, due)) / len(due)))


def _due(view: CustomerView, now: datetime) -> list[Line]:
    """Return the promises that were due in the last 12 months (A15)."""
    since = (now - YEAR).date()
    promised = [line for line in view.past.lines if line.kind == "promised" and line.day]
    return [line for line in promised if line.day and since < line.day <= now.date()]


def _on_time(line: Line) -> bool:
    return bool(line.until and line.day and line.until.date() <= line.day)


def _trusting(trusted: Index | None, view: CustomerView, now: datetime) -> Score | None:
    if trusted is None:
        return None
    due = _due(view, now)
    kept = percent(sum(map(_on_time, due)) / len(due), 0)
    n = len(due)
    known = ngettext("%(count)s promise due", "%(count)s promises due", n, count=number(n))
    drivers = [(_part("promises"), kept)]
    return Score(_("Trust"), _of_100(trusted.value), drivers, known, now, _uncertain(trusted))


def _window(buying: _Buying, now: datetime) -> Score | None:
    if buying.last is None:
        return None
    found = timing.purchase_window(buying.last.date(), buying.gaps)
    silent = is_silent(buying.silent_days, buying.gaps)
    drivers = [(_("days since the last purchase"), number(buying.silent_days))]
    n = len(buying.gaps)
    if n:
        drivers.append((_("usual days between"), number(sorted(buying.gaps)[n // 2])))
    gaps = ngettext("%(count)s gap", "%(count)s gaps", n, count=number(n))
    if found is not None and not silent:
        value = f"{day(found.opens)} – {day(found.closes)}"
    elif silent:
        value = _("silent beyond the own rhythm")
    else:
        value = _("too few purchases to tell")
    return Score(_("Next purchase"), value, drivers, gaps, now, _("Never said to the customer."))


def _pressure(view: CustomerView, now: datetime) -> Score | None:
    touches = [
        pressure.Touch(line.until, line.more or "", line.word or "")
        for line in view.past.lines
        if line.kind == "contact" and line.state == "send" and line.until
    ]
    if not touches:
        return None
    drivers = [
        (_("marketing contacts in 7 days"), number(pressure.touches_within(touches, 7, now))),
        (_("marketing contacts in 30 days"), number(pressure.touches_within(touches, 30, now))),
    ]
    n = len(touches)
    sent = ngettext("%(count)s contact", "%(count)s contacts", n, count=number(n))
    value = number(round(pressure.pressure(touches, now), 1))
    return Score(_("Contact pressure"), value, drivers, sent, now)


def _uncertain(found: Index) -> str:
    if not found.unknown:
        return ""
    unknown = comma().join(_part(name) for name in found.unknown)
    if found.known_weight < UNCLEAR:
        return str(_("Uncertain. Not known: %(parts)s.", parts=unknown))
    return str(_("Not known: %(parts)s.", parts=unknown))


def _of_100(value: float) -> str:
    return digits(_("%(value)s of 100", value=round(value)))
