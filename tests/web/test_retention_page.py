"""The page of retention: what would go now, and months that the data steward changes."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.notes.records import CustomerNote
from tasks.retention.records import RetentionRule
from tests.support.crm import SEEDS, customer
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from web import accounts
from web.composition import demo

Opens = Callable[[str], Browser]


def test_29_the_data_steward_sees_what_would_go_and_changes_the_months(
    app: Flask, clock: Clock, enter: Opens
) -> None:
    assert SEEDS.is_dir()
    house = app.extensions["peyvand"]
    demo.load_standards(house)
    with Session(house.database) as session:
        who = customer(session)
        old = clock() - timedelta(days=400)
        session.add(CustomerNote(customer_id=who.id, text="Old.", at=old, created_at=old))
        session.commit()
    with app.app_context():
        accounts.create("dora", PASSWORD, display_name="Dora", groups=["data_steward"])
    dora = enter("dora")
    row = dora.get("/retention").split("notes about customers")[1].split("</tr>")[0]
    assert '<td class="num">0</td>' in row
    address = row.split('action="')[1].split('"')[0]

    assert dora.post(address, months="12").status_code == 303
    row = dora.get("/retention").split("notes about customers")[1].split("</tr>")[0]
    assert '<td class="num">1</td>' in row
    assert dora.post(address, months="0").status_code == 422
    with Session(house.database) as session:
        rule = session.scalars(select(RetentionRule).where(RetentionRule.record == "notes")).one()
        assert rule.months == 12
    enter("charlie").get("/retention", 403)
