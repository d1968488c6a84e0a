"""The town as people meet it: events, tasks, starts and answers go over HTTP, with accounts."""

import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html import unescape
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine as Database
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import reads, store
from engine.errors import Forbidden
from engine.model import Started
from engine.worker import Worker
from tasks.customers.records import Customer
from tasks.installed import METADATA
from tasks.seeding.catalogue import load_catalogue
from tests.support.crm import NOON, SEEDS
from tests.support.town import COLLEAGUES, FOLDERS, Town, processes, shopper
from web import accounts
from web.accounts import administration
from web.app.services import Services
from web.app.settings import Settings
from web.composition.application import create_app
from web.composition.story.letters import LINK, Letters

PEOPLE = {each.username: each.groups for each in COLLEAGUES} | {
    "alice": frozenset({"campaign_manager"}),
    "bob": frozenset({"marketing_head", "sales_head"}),
    "daina": frozenset({"finance"}),
    "dora": frozenset({"data_steward", "finance"}),
    "goda": frozenset({"sales_head"}),
    "leo": frozenset({"data_steward"}),
    "omid": frozenset({"operations"}),
}
ROLES = {"ada": ["admin"], "bob": ["process_owner"], "olivia": ["operator"], "ivan": ["integrator"]}
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
KEYS_OF_A_STORY = 1_000_000
SENDINGS = 3  # of one form: a question that comes with an answer is shown, and answered then


class Refused(AssertionError):
    """What was sent over HTTP was not taken."""


class Clock:
    """Stands until a story moves it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


@dataclass(frozen=True)
class House:
    """An application with its people and processes, and its database as it was when it opened."""

    app: Flask
    clock: Clock
    file: Path
    untouched: Path
    tokens: dict[str, str]
    letters: Letters
    renewals: Iterator[int] = field(default_factory=count)

    @property
    def services(self) -> Services:
        found: Services = self.app.extensions["peyvand"]
        return found

    @property
    def database(self) -> Database:
        return self.services.database

    def renew(self) -> None:
        """Put the database back to how it was, which is quicker than to build a house anew."""
        self.database.dispose()
        self.services.engine.notices.clear()
        self.letters.mails.clear()
        self.clock.time = NOON
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.untouched, self.file)
        with store.writing(self.database) as connection:  # no key stands for two things
            later = store.key_block.c.next + KEYS_OF_A_STORY * next(self.renewals)
            connection.execute(update(store.key_block).values(next=later))


@cache
def house(
    folders: tuple[str, ...],
    people: int = 0,
    allows: tuple[tuple[str, str], ...] | None = None,
    without: tuple[str, ...] = (),
) -> House:
    """Build a house once in a process, with these folders deployed."""
    folder, clock, letters = Path(mkdtemp(prefix="town-")), Clock(), Letters()
    file = folder / "town.sqlite3"
    settings = Settings(
        database_url=f"sqlite:///{file}",
        secret_key="only for the town, whose people are made up",
        public_url="https://crm.example.org",
        smtp_url=letters.url,
        mail_from="crm@example.org",
        rate_limit="",
        var=folder,
    )
    app = create_app(settings, clock=clock)
    services: Services = app.extensions["peyvand"]
    store.create(services.database)
    METADATA.create_all(services.database)
    accounts.migrate(services.database)
    with app.app_context():
        tokens = {name: _account(name) for name in sorted({*PEOPLE, *ROLES})}
    facts = {} if allows is None else {"allows": allows}
    with Session(services.database) as session, session.begin():
        load_catalogue(session, SEEDS, NOON)
        for number in range(people):
            shopper(session, number, **facts)
    told = [file for file in processes(folders) if Path(file.name).stem not in without]
    services.engine.by("bob").definitions.deploy(told)
    services.database.dispose()
    untouched = folder / "untouched.sqlite3"
    shutil.copyfile(file, untouched)
    return House(app, clock, file, untouched, tokens, letters)


def _account(name: str) -> str:
    """Make somebody's account, which opens by the token this returns."""
    language = {each.username: each.language for each in COLLEAGUES}.get(name, "")
    person = accounts.create(
        name,
        email=f"{name}@example.org",
        groups=PEOPLE.get(name, ()),
        roles=ROLES.get(name, ()),
        locale=language,
    )
    return accounts.make_token(person, "story", days=None)


class HttpTown(Town):
    """A town whose people and customers use pages and the API, each as who they are."""

    def __init__(self, house: House) -> None:
        house.renew()
        self.house, self.database, self.engine = house, house.database, house.services.engine
        self.worker = Worker(self.engine)

    @property
    def now(self) -> datetime:
        return self.house.clock.time

    @now.setter
    def now(self, at: datetime) -> None:
        self.house.clock.time = at

    # -- people act --------------------------------------------------------------------------

    def finish(self, task_key: int, by: str, **values: Any) -> None:
        """Complete a task by the API."""
        path = f"/v2/user-tasks/{task_key}/completion"
        self._post(path, {"variables": values}, by)
        self.play()

    def start(self, process_id: str, by: str, **variables: Any) -> Started:
        """Start a process by the API."""
        body = {"processDefinitionId": process_id, "variables": variables}
        made = self._post("/v2/process-instances", body, by)
        self.play()
        return Started(
            int(made["processInstanceKey"]),
            int(made["processDefinitionKey"]),
            process_id,
            int(made["processDefinitionVersion"]),
            {},
        )

    def publish(self, name: str, key: str = "", **variables: Any) -> None:
        """Tell the processes something, as another system does."""
        body = {"name": name, "correlationKey": key, "timeToLive": 0, "variables": variables}
        self._post("/v2/messages/publication", body, "olivia")
        self.play()

    def answers(self, customer_id: int, **said: Any) -> None:
        """Let a customer open the newest link that asks for this, fill in the form, send it."""
        client = self.house.app.test_client()
        path, page = self._asked(client, customer_id, said)
        for _ in range(SENDINGS):
            hidden = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
            asked = {name: hidden.get(name, "") for name in ("asked", "form")}
            page = client.post(path, data=asked | dict(_fields(said)))
            if page.status_code == 303:
                self.play()
                return
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
        raise Refused(f"{page.status}: {words[:1000]}")

    def _asked(self, client: FlaskClient, customer_id: int, said: Collection[str]) -> Any:
        first = next(iter(said))
        texts = self.house.letters.to(self._address(customer_id))
        links = [link for text in reversed(texts) for link in LINK.findall(text)]
        for path in links:
            page = client.get(path)
            if f'name="{first}"' in page.text:
                return path, page
        raise Refused(f"{len(links)} links, none of which asks for {sorted(said)}")

    def holder(self, element_id: str) -> str:
        """Return who has the only open task of an element, or may take it."""
        with store.reading(self.database) as connection:
            task = reads.task(connection, self.open_task(element_id))
        groups = set(task.candidate_groups)
        return task.assignee or next(name for name in sorted(PEOPLE) if PEOPLE[name] & groups)

    def leaves(self, name: str) -> None:
        """Close the account of somebody who leaves the company."""
        with self.house.app.app_context():
            there = administration.person(name).account
            said = {"groups": there.groups, "roles": there.roles, "active": False}
            administration.change_person("ada", name, said)
        self.play()

    def _address(self, customer_id: int) -> str:
        with self.session() as session:
            points = session.get_one(Customer, customer_id).contact_points
            return next(point.value for point in points if point.channel == "email")

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
        self._post("/crm/v1/events", event, "ivan")

    def _post(self, path: str, body: dict[str, Any], by: str) -> Any:
        headers = {"Authorization": f"Bearer {self.house.tokens[by]}"}
        answer = self.house.app.test_client().post(path, json=body, headers=headers)
        if answer.status_code == 403:
            raise Forbidden(f"{by}: {answer.text[:300]}")
        if answer.status_code >= 400:
            raise Refused(f"{by} {path}: {answer.status} {answer.text[:1000]}")
        return answer.get_json(silent=True)


def _fields(said: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Give what a browser sends for these answers; rows of a list are numbered."""
    for name, value in said.items():
        if isinstance(value, list):
            yield f"{prefix}{name}~rows", str(len(value))
            for number, row in enumerate(value):
                yield from _fields(row, f"{prefix}{name}.{number}.")
        elif value is not False:
            yield f"{prefix}{name}", "true" if value is True else str(value)


@contextmanager
def http_town(
    folders: Collection[str] = FOLDERS,
    people: int = 0,
    allows: tuple[tuple[str, str], ...] | None = None,
    without: tuple[str, ...] = (),
) -> Iterator[HttpTown]:
    """Give a town of these folders as it opened; what another story did in it is gone.

    `without` are the names of files that are not deployed.
    """
    yield HttpTown(house(tuple(folders), people, allows, without))
