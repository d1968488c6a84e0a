"""A lead becomes a customer, activity by activity; what nobody may contact is not followed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.model import StartRequest
from tasks.customers.lifecycle import LifecycleChange
from tasks.customers.records import Customer
from tasks.interactions.records import Interaction
from tasks.leads.records import Lead
from tests.support.crm import NOON, customer
from tests.support.town import Town

FOLDERS = ("shared", "development", "welcoming", "enquiry")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(f"sqlite:///{tmp_path / 'town.db'}", folders=FOLDERS)
    yield found
    assert found.incidents() == []
    found.database.dispose()


def stranger(town: Town, **facts: Any) -> int:
    with town.session() as session:
        person = customer(session, name="Nova Reed", allows=(), **facts)
        session.commit()
        return person.id


def lead(town: Town) -> Lead:
    with town.session() as session:
        return session.scalars(select(Lead)).one()


def test_whoever_asks_is_qualified_worked_on_and_welcomed_as_a_customer(town: Town) -> None:
    nova = stranger(town, lifecycle_stage="provisional")
    town.happens("lead.created", nova, {"need": "Fifty chairs", "source": "website"})
    town.complete("accept_customer", "gita", accepts=True)
    assert (lead(town).stage, lead(town).basis, lead(town).score) == ("listed", "asked", 45)

    town.complete("qualify", "gita", reached="yes", need="Fifty chairs by May",
                  verdict="prospect", next_what="Send a sheet", next_on="2026-11-27")  # fmt: skip
    town.complete("activity", "gita", done_what="Sheet sent.", outcome="go_on",
                  next_what="Call", next_on="2026-11-30")  # fmt: skip
    town.complete("activity", "gita", done_what="They order.", outcome="won")

    assert lead(town).stage == "won"
    with town.session() as session:
        said = [each.text for each in session.scalars(select(Interaction).order_by("id"))]
        stages = [each.became for each in session.scalars(select(LifecycleChange))]
        assert "Sheet sent." in said
        assert session.get_one(Customer, nova).lifecycle_stage == stages[-1]
    assert stages[0] == "prospect"


def test_r39_the_share_of_leads_like_this_is_unknown_until_ten_outcomes_are(town: Town) -> None:
    with town.session() as session:
        for number in range(12):
            person = customer(session, name=f"Earlier {number}")
            earlier = Lead(customer_id=person.id, source="website", score=40, created_at=NOON)
            earlier.stage = "won" if number < 3 else "lost"
            session.add(earlier)
        session.commit()
    nova = stranger(town, lifecycle_stage="prospect")
    town.happens("lead.created", nova, {"need": "A chair"})

    with town.session() as session:
        kept = session.scalars(select(Lead).where(Lead.customer_id == nova)).one()
        assert kept.p_convert == pytest.approx(0.25)


def test_a_lead_of_a_list_without_a_reason_is_told_and_not_followed(town: Town) -> None:
    nova = stranger(town, lifecycle_stage="prospect")
    with town.session() as session:
        session.add(Lead(customer_id=nova, source="bought", created_at=NOON))
        session.commit()

    town.engine.by("bob").instances.start(StartRequest("enquiry_list"))
    town.play()
    town.complete("decide_list", "bob", take_it=False, why="Nobody knows where it is from.")

    assert (lead(town).stage, lead(town).noticed_at) == ("refused", NOON)
    with town.session() as session:
        assert [each.template_name for each in town.contacts(session)] == ["lead-notice"]


def test_a_customer_who_asks_is_no_lead(town: Town) -> None:
    nova = stranger(town)
    town.happens("quote.requested", nova, {"need": "Ten more"})

    with town.session() as session:
        assert session.scalars(select(Lead)).all() == []
