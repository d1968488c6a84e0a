"""A campaign says until when it waits; a process is found by what it is started for."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from engine.model import Resource
from tasks.contacts.records import Contact
from tasks.customers.records import Customer
from tests.support.crm import campaign
from tests.web.browser import Browser
from tests.web.conftest import DATA, Clock

Opens = Callable[[str], Browser]


def test_f4_a_campaign_released_at_night_says_until_when_it_waits(
    app: Flask, enter: Opens, clock: Clock
) -> None:
    morning = clock().replace(hour=8, minute=0) + timedelta(days=1)
    with Session(app.extensions["peyvand"].database) as session:
        drive = campaign(session, name="Spring")
        for number in range(3):
            customer = Customer(name=f"Customer {number}", created_at=clock())
            session.add(customer)
            session.flush()
            session.add(
                Contact(
                    customer_id=customer.id, campaign_id=drive.id, purpose="marketing",
                    decision="defer", decided_at=clock(), not_before=morning,
                    reason="outside contact hours", created_at=clock(),
                )
            )  # fmt: skip
        session.commit()
        number = drive.id
    page = enter("alice").get(f"/campaigns/{number}")
    assert "3 people wait until 5 Nov 2026 08:00." in page
    assert "outside contact hours" in page


def test_a_process_is_found_by_the_need_that_its_button_names(app: Flask, enter: Opens) -> None:
    text = (DATA / "parcel.bpmn").read_text(encoding="utf-8")
    button = '<zeebe:property name="button" value="A parcel has come"/>'
    text = text.replace("<zeebe:properties>", f"<zeebe:properties>{button}", 1)
    engine = app.extensions["peyvand"].engine
    engine.by("bob").definitions.deploy([Resource("parcel.bpmn", text.encode())])
    charlie = enter("charlie")
    assert "A parcel has come" in charlie.get("/start")
    assert "A parcel has come" in charlie.get("/start?q=PARCEL+come")
    assert "Nothing here matches" in charlie.get("/start?q=complaint")
