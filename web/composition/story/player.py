"""Plays a story against an application of its own: HTTP requests, a worker, a clock."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import reads, store
from engine.worker import Worker
from tasks.cases.causes import Cause
from tasks.customers.records import Customer
from tasks.lapsed.records import LapsedRecord
from web import accounts
from web.app.services import Services
from web.composition import demo
from web.composition.story.letters import Letters
from web.composition.story.steps import (
    Answers,
    Complains,
    Does,
    Happens,
    Keeps,
    Passes,
    Starts,
    Step,
    Tells,
    TheCause,
    TheCustomer,
    TheNumber,
)

BEGINS = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
A_STEP = timedelta(days=1)  # so far time goes at once; then everything due is done
SOURCE = "story"
TIMER_START = re.compile(  # the id of a start event with a timer
    rb'<bpmn:startEvent id="([^"]+)"(?:(?!</bpmn:startEvent>).)*?<bpmn:timerEventDefinition',
    re.DOTALL,
)


class WentWrong(AssertionError):
    """The story did not go as it is told."""


class StoryClock:
    """A clock that stands until the story moves it."""

    def __init__(self) -> None:
        """Begin on a Tuesday morning."""
        self.time = BEGINS

    def __call__(self) -> datetime:
        """Return the present of the story."""
        return self.time


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a step: the processes that began, how many letters went out, and the day."""

    step: Step
    at: datetime
    began: tuple[str, ...]  # ids of processes, one for each instance
    letters: int


class Player:
    """The company with its people, customers of the story, and everything that runs."""

    def __init__(
        self, app: Flask, clock: StoryClock, letters: Letters, customers: Mapping[str, int]
    ) -> None:
        """Take the application; `customers` are those of the story by their first names."""
        self.app, self.clock, self.letters, self.customers = app, clock, letters, dict(customers)
        self.house: Services = app.extensions["peyvand"]
        self.worker = Worker(self.house.engine)
        self._groups = {
            name: set(re.findall(r"\w+", groups)) for name, _, groups in demo.demo_accounts()
        }
        with app.app_context():
            self._tokens = {
                name: accounts.make_token(person, "story")
                for name in self._groups
                if (person := accounts.get(name)) is not None
            }
        self.requests = 0  # of customers, in the chapter in which they come by the hundred
        self._number = 0

    def play(self, step: Step) -> Played:
        """Do what a step says; raise WentWrong where it does not come to what is told."""
        seen, mails = self._last_step(), len(self.letters.mails)
        for act in step.acts:
            self._act(act)
            self.run()
        self._look(step)
        began = tuple(self._since(seen))
        return Played(step, self.clock(), began, len(self.letters.mails) - mails)

    def stage(self, who: str) -> str:
        """Return the stage of a customer of the story."""
        with Session(self.house.database) as session:
            return session.get_one(Customer, self.customers[who]).lifecycle_stage

    def in_register(self, who: str) -> str:
        """Return how a customer stands in the register of the lapsed; "" who is not in it."""
        query = select(LapsedRecord.state).where(LapsedRecord.customer_id == self.customers[who])
        with Session(self.house.database) as session:
            return session.scalar(query.order_by(LapsedRecord.id.desc()).limit(1)) or ""

    def open_tasks(self) -> list[dict[str, Any]]:
        """Return the open tasks, by the API."""
        answer = self._post("/v2/user-tasks/search", {"filter": {"state": "CREATED"}}, "olivia")
        return list(answer["items"])

    def incidents(self) -> list[str]:
        """Return what stands still, which a story never leaves behind."""
        with store.reading(self.house.database) as connection:
            return [
                f"{one.process_id} {one.element_id}: {one.message}"
                for one in reads.incidents(connection).items
            ]

    # -- acts ---------------------------------------------------------------------------------

    def _act(self, act: Any) -> None:
        doing: dict[type, Any] = {
            Happens: self._happens,
            Does: self._does,
            Answers: self._answers,
            Complains: self._complains,
            Starts: self._starts,
            Tells: self._tells,
            Keeps: self._keeps,
            Passes: self._passes,
        }
        if (known := doing.get(type(act))) is not None:
            known(act)
        else:
            act.play(self)

    def _starts(self, act: Starts) -> None:
        self._post("/v2/process-instances", {"processDefinitionId": act.process}, act.by)

    def _tells(self, act: Tells) -> None:
        body = {"name": act.message, "correlationKey": "", "timeToLive": 0}
        said = body | {"variables": dict(act.variables)}
        self._post("/v2/messages/publication", said, act.by)

    def _happens(self, act: Happens) -> None:
        self._number += 1
        event = {
            "event_id": f"{act.kind}-{self._number}",
            "type": act.kind,
            "occurred_at": self.clock().isoformat(),
            "source": SOURCE,
            "customer": {"id": self.customers[act.who]},
            "payload": dict(act.payload),
        }
        self._post("/crm/v1/events", event, "ivan")

    def _keeps(self, act: Keeps) -> None:
        self._number += 1
        path = f"/crm/v1/records/{act.kind}/{act.kind}-{self._number}?source={SOURCE}"
        row = {"customer_id": self.customers[act.who], **act.row}
        self._post(path, row, "ivan", "PUT")

    def _does(self, act: Does) -> None:
        task = next((one for one in self.open_tasks() if one["elementId"] == act.element), None)
        if task is None:
            waiting = sorted(one["elementId"] for one in self.open_tasks())
            raise WentWrong(f"nobody is asked to {act.element}; open: {waiting}")
        by = act.by or task.get("assignee") or self._somebody(task["candidateGroups"])
        path = f"/v2/user-tasks/{task['userTaskKey']}/completion"
        values = {name: self._meant(value) for name, value in act.values.items()}
        self._post(path, {"variables": values}, by)

    def _meant(self, value: Any) -> Any:
        """Return what a form takes: the number of a customer, a cause or a record."""
        if isinstance(value, TheCustomer):
            number = str(self.customers[value.who])
            return [number] if value.in_a_list else number
        if isinstance(value, TheNumber):
            return value.of.number(self)
        if isinstance(value, TheCause):
            with Session(self.house.database) as session:
                query = select(Cause.id).where(Cause.name == value.name)
                return session.scalars(query).one()
        return value

    def _somebody(self, groups: list[str]) -> str:
        found = next((name for name, own in self._groups.items() if own & set(groups)), None)
        if found is None:
            raise WentWrong(f"nobody of the company is in {groups}")
        return found

    def _answers(self, act: Answers) -> None:
        client = self.app.test_client()
        link, hidden = "", dict[str, str]()
        for link in self.letters.links_to(self._address(act.who)):
            page = client.get(link).text
            hidden = dict(re.findall(r'type="hidden" name="(asked|form)" value="([^"]*)"', page))
            if hidden:  # the page of a task; offers lead to the preference page too
                break
        answer = client.post(link, data=hidden | dict(act.said))
        if answer.status_code != 303:
            raise WentWrong(f"{act.who} could not answer: {answer.status} {_plain(answer.text)}")

    def _complains(self, act: Complains) -> None:
        client = self.app.test_client()
        page = client.get("/complaint").text
        fields = dict(re.findall(r'name="(key|csrf_token)" value="([^"]+)"', page))
        said = {"text": act.text, "wish": act.wish, "address": self._address(act.who)}
        said |= {name: unescape(value) for name, value in fields.items()}
        answer = client.post("/complaint", data=said)
        if answer.status_code != 303:
            raise WentWrong(f"the complaint was not taken: {answer.status} {_plain(answer.text)}")

    def _passes(self, act: Passes) -> None:
        until = self.clock.time + timedelta(days=act.days)
        while self.clock.time < until:
            self.clock.time = min(until, self.clock.time + A_STEP)
            self.run()

    # -- looking ------------------------------------------------------------------------------

    def _look(self, step: Step) -> None:
        if broken := self.incidents():
            raise WentWrong(f"{step.title}: {broken}")
        for who, stage in step.stages.items():
            if (found := self.stage(who)) != stage:
                raise WentWrong(f"{step.title}: {who} is {found}, not {stage}")
        for who, state in step.register.items():
            if (found := self.in_register(who)) != state:
                raise WentWrong(f"{step.title}: {who} is {found} in the register, not {state}")
        if step.open_tasks:
            waiting = {one["elementId"] for one in self.open_tasks()}
            if lacking := set(step.open_tasks) - waiting:
                raise WentWrong(f"{step.title}: {lacking} not open, but {sorted(waiting)}")

    def _last_step(self) -> int:
        with store.reading(self.house.database) as connection:
            return int(connection.scalar(select(func.max(store.instance.c.key))) or 0)

    def _since(self, seen: int) -> Iterator[str]:
        """Yield what began after an instance; what the clock begins every night is no news."""
        instance, element = store.instance.c, store.element_instance.c
        query = (
            select(instance.process_id, instance.definition_key, element.element_id)
            .join(store.element_instance, element.instance_key == instance.key)
            .where(instance.key > seen, element.type == "START_EVENT")
            .where(element.scope_key == instance.key)
            .order_by(instance.key)
        )
        with store.reading(self.house.database) as connection:
            clocks: dict[int, set[str]] = {}
            for process, definition, begins in connection.execute(query).all():
                if definition not in clocks:
                    drawn = reads.resource_xml(connection, definition)
                    clocks[definition] = {one.decode() for one in TIMER_START.findall(drawn)}
                if begins not in clocks[definition]:
                    yield process

    # -- HTTP ---------------------------------------------------------------------------------

    def run(self) -> None:
        """Do everything that is due."""
        self.worker.run_until_idle(300)

    def _post(self, path: str, body: Mapping[str, Any], by: str, method: str = "POST") -> Any:
        headers = {"Authorization": f"Bearer {self._tokens[by]}"}
        answer = self.app.test_client().open(path, method=method, json=dict(body), headers=headers)
        if answer.status_code >= 400:
            raise WentWrong(f"{by} {path}: {answer.status} {answer.text[:500]}")
        return answer.get_json(silent=True)

    def _address(self, who: str) -> str:
        with Session(self.house.database) as session:
            points = session.get_one(Customer, self.customers[who]).contact_points
            return next(point.value for point in points if point.channel == "email")


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))[:400]


__all__ = ["Played", "Player", "StoryClock", "WentWrong"]
