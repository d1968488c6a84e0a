"""A house whose customers and partners get mail, and answer by the links in it."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import reads, store
from engine.model import Resource, StartRequest
from engine.worker import Worker
from tasks.installed import METADATA
from tasks.links.records import Link
from tasks.partners.records import Partner
from tasks.seeding.catalogue import load_catalogue
from tests.support.crm import SEEDS, customer
from tests.support.letters import Letters
from tests.support.town import processes
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from web import accounts
from web.app.settings import Settings
from web.composition.application import create_app

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUESTION = """
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="x">
  <bpmn:process id="question" name="Question" isExecutable="true">
    <bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="owner" value="care_head"/>
    </zeebe:properties></bpmn:extensionElements>
    <bpmn:startEvent id="start"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="asked"/>
    <bpmn:userTask id="asked" name="Say how it went">
      <bpmn:extensionElements>
        <zeebe:userTask/>
        <zeebe:formDefinition formId="question_form"/>
        <zeebe:assignmentDefinition candidateGroups="care_agent"/>
        <zeebe:properties>{properties}</zeebe:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="b" sourceRef="asked" targetRef="end"/>
    <bpmn:endEvent id="end"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""
FORM = """{
  "type": "default", "id": "question_form", "schemaVersion": 19,
  "executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.8.0",
  "components": [
    {"type": "text", "id": "known", "text": "About {{number}}: {{secret}}"},
    {"type": "radio", "id": "f1", "key": "good", "label": "Was it good?",
     "validate": {"required": true},
     "values": [{"label": "Yes", "value": true}, {"label": "No", "value": false}]},
    {"type": "textarea", "id": "f2", "key": "why", "label": "Why not?",
     "conditional": {"hide": "= good != false"}}
  ]
}"""


class House:
    """The product with a clock, a worker and a mail server."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.letters = Clock(), Letters()
        self.clock.time = TUESDAY
        settings = Settings(
            database_url=f"sqlite:///{folder / 'peyvand.sqlite3'}",
            secret_key="only for tests",
            public_url="http://localhost",
            smtp_url=self.letters.url,
            mail_from="crm@example.org",
        )
        self.app = create_app(settings, clock=self.clock)
        self.services = self.app.extensions["peyvand"]
        self.database, self.engine = self.services.database, self.services.engine
        self.worker = Worker(self.engine)

    def furnish(self) -> None:
        """Make the tables and the people, and deploy what is shared."""
        store.create(self.database)
        METADATA.create_all(self.database)
        accounts.migrate(self.database)
        with self.app.app_context():
            accounts.create("charlie", PASSWORD, display_name="Charlie", groups=["care_agent"])
            accounts.create("hana", PASSWORD, display_name="Hana", groups=["care_head"])
            accounts.create("bob", PASSWORD, display_name="Bob", groups=["campaign_manager"])
        with Session(self.database) as session, session.begin():
            load_catalogue(session, SEEDS, TUESDAY)
        self.engine.by("bob").definitions.deploy(processes(("shared",)))

    def session(self) -> Session:
        return Session(self.database, expire_on_commit=False)

    def deploy(self, *folders: str) -> None:
        self.engine.by("bob").definitions.deploy(processes(folders))

    def play(self) -> None:
        self.worker.run_until_idle(120)

    def later(self, **span: float) -> None:
        """Let time pass by steps of six hours, so that every timer goes off."""
        until = self.clock.time + timedelta(**span)
        while self.clock.time < until:
            self.clock.time = min(until, self.clock.time + timedelta(hours=6))
            self.play()

    def someone(self, **facts: Any) -> tuple[int, str]:
        """Add a customer who may be asked; return number and address."""
        facts = {"allows": (("email", "relationship"),)} | facts
        with self.session() as session, session.begin():
            person = customer(session, **facts)
            return person.id, person.contact_points[0].value

    def partner(self, **facts: Any) -> tuple[int, str]:
        known = {
            "name": "Carrier",
            "kind": "supplier",
            "contact": "desk@carrier.example.net",
            "agreement": "2026/7",
            "country": "LT",
            "may_see": ["number"],
        }
        with self.session() as session, session.begin():
            found = Partner(**(known | facts), created_at=TUESDAY)
            session.add(found)
            session.flush()
            return found.id, found.contact

    def ask(self, customer_id: int | None = None, *, form: str = FORM, **given: Any) -> int:
        """Start the process with one question and return its task."""
        properties = {"for": "customer"} | given.pop("properties", {})
        declared = "".join(
            f'<zeebe:property name="{n}" value="{v}"/>' for n, v in properties.items()
        )
        drawn = QUESTION.replace("{properties}", declared)
        self.engine.by("bob").definitions.deploy(
            [Resource("question.bpmn", drawn.encode()), Resource("question.form", form.encode())]
        )
        variables = {"number": "N-1", "secret": "SECRET"} | given
        if customer_id is not None:
            variables["customer_id"] = customer_id
        started = self.engine.by("alice").instances.start(
            StartRequest("question", variables=variables)
        )
        self.play()
        return self.open_task(started.instance_key)

    def open_task(self, instance_key: int) -> int:
        column = store.user_task.c
        query = select(column.key).where(
            column.instance_key == instance_key, column.ended_at.is_(None)
        )
        with store.reading(self.database) as connection:
            return connection.execute(query).scalar_one()

    def task(self, key: int) -> reads.Task:
        with store.reading(self.database) as connection:
            return reads.task(connection, key)

    def said(self, key: int) -> dict[str, Any]:
        """The variables of the instance of a task."""
        instance = self.task(key).instance_key
        with store.reading(self.database) as connection:
            return {v.name: v.value for v in reads.variables(connection, instance)}

    def history(self, key: int) -> list[tuple[str, str]]:
        """Who did what in the instance of a task."""
        with store.reading(self.database) as connection:
            steps = reads.history(connection, self.task(key).instance_key)
        return [(step.actor, step.command) for step in steps]

    def links(self) -> list[Link]:
        with self.session() as session:
            return list(session.scalars(select(Link).order_by(Link.id)))

    def visitor(self) -> Browser:
        """A browser of somebody without account, session or script."""
        return Browser(self.app.test_client())

    def colleague(self, username: str) -> Browser:
        browser = self.visitor()
        browser.sign_in(username, PASSWORD)
        return browser

    def counted(self) -> dict[str, int]:
        """How many rows every table has: looking must not change it."""
        with store.reading(self.database) as connection:
            return {
                table.name: len(connection.execute(select(*table.primary_key)).all())
                for table in [*store.metadata.sorted_tables, *METADATA.sorted_tables]
            }


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser sends them back."""
    return dict(re.findall(r'type="hidden" name="(asked|form)" value="([^"]*)"', page))


def send(browser: Browser, link: str, said: dict[str, str], status: int = 303) -> str:
    """Open the page of a link and send its form."""
    page = browser.get(link)
    answer = browser.send(link, fields(page) | said)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Furnish a house once: a database file to copy."""
    folder = tmp_path_factory.mktemp("links")
    found = House(folder)
    found.furnish()
    found.letters.stop()
    found.database.dispose()  # the last connection writes the log back into the file
    return folder / "peyvand.sqlite3"


@pytest.fixture
def house(tmp_path: Path, furnished: Path) -> Iterator[House]:
    shutil.copy(furnished, tmp_path / furnished.name)
    found = House(tmp_path)
    yield found
    found.letters.stop()
    found.database.dispose()
