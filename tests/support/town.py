"""A small town of customers with the demo company's catalogue, its processes and a clock to set."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from engine import reads, store
from engine.engine import Engine
from engine.model import Resource, Started, StartRequest
from engine.worker import Worker
from tasks.calendars.working_hours import BusinessCalendars
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.contacts.records import Contact, Message
from tasks.customers.records import ContactPoint, Customer
from tasks.declare.people import Colleague
from tasks.installed import METADATA, SUBJECTS
from tasks.policy.records import policy_number
from tasks.purchases.records import Transaction
from tasks.seeding.catalogue import load_catalogue
from tests.support.crm import NOON, SEEDS, customer
from tests.support.happenings import receive

ROOT = SEEDS.parent
FOLDERS = ("shared", "targeting")

BRIEF: dict[str, Any] = {
    "name": "Spring for the loyal",
    "objective": "retain",
    "hypothesis": "A reminder with a discount brings loyal customers back a month earlier.",
    "success_measure": "share of customers with an order within the response window",
    "segment": "everybody",
    "offers": ["cd-10"],
    "channels": ["email"],
    "template": "cd-news",
    "starts": "2026-11-24",
    "ends": "2026-11-30",
    "budget": 500,
    "margin_per_response": 12.5,
    "expected_response": 4,
    "control_share": 20,
    "priority": 3,
}


COLLEAGUES = (
    Colleague("charlie", "Charlie Cole", frozenset({"care_agent"})),
    Colleague("elham", "Elham Izadi", frozenset({"care_head"}), "fa"),
    Colleague("farid", "Farid Farzan", frozenset({"care_supervisor"}), "fa"),
    Colleague("gita", "Gita Green", frozenset({"sales_rep"})),
    Colleague("hugo", "Hugo Hill", frozenset({"account_manager", "sales_rep"}), "lt"),
)


@dataclass
class Services:
    """What the worker hands to service tasks; nothing leaves the house."""

    settings: Any

    def message_links(self, contact_id: int) -> dict[str, str]:
        return {}

    def link_url(self, link_id: str) -> str:
        return f"https://crm.example.org/link/{link_id}"

    def addresses(
        self, session: Session, users: Collection[str], groups: Collection[str]
    ) -> list[str]:
        return sorted(f"{name}@example.org" for name in {*users, *groups})

    def members(self, session: Session, groups: Collection[str]) -> list[Colleague]:
        return [each for each in COLLEAGUES if each.groups & set(groups)]


def colleagues(
    connection: Connection,
    groups: Collection[str],
    users: Collection[str],
    skills: Collection[str],
    now: datetime,
    /,
) -> list[str]:
    """Who can do a task now; only languages are skills here."""
    return [
        each.username
        for each in COLLEAGUES
        if (each.groups & set(groups) or each.username in users)
        and all(skill == (each.language or "en") for skill in skills)
    ]


class Town:
    """Everything that runs, on a database of its own."""

    def __init__(
        self,
        url: str,
        *,
        people: int = 0,
        deploy: bool = True,
        folders: Collection[str] = FOLDERS,
        **facts: Any,
    ) -> None:
        self.now = NOON
        self.database = store.connect(url)
        store.create(self.database)
        METADATA.create_all(self.database)
        quiet = SimpleNamespace(
            smtp_url="", mail_from="crm@example.org", webhook_url="", webhook_secret=""
        )
        self.engine = Engine(
            self.database,
            clock=lambda: self.now,
            service_tasks=SUBJECTS.service_tasks,
            services=Services(quiet),
            calendars=BusinessCalendars(self.database),
            colleagues=colleagues,
            policy_number=policy_number,
        )
        self.worker = Worker(self.engine)
        with self.session() as session:
            load_catalogue(session, SEEDS, NOON)
            for number in range(people):
                shopper(session, number, **facts)
            session.commit()
        if deploy:
            self.engine.by("bob").definitions.deploy(processes(folders))

    def session(self) -> Session:
        return Session(self.database)

    def incidents(self) -> list[str]:
        """List what went wrong."""
        with store.reading(self.database) as connection:
            return list(connection.scalars(select(store.incident.c.message)))

    # -- people act --------------------------------------------------------------------------

    def begin(self, **changes: Any) -> Started:
        """Start a campaign and hand in its brief."""
        started = self.start("campaign_planning", "alice")
        self.do(started, "write_brief", "alice", **(BRIEF | changes))
        return started

    def start(self, process_id: str, by: str, **variables: Any) -> Started:
        """Start a process by hand, and everything that follows at once."""
        started = self.engine.by(by).instances.start(StartRequest(process_id, variables=variables))
        self.play()
        return started

    def publish(self, name: str, key: str = "", **variables: Any) -> None:
        """Tell the processes something, and everything that follows at once."""
        self.engine.messages.publish(name, key, variables)
        self.play()

    def finish(self, task_key: int, by: str, **values: Any) -> None:
        """Complete a task, and everything that follows at once."""
        self.engine.by(by).tasks.complete(task_key, values)
        self.play()

    def do(self, started: Started, element_id: str, by: str, **values: Any) -> None:
        """Complete the task of an element in one instance."""
        self.finish(self.task(started, element_id), by, **values)

    def tell(self, kind: str, contact: Contact, number: int = 0) -> None:
        """Let something happen to a message that was sent."""
        self._receive(kind, contact.customer_id, {"contact_id": contact.id}, number)

    def order(self, customer_id: int, amount: int = 2000, number: int = 0) -> None:
        name = f"A-{customer_id}" + (f"-{number}" if number else "")
        payload = {"order_id": name, "amount": amount, "margin": 900, "lines": []}
        self._receive("order.placed", customer_id, payload, number)

    def happens(
        self, kind: str, customer_id: int, payload: dict[str, Any], number: int = 0
    ) -> None:
        """Let something happen to a customer, and everything that follows at once."""
        self._receive(kind, customer_id, payload, number)
        self.play()

    def complete(self, element_id: str, by: str, **values: Any) -> None:
        """Complete the only open task of an element, whichever instance it is of."""
        self.finish(self.open_task(element_id), by, **values)

    def open_task(self, element_id: str) -> int:
        [key] = self.open_tasks(element_id)
        return key

    def open_tasks(self, element_id: str) -> list[int]:
        """The open tasks of an element in all instances, the oldest first."""
        task = store.user_task.c
        query = select(task.key).where(task.element_id == element_id, task.ended_at.is_(None))
        with store.reading(self.database) as connection:
            return list(connection.scalars(query.order_by(task.key)))

    def groups_of(self, task_key: int) -> set[str]:
        """Who may take a task."""
        with store.reading(self.database) as connection:
            return set(reads.task(connection, task_key).candidate_groups)

    def twin_of(self, customer_id: int, name: str) -> int:
        """Add a second record with the addresses of a customer."""
        with self.session() as session:
            known = session.get_one(Customer, customer_id)
            twin = customer(session, name=name, reachable=())
            for point in known.contact_points:
                session.add(
                    ContactPoint(
                        customer_id=twin.id,
                        channel=point.channel,
                        value=point.value,
                        created_at=self.now,
                    )
                )
            session.commit()
            return twin.id

    def _receive(
        self, kind: str, customer_id: int, payload: dict[str, Any], number: int = 0
    ) -> None:
        event = {
            "event_id": f"{kind}-{customer_id}-{number}",
            "type": kind,
            "occurred_at": self.now.isoformat(),
            "source": "test",
            "customer": {"id": customer_id},
            "payload": payload,
        }
        with self.session() as session:
            receive(session, self.engine.messages, event, self.now)

    # -- time passes -------------------------------------------------------------------------

    def play(self) -> None:
        self.worker.run_until_idle(120)

    def until(self, moment: datetime) -> None:
        """Let time pass up to a moment; every timer goes off when it is due."""
        while (due := self._next_timer()) is not None and due <= moment:
            self.now = max(self.now, due)
            self.play()
        self.now = max(self.now, moment)
        self.play()

    def later(self, **step: float) -> None:
        self.until(self.now + timedelta(**step))

    def _next_timer(self) -> datetime | None:
        column = store.timer.c
        query = (
            select(column.due_at)
            .join(store.instance, store.instance.c.key == column.instance_key)
            .where(store.instance.c.state == "ACTIVE")
            .order_by(column.due_at)
            .limit(1)
        )
        with store.reading(self.database) as connection:
            found: datetime | None = connection.scalar(query)
        return found

    # -- look --------------------------------------------------------------------------------

    def waits(self, started: Started) -> list[str]:
        """What an instance waits for: element ids, timers of tasks left out."""
        with store.reading(self.database) as connection:
            found = reads.waiting(connection, started.instance_key)
        return sorted(w.element_id for w in found if not w.element_id.endswith("_at"))

    def task(self, started: Started, element_id: str, group: str | None = None) -> int:
        """The open task of an element, of one candidate group if there are several."""
        with store.reading(self.database) as connection:
            for wait in reads.waiting(connection, started.instance_key):
                if wait.kind == "user_task" and wait.element_id == element_id:
                    found = reads.task(connection, wait.key)
                    if group is None or group in found.candidate_groups:
                        return found.key
        raise AssertionError(f"{element_id} does not wait; waiting: {self.waits(started)}")

    def variables(self, started: Started) -> dict[str, Any]:
        with store.reading(self.database) as connection:
            values = reads.variables(connection, started.instance_key)
        return {v.name: v.value for v in values if v.scope_key == started.instance_key}

    def state(self, started: Started) -> str:
        with store.reading(self.database) as connection:
            return reads.instance(connection, started.instance_key).state

    def campaign(self, session: Session, started: Started) -> Campaign:
        return session.scalars(
            select(Campaign).where(Campaign.instance_key == started.instance_key)
        ).one()

    def members(self, session: Session, arm: str, *states: str) -> list[CampaignMember]:
        query = select(CampaignMember).where(CampaignMember.arm == arm)
        if states:
            query = query.where(CampaignMember.state.in_(states))
        return list(session.scalars(query.order_by(CampaignMember.id)))

    def contacts(self, session: Session) -> list[Contact]:
        return list(session.scalars(select(Contact).order_by(Contact.id)))

    def mail(self, session: Session) -> list[Message]:
        """What is in the outbox, notes to colleagues left out."""
        query = select(Message).where(Message.contact_id.is_not(None)).order_by(Message.id)
        return list(session.scalars(query))


def shopper(session: Session, number: int, **facts: Any) -> int:
    """Add a customer who bought something lately, the higher the number the longer ago."""
    person = customer(session, name=f"Shopper {number}", **facts)
    for order in range(1 + number % 3):
        at = NOON - timedelta(days=20 + number + 30 * order)
        session.add(
            Transaction(
                customer_id=person.id,
                order_no=f"OLD-{number}-{order}",
                at=at,
                amount=1500 + 10 * number,
                margin=600 + number,
                currency="USD",
                created_at=at,
            )
        )
    session.flush()
    return person.id


def processes(folders: Collection[str] = FOLDERS, root: Path = ROOT) -> list[Resource]:
    """The files of these process folders."""
    return [
        Resource(file.name, file.read_bytes())
        for folder in folders
        for file in sorted((root / "processes" / folder).iterdir())
        if file.suffix in {".bpmn", ".dmn", ".form"}
    ]
