"""Standing links: one record, again and again: wishes, what we hold, a case, a quote."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.cases.records import Case
from tasks.consents.records import Consent, Preference
from tasks.customers.permission import allowed_channels, paused
from tasks.customers.records import Customer
from tasks.links import reading
from tasks.links.minting import Party, Wanted, mint
from tasks.links.records import Link
from tasks.quotes.records import Opportunity, Quote
from tests.web.browser import Browser
from tests.web.links.conftest import TUESDAY, House
from web.app.link_tickets import link_keys, sign_link


def link_of(house: House, kind: str, number: int, record: int | None = None) -> str:
    """A standing link as the gate would make it."""
    with house.session() as session, session.begin():
        wanted = Wanted(kind, Party(customer_id=number), record_id=record)
        link_id = mint(session, wanted, house.clock.time)
    return f"/link/{sign_link(link_keys(house.services.settings), link_id)}"


def wishes(house: House, number: int) -> Preference:
    with house.session() as session:
        return session.scalars(select(Preference).where(Preference.customer_id == number)).one()


def channels(house: House, number: int, purpose: str) -> list[str]:
    with house.session() as session:
        return allowed_channels(session, number, purpose)


def press(browser: Browser, link: str, do: str, **said: Any) -> int:
    """Press a button of the page."""
    page = browser.get(link)
    keys = re.findall(r'name="key" value="([^"]+)"', page)
    key = keys[0 if do == "save" else -1]
    answer = browser.client.post(link, data={"key": key, "do": do} | said)
    return answer.status_code


def test_r32_wishes_are_kept_with_where_and_when_they_were_said_and_the_text(house: House) -> None:
    mira, _ = house.someone(allows=(("email", "marketing"),), reachable=("email", "sms"))
    house.clock.time = TUESDAY + timedelta(days=1)
    browser, link = house.visitor(), link_of(house, "preferences", mira)

    sent = press(
        browser, link, "save", allow=["sms:marketing", "email:survey"], channel="sms", limit="2"
    )

    assert sent == 303
    assert channels(house, mira, "marketing") == ["sms"]
    assert channels(house, mira, "survey") == ["email"]
    assert (wishes(house, mira).preferred_channel, wishes(house, mira).max_per_30d) == ("sms", 2)
    with house.session() as session:
        said = session.scalars(select(Consent).where(Consent.source.startswith("event:"))).all()
    assert {(each.channel, each.purpose, each.state) for each in said} == {
        ("email", "marketing", "denied"),
        ("sms", "marketing", "allowed"),
        ("email", "survey", "allowed"),
    }
    assert all(each.text_version for each in said if each.state == "allowed")
    assert {each.at for each in said} == {house.clock.time}


def test_the_same_page_sent_twice_says_it_once(house: House) -> None:
    mira, _ = house.someone(allows=(("email", "marketing"),))
    browser, link = house.visitor(), link_of(house, "preferences", mira)
    [key] = re.findall(r'name="key" value="([^"]{24})"', browser.get(link))

    for _ in range(2):
        browser.client.post(link, data={"key": key, "do": "save"})

    with house.session() as session:
        denied = select(Consent).where(Consent.customer_id == mira, Consent.state == "denied")
        assert len(session.scalars(denied).all()) == 1


def test_one_click_ends_offers(house: House) -> None:
    mira, _ = house.someone(allows=(("email", "marketing"), ("email", "relationship")))

    assert press(house.visitor(), link_of(house, "preferences", mira), "no_offers") == 303

    assert channels(house, mira, "marketing") == []
    assert channels(house, mira, "relationship") == ["email"]


def test_no_contact_at_all_ends_what_says_so_and_can_be_taken_back(house: House) -> None:
    mira, _ = house.someone()
    browser, link = house.visitor(), link_of(house, "preferences", mira)

    press(browser, link, "silence")
    with house.session() as session:
        assert session.get_one(Customer, mira).do_not_contact
    house.clock.time += timedelta(hours=2)
    press(browser, link, "speak")

    with house.session() as session:
        assert not session.get_one(Customer, mira).do_not_contact


def test_in_a_pause_nothing_goes_out_that_is_not_owed(house: House) -> None:
    mira, address = house.someone()
    browser, link = house.visitor(), link_of(house, "preferences", mira)
    press(browser, link, "save", allow="email:relationship", pause="30")
    with house.session() as session:
        assert paused(session, mira, "relationship", house.clock.time)
        assert not paused(session, mira, "service_essential", house.clock.time)

    task = house.ask(
        mira, properties={"due": "P7D", "remind": "none", "escalate.to": "care_supervisor"}
    )

    assert house.letters.to(address) == []
    assert "care_supervisor" in house.task(task).candidate_groups
    assert "You are having a pause until" in browser.get(link)
    house.clock.time += timedelta(days=31)
    assert "You are having a pause until" not in browser.get(link)
    house.ask(mira)
    assert len(house.letters.to(address)) == 1


@pytest.mark.parametrize(
    ("language", "said"), [("fa", "از ما چه می‌خواهید"), ("lt", "Ko norite iš mūsų")]
)
def test_the_preference_centre_speaks_the_language_of_the_person(
    house: House, language: str, said: str
) -> None:
    mira, _ = house.someone(language=language)

    page = house.visitor().get(link_of(house, "preferences", mira))

    assert said in page
    assert "<script" not in page


def test_what_we_hold_is_a_page_and_a_file(house: House) -> None:
    mira, address = house.someone(name="Mira Meadow")
    link = link_of(house, "about_you", mira)

    page = house.visitor().get(link)
    file = house.visitor().client.get(f"{link}/file")

    assert "What we hold about you" in page
    assert address in page
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.headers["Referrer-Policy"] == "no-referrer"
    held = json.loads(file.text)
    assert held["customer_id"] == mira
    assert held["records"]["customer"][0]["name"] == "Mira Meadow"


def test_a_link_shows_one_record_and_no_other(house: House) -> None:
    mira, _ = house.someone()
    link = link_of(house, "preferences", mira)

    assert house.visitor().client.get(f"{link}/file").status_code == 404
    assert press(house.visitor(), link, "reopen", text="x") == 400
    assert press(house.visitor(), link, "save", customer_id="2") == 400


def test_a_standing_link_is_used_again_until_it_is_withdrawn_or_late(house: House) -> None:
    mira, _ = house.someone()
    link = link_of(house, "about_you", mira)
    for _ in range(3):
        house.visitor().get(link)
    house.clock.time += timedelta(days=366)
    assert "This link has expired" in house.visitor().get(link, status=410)

    house.clock.time = TUESDAY
    with house.session() as session, session.begin():
        reading.withdraw(session, session.scalars(select(Link)).one(), "charlie", TUESDAY)
    assert "This link was taken back" in house.visitor().get(link, status=410)
    assert house.visitor().client.get(f"{link}/file").status_code == 410


def case_of(session: Session, number: int, **facts: Any) -> int:
    case = Case(
        number="C-000009",
        customer_id=number,
        kind="complaint",
        channel="email",
        text="It broke.",
        opened_at=TUESDAY,
        created_at=TUESDAY,
        **facts,
    )
    session.add(case)
    session.flush()
    return case.id


def test_a_closed_case_is_reopened_by_its_link_for_a_year(house: House) -> None:
    house.deploy("problems")
    mira, _ = house.someone()
    closed = {"state": "closed", "closed_how": "unconfirmed", "closed_at": TUESDAY}
    with house.session() as session, session.begin():
        number = case_of(session, mira, **closed)
    link = link_of(house, "case", mira, number)
    browser = house.visitor()

    assert press(browser, link, "reopen", text="It broke again.") == 303
    house.play()

    with house.session() as session:
        case = session.get_one(Case, number)
        assert (case.state, case.level) == ("open", 2)
    assert "Something to add?" in browser.get(link)


def test_after_a_year_a_case_stays_closed(house: House) -> None:
    mira, _ = house.someone()
    closed = {"state": "closed", "closed_how": "unconfirmed", "closed_at": TUESDAY}
    with house.session() as session, session.begin():
        number = case_of(session, mira, **closed)
    house.clock.time = TUESDAY + timedelta(days=366)

    assert press(house.visitor(), link_of(house, "case", mira, number), "reopen", text="x") == 404


def test_a_quote_is_shown_without_its_margin(house: House) -> None:
    mira, _ = house.someone()
    with house.session() as session, session.begin():
        sale = Opportunity(customer_id=mira, created_at=TUESDAY)
        session.add(sale)
        session.flush()
        line = {"product": "CD-1", "name": "Box of records", "quantity": 2, "price": 1_900}
        quote = Quote(
            opportunity_id=sale.id,
            lines=[line],
            amount=3_800,
            margin=777,
            status="sent",
            created_at=TUESDAY,
        )
        session.add(quote)
        session.flush()
        number = quote.id
    other, _ = house.someone(name="Other Oak")

    page = house.visitor().get(link_of(house, "quote", mira, number))

    assert "Box of records" in page
    assert "38.00" in page
    assert "7.77" not in page
    house.visitor().get(link_of(house, "quote", other, number), status=404)
