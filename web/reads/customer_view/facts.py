"""What is known and agreed: addresses, permissions, people, contracts, expectations, reasons."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Select, String, case, cast, func

from tasks.campaigns.records import Campaign, CampaignMember
from tasks.choice_reasons.records import ChoiceReason
from tasks.consents.records import Consent
from tasks.contracts.records import Contract
from tasks.customers.lifecycle import LifecycleChange
from tasks.customers.records import ContactPoint, Identifier
from tasks.expectations.records import Expectation, MutualGoal
from tasks.intents.records import Intent
from tasks.invoices.records import Invoice
from tasks.key_accounts.records import KeyStatus
from tasks.lapsed.records import LapsedRecord, LapseReason, SecondLife
from tasks.leads.records import Lead
from tasks.persons.records import Person, StakeholderRole
from tasks.profiles.records import ProfileFact
from tasks.quotes.records import Opportunity, Quote
from tasks.risks.records import RiskAssessment
from tasks.scores.records import RelationScore
from tasks.segments.records import Segment, SegmentMember
from tasks.surveys.records import Survey, SurveyAnswer
from web.reads.customer_view.line import lines, newest

MOST = 50
CONSENTS = 300
ANSWERS = 12
RELATION = ("trust", "health", "owner_view")


def facts(number: int) -> Iterator[Select[Any]]:
    """Yield the questions for what is known of a customer beside what happened."""
    yield from _reached(number)
    yield from _people(number)
    yield from _agreed(number)
    yield from _groups(number)
    yield from _reasons(number)
    yield from _relation(number)


def _reached(number: int) -> Iterator[Select[Any]]:
    point, known, said = ContactPoint, Identifier, Consent
    yield newest(
        lines(
            "point", id=point.id, at=point.created_at, word=point.channel, text=point.value,
            state=case((point.valid, "working"), else_="broken"),
        ).where(point.customer_id == number),
        MOST,
    )  # fmt: skip
    yield lines("known_as", id=known.id, word=known.system, text=known.external_id).where(
        known.customer_id == number
    )
    yield newest(
        lines(
            "consent", id=said.id, at=said.at, word=said.purpose, state=said.state,
            text=said.topic, more=said.channel, note=said.source,
        ).where(said.customer_id == number),
        CONSENTS,
    )  # fmt: skip


def _people(number: int) -> Iterator[Select[Any]]:
    role = StakeholderRole
    here = Person.customer_id == number, Person.left_at.is_(None)
    yield newest(
        lines(
            "person", id=Person.id, at=Person.created_at, text=Person.name, more=Person.title
        ).where(*here),
        MOST,
    )
    yield (
        lines("role", id=Person.id, word=role.role, number=role.attitude, more=role.owner)
        .join_from(Person, role, role.person_id == Person.id)
        .where(*here)
    )


def _agreed(number: int) -> Iterator[Select[Any]]:
    contract, sale, bill = Contract, Opportunity, Invoice
    yield newest(
        lines(
            "contract", id=contract.id, at=contract.created_at, until=contract.ended_at,
            day=contract.ends_on, text=contract.number, number=contract.value,
            more=contract.currency,
        ).where(contract.customer_id == number),
        MOST,
    )  # fmt: skip
    yield newest(
        lines(
            "opportunity", id=sale.id, at=sale.created_at, day=sale.closes_on, state=sale.stage,
            text=sale.category, number=sale.amount, more=sale.owner,
        ).where(sale.customer_id == number),
        MOST,
    )  # fmt: skip
    yield newest(
        lines(
            "quote", id=Quote.id, at=Quote.created_at, day=Quote.valid_until, state=Quote.status,
            number=Quote.number, text=sale.category,
        )
        .join_from(Quote, sale, Quote.opportunity_id == sale.id)
        .where(sale.customer_id == number),
        MOST,
    )  # fmt: skip
    yield newest(
        lines("invoice", **_bill(bill)).where(
            bill.customer_id == number, bill.paid_at.is_(None)
        ),
        MOST,
    )  # fmt: skip
    want, goal = Expectation, MutualGoal
    yield newest(
        lines(
            "expectation", id=want.id, at=func.coalesce(want.asked_at, want.created_at),
            day=want.valid_until, word=want.dimension, state=want.source, text=want.text,
            number=want.importance,
        ).where(want.customer_id == number),
        MOST,
    )  # fmt: skip
    yield newest(
        lines(
            "goal", id=goal.id, at=goal.created_at, day=goal.due, state=goal.status, text=goal.text
        ).where(goal.customer_id == number),
        MOST,
    )


def _bill(bill: type[Invoice]) -> dict[str, Any]:
    return {
        "id": bill.id, "at": bill.created_at, "until": bill.disputed_at, "day": bill.due_on,
        "text": bill.number, "number": bill.amount, "more": bill.currency,
    }  # fmt: skip


def _groups(number: int) -> Iterator[Select[Any]]:
    inside, member = SegmentMember, CampaignMember
    yield (
        lines("segment", id=Segment.id, at=inside.at, text=Segment.title)
        .join_from(inside, Segment, Segment.id == inside.segment_id)
        .where(inside.customer_id == number)
    )
    yield newest(
        lines(
            "campaign", id=Campaign.id, at=Campaign.created_at, until=member.response_at,
            day=Campaign.starts, word=member.arm, state=member.state, text=Campaign.name,
            number=member.revenue, more=Campaign.currency,
        )
        .join_from(member, Campaign, Campaign.id == member.campaign_id)
        .where(member.customer_id == number),
        MOST,
    )  # fmt: skip
    answer = SurveyAnswer
    yield newest(
        lines(
            "answer", id=answer.id, at=answer.at, word=Survey.kind, more=answer.question,
            number=cast(func.round(answer.value), BigInteger),
            text=func.substr(answer.text, 1, 300),
        )
        .join_from(answer, Survey, Survey.id == answer.survey_id)
        .where(answer.customer_id == number, Survey.confidentiality == "named"),
        ANSWERS,
    )  # fmt: skip
    yield newest(
        lines(
            "key", id=KeyStatus.id, at=KeyStatus.decided_at, day=KeyStatus.expires_on,
            state=KeyStatus.status, text=KeyStatus.reason,
        ).where(KeyStatus.customer_id == number),
        1,
    )  # fmt: skip


def _relation(number: int) -> Iterator[Select[Any]]:
    """Yield what was worked out of the relation, what a purchase is expected in, and stages."""
    score, risk, intent, change = RelationScore, RiskAssessment, Intent, LifecycleChange
    for kind in RELATION:
        yield newest(
            lines(
                kind, id=score.id, at=score.at, number=cast(func.round(score.value), BigInteger),
                note=cast(score.parts, String), more=cast(score.unknown, String), text=score.note,
            ).where(score.customer_id == number, score.kind == kind),
            1,
        )  # fmt: skip
    yield newest(
        lines(
            "risk", id=risk.id, at=risk.at, number=risk.points, note=cast(risk.found, String),
            word=risk.answer, more=risk.answer_reason,
        ).where(risk.customer_id == number),
        1,
    )  # fmt: skip
    yield newest(
        lines(
            "intent", id=intent.id, at=intent.created_at, until=intent.until,
            day=intent.window_from, word=intent.heat, text=intent.category, more=intent.reason,
            number=intent.n_gaps, note=cast(intent.window_to, String),
        ).where(intent.customer_id == number, intent.state == "open"),
        MOST,
    )  # fmt: skip
    yield newest(
        lines(
            "stage", id=change.id, at=change.at, word=change.was, state=change.became,
            text=change.why, more=change.process,
        ).where(change.customer_id == number),
        MOST,
    )  # fmt: skip


def _reasons(number: int) -> Iterator[Select[Any]]:
    """Yield why they came, left, came back, and what they told us of themselves."""
    chose, left, gone, again, lead = ChoiceReason, LapseReason, LapsedRecord, SecondLife, Lead
    fact = ProfileFact
    found = (
        lines("choice", id=chose.id, at=chose.at, word=chose.reason, text=chose.other).where(
            chose.customer_id == number
        ),
        lines(
            "left", id=left.id, at=left.at, word=func.coalesce(left.stated, left.inferred),
            state=left.stated, text=left.detail, more=left.competitor,
        ).where(left.customer_id == number),
        lines("lapsed", id=gone.id, at=gone.since, state=gone.state).where(
            gone.customer_id == number
        ),
        lines("again", id=again.id, at=again.began_at, text=again.why_back).where(
            again.customer_id == number
        ),
        lines("lead", id=lead.id, at=lead.created_at, word=lead.source, state=lead.stage).where(
            lead.customer_id == number
        ),
    )  # fmt: skip
    yield from (newest(one, 1) for one in found)
    yield newest(
        lines(
            "profile", id=fact.id, at=fact.at, word=fact.field, text=fact.value, more=fact.source
        ).where(fact.customer_id == number, fact.refused.is_(False)),
        MOST,
    )
