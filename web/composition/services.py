"""Builds what the application is made of: database, service tasks, engine."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy import Engine as Database
from sqlalchemy.orm import Session

from engine import store
from engine.engine import Engine
from engine.transaction.ports import DomainEvent
from engine.transaction.ports import Outbox as Outlet
from tasks.calendars.working_hours import BusinessCalendars
from tasks.contact_gate.footer import REACTIONS
from tasks.customers.strata import stratum
from tasks.declare.people import Colleague
from tasks.installed import SUBJECTS
from tasks.moments import encounters
from tasks.outbound_webhooks import Outbox
from tasks.policy.records import policy_number, single_operator
from web import notifications
from web.accounts.colleagues import colleagues
from web.app.clock import PinnableClock
from web.app.link_tickets import link_keys, sign_link
from web.app.services import Services
from web.app.settings import Settings
from web.app.tables import account, account_group
from web.app.tickets import REACTION, ticket_for


@dataclass(frozen=True, slots=True)
class ServiceTaskContext:
    """What service tasks may reach for besides their inputs."""

    settings: Settings

    def message_links(self, contact_id: int) -> dict[str, str]:
        """Return the addresses below the message of a contact, by the kind of their link.

        `unsubscribe` takes its permission back, the reactions say what its reader thinks of it,
        `complaint` is the public form.
        """
        site, secret = self.settings.public_url.rstrip("/"), self.settings.secret_key
        judged = ticket_for(secret, contact_id, REACTION)
        found = {each: f"{site}/crm/links/reaction/{judged}/{each}" for each in REACTIONS}
        found["unsubscribe"] = f"{site}/crm/links/unsubscribe/{ticket_for(secret, contact_id)}"
        found["complaint"] = f"{site}/complaint"
        return found

    def link_url(self, link_id: str) -> str:
        """Return the address of a link of somebody outside."""
        ticket = sign_link(link_keys(self.settings), link_id)
        return f"{self.settings.public_url.rstrip('/')}/link/{ticket}"

    def addresses(
        self, session: Session, users: Collection[str], groups: Collection[str]
    ) -> list[str]:
        """Return the e-mail addresses of these people and of everybody in these groups."""
        member = select(account_group.c.account_id).where(account_group.c.name.in_(groups))
        query = select(account.c.email).where(
            account.c.active,
            account.c.email != "",
            account.c.username.in_(users) | account.c.id.in_(member),
        )
        return sorted(set(session.scalars(query)))

    def members(self, session: Session, groups: Collection[str]) -> list[Colleague]:
        """Return the active people of these groups, by user name."""
        found = (
            select(
                account.c.username, account.c.display_name, account.c.locale, account_group.c.name
            )
            .join(account_group, account_group.c.account_id == account.c.id)
            .where(account.c.active, account_group.c.name.in_(groups))
            .order_by(account.c.username)
        )
        people: dict[str, Colleague] = {}
        for username, name, language, member_of in session.execute(found):
            known = people.get(username)
            all_groups = {member_of} | (known.groups if known else set())
            people[username] = Colleague(username, name, frozenset(all_groups), language or "en")
        return list(people.values())


def build(
    settings: Settings, clock: Callable[[], datetime], database: Database | None = None
) -> Services:
    """Open the database and put the engine on it."""
    database = database or store.connect(settings.database_url)
    # People sign in by the time of day, even where the processes' clock stands still.
    pinnable = PinnableClock(clock, settings.var / "pinned_clock")
    outlet = Outbox()
    engine = Engine(
        database,
        clock=pinnable if settings.clock_control else clock,
        service_tasks=SUBJECTS.service_tasks,
        limits=settings.limits,
        services=ServiceTaskContext(settings),
        outbox=_both(outlet),
        retention=settings.retention,
        zone=settings.time_zone,
        properties=SUBJECTS.properties,
        calendars=BusinessCalendars(database),
        encounters=encounters.record,
        one_person_may_do_all=single_operator,
        policy_number=policy_number,
        colleagues=colleagues,
        stratum=stratum,
    )
    return Services(engine=engine, settings=settings, clock=clock, database=database, outlet=outlet)


def _both(outlet: Outbox) -> Outlet:
    """Return what tells programs outside and people inside, in the same transaction."""

    def told(connection: Connection, news: Sequence[DomainEvent], now: datetime) -> None:
        outlet(connection, news, now)
        notifications.listen(connection, news, now)

    return told
