"""Which one question is worth asking next, and what becomes of the answer."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.normal import search_form
from tasks.consents.records import Consent, Preference
from tasks.declare.words import CHANNELS
from tasks.expectations.records import Expectation
from tasks.getting_to_know.expecting import expect_until, expectations_known
from tasks.getting_to_know.whom import find, open_trouble, tier
from tasks.policy.records import values
from tasks.profiles.records import AskedQuestion, InfoNeed, ProfileFact

MONTH = timedelta(days=30)
NEVER = 9_999  # days since a question that was never asked
TIER_WEIGHT = {"A": 4.0, "B": 3.0, "C": 2.0}
GREETING = "greeting_wanted"  # a fact: the customer likes to be congratulated


@service_task(name="getting_to_know.info_gaps", retries=5)
def info_gaps(
    session: Session,
    now: datetime,
    customer_id: int,
    began_by_customer: bool = False,  # noqa: FBT001, FBT002 - a variable of processes
) -> dict[str, Any]:
    """List what we would like to know of a customer and do not, with what the table D-07 asks.

    Returns ``customer_name`` and ``gaps``: field, question, benefit_statement, used (how many
    decisions use it), refused, asked_days (since anything was asked), trouble, wanted (a greeting),
    began_by_customer, and voi = weight of the tier · decisions · (1 - confidence) / effort.
    """
    customer = find(session, customer_id)
    shared = {
        "asked_days": _days_since_asked(session, now, customer_id),
        "trouble": open_trouble(session, customer_id) is not None,
        "wanted": _greeting_wanted(session, customer_id),
        "began_by_customer": began_by_customer,
    }
    weight = TIER_WEIGHT.get(tier(session, customer_id) or "", 1.0)
    effort = values(session, "question_effort")
    facts = _newest_facts(session, customer_id)
    needs = session.scalars(select(InfoNeed).where(InfoNeed.active).order_by(InfoNeed.id))
    gaps = []
    for need in needs:
        fact = facts.get(need.field)
        if _known(session, now, customer_id, need.field, fact):
            continue
        confidence = fact.confidence / 2 if fact is not None and not fact.refused else 0.0
        gap = {
            "field": need.field,
            "question": need.question,
            "benefit_statement": need.benefit_statement,
            "used": len(need.used_in),
            "refused": fact is not None and fact.refused,
            "voi": weight * len(need.used_in) * (1 - confidence) / effort.get(need.field, 1),
        }
        gaps.append(gap | shared)
    return {"customer_name": customer.name, "gaps": gaps}


@service_task(name="getting_to_know.place_question", retries=5)
def place_question(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    verdicts: list[dict[str, Any]],
) -> dict[str, Any]:
    """Place at most one question into the next contact: the first rank, then what is worth most.

    Reads ``verdicts`` (field, question, benefit_statement, voi, ask, rank). Returns ``question``
    (field, question, benefit_statement), none where nothing is asked.
    """
    asked = [each for each in verdicts if each.get("ask")]
    if not asked:
        return {"question": None}
    best = min(asked, key=lambda each: (each["rank"], -each["voi"], each["field"]))
    by = f"job:{job_key}"
    known = select(AskedQuestion.id).where(AskedQuestion.created_by == by)
    if session.scalar(known) is None:
        made = AskedQuestion(customer_id=customer_id, field=best["field"], asked_at=now)
        made.created_at, made.created_by = now, by
        session.add(made)
    return {"question": {name: best[name] for name in ("field", "question", "benefit_statement")}}


@service_task(name="getting_to_know.question_set", retries=5)
def question_set(session: Session, now: datetime) -> dict[str, Any]:
    """List the questions with what came of them; records nothing.

    Returns ``questions`` (field, question, benefit_statement, used_in as a text with commas,
    retention_months) and ``remarks``, sentences on what to look at: questions that nothing uses,
    that are hardly answered, or that nobody was asked for half a year.
    """
    needs = session.scalars(select(InfoNeed).where(InfoNeed.active).order_by(InfoNeed.id)).all()
    asked = dict[str, tuple[int, int]]()
    counts = select(AskedQuestion.field, func.count(), func.count(AskedQuestion.answered_at)).where(
        AskedQuestion.asked_at > now - 6 * MONTH
    )
    for field, times, answered in session.execute(counts.group_by(AskedQuestion.field)):
        asked[field] = (times, answered)
    return {
        "questions": [
            {
                "field": need.field,
                "question": need.question,
                "benefit_statement": need.benefit_statement,
                "used_in": ", ".join(need.used_in),
                "retention_months": need.retention_months,
            }
            for need in needs
        ],
        "remarks": [
            {"field": need.field, **_came_of_it(need, asked.get(need.field, (0, 0)))}
            for need in needs
        ],
    }


@service_task(name="getting_to_know.keep_question_set", retries=5)
def keep_question_set(
    session: Session, now: datetime, questions: list[dict[str, Any]], by: str | None = None
) -> dict[str, Any]:
    """Keep the questions that were approved; who is not among them is asked no more.

    Reads ``questions`` (field, question, benefit_statement, used_in, retention_months). A question
    without its benefit is refused by the database. Returns ``kept``, how many there are.
    """
    known = {each.field: each for each in session.scalars(select(InfoNeed))}
    wanted = {str(row["field"]).strip(): row for row in questions}
    for field, need in known.items():
        if field not in wanted and need.active:
            need.active, need.updated_at = False, now
    for field, row in wanted.items():
        found = known.get(field)
        if found is None:
            found = InfoNeed(field=field, created_at=now, created_by=by or "")
            session.add(found)
        found.question, found.benefit_statement = row["question"], row["benefit_statement"]
        found.used_in = [word.strip() for word in str(row["used_in"]).split(",") if word.strip()]
        found.retention_months, found.active = int(row["retention_months"]), True
        found.updated_at = now
    session.flush()
    return {"kept": len(wanted)}


def keep_profile_answer(
    session: Session,
    now: datetime,
    customer_id: int,
    field: str,
    answer: str | None,
    *,
    refused: bool,
    source: str,
) -> None:
    """Keep what a customer told, with its source and how long it is kept; or that he refused."""
    words = (answer or "").strip()
    if not words and not refused:
        return
    need = session.scalar(select(InfoNeed).where(InfoNeed.field == field))
    months = need.retention_months if need else 24
    fact = ProfileFact(customer_id=customer_id, field=field, value=words, source=source, at=now)
    fact.refused, fact.created_at, fact.confidence = refused, now, 0.0 if refused else 1.0
    fact.expires_on = None if refused else (now + months * MONTH).date()
    session.add(fact)
    asked = session.scalar(
        select(AskedQuestion)
        .where(AskedQuestion.customer_id == customer_id, AskedQuestion.field == field)
        .order_by(AskedQuestion.id.desc())
        .limit(1)
    )
    if asked is not None and not refused:
        asked.answered_at = now
    if words and not refused:
        _use(session, now, customer_id, field, words)
    session.flush()


def _use(session: Session, now: datetime, customer_id: int, field: str, words: str) -> None:
    """Put an answer where decisions read it."""
    if field == "expectation":
        made = Expectation(customer_id=customer_id, text=words, source="asked", asked_at=now)
        made.valid_until, made.created_at = expect_until(session, now, customer_id), now
        session.add(made)
    elif field == "preferred_channel" and search_form(words) in CHANNELS:
        wish = session.scalar(select(Preference).where(Preference.customer_id == customer_id))
        if wish is None:
            wish = Preference(customer_id=customer_id, created_at=now)
            session.add(wish)
        wish.preferred_channel, wish.updated_at = search_form(words), now


def _known(
    session: Session, now: datetime, customer_id: int, field: str, fact: ProfileFact | None
) -> bool:
    """Return whether nothing has to be asked: it is known, and not too old."""
    if field == "expectation":
        return expectations_known(session, now, customer_id)
    if field == "preferred_channel":
        wish = select(Preference.preferred_channel).where(Preference.customer_id == customer_id)
        return session.scalar(wish) is not None
    if field == "consent":
        said = select(Consent.id).where(
            Consent.customer_id == customer_id, Consent.purpose == "relationship"
        )
        return session.scalar(said.limit(1)) is not None
    return (
        fact is not None
        and not fact.refused
        and (fact.expires_on is None or fact.expires_on >= now.date())
    )


def _newest_facts(session: Session, customer_id: int) -> dict[str, ProfileFact]:
    found: Iterable[ProfileFact] = session.scalars(
        select(ProfileFact).where(ProfileFact.customer_id == customer_id).order_by(ProfileFact.id)
    )
    return {fact.field: fact for fact in found}


def _days_since_asked(session: Session, now: datetime, customer_id: int) -> int:
    last = session.scalar(
        select(func.max(AskedQuestion.asked_at)).where(AskedQuestion.customer_id == customer_id)
    )
    return NEVER if last is None else (now - last).days


def _greeting_wanted(session: Session, customer_id: int) -> bool:
    fact = _newest_facts(session, customer_id).get(GREETING)
    return fact is not None and not fact.refused


def _came_of_it(need: InfoNeed, counted: tuple[int, int]) -> Mapping[str, Any]:
    asked, answered = counted
    return {
        "asked": asked,
        "answered": answered,
        "unused": not need.used_in,
        "share": round(100 * answered / asked) if asked else None,
    }
