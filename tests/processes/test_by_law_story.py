"""Cases with a clock of the law, and public reviews, with the service tasks that really run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.customers.permission import permitted
from tasks.customers.records import Customer
from tests.support.happenings import receive
from tests.support.town import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town for all: each test is about a case of its own."""
    file = tmp_path_factory.mktemp("law") / "town.db"
    found = Town(f"sqlite:///{file}", people=3, folders=("shared", "problems"))
    found.now = datetime(2027, 1, 31, 9, tzinfo=UTC)
    yield found
    assert found.incidents() == []
    found.database.dispose()


def told(town: Town, kind: str, number: int, **payload: Any) -> Case:
    """Let something be told of, and everything happen that needs nobody; return the newest case."""
    event = {
        "event_id": f"{kind}-{number}",
        "type": kind,
        "occurred_at": town.now.isoformat(),
        "source": "portal",
        "payload": payload,
    }
    with town.session() as session:
        receive(session, town.engine.messages, event, town.now)
    town.play()
    with town.session() as session:
        return session.scalars(select(Case).order_by(Case.id.desc())).first() or Case()


def again(town: Town, case: Case) -> Case:
    with town.session() as session:
        return session.get_one(Case, case.id)


def written(town: Town, template: str) -> list[Contact]:
    with town.session() as session:
        query = select(Contact).where(Contact.template_name == template).order_by(Contact.id)
        return list(session.scalars(query))


def mail_of(town: Town, customer_id: int) -> dict[str, str]:
    with town.session() as session:
        point = session.get_one(Customer, customer_id).contact_points[0]
        return {"channel": "email", "address": point.value}


def test_an_answer_about_personal_data_has_a_month_by_the_calendar_and_two_more_with_notice(
    town: Town,
) -> None:
    said = {"text": "What do you hold about me?", "wants": "access", "contact": mail_of(town, 1)}
    case = told(town, "privacy.requested", 1, **said)

    assert (case.kind, case.customer_id) == ("privacy_request", 1)
    assert case.law_due == datetime(2027, 2, 28, 9, tzinfo=UTC)  # a shorter month ends earlier
    assert len(written(town, "privacy-received")) == 1
    town.complete("check_identity", "lina", sure=True)
    for _ in range(2):  # asked for twice, the two months are given once
        town.complete("answer_request", "lina", outcome="extend", answer_text="Three archives.")
        assert again(town, case).law_due == datetime(2027, 4, 30, 9, tzinfo=UTC)
    town.complete("answer_request", "lina", outcome="done", answer_text="Here it is.")

    closed = again(town, case)
    assert (closed.state, closed.closed_how) == ("closed", "settled")
    assert len(written(town, "privacy-answer")) == 3


def test_an_answer_of_the_law_is_reminded_of_and_goes_to_the_head_of_care_when_it_is_late(
    town: Town,
) -> None:
    said = {"text": "Please delete me.", "wants": "erasure", "contact": mail_of(town, 2)}
    case = told(town, "privacy.requested", 2, **said)
    town.complete("check_identity", "lina", sure=True)
    due = case.law_due or town.now
    town.until(due + timedelta(days=3))

    assert town.groups_of(town.open_task("answer_request")) == {"data_steward", "care_head"}
    town.complete("answer_request", "lina", outcome="done", answer_text="It is done.")


def test_an_objection_holds_at_once_and_a_restriction_stops_every_contact(town: Town) -> None:
    with town.session() as session:
        assert session.execute(permitted("marketing", 3)).all()
    told(town, "privacy.requested", 3, text="No.", wants="objection", contact=mail_of(town, 3))
    with town.session() as session:
        assert session.execute(permitted("marketing", 3)).all() == []
        assert not session.get_one(Customer, 3).do_not_contact
    told(town, "privacy.requested", 4, text="Stop.", wants="restriction", contact=mail_of(town, 3))
    with town.session() as session:
        assert session.get_one(Customer, 3).do_not_contact


def test_a_data_incident_runs_72_hours_by_the_clock_and_few_may_read_it(town: Town) -> None:
    case = told(town, "data.incident", 5, text="A list was sent to the wrong address.")

    kept = again(town, case)
    assert (kept.severity, kept.restricted) == ("critical", True)
    assert kept.law_due == town.now + timedelta(hours=72)
    town.complete("contain", "lina", contained="The receiver has deleted it.")
    town.complete(
        "judge_risk", "lina", risk="high", data_kinds="Names", facts_found="A list went astray.",
        affected=[{"customer": 1}, {"customer": 3}, {"customer": 99}],
    )  # fmt: skip
    town.complete("tell_authority", "lina", authority_reference="12/2027")

    # also whoever wants no contact is told what the law says they are told
    assert [each.customer_id for each in written(town, "data-incident")] == [1, 3]
    assert again(town, case).closed_how == "settled"


def test_a_review_with_a_trouble_is_one_complaint_however_often_it_is_told(town: Town) -> None:
    said = {"text": "It came late.", "site": "reviews.example", "url": "https://reviews.example/1"}
    told(town, "review.posted", 6, rating=1, **said)
    assert town.groups_of(town.open_task("reply")) == {"care_supervisor"}
    town.complete("reply", "farid", reply_text="Please write to us.", trouble=True)
    told(town, "review.posted", 7, rating=1, **said)
    town.complete("reply", "farid", reply_text="As we said.", trouble=True)

    with town.session() as session:
        social = select(func.count()).where(Case.kind == "complaint", Case.channel == "social")
        assert session.scalar(social) == 1
