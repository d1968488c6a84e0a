"""Customers are asked, answered, trusted and looked after, on a clock that is set."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from engine import reads, store
from engine.model import StartRequest
from tasks.cases.records import Case
from tasks.declare.trigger import install
from tasks.expectations.records import Expectation
from tasks.getting_to_know.whom import is_key
from tasks.installed import SUBJECTS
from tasks.invoices.records import Invoice
from tasks.key_accounts.records import KeyStatus
from tasks.leads.records import AdvocateRequest
from tasks.partners.records import Partner
from tasks.profiles.records import AskedQuestion, InfoNeed, ProfileFact
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.scores.records import CustomerScore, RelationScore
from tasks.surveys.records import Survey, SurveyAnswer, SurveyInvitation
from tests.support.crm import DAY, NOON, customer
from tests.support.town import Town, processes

FOLDERS = ("shared", "getting_to_know")
ALLOWS = tuple(("email", each) for each in ("survey", "service_recovery", "relationship"))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path / 'town.db'}"
    found = Town(url, people=2, folders=FOLDERS, allows=ALLOWS, deploy=False)
    files = processes(FOLDERS)  # tiers are what a story says, so nobody is scored at night
    files = [file for file in files if file.name != "nightly_scoring.bpmn"]
    found.engine.by("bob").definitions.deploy(files)
    yield found
    assert found.incidents() == []
    found.database.dispose()


def score(town: Town, customer_id: int, tier: str) -> None:
    """Give a customer a value tier, as the nightly scoring does."""
    with town.session() as session:
        session.add(
            CustomerScore(
                customer_id=customer_id, as_of=town.now, r=5, f=5, m=5, segment="champions",
                tier=tier, orders=9, spent=90_000, margin_12m=40_000,
            )
        )  # fmt: skip
        session.commit()


def answer(town: Town, customer_id: int = 1, survey: str = "relationship", **given: Any) -> None:
    """Let another system tell what a customer answered."""
    with town.session() as session:
        number = len(session.scalars(select(SurveyAnswer.id)).all())
    town.happens("survey.answered", customer_id, {"survey_id": survey, "answers": given}, number)


def open_tasks(town: Town, element_id: str) -> list[Any]:
    """Return the open tasks of an element."""
    task = store.user_task.c
    query = select(task).where(task.element_id == element_id, task.ended_at.is_(None))
    with store.reading(town.database) as connection:
        return list(connection.execute(query))


def sent(town: Town) -> list[str]:
    """Return the names of the messages that went out."""
    with town.session() as session:
        return [each.template_name for each in town.contacts(session) if each.sent_at]


def reached(town: Town, element_id: str) -> int:
    """Return how often instances came to an element."""
    column = store.element_instance.c
    query = select(func.count()).where(column.element_id == element_id)
    with store.reading(town.database) as connection:
        return connection.scalar(query) or 0


# -- listening -------------------------------------------------------------------------------


def test_r30_an_unhappy_answer_becomes_a_task_within_a_minute_and_the_loop_is_closed(
    town: Town,
) -> None:
    score(town, 1, "B")
    asked_at = town.now

    answer(town, nps=3, why="The parcel was late again.", may_we_call=True)

    # then an agent has a task with the words of the customer at once
    [task] = open_tasks(town, "close_loop")
    assert task.created_at - asked_at <= timedelta(minutes=1)
    assert task.candidate_groups == ["care_agent"]
    with town.session() as session:
        case = session.scalars(select(Case)).one()
        assert (case.kind, case.state, case.text) == ("care", "open", "The parcel was late again.")
        themes = session.scalars(select(SurveyAnswer.themes).where(SurveyAnswer.question == "why"))
        assert themes.one() == ["Delivered late"]

    # when she has called, the customer hears what we do, and the promise has its date
    town.complete(
        "close_loop", "charlie", customer_ok="yes", listened="Three days late, twice.",
        action="The next parcel goes by courier.", promise_due="2026-12-04",
    )  # fmt: skip
    with town.session() as session:
        case = session.scalars(select(Case)).one()
        [letter] = [each for each in town.mail(session) if "courier" in each.body]
        promise = session.scalars(select(Promise)).one()
        assert (case.state, case.closed_how) == ("closed", "confirmed")
        assert promise.text == "The next parcel goes by courier."
    assert sent(town) == ["you-said-we-did"]
    assert "You told us" in letter.subject


def test_r11_the_tier_sets_the_clock_of_the_next_unhappy_answer(town: Town) -> None:
    town.now -= timedelta(hours=6)  # early in the morning
    score(town, 1, "C")
    answer(town, 1, nps=2, may_we_call=True)
    [slow] = open_tasks(town, "close_loop")
    score(town, 2, "A")

    answer(town, 2, nps=2, may_we_call=True)

    [fast] = [each for each in open_tasks(town, "close_loop") if each.key != slow.key]
    assert fast.due_at < slow.due_at
    assert fast.due_at - town.now <= timedelta(hours=6)


def test_who_is_not_satisfied_with_the_answer_has_a_complaint_under_the_same_number(
    town: Town,
) -> None:
    answer(town, nps=0, why="Never again.", may_we_call=True)

    town.complete("close_loop", "charlie", customer_ok="no", action="Nothing we can do.")

    with town.session() as session:
        case = session.scalars(select(Case)).one()
        assert (case.kind, case.state) == ("complaint", "open")
    assert sent(town) == []


def test_a_second_unhappy_answer_joins_the_conversation_that_is_open(town: Town) -> None:
    answer(town, nps=3, why="Late.")

    answer(town, survey="delivery", csat=1)

    assert len(open_tasks(town, "close_loop")) == 1
    with town.session() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_a_delivery_is_asked_about_once_and_silence_is_left_in_peace(town: Town) -> None:
    town.engine.messages.publish("survey.due", "1", {"customer_id": 1})
    town.play()

    assert sent(town) == ["survey-relationship"]
    town.until(town.now + 15 * DAY)

    assert open_tasks(town, "answer_relationship") == []
    assert open_tasks(town, "close_loop") == []
    with town.session() as session:
        asked = session.scalars(select(SurveyInvitation)).one()
        assert asked.silent_at is not None
        assert asked.answered_at is None

    # the gate lets nobody be asked again in half a year
    town.engine.messages.publish("survey.due", "1", {"customer_id": 1})
    town.play()
    assert sent(town) == ["survey-relationship"]


def test_the_answer_by_link_is_kept_by_question_and_acted_on(town: Town) -> None:
    town.engine.messages.publish("survey.due", "1", {"customer_id": 1})
    town.play()

    town.complete(
        "answer_relationship", "customer", nps=4, why="Nobody answers.", expected_1=6,
        perceived_1=3, trust_promises=2, may_we_call=True,
    )  # fmt: skip

    with town.session() as session:
        kept = {each.question: each.value for each in session.scalars(select(SurveyAnswer))}
        assert kept["nps"] == 4
        assert kept["trust_promises"] == 2
        assert {name.split(".")[0] for name in kept} >= {"expected", "perceived"}
        assert session.scalars(select(SurveyInvitation)).one().answered_at is not None
    assert len(open_tasks(town, "close_loop")) == 1


def test_r13_an_advocate_is_asked_for_two_favours_a_year_and_not_for_a_third(town: Town) -> None:
    score(town, 1, "A")
    for favour in ("reference", "case_study"):
        answer(town, survey=favour, nps=10)
        town.complete("ask_advocate_task", "hugo", favour=favour, outcome="yes")

    answer(town, survey="third", nps=10)

    assert open_tasks(town, "ask_advocate_task") == []
    with town.session() as session:
        asked = session.scalars(select(AdvocateRequest.kind)).all()
        assert asked == ["reference", "case_study"]

    # after a year there is room again
    town.until(town.now + 366 * DAY)
    answer(town, survey="fourth", nps=10)
    assert len(open_tasks(town, "ask_advocate_task")) == 1


# -- trust -----------------------------------------------------------------------------------


def promise(town: Town, due: int, customer_id: int = 1, by: str = "hugo") -> int:
    """Promise something to a customer, due in some days."""
    with town.session() as session:
        made = Promise(
            customer_id=customer_id, made_by=by, text="A second driver",
            due=(town.now + due * DAY).date(), created_at=town.now,
        )  # fmt: skip
        session.add(made)
        session.commit()
        return made.id


def trust_of(town: Town, customer_id: int = 1) -> list[float]:
    """Return the trust of a customer each time it was worked out."""
    query = select(RelationScore.value).where(
        RelationScore.customer_id == customer_id, RelationScore.kind == "trust"
    )
    with town.session() as session:
        return list(session.scalars(query.order_by(RelationScore.id)))


def test_a_broken_promise_lowers_trust_and_opens_a_repair(town: Town) -> None:
    # given a customer who trusts us
    answer(town, nps=9, trust_promises=7, trust_competence=7, trust_honesty=7, trust_data=7)
    kept = promise(town, due=1)
    town.until(town.now + 1 * DAY)
    town.complete("keep_it", "hugo", kept="yes")
    town.engine.messages.publish("trust.due", "1", {"customer_id": 1})
    town.play()
    assert trust_of(town) == [100]

    # when a promise is due, its maker is reminded the day before; nobody keeps it
    broken = promise(town, due=2)
    town.until(town.now + 1 * DAY)
    [task] = open_tasks(town, "keep_it")
    assert task.assignee == "hugo"
    town.until(town.now + 3 * DAY)

    # then trust is lower, and somebody repairs it
    assert trust_of(town)[-1] < 100
    town.complete(
        "repair_promise", "hugo", how="new_date", what_we_did="A driver from Monday",
        new_due="2026-12-20",
    )  # fmt: skip
    with town.session() as session:
        first, second, third = session.scalars(select(Promise).order_by(Promise.id))
        assert (first.id, first.kept_at is not None) == (kept, True)
        assert (second.id, second.broken_at is not None) == (broken, True)
        assert second.repaired_at is not None
        assert (third.text, str(third.due)) == ("A driver from Monday", "2026-12-20")


def test_hardly_any_trust_of_a_valuable_customer_asks_for_intensive_care(town: Town) -> None:
    score(town, 1, "A")
    answer(town, nps=7, trust_promises=1, trust_competence=2, trust_honesty=1, trust_data=1)

    town.engine.messages.publish("trust.due", "1", {"customer_id": 1})
    town.play()

    assert trust_of(town)[-1] < 40
    assert reached(town, "care")


def test_refusing_to_answer_never_lowers_trust(town: Town) -> None:
    answer(town, nps=8, trust_promises=6, trust_competence=6)
    town.engine.messages.publish("trust.due", "1", {"customer_id": 1})
    town.play()
    before = trust_of(town)[-1]

    town.engine.messages.publish("survey.due", "1", {"customer_id": 1})
    town.until(town.now + 20 * DAY)  # silence
    town.engine.messages.publish("trust.due", "1", {"customer_id": 1})
    town.play()

    assert trust_of(town)[-1] == before


# -- health ----------------------------------------------------------------------------------


def expects(town: Town, text: str, *, source: str = "asked", days: int | None = None) -> None:
    """Note an expectation of the first customer; it holds for some days."""
    with town.session() as session:
        made = Expectation(customer_id=1, text=text, source=source, created_at=town.now)
        made.valid_until = None if days is None else (town.now + days * DAY).date()
        made.asked_at = town.now if source == "asked" else None
        session.add(made)
        session.commit()


def talk(town: Town, **said: Any) -> None:
    """Let the owner talk with the customer, and keep what was said."""
    given = {"reached": True, "how_are_we_doing": 8, "agreed_next": "Nothing to change"}
    town.complete("health_talk", "hugo", **(given | {"expectations_changed": False} | said))


def check(town: Town) -> None:
    """Begin the health check of the first customer, as after the first 90 days."""
    town.engine.messages.publish("customer.known", "1", {"customer_id": 1})
    town.later(minutes=6)


def test_r01_assumed_expectations_do_not_count_and_are_asked(town: Town) -> None:
    score(town, 1, "A")
    expects(town, "Quick answers, we think", source="assumed")
    answer(town, survey="health", how_are_we_doing=9)  # somebody talked with him, but long ago
    town.until(town.now + 31 * DAY)

    check(town)

    assert len(open_tasks(town, "health_talk")) == 1
    talk(
        town, expectations_changed=True,
        expectations=[{"dimension": "responsiveness", "expected": "An answer in a day"}],
    )  # fmt: skip
    with town.session() as session:
        asked = session.scalars(select(Expectation).where(Expectation.source == "asked")).one()
        assert asked.text == "An answer in a day"
        assert asked.valid_until == (town.now + 180 * DAY).date()


def test_r02_an_expectation_expires_by_tier_and_is_asked_again(town: Town) -> None:
    score(town, 1, "B")
    expects(town, "A fixed driver", days=180)
    answer(town, survey="health", how_are_we_doing=9)
    town.until(town.now + 31 * DAY)
    check(town)
    assert open_tasks(town, "health_talk") == []  # known, and talked with lately

    # after half a year it has expired: the owner asks anew
    town.until(town.now + 190 * DAY)
    assert len(open_tasks(town, "health_talk")) == 1
    talk(town, expectations_changed=False)

    with town.session() as session:
        again = session.scalars(select(Expectation)).one()
        assert again.valid_until == (town.now + 365 * DAY).date()


def test_trouble_in_the_air_is_not_asked_about_twice(town: Town) -> None:
    score(town, 1, "A")
    answer(town, nps=2, why="Late.", may_we_call=True)

    check(town)

    assert open_tasks(town, "health_talk") == []
    assert len(open_tasks(town, "close_loop")) == 1


def test_a_health_check_runs_for_two_years_without_growing(town: Town) -> None:
    score(town, 1, "A")
    weight: list[int] = []
    cost: list[int] = []
    counted = [0]
    event.listen(
        town.database, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1)
    )
    check(town)
    begun = town.now

    while town.now < begun + 731 * DAY:
        if open_tasks(town, "health_talk"):
            before = counted[0]
            talk(town, better="More visits", upcoming_needs="A second line")
            cost.append(counted[0] - before)
            weight.append(state_bytes(town, "health_check"))
        town.until(town.now + 30 * DAY + timedelta(minutes=6))

    assert len(weight) >= 8  # every quarter
    assert weight[-1] <= 1.2 * weight[0]
    assert cost[-1] <= 1.2 * cost[0]
    with town.session() as session:
        scores = select(func.count()).where(RelationScore.kind == "health")
        assert (session.scalar(scores) or 0) >= 24  # looked at every month


def state_bytes(town: Town, process_id: str) -> int:
    """Return how many bytes the state of the open instance of a process takes."""
    query = select(store.instance.c.data).where(
        store.instance.c.process_id == process_id, store.instance.c.state == "ACTIVE"
    )
    with store.reading(town.database) as connection:
        return len(connection.execute(query).scalar_one().encode())


# -- questions -------------------------------------------------------------------------------


def placed(town: Town) -> list[str]:
    """Return the fields that the first customer was asked for, in order."""
    query = select(AskedQuestion.field).where(AskedQuestion.customer_id == 1)
    with town.session() as session:
        return list(session.scalars(query.order_by(AskedQuestion.id)))


def question_of(town: Town, task: Any) -> Any:
    """Return the question that the form of a task shows."""
    with store.reading(town.database) as connection:
        found = reads.variables(connection, task.instance_key)
    return next(each.value for each in found if each.name == "question")


def test_r09_one_question_in_one_contact_with_its_benefit_stated(town: Town) -> None:
    # given a customer of whom nothing is known, and an expectation that has expired
    score(town, 1, "A")
    expects(town, "A fixed driver", days=10)
    town.until(town.now + 40 * DAY)

    # when the owner is to talk with him
    check(town)

    # then the talk has one question, the most important one, and says what it is good for
    [task] = open_tasks(town, "health_talk")
    assert question_of(town, task) == {
        "field": "expectation",
        "question": "What do you expect of us above all?",
        "benefit_statement": "We work by it, and tell you where we cannot keep it.",
    }
    assert placed(town) == ["expectation"]

    # its answer is kept with source and date, and holds for half a year
    talk(town, question_answer="A driver who calls before he comes")
    with town.session() as session:
        fact = session.scalars(select(ProfileFact)).one()
        newest = session.scalars(select(Expectation).order_by(Expectation.id.desc())).first()
        assert (fact.field, fact.source) == ("expectation", "health check")
        assert newest is not None
        assert newest.text == "A driver who calls before he comes"
        assert newest.valid_until == (town.now + 180 * DAY).date()

    # and for thirty days nothing else is asked
    planned = {"customer_id": 1, "reply_to": "survey", "began_by_customer": False}
    town.engine.messages.publish("conversation.planned", "1", planned)
    town.play()
    assert placed(town) == ["expectation"]
    town.until(town.now + 31 * DAY)
    town.engine.messages.publish("conversation.planned", "1", planned)
    town.play()
    assert placed(town) == ["expectation", "preferred_channel"]


def test_what_was_refused_is_never_asked_again(town: Town) -> None:
    score(town, 1, "A")
    check(town)
    [task] = open_tasks(town, "health_talk")
    field = question_of(town, task)["field"]
    talk(town, question_refused=True, expectations_changed=False)

    for _ in range(4):
        town.until(town.now + 31 * DAY)
        planned = {"customer_id": 1, "reply_to": "survey", "began_by_customer": False}
        town.engine.messages.publish("conversation.planned", "1", planned)
        town.play()

    assert placed(town).count(field) == 1


def test_r08_a_question_or_survey_without_its_benefit_is_not_kept(town: Town) -> None:
    with store.writing(town.database) as connection:
        install(connection, SUBJECTS.triggers)
    without = InfoNeed(field="shoe_size", question="Which size?", benefit_statement=" ")
    without.used_in, without.retention_months, without.created_at = ["D-14"], 12, town.now
    survey = Survey(name="idle", kind="poll", benefit_statement="", created_at=town.now)

    for made in (without, survey):
        with town.session() as session:
            session.add(made)
            with pytest.raises(IntegrityError):
                session.flush()


def test_the_data_steward_changes_the_questions_and_takes_out_what_nothing_uses(
    town: Town,
) -> None:
    town.engine.by("leo").instances.start(StartRequest("question_review"))
    town.play()
    kept = {
        "field": "expectation", "question": "What matters most to you?",
        "benefit_statement": "We work by it.", "used_in": "D-11", "retention_months": 12,
    }  # fmt: skip

    town.complete("approve_questions", "leo", questions=[kept])

    with town.session() as session:
        active = session.scalars(select(InfoNeed).where(InfoNeed.active)).one()
        assert (active.question, active.used_in) == ("What matters most to you?", ["D-11"])


# -- key customers and partners --------------------------------------------------------------


def company(town: Town, name: str, margin: int) -> int:
    """Add a company that bought something lately."""
    with town.session() as session:
        firm = customer(session, name=name, kind="company")
        at = town.now - 30 * DAY
        order = Transaction(customer_id=firm.id, order_no=f"C-{firm.id}", at=at, amount=4 * margin)
        order.margin, order.currency, order.created_at = margin, "USD", at
        session.add(order)
        session.commit()
        return firm.id


def vote(town: Town, *said: str, review_on: str | None = None) -> None:
    """Let the three seats of the committee vote, in their order."""
    for who, decision in zip(("goda", "elham", "daina"), said, strict=True):
        seat = {"goda": "sales_head", "elham": "care_head", "daina": "finance"}[who]
        [task] = [each for each in open_tasks(town, "vote") if each.candidate_groups == [seat]]
        given = {"decision": decision, "reason": f"{seat} says so"}
        if review_on and seat == "sales_head":
            given |= {"owner": "hugo", "review_on": review_on}
        town.engine.by(who).tasks.complete(task.key, given)
        town.play()


def is_key_customer(town: Town, customer_id: int) -> bool:
    with town.session() as session:
        return is_key(session, town.now, customer_id)


def test_r12_candidates_go_to_the_committee_become_key_with_an_expiry_and_lapse(
    town: Town,
) -> None:
    # given companies, one of which is worth most
    best, *_ = [company(town, f"Meadow {n}", 90_000 - 1_000 * n) for n in range(20)]

    # when the quarter's list is made, she alone comes before the committee
    town.engine.by("goda").instances.start(StartRequest("key_customers"))
    town.play()
    assert len(open_tasks(town, "vote")) == 3
    assert not is_key_customer(town, best)

    # then two of three make her key, with the date of the head of sales
    vote(town, "key", "key", "watch", review_on="2027-05-24")
    assert is_key_customer(town, best)
    with town.session() as session:
        status = session.scalars(select(KeyStatus)).one()
        assert (status.status, str(status.expires_on)) == ("key", "2027-05-24")
        assert status.decided_by == ["sales_head", "care_head", "finance"]
    assert reached(town, "is_key") == 1

    # and without a new decision the status lapses
    with town.session() as session:
        assert not is_key(session, datetime(2027, 5, 24, tzinfo=UTC), best)
        assert is_key(session, datetime(2027, 5, 23, tzinfo=UTC), best)


def test_r12_nobody_is_key_for_longer_than_a_year_and_who_is_not_any_more_is_talked_with(
    town: Town,
) -> None:
    firm = company(town, "Meadow", 90_000)
    others = [company(town, f"Hill {n}", 1_000) for n in range(19)]
    assert others
    town.engine.by("goda").instances.start(StartRequest("key_customers"))
    town.play()
    vote(town, "key", "key", "key", review_on="2031-01-01")
    with town.session() as session:
        expires = session.scalars(select(KeyStatus.expires_on)).one()
    assert expires == (town.now + 365 * DAY).date()

    # the owner proposes her again; now two of three are against it
    proposed = StartRequest("key_customers", variables={"customer_id": firm, "why": "Again"})
    town.engine.by("hugo").instances.start(proposed)
    town.play()
    vote(town, "not", "not", "key")
    assert open_tasks(town, "vote") == []
    town.complete("exit_talk", "hugo", told=True, what_was_said="The service stays.")
    assert reached(town, "key_no_longer") == 1


def test_a_person_and_a_debtor_are_no_candidates(town: Town) -> None:
    firm = company(town, "Meadow", 90_000)
    with town.session() as session:
        bill = Invoice(customer_id=firm, number="I-1", issued_on=NOON.date(), currency="USD")
        bill.amount, bill.due_on = 100, (NOON - 200 * DAY).date()
        bill.created_at = NOON
        session.add(bill)
        session.commit()

    for number in (1, firm):
        asked = StartRequest("key_customers", variables={"customer_id": number})
        town.engine.by("hugo").instances.start(asked)
        town.play()

    assert open_tasks(town, "vote") == []


def test_partners_are_reviewed_every_half_year(town: Town) -> None:
    with town.session() as session:
        session.add(
            Partner(
                name="Fast Couriers", kind="supplier", owner="hugo", goals=["95 % on time"],
                created_at=NOON,
            )
        )  # fmt: skip
        session.commit()

    town.until(town.now + 7 * DAY)  # a Monday passes
    [task] = open_tasks(town, "review_partner")
    assert task.assignee == "hugo"
    town.complete(
        "review_partner", "hugo", next_review="2030-01-01",
        goals=[{"goal": "95 % on time", "kept": True}, {"goal": "No broken parcels"}],
    )  # fmt: skip

    with town.session() as session:
        partner = session.scalars(select(Partner)).one()
        assert partner.goals == ["No broken parcels"]
        assert partner.review_on == (town.now + 182 * DAY).date()
    town.until(town.now + 190 * DAY)
    assert len(open_tasks(town, "review_partner")) == 1
