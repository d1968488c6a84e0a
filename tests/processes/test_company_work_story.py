"""Remarks as work, quick fixes and the self-assessment, on the engine with a clock."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from engine import reads, store
from engine.model import StartRequest
from tasks.cases.causes import Cause
from tasks.cases.records import Case, numbered
from tasks.company.records import AssessedActivity, QuickFix, SelfAssessment
from tasks.contacts.records import Message
from tasks.conversations.records import Conversation
from tasks.customers.records import Customer
from tasks.insights.records import Insight
from tasks.moments.records import Kudos
from tasks.partners.records import Partner
from tasks.targeting.conversation.answering import pass_on
from tests.support.town import Town

ALLOWS = (("email", "relationship"),)
FOLDERS = ("shared", "company", "moments_of_truth")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town for all: each test is about another customer, remark or cause."""
    file = tmp_path_factory.mktemp("company") / "town.db"
    found = Town(f"sqlite:///{file}", people=4, folders=FOLDERS, allows=ALLOWS)
    yield found
    assert found.incidents() == []
    found.database.dispose()


def begin(town: Town, process: str) -> None:
    town.engine.by("elham").instances.start(StartRequest(process))
    town.play()


def remark(town: Town, customer_id: int, kind: str, text: str, **more: Any) -> int:
    """Let somebody write a remark down and the morning come."""
    with town.session() as session:
        made = Insight(kind=kind, customer_id=customer_id, text=text, created_at=town.now)
        made.to_department, made.created_by = more.pop("to", ""), f"test:{text}"
        for name, value in more.items():
            setattr(made, name, value)
        session.add(made)
        session.commit()
        number = made.id
    begin(town, "insight_watch")
    return number


def insight(town: Town, number: int) -> Insight:
    with town.session() as session:
        return session.get_one(Insight, number)


def letters(town: Town, template: str, customer_id: int) -> int:
    with town.session() as session:
        return sum(
            each.template_name == template and each.customer_id == customer_id
            for each in town.contacts(session)
        )


def test_a_price_is_designed_anew_and_whoever_said_it_is_told(town: Town) -> None:
    number = remark(town, 1, "price", "Too dear for one disc.", to="finance")
    town.complete("decide_price", "daina", decision="redesign", what="Many say so.")
    assert letters(town, "improvement-done", 1) == 0
    town.complete("design_price", "nijole", decision="changed", what="Single discs cost less.")

    kept = insight(town, number)
    assert (kept.done_at, kept.decision) == (town.now, "changed: Single discs cost less.")
    assert letters(town, "improvement-done", 1) == 1


def test_a_remark_written_for_two_departments_is_one_task(town: Town) -> None:
    with town.session() as session:
        for department in ("planning", "marketing_head"):
            made = Insight(kind="product", customer_id=2, text="The lid.", created_by="job:1")
            made.to_department, made.created_at = department, town.now
            session.add(made)
        session.commit()
    begin(town, "insight_watch")

    town.complete("decide_product", "nijole", decision="no", what="It is sold out.")
    with town.session() as session:
        both = session.scalars(select(Insight).where(Insight.text == "The lid.")).all()
    assert [each.decision for each in both] == ["no: It is sold out."] * 2
    begin(town, "insight_watch")
    assert town.open_tasks("decide_product") == []


def test_r43_who_is_praised_in_a_conversation_reads_it_and_nobody_else(town: Town) -> None:
    with town.session() as session:
        talk = Conversation(customer_id=3, person="charlie", opened_at=town.now)
        talk.last_at = talk.created_at = town.now
        session.add(talk)
        session.flush()
        pass_on(
            session, town.now, "77", 3, talk.id, "praise", ["care_head"],
            "Charlie saved my party.", agent="charlie",
        )  # fmt: skip
        session.commit()
    begin(town, "insight_watch")

    with store.reading(town.database) as connection:
        task = reads.task(connection, town.open_task("read_praise"))
    assert task.assignee == "charlie"
    with town.session() as session:
        assert session.scalars(select(Kudos.shared_at)).one() is None
    town.complete("read_praise", "charlie", share=True)
    with town.session() as session:
        assert session.scalars(select(Kudos.shared_at)).one() == town.now
        assert session.scalars(select(Insight).where(Insight.kind == "praise")).one().done_at


def test_a_supplier_answers_by_link_and_silence_makes_it_our_task(town: Town) -> None:
    with town.session() as session:
        maker = Partner(name="Fast Discs", kind="supplier", contact="fast@example.org")
        maker.agreement, maker.created_at = "2026-01", town.now
        session.add(maker)
        session.commit()
        supplier = maker.id
    remark(town, 4, "supplier", "Discs arrive scratched.", partner_id=supplier)
    with town.session() as session:
        mail = session.scalars(select(Message).where(Message.partner_id == supplier)).all()
    assert [each.recipient for each in mail] == ["fast@example.org"]

    town.later(days=15)
    assert town.open_tasks("ask_supplier") == []
    town.complete("settle_with_supplier", "ivan", decision="planned", what="A new carrier.")
    with town.session() as session:
        kept = session.scalars(select(Insight).where(Insight.kind == "supplier")).one()
    assert kept.decision == "planned: A new carrier."


def test_what_is_mended_at_once_is_told_to_those_it_hit(town: Town) -> None:
    with town.session() as session:
        cause = Cause(name="No invoice in the parcel", category="invoice", owner="finance")
        cause.created_at = town.now
        session.add(cause)
        session.flush()
        for each in range(6):
            case = Case(customer_id=1 + each % 2, kind="question", channel="email", text="Where?")
            case.cause_id, case.opened_at, case.created_at = cause.id, town.now, town.now
            case.restricted = each == 5  # what is restricted is counted nowhere
            numbered(session, case)
        session.commit()
        key = f"{cause.id}-{session.get_one(Customer, 1).kind}"
    begin(town, "quick_fixes")

    town.complete("choose_fixes", "kamran", chosen=[key])
    assert town.groups_of(town.open_task("mend")) == {"finance"}
    town.complete("mend", "daina", mended=True, what="It lies on top now.")
    with town.session() as session:
        fixed = session.scalars(select(QuickFix)).one()
    assert (fixed.contacts, fixed.what) == (5, "It lies on top now.")
    assert letters(town, "improvement-done", 2) == 1
    begin(town, "quick_fixes")  # mended within the month: not listed again
    assert town.open_tasks("choose_fixes") == []


def test_the_company_is_assessed_by_what_runs_and_what_its_owners_intend(town: Town) -> None:
    begin(town, "self_assessment")
    with town.session() as session:
        rows = session.scalars(select(AssessedActivity)).all()
    assert len(rows) == 31
    assert {row.reason for row in rows} == {"Nothing of it is deployed."}

    asked = [{"intention": 2, "remark": ""} for _ in rows]
    town.complete("state_intention", "kamran", rows=asked)
    with town.session() as session:
        assert session.scalars(select(SelfAssessment)).one().closed_at == town.now
        assert set(session.scalars(select(AssessedActivity.intention))) == {2}
