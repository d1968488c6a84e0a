"""Somebody outside answers a task by the link in a mail: without login, once, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import store
from tasks.contacts.records import Message
from tasks.links import reading
from tasks.links.records import Link
from tests.web.links.conftest import FORM, TUESDAY, House, fields, send
from web.app.link_tickets import read_link, sign_link

YES = {"good": "true"}


def test_a_customer_answers_by_the_link_in_a_mail_without_login(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)

    [text] = house.letters.to(address)
    browser = house.visitor()
    send(browser, house.letters.link_to(address), YES)

    assert "This page takes a minute" in text
    assert house.task(task).state == "COMPLETED"
    assert house.said(task)["good"] is True
    assert (f"customer:{mira}", "complete task") in house.history(task)
    assert "Thank you, we have your answer" in browser.get(house.letters.link_to(address))


def test_the_page_is_kept_to_oneself_and_needs_no_cookie(house: House) -> None:
    mira, address = house.someone()
    house.ask(mira)

    answer = house.visitor().client.get(house.letters.link_to(address))

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text


@pytest.mark.parametrize(("language", "said"), [("fa", "لطفاً تا"), ("lt", "Prašome atsakyti iki")])
def test_the_page_speaks_the_language_of_the_person(house: House, language: str, said: str) -> None:
    mira, address = house.someone(language=language)
    house.ask(mira, properties={"due": "P14D"})

    page = house.visitor().get(house.letters.link_to(address), **{"Accept-Language": "de"})

    assert f'lang="{language}"' in page
    assert said in page
    assert "Please answer by" in house.visitor().get(
        f"{house.letters.link_to(address)}?language=en"
    )


def test_a_scanner_that_looks_at_links_changes_nothing(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    before = house.counted()

    for _ in range(5):
        house.visitor().get(house.letters.link_to(address))
        house.visitor().client.head(house.letters.link_to(address))

    after = house.counted()
    assert {name for name in after if after[name] != before[name]} <= {"rate"}
    assert house.task(task).state == "CREATED"


def test_the_same_answer_again_shows_the_same_page_another_is_told_that_nothing_changed(
    house: House,
) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    browser, link = house.visitor(), house.letters.link_to(address)
    hidden = fields(browser.get(link))

    first = browser.send(link, hidden | YES)
    again = browser.send(link, hidden | YES)
    other = browser.send(link, hidden | {"good": "false", "why": "I changed my mind."})

    assert first.status_code == 303
    assert (again.status_code, "Thank you, we have your answer" in again.text) == (200, True)
    assert (other.status_code, "You have answered already" in other.text) == (409, True)
    assert house.said(task)["good"] is True
    assert "why" not in house.said(task)


def test_a_late_link_says_so(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    link = house.letters.link_to(address)
    hidden = fields(house.visitor().get(link))

    house.clock.time = TUESDAY + timedelta(days=61)

    assert "This link has expired" in house.visitor().get(link, status=410)
    assert house.visitor().send(link, hidden | YES).status_code == 410
    assert house.task(task).state == "CREATED"


def test_a_forged_link_opens_nothing(house: House) -> None:
    mira, address = house.someone()
    house.ask(mira)
    link = house.letters.link_to(address)

    for forged in (
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        "/link/0.abcdefghijklmnopqrstuv.AAAAAAAAAAAAAAAAAAAAAAAA",
        "/link/nothing",
        "/link/" + "x" * 5_000,
        "/link/۱.۲.۳",
    ):
        assert "There is no such link" in house.visitor().get(forged, status=404)
        assert house.visitor().send(forged, YES).status_code == 404


def test_a_signed_link_that_nobody_was_given_opens_nothing(house: House) -> None:
    settings = house.services.settings
    from web.app.link_tickets import link_keys

    link = f"/link/{sign_link(link_keys(settings), 'never-minted')}"

    assert "There is no such link" in house.visitor().get(link, status=404)


def test_a_link_of_another_person_opens_nothing(house: House) -> None:
    mira, address = house.someone()
    other, _ = house.someone(name="Other Oak")
    task = house.ask(mira)
    with house.session() as session, session.begin():
        session.execute(
            store.user_task.update().values(outside={"for": "customer", "whom": str(other)})
        )

    link = house.letters.link_to(address)

    assert "This link is not for you" in house.visitor().get(link, status=404)
    assert house.visitor().send(link, YES).status_code == 404
    assert house.task(task).state == "CREATED"


def test_a_withdrawn_link_says_so(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    link = house.letters.link_to(address)
    with house.session() as session, session.begin():
        reading.withdraw(session, session.scalars(select(Link)).one(), "charlie", TUESDAY)

    assert "This link was taken back" in house.visitor().get(link, status=410)
    assert house.visitor().send(link, YES).status_code == 410
    assert house.task(task).state == "CREATED"


def test_fields_that_are_not_in_the_form_are_refused(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    browser, link = house.visitor(), house.letters.link_to(address)
    hidden = fields(browser.get(link))

    answer = browser.send(link, hidden | YES | {"customer_id": "7"})

    assert (answer.status_code, "This was not understood" in answer.text) == (400, True)
    assert house.task(task).state == "CREATED"


def test_a_missing_answer_is_asked_for(house: House) -> None:
    mira, address = house.someone()
    house.ask(mira)

    assert "This is needed." in send(house.visitor(), house.letters.link_to(address), {}, 422)


def test_a_question_that_comes_with_an_answer_is_shown_without_a_script(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    browser, link = house.visitor(), house.letters.link_to(address)

    page = send(browser, link, {"good": "false"}, 200)
    browser.send(link, fields(page) | {"good": "false", "why": "It came late."})

    assert "There is one more question" in page
    assert house.said(task)["why"] == "It came late."


def test_an_employee_answers_for_the_customer_and_the_history_says_so(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)

    house.engine.by("charlie").tasks.complete(task, {"good": True})

    assert ("charlie", "answer for customer") in house.history(task)
    link = house.letters.link_to(address)
    assert "Your answer is no longer needed" in house.visitor().get(link, status=410)


def test_a_cancelled_process_closes_the_link(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)

    house.engine.by("olga").instances.cancel(house.task(task).instance_key)

    page = house.visitor().get(house.letters.link_to(address), status=410)
    assert "Your answer is no longer needed" in page


def test_a_suspended_process_takes_the_answer_later(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    browser, link = house.visitor(), house.letters.link_to(address)
    hidden = fields(browser.get(link))
    house.engine.by("olga").instances.suspend(house.task(task).instance_key)

    answer = browser.send(link, hidden | YES)
    assert "Not possible just now" in browser.get(answer.headers["Location"], status=409)

    house.engine.by("olga").instances.resume(house.task(task).instance_key)
    assert browser.send(link, hidden | YES).status_code == 303
    assert house.task(task).state == "COMPLETED"


def test_migration_keeps_the_link(house: House) -> None:
    mira, address = house.someone()
    task = house.ask(mira)
    instance = house.task(task).instance_key
    newer = house.ask(None, form=FORM.replace("Was it good?", "Was it fine?"), party="nobody")
    target = house.task(newer).definition_key

    house.engine.by("olga").instances.migrate(instance, target, {"asked": "asked"})

    send(house.visitor(), house.letters.link_to(address), YES)
    assert house.task(task).state == "COMPLETED"


def test_keys_rotate_the_old_one_is_still_read(house: House) -> None:
    old = {"1": b"old"}
    both = {"2": b"new", "1": b"old"}

    ticket = sign_link(old, "abc")

    assert read_link(both, ticket) == "abc"
    assert sign_link(both, "abc").startswith("2.")
    assert read_link({"2": b"new"}, ticket) is None


def test_employees_do_not_read_links_in_the_outbox(house: House) -> None:
    mira, address = house.someone()
    house.ask(mira)

    with house.session() as session:
        [message] = session.scalars(select(Message).where(Message.recipient == address)).all()

    assert "{{link.answer}}" in message.body
    assert "/link/" not in message.body
    assert house.links()[0].digest not in house.letters.to(address)[0]


def test_who_may_not_be_written_to_is_not_and_colleagues_get_the_task_at_once(
    house: House,
) -> None:
    mira, address = house.someone(allows=())

    task = house.ask(mira, properties={"due": "P7D", "escalate.to": "care_supervisor"})

    assert house.letters.to(address) == []
    assert "care_supervisor" in house.task(task).candidate_groups
    assert ("links", "escalate task") in house.history(task)


def test_without_a_deadline_the_owner_of_the_process_gets_it(house: House) -> None:
    task = house.ask(None)

    assert "care_head" in house.task(task).candidate_groups


def test_whoever_is_silent_is_reminded_by_mail_and_then_the_task_is_escalated(
    house: House,
) -> None:
    mira, address = house.someone()
    task = house.ask(
        mira, properties={"due": "P7D", "remind": "50 %", "escalate.to": "care_supervisor"}
    )

    house.later(days=5)
    assert len(house.letters.to(address)) == 2
    assert "care_supervisor" not in house.task(task).candidate_groups
    house.later(days=3)

    assert "care_supervisor" in house.task(task).candidate_groups
    first, second = (link.task_key for link in house.links())
    assert first == second == task
    send(house.visitor(), house.letters.link_to(address), YES)
    assert house.task(task).state == "COMPLETED"


def test_one_link_is_not_opened_without_end(house: House) -> None:
    mira, address = house.someone()
    house.ask(mira)
    browser, link = house.visitor(), house.letters.link_to(address)
    for _ in range(60):
        browser.get(link)

    assert "Too many requests" in browser.get(link, status=429)
    house.clock.time += timedelta(hours=1, seconds=1)
    browser.get(link)
