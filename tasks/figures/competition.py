"""A26, against whom we win and lose: offers, purchases watched, contracts left, and mentions.

Only decisions in which the customer named the competitor count; the shares are of those and not of
the market.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.text.normal import search_form
from tasks.analytics.mean import mean
from tasks.analytics.selling.competition import Decision, against
from tasks.figures.plain import told
from tasks.inbound_events.records import Event
from tasks.intents.records import Intent
from tasks.lapsed.records import LapseReason
from tasks.quotes.records import Opportunity
from tasks.surveys.records import SurveyAnswer

YEAR = timedelta(days=365)
MENTIONED = "competitor.mentioned"
COMPARED = "compared_with_others"  # a question: 1 (much worse) to 5 (much better than others)
MOST = 20
REASONS = 3  # of each list


def competition(session: Session, now: datetime) -> dict[str, Any]:
    """Return won and lost against each competitor in 12 months, with the reasons."""
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    decisions = [
        Decision(_one(spelt, name), won, reason)
        for name, won, reason in _decisions(session, now - YEAR)
    ]
    mentions = Counter(_one(spelt, name) for name in _mentioned(session, now - YEAR))
    known = {one.competitor: one for one in against(decisions)}
    rows: list[dict[str, Any]] = []
    for key in sorted(known.keys() | mentions.keys()):
        one = known.get(key)
        rows.append(
            {
                "name": spelt[key].most_common(1)[0][0],
                "won": one.won if one else 0,
                "lost": one.lost if one else 0,
                "win_rate": told(one.win_rate) if one else None,
                "why_won": [list(each) for each in one.reasons_won[:REASONS]] if one else [],
                "why_lost": [list(each) for each in one.reasons_lost[:REASONS]] if one else [],
                "mentions": mentions[key],
            }
        )
    rows.sort(key=lambda row: (-row["won"] - row["lost"], -row["mentions"], row["name"]))
    marks = select(SurveyAnswer.value, func.count()).where(
        SurveyAnswer.question == COMPARED,
        SurveyAnswer.at > now - YEAR,
        SurveyAnswer.value.between(1, 5),
    )
    given = [
        float(mark or 0)
        for mark, times in session.execute(marks.group_by(SurveyAnswer.value))
        for _ in range(times)
    ]
    return {"rows": rows[:MOST], "compared": told(mean(given)), "decisions": len(decisions)}


def _one(spelt: dict[str, Counter[str]], name: str) -> str:
    """Return what all spellings of a name share."""
    key = search_form(name)
    spelt[key][name.strip()] += 1
    return key


def _decisions(session: Session, since: datetime) -> Iterator[tuple[str, bool, str | None]]:
    offer, intent, left = Opportunity, Intent, LapseReason
    closed = (
        select(offer.competitor, offer.stage, offer.lost_reason)
        .where(offer.competitor != "", offer.stage.in_(("won", "lost")))
        .where(offer.closed_at > since)
    )
    for name, stage, reason in session.execute(closed):
        yield name, stage == "won", reason or None
    watched = (
        select(intent.competitor, intent.state)
        .where(intent.competitor != "", intent.state.in_(("hit", "lost")))
        .where(intent.closed_at > since)
    )
    for name, state in session.execute(watched):
        yield name, state == "hit", None
    gone = select(left.competitor, func.coalesce(left.stated, left.inferred)).where(
        left.competitor != "", left.at > since
    )
    for name, reason in session.execute(gone):
        yield name, False, reason


def _mentioned(session: Session, since: datetime) -> Iterator[str]:
    told_of = select(Event.payload).where(Event.type == MENTIONED, Event.received_at > since)
    for payload in session.scalars(told_of):
        if name := str((payload or {}).get("name", "")):
            yield name
