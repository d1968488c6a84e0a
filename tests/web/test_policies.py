"""Policy values and decision tables on pages; the audit log."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model import Resource
from tasks.policy.records import PolicyValue
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD
from web import accounts
from web.app.data_files import data_folder

Opens = Callable[[str], Browser]
KEY = "limit.discount"


@pytest.fixture
def discount(app: Flask) -> None:
    """Given the discount above which the heads of care (here) must approve."""
    services = app.extensions["peyvand"]
    with Session(services.database) as session:
        session.add(
            PolicyValue(
                key=KEY, value=0.15, default=0.15, unit="share", owner="care_head",
                title="Discount that needs approval above", created_at=services.clock(),
            )
        )  # fmt: skip
        session.commit()
    with app.app_context():
        accounts.create("ada", PASSWORD, display_name="Ada", roles=["admin"])


def value(app: Flask) -> float:
    with Session(app.extensions["peyvand"].database) as session:
        return float(session.scalar(select(PolicyValue.value).where(PolicyValue.key == KEY)))


def test_f3_the_owner_changes_a_value_and_says_why(
    app: Flask, enter: Opens, discount: None
) -> None:
    bob = enter("bob")
    assert "0.15" in bob.get("/policies")
    bob.get(f"/policies/{KEY}")

    assert bob.post(f"/policies/{KEY}", value="0.2", reason="").status_code == 422
    assert bob.post(f"/policies/{KEY}", value="a lot", reason="x").status_code == 422
    assert bob.post(f"/policies/{KEY}", value="20", reason="x").status_code == 422
    assert value(app) == 0.15
    saved = bob.post(f"/policies/{KEY}", value="0.2", reason="Competitors give more")

    assert saved.status_code == 303
    assert value(app) == 0.2
    page = bob.get(f"/policies/{KEY}")
    assert "from 0.15 to 0.2" in page
    assert "Competitors give more" in page


def test_f3_who_does_not_own_a_value_reads_it_only(
    app: Flask, enter: Opens, discount: None
) -> None:
    charlie = enter("charlie")
    page = charlie.get(f"/policies/{KEY}")
    assert "0.15" in page
    assert 'name="reason"' not in page
    assert charlie.post(f"/policies/{KEY}", value="0.9", reason="mine").status_code == 403
    assert value(app) == 0.15


def test_f3_a_decision_table_can_be_read(app: Flask, enter: Opens) -> None:
    files = sorted(data_folder("processes").rglob("d03*.dmn"))
    engine = app.extensions["peyvand"].engine
    engine.by("bob").definitions.deploy([Resource(f.name, f.read_bytes()) for f in files])
    charlie = enter("charlie")
    place = charlie.get("/decisions").split('href="/decisions/')[1].split('"')[0]
    page = charlie.get(f"/decisions/{place}")
    assert "<table" in page
    assert "needs approval" in page or "approval" in page


def test_e6_who_signed_in_failed_and_changed_what_is_on_record(
    enter: Opens, discount: None
) -> None:
    nobody = enter("")
    nobody.get("/login")
    nobody.post("/session", username="bob", password="wrong wrong")
    bob = enter("bob")
    bob.get(f"/policies/{KEY}")
    bob.post(f"/policies/{KEY}", value="0.3", reason="Spring")

    ada = enter("ada")
    page = ada.get("/audit")
    for text in ("failed to sign in", "signed in", "changed a policy value", "Spring", "127.0.0.1"):
        assert text in page, text
    assert "Spring" in ada.get("/audit?q=limit.discount")
    assert "failed to sign in" not in ada.get("/audit?action=policy.changed").split("<tbody>")[1]
    bob.get("/audit", status=403)
