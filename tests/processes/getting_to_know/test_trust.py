"""3.3 Trust: broken promises lower it and are repaired."""

from sqlalchemy import select

from tasks.promises.records import Promise
from tasks.scores.records import RelationScore
from tests.processes.getting_to_know.conftest import answer, open_tasks, promise, reached, score
from tests.support.crm import DAY
from tests.support.town import Town


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
    town.publish("trust.due", "1", customer_id=1)
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

    town.publish("trust.due", "1", customer_id=1)

    assert trust_of(town)[-1] < 40
    assert reached(town, "care")


def test_refusing_to_answer_never_lowers_trust(town: Town) -> None:
    answer(town, nps=8, trust_promises=6, trust_competence=6)
    town.publish("trust.due", "1", customer_id=1)
    before = trust_of(town)[-1]

    town.publish("survey.due", "1", customer_id=1)
    town.until(town.now + 20 * DAY)  # silence
    town.publish("trust.due", "1", customer_id=1)

    assert trust_of(town)[-1] == before
