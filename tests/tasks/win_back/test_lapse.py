"""Who leaves: noticed, noted, asked once, parted from properly; silence alone is left in peace."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.cases.records import Case
from tasks.contracts.records import Contract
from tasks.customers.records import Customer
from tasks.lapsed.records import LapsedRecord, LapseReason
from tasks.policy.records import PolicyValue
from tasks.purchases.records import Transaction
from tasks.win_back.history import pack_history
from tasks.win_back.lapse_reason import keep_lapse_reason, note_lapse, stop_selling
from tasks.win_back.register import (
    check_consents,
    keep_goodbye,
    keep_longer,
    note_state,
    open_lapsed_record,
)
from tasks.win_back.silence import find_silent, in_season
from tests.support.crm import DAY, NOON, customer, say
from tests.support.happenings import Engine, event, receive

CANCELLED = {"type": "contract.cancelled", "payload": {}}


def bought(session: Session, person: Customer, *days_ago: int) -> None:
    for ago in days_ago:
        at = NOON - ago * DAY
        number = f"A-{person.id}-{ago}"
        order = Transaction(customer_id=person.id, order_no=number, at=at, amount=2_000)
        order.currency, order.created_at = "USD", at
        session.add(order)
    session.flush()


def contract(session: Session, person: Customer, number: str = "K-1") -> Contract:
    facts = {"customer_id": person.id, "number": number, "starts_on": date(2025, 1, 1)}
    made = Contract(**facts, currency="USD", created_at=NOON)
    session.add(made)
    session.flush()
    return made


def test_silence_beyond_the_own_rhythm_is_noticed_once_the_longest_first(session: Session) -> None:
    quick, slow, late, fresh = (customer(session) for _ in range(4))
    bought(session, quick, 300, 290, 280, 270)
    bought(session, slow, 1_200, 800, 400)  # buys every 400 days: not silent yet
    bought(session, late, 500, 495)
    bought(session, fresh, 20, 10)

    found = find_silent(session, NOON)

    assert (found["silent"], found["awake"]) == ([late.id, quick.id], 0)
    assert set(found["worth"]) == {str(late.id), str(quick.id)}  # who is asked first
    note_lapse(session, NOON, late.id, "dormant")
    assert find_silent(session, NOON)["silent"] == [quick.id]


def test_no_more_are_told_of_in_a_night_than_the_policy_says(session: Session) -> None:
    for ago in (300, 400, 500):
        bought(session, customer(session), ago, ago + 3)
    policy = session.scalars(
        select(PolicyValue).where(PolicyValue.key == "lapse.silent_per_night")
    ).one()
    policy.value = 2

    assert len(find_silent(session, NOON)["silent"]) == 2


def test_a_running_contract_is_no_silence(session: Session) -> None:
    mira = customer(session)
    bought(session, mira, 300, 303)
    contract(session, mira)

    assert find_silent(session, NOON)["silent"] == []


def test_who_was_dormant_and_buys_again_is_regained_without_a_word(session: Session) -> None:
    mira = customer(session)
    bought(session, mira, 300, 303)
    note_lapse(session, NOON, mira.id, "dormant")
    bought(session, mira, -5)

    assert find_silent(session, NOON + 6 * DAY) == {"silent": [], "worth": {}, "awake": 1}
    assert mira.lifecycle_stage == "known"
    assert session.scalars(select(LapsedRecord.state)).all() == ["regained"]


@pytest.mark.parametrize(
    ("months", "now", "still"),
    [
        (("2024-11", "2024-12", "2025-12"), "2026-10", True),  # Christmas comes again
        (("2024-11", "2024-12", "2025-12"), "2027-03", False),  # it came without the customer
        (("2024-12", "2026-01"), "2026-12", True),  # across the turn of the year
        (("2024-03", "2024-09", "2025-03"), "2025-10", False),  # all the year round
        (("2025-12",), "2026-10", False),  # one year shows no season
    ],
)
def test_buyers_of_a_season_are_waited_for_until_it_is_over(
    months: tuple[str, ...], now: str, *, still: bool
) -> None:
    days = [datetime.fromisoformat(f"{month}-10T12:00+00:00") for month in months]

    assert in_season(days, datetime.fromisoformat(f"{now}-10T12:00+00:00")) is still


def test_a_cancelled_contract_ends_the_relation_only_if_it_was_the_last(session: Session) -> None:
    mira = customer(session)
    contract(session, mira, "K-1")
    contract(session, mira, "K-2")

    receive(session, Engine(), event("contract.cancelled", mira, contract_id="K-1"), NOON)
    assert pack_history(session, NOON, mira.id, CANCELLED)["facts"]["ended"] is False

    said = event("contract.cancelled", mira, contract_id="K-2", end="2027-06-30") | {
        "event_id": "e-2"
    }
    receive(session, Engine(), said, NOON)
    assert pack_history(session, NOON, mira.id, CANCELLED)["facts"]["ended"] is True
    assert session.get_one(Contract, 2).ended_at == datetime.fromisoformat("2027-06-30T00:00Z")


def test_a_signed_contract_is_kept_and_told_of_again_changed(session: Session) -> None:
    mira = customer(session)
    for number, value in (("e-1", 500), ("e-2", 700)):
        said = event("contract.signed", mira, contract_id="K-9", value=value, start="2026-12-01")
        receive(session, Engine(), said | {"event_id": number}, NOON)

    [kept] = session.scalars(select(Contract)).all()
    assert (kept.value, kept.starts_on, kept.currency) == (700, date(2026, 12, 1), "USD")


def test_the_history_counts_what_went_wrong_lately(session: Session) -> None:
    mira = customer(session)
    bought(session, mira, 30, 20)
    for order in session.scalars(select(Transaction)):
        order.promised_at, order.delivered_at = order.at + DAY, order.at + 3 * DAY
    for ago in (10, 400):
        case: dict[str, Any] = {"number": f"C-{ago}", "kind": "complaint", "channel": "email"}
        at = NOON - ago * DAY
        session.add(Case(**case, customer_id=mira.id, text="Late", opened_at=at, created_at=at))
    session.flush()

    packed = pack_history(session, NOON, mira.id, {"type": "account.closed", "payload": {}})

    assert packed["facts"] == {
        "ended": True, "in_season": False, "silent_weeks": 2.9, "limit_weeks": 26.0,
    }  # fmt: skip
    assert packed["history"] == {
        "complaints": 1, "broken_promises": 0, "late_deliveries": 2, "negative_moments": 0,
        "disputes": 0, "lost_for": "", "parted": False,
    }  # fmt: skip
    with pytest.raises(NotFound):
        pack_history(session, NOON, 999)


def test_what_was_said_and_what_the_history_suggests_stay_apart(session: Session) -> None:
    mira, nora = customer(session), customer(session, name="Nora North")
    for person in (mira, nora):
        note_lapse(session, NOON, person.id, "lapsed")

    keep_lapse_reason(session, NOON, mira.id, "bought_away", inferred="unknown", detail="Dear.")
    keep_lapse_reason(session, NOON, nora.id, "pushed_away_unintended", told=False, cause="late")
    keep_lapse_reason(session, NOON, mira.id, "pulled_away", inferred="unknown")

    kept = session.scalars(select(LapseReason).order_by(LapseReason.id)).all()
    assert [(each.stated, each.inferred, each.cause) for each in kept] == [
        ("pulled_away", "unknown", None),
        (None, "pushed_away_unintended", "late"),
    ]
    assert mira.lifecycle_stage == "lapsed"


def test_a_wish_not_to_be_contacted_is_kept_only_if_the_customer_said_so(session: Session) -> None:
    mira, nora = customer(session), customer(session, name="Nora North")

    keep_lapse_reason(session, NOON, mira.id, "unknown", may_contact=False)
    keep_lapse_reason(session, NOON, nora.id, "unknown", told=False, may_contact=False)

    assert (mira.do_not_contact, nora.do_not_contact) == (True, False)


def test_what_sells_is_stopped_with_the_reason() -> None:
    asked: list[tuple[str, str, str]] = []

    def stop_about(customer: str, reason: str, *, because: str = "") -> list[int]:
        asked.append((customer, reason, because))
        return [11, 12]

    engine: Any = SimpleNamespace(
        by=lambda _: SimpleNamespace(instances=SimpleNamespace(stop_about=stop_about))
    )

    assert stop_selling(engine, 7, "The account was closed.") == {"stopped": 2}
    assert asked == [("7", "lapsed", "The account was closed.")]


def test_r14_who_we_parted_from_is_excluded_and_kept_as_long_as_the_policy_says(
    session: Session,
) -> None:
    mira = customer(session)

    kept = open_lapsed_record(session, NOON, mira.id, "separated")
    again = open_lapsed_record(session, NOON, mira.id, "separated")

    assert kept == again
    [record] = session.scalars(select(LapsedRecord)).all()
    assert (record.state, record.keep_until) == ("excluded", (NOON + timedelta(days=730.5)).date())
    assert kept["keep_until"].startswith(str(record.keep_until))


def test_the_goodbye_is_kept_once_with_what_was_learnt(session: Session) -> None:
    mira = customer(session)
    open_lapsed_record(session, NOON, mira.id)

    keep_goodbye(session, NOON, mira.id, "Tell of delays earlier.", "Deposit paid back.")
    done = keep_goodbye(session, NOON + DAY, mira.id, "Tell of delays earlier.")

    assert done["goodbye_at"].startswith("2026-11-24")
    assert note_state(session, NOON, mira.id, "closed") == {"state": "closed"}


def test_without_permission_nobody_is_chosen_after_the_yearly_look(session: Session) -> None:
    mira, nora = customer(session), customer(session, name="Nora North")
    for person in (mira, nora):
        open_lapsed_record(session, NOON, person.id)
    say(session, nora, "email", "marketing", "denied", NOON)

    assert check_consents(session, NOON, mira.id) == {"still_allowed": ["email"]}
    assert check_consents(session, NOON, nora.id) == {"still_allowed": []}
    states = session.scalars(select(LapsedRecord.state).order_by(LapsedRecord.id)).all()
    assert states == ["lapsed", "excluded"]


def test_law_keeps_until_a_day_to_come(session: Session) -> None:
    mira = customer(session)
    open_lapsed_record(session, NOON, mira.id)

    assert keep_longer(session, NOON, mira.id, date(2031, 3, 2), "Lawsuit") == {
        "keep_until": "2031-03-02T12:00:00Z"
    }
    assert keep_longer(session, NOON, mira.id, date(2020, 1, 1)) == {
        "keep_until": "2026-11-25T12:00:00Z"
    }
