"""The customer in view: who, what is open, what happened, why, and what may be done."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import reads, store
from engine.model import StartRequest
from tasks.cases.records import Case, numbered
from tasks.consents.records import Consent, Preference
from tasks.customers.records import Customer
from tasks.interactions.records import Interaction
from tasks.notes.records import CustomerNote
from tests.support.bpmn import resource
from tests.support.full_customer import full_customer
from tests.web.browser import Browser
from tests.web.conftest import Clock
from tests.web.test_budget import counted

Opens = Callable[[str], Browser]
ABOUT = (
    '<zeebe:properties><zeebe:property name="customer" value="= customer_id" />'
    '<zeebe:property name="start.groups" value="care_agent" /></zeebe:properties>'
)


@pytest.fixture
def mira(app: Flask, clock: Clock) -> int:
    with store.writing(app.extensions["peyvand"].database) as connection:
        return full_customer(Session(connection), clock())


def session(app: Flask) -> Session:
    return Session(app.extensions["peyvand"].database)


def test_an_employee_sees_on_one_page_who_it_is_what_is_open_and_what_happened(
    enter: Opens, mira: int
) -> None:
    page = enter("charlie").get(f"/customers/{mira}")
    who = ("Mira Meadow", "tier A", "mira1@example.org", "has a contract", "with Charlie", "S-1")
    open_ = ("complaint C-000001", "level 2", "solved by", "A new lid by Friday.", "K-1")
    past = ("The lid broke again. What will you do?", "O-1-5", "Likes short answers.", "clicked")
    known = ("Dara Dell", "decides", "Half the stock by June.", "Good advice.", "quote 2")
    for words in (*who, *open_, *past, *known):
        assert words in page, words


def test_r04_a_broken_promise_stands_first(enter: Opens, mira: int) -> None:
    page = enter("charlie").get(f"/customers/{mira}")
    assert "A promise is broken: “A new lid by Friday.”" in page
    assert page.index("A promise is broken") < page.index('id="timeline"')


def test_r01_an_expectation_nobody_asked_about_is_shown_as_assumed(enter: Opens, mira: int) -> None:
    assert "assumed, not asked" in enter("charlie").get(f"/customers/{mira}")


def test_r17_a_company_with_one_person_hangs_on_it(app: Flask, enter: Opens, mira: int) -> None:
    assert "hangs on a single person" in enter("charlie").get(f"/customers/{mira}")


def test_r33_the_timeline_mixes_all_channels_the_newest_first(enter: Opens, mira: int) -> None:
    page = enter("charlie").get(f"/customers/{mira}")
    timeline = page.split('id="timeline"')[1]
    order = ["The lid broke again. What", "O-1-5", "clicked", "Likes short answers.", "O-1-4"]
    places = [timeline.index(words) for words in order]
    assert places == sorted(places)


def test_r39_each_score_says_what_it_rests_on_how_much_and_as_of_when(
    enter: Opens, mira: int
) -> None:
    scores = enter("charlie").get(f"/customers/{mira}").split('id="scores"')[1]
    for words in ("margin of 12 months", "6 purchases", "as of 3 Nov 2026", "promises kept",
                  "2 promises due", "Not known", "Next purchase", "5 gaps",
                  "marketing contacts in 7 days", "1 contact"):  # fmt: skip
        assert words in scores, words


def test_an_older_part_of_the_timeline_follows_on_a_page_of_its_own(
    app: Flask, clock: Clock, enter: Opens, mira: int
) -> None:
    with session(app) as writing:
        for n in range(60):
            at = clock() - timedelta(hours=n)
            note = CustomerNote(customer_id=mira, text=f"Note {n:02d}.", at=at, created_at=at)
            writing.add(note)
        writing.commit()
    charlie = enter("charlie")
    page = charlie.get(f"/customers/{mira}")
    assert "Note 38." in page
    assert "Note 39." not in page
    next_part = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Note 39." in charlie.get(next_part)
    assert "Note 38." not in charlie.page


@pytest.mark.parametrize("customers", [1, 40])
def test_the_page_takes_six_questions_at_any_number_of_customers(
    app: Flask, clock: Clock, enter: Opens, mira: int, customers: int
) -> None:
    with session(app) as writing:
        for n in range(customers):
            full_customer(writing, clock(), f"Customer {n}")
        writing.commit()
    charlie = enter("charlie")
    charlie.get(f"/customers/{mira}")
    with counted(app) as found:
        charlie.get(f"/customers/{mira}")
    assert len(found["asked"]) <= 6, "\n\n".join(found["asked"])


def test_what_is_of_other_customers_is_not_shown(
    app: Flask, clock: Clock, enter: Opens, mira: int
) -> None:
    with session(app) as writing:
        other = Customer(name="Omid", created_at=clock())
        writing.add(other)
        writing.commit()
        number = other.id
    page = enter("charlie").get(f"/customers/{number}")
    for words in ("The lid broke", "O-1-", "Likes short", "Dara Dell", "A new lid", "K-1"):
        assert words not in page


def test_9_24_a_restricted_case_is_seen_by_its_handler_and_the_head_of_care_only(
    app: Flask, clock: Clock, enter: Opens, mira: int
) -> None:
    with session(app) as writing:
        case = numbered(
            writing,
            Case(customer_id=mira, kind="complaint", channel="phone", text="About my health.",
                 restricted=True, owner="charlie", opened_at=clock(), created_at=clock()),
        )  # fmt: skip
        writing.add(
            Interaction(customer_id=mira, case_id=case.id, source="t", external_id="r",
                        channel="phone", at=clock(), text="They told me of it.",
                        created_at=clock())
        )  # fmt: skip
        writing.commit()
    for name, sees in (("charlie", True), ("bob", True), ("alice", False)):
        page = enter(name).get(f"/customers/{mira}")
        assert ("About my health." in page) is sees, name
        assert ("They told me of it." in page) is sees, name


def test_a_task_is_linked_for_whoever_may_see_it(app: Flask, enter: Opens, mira: int) -> None:
    house = app.extensions["peyvand"]
    drawing = resource("start -> user:Look(groups=care_agent) -> end", "looking", ABOUT)
    house.engine.by("bob").definitions.deploy([drawing])
    house.engine.instances.start(StartRequest("looking", variables={"customer_id": mira}))
    with store.reading(house.database) as connection:
        [task] = reads.inbox(connection, "charlie", {"care_agent"}, "claimable",
                             now=house.clock()).items  # fmt: skip
    address = f'href="/tasks/{task.key}"'
    assert address in enter("charlie").get(f"/customers/{mira}")
    alice = enter("alice").get(f"/customers/{mira}")
    assert address not in alice
    assert "care agents" in alice


def test_a_process_about_a_customer_is_started_from_the_page(
    app: Flask, enter: Opens, mira: int
) -> None:
    house = app.extensions["peyvand"]
    drawing = resource("start -> user:Look -> end", "looking", ABOUT)
    house.engine.by("bob").definitions.deploy([drawing])
    charlie = enter("charlie")
    address = f"/processes/looking/start?customer_id={mira}"
    assert address in charlie.get(f"/customers/{mira}")
    assert "Mira Meadow" in charlie.get(address)
    assert charlie.post(address).status_code == 303
    with store.reading(house.database) as connection:
        [started] = reads.instances(connection, process_id="looking").items
        variables = reads.variables(connection, started.key)
    assert {v.name: v.value for v in variables}["customer_id"] == mira
    assert "looking/start" not in enter("alice").get(f"/customers/{mira}")


def test_a_note_is_kept_with_who_wrote_it(app: Flask, enter: Opens, mira: int) -> None:
    charlie = enter("charlie")
    charlie.get(f"/customers/{mira}")
    assert charlie.post(f"/customers/{mira}/notes", text="Prefers mornings.").status_code == 303
    page = charlie.get(f"/customers/{mira}")
    assert "Prefers mornings." in page
    assert charlie.post(f"/customers/{mira}/notes", text=" ").status_code == 422


def test_a_call_is_kept_once_however_often_it_is_sent(app: Flask, enter: Opens, mira: int) -> None:
    charlie = enter("charlie")
    charlie.get(f"/customers/{mira}")
    for _ in range(2):
        said = {"text": "Asked for the invoice.", "direction": "in", "once": "abc"}
        assert charlie.post(f"/customers/{mira}/calls", **said).status_code == 303
    with session(app) as reading:
        [call] = reading.scalars(
            select(Interaction).where(Interaction.text == "Asked for the invoice.")
        )
    assert (call.channel, call.direction, call.agent) == ("phone", "in", "charlie")


def test_r32_a_preference_is_kept_with_its_source_and_where_that_can_be_seen(
    app: Flask, enter: Opens, mira: int
) -> None:
    charlie = enter("charlie")
    charlie.get(f"/customers/{mira}")
    told = {
        "how": "call", "text": "Please no more e-mails with offers.", "state": "denied",
        "purpose": "marketing", "channel": "email", "preferred_channel": "post", "once": "x",
    }  # fmt: skip
    assert charlie.post(f"/customers/{mira}/preferences", **told).status_code == 303
    with session(app) as reading:
        consent = reading.scalars(select(Consent).order_by(Consent.id.desc())).first()
        said = reading.scalars(select(Interaction).order_by(Interaction.id.desc())).first()
        wish = reading.scalars(select(Preference)).one()
    assert consent is not None
    assert said is not None
    assert (consent.state, consent.channel, consent.source) == ("denied", "email", "call")
    assert consent.evidence == f"interaction:{said.id}"
    assert said.text == "Please no more e-mails with offers."
    assert wish.preferred_channel == "post"


def test_r32_nobody_writes_a_preference_without_saying_how_it_is_known(
    app: Flask, enter: Opens, mira: int
) -> None:
    charlie = enter("charlie")
    charlie.get(f"/customers/{mira}")
    bare = {"state": "allowed", "purpose": "marketing", "channel": "sms", "how": "call"}
    assert charlie.post(f"/customers/{mira}/preferences", **bare, text="").status_code == 422
    alice = enter("alice")
    alice.get(f"/customers/{mira}")
    full = bare | {"text": "Yes, please."}
    assert alice.post(f"/customers/{mira}/preferences", **full).status_code == 403


def test_who_was_merged_leads_to_the_customer_that_stays(
    app: Flask, clock: Clock, enter: Opens, mira: int
) -> None:
    with session(app) as writing:
        twin = Customer(name="Mira M.", created_at=clock(), merged_into_id=mira)
        writing.add(twin)
        writing.commit()
        number = twin.id
    answer = enter("charlie").client.get(f"/customers/{number}")
    assert answer.location == f"/customers/{mira}"
