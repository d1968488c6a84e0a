"""What a customer wishes, or who lapses or is erased, ends the processes that stop on it."""

from typing import Any

from sqlalchemy.orm import Session

from tasks.inbound_events import Processes
from tasks.inbound_events.receiving import ENCOUNTER
from tests.support.crm import NOON, customer
from tests.support.happenings import Engine, event
from tests.support.happenings import receive as told


class Instances:
    def __init__(self) -> None:
        self.stopped: list[tuple[str, str]] = []

    def stop_about(self, customer: str, reason: str, *, because: str = "") -> list[int]:
        self.stopped.append((customer, reason))
        return []


def receive(session: Session, sent: dict[str, Any]) -> tuple[list[tuple[str, str]], int]:
    engine, instances = Engine(), Instances()
    told(session, Processes(engine, instances), sent, NOON)  # type: ignore[arg-type]
    assert [name for name, *_ in engine.told].count(ENCOUNTER) == 1
    return instances.stopped, len([name for name, *_ in engine.told if name != ENCOUNTER])


def test_who_is_not_to_be_contacted_any_more_stops_his_processes(session: Session) -> None:
    mira = customer(session)
    wish = event("preference.changed", mira, do_not_contact=True)
    assert receive(session, wish) == ([(str(mira.id), "do_not_contact")], 1)


def test_another_wish_stops_nothing(session: Session) -> None:
    mira = customer(session)
    wish = event("preference.changed", mira, do_not_contact=False)
    assert receive(session, wish) == ([], 1)
