"""Partners answer by links, and so do customers in the processes that ship."""

import pytest
from sqlalchemy import select

from engine import store
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.links.records import LinkLook
from tests.web.links.conftest import TUESDAY, House, send

YES = {"good": "true"}


def ask_partner(house: House, number: int, **more: str) -> int:
    shows = {"for": "partner", "for.whom": f"= {number}", "for.shows": "number, secret"}
    return house.ask(None, properties=shows | {"due": "P2D", "escalate.to": "care_agent"} | more)


def test_a_partner_answers_sees_what_the_drawing_lists_and_the_look_is_kept(
    house: House,
) -> None:
    number, address = house.partner()
    task = ask_partner(house, number)

    browser, link = house.visitor(), house.letters.link_to(address)
    page = browser.get(f"{link}?language=en")
    send(browser, link, YES)

    assert "N-1" in page
    assert "SECRET" not in page  # listed by the drawing, not by the agreement with the partner
    assert house.task(task).ended_by == f"partner:{number}"
    with house.session() as session:
        assert len(session.scalars(select(LinkLook)).all()) == 2
        assert session.scalars(select(Contact)).all() == []


@pytest.mark.parametrize("missing", [{"agreement": ""}, {"contact": ""}])
def test_a_partner_without_agreement_or_address_is_not_written_to(
    house: House, missing: dict[str, str]
) -> None:
    number, _ = house.partner(**missing)

    task = ask_partner(house, number, **{"escalate.to": "care_supervisor"})

    assert house.letters.mails == []
    assert "care_supervisor" in house.task(task).candidate_groups


def test_a_partner_gets_so_many_messages_a_week_and_no_more(house: House) -> None:
    number, address = house.partner()

    for _ in range(6):
        last = ask_partner(house, number, **{"escalate.to": "care_supervisor"})

    assert len(house.letters.to(address)) == 5
    assert "care_supervisor" in house.task(last).candidate_groups


def test_whoever_complained_says_by_link_whether_it_is_solved(house: House) -> None:
    house.deploy("problems")
    mira, address = house.someone(allows=())
    with house.session() as session, session.begin():
        case = Case(
            number="C-000007",
            customer_id=mira,
            kind="complaint",
            channel="email",
            text="It broke.",
            language="lt",
            contact_channel="email",
            contact_address=address,
            opened_at=TUESDAY,
            created_at=TUESDAY,
        )
        session.add(case)
        session.flush()
        given = {"case_id": case.id, "number": case.number, "customer_id": mira}
    house.engine.by("").messages.publish(
        "complaint.solved", str(given["case_id"]), given | {"severity": "normal"}
    )
    house.play()
    house.later(days=5)

    [text] = house.letters.to(address)
    browser, link = house.visitor(), house.letters.link_to(address)
    page = browser.get(link)
    send(browser, link, {"solved": "true", "csat": "5"})
    house.play()

    assert "Ar tikrai?" in text
    assert "Ar išspręsta?" in page or "Jūsų skundas" in page
    [link_row] = house.links()
    assert house.task(link_row.task_key or 0).state == "COMPLETED"
    assert link_row.used_at is not None
    assert house.said(link_row.task_key or 0)["really_solved"] is True


def test_expectations_are_confirmed_by_link_and_not_in_the_outbox(house: House) -> None:
    house.deploy("development", "welcoming")
    mira, address = house.someone(language="fa")
    given = {"customer_id": mira, "owner": "charlie", "customer_name": "Mira Meadow"}
    house.engine.by("").messages.publish("expectations.due", str(mira), given)
    house.play()
    with store.reading(house.database) as connection:
        talk = connection.execute(
            select(store.user_task.c.key).where(store.user_task.c.element_id == "expectations_talk")
        ).scalar_one()
    house.engine.by("charlie").tasks.complete(
        talk,
        {
            "expectations": [
                {"dimension": "reliability", "expected": "On the day.", "importance": 9}
            ],
            "what_success_looks_like": "No calls needed.",
            "goals": [],
        },
    )
    house.play()

    [text] = house.letters.to(address)
    browser = house.visitor()
    page = browser.get(house.letters.link_to(address))
    send(browser, house.letters.link_to(address), {"accept": "true"})
    house.play()

    assert "انتظارهای شما" in text
    assert 'dir="rtl"' in page
    assert "On the day." in page
    [link] = house.links()
    assert house.task(link.task_key or 0).state == "COMPLETED"
    assert ("customer:" + str(mira), "complete task") in house.history(link.task_key or 0)


# -- colleagues ----------------------------------------------------------------------------------


def test_a_colleague_sees_the_links_and_takes_one_back_but_never_sees_the_address(
    house: House,
) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    charlie, link = house.colleague("charlie"), house.letters.link_to(address)

    page = charlie.get(f"/tasks/{task}/links")
    assert "valid until" in page
    assert link not in page
    assert "Answered by link" in charlie.get(f"/tasks/{task}")
    charlie.get(f"/tasks/{task}/links")
    assert charlie.post(f"/tasks/{task}/links/1/withdrawal").status_code == 303

    assert "withdrawn" in charlie.get(f"/tasks/{task}/links")
    assert "This link was taken back" in house.visitor().get(link, status=410)


def test_whoever_may_not_see_the_task_sees_no_links(house: House) -> None:
    mira, _ = house.someone()
    task = house.ask(mira)

    bob = house.colleague("bob")

    bob.get(f"/tasks/{task}/links", status=403)
