"""What a page offers to do with an instance: its open tasks, and messages that it waits for.

Nothing here knows an id of a drawing. A task is offered by its name; a message that the instance
waits for is offered if its event has the property `button`. A message may carry one answer:
`button.asks` names the variable, `button.prompt` says what is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine import reads, store
from engine.errors import NotFound
from web.accounts import Account, policy
from web.reads import drawings

BUTTON, ASKS, PROMPT = "button", "button.asks", "button.prompt"


@dataclass(frozen=True, slots=True)
class PageAction:
    """One thing that can be done now."""

    kind: str  # "task" or "message"
    instance_key: int
    key: int  # of the task, or of the subscription
    text: str  # of the button, as the drawing has it
    asks: str = ""  # the variable that a message carries
    prompt: str = ""
    message: str = ""
    correlation_key: str = ""


def actions(connection: Connection, instance_key: int | None, account: Account) -> list[PageAction]:
    """Return what the person may do with an instance now; nothing where there is none."""
    if instance_key is None:
        return []
    try:
        instance = reads.instance(connection, instance_key)
    except NotFound:  # its time of keeping is over
        return []
    if instance.state != "ACTIVE":
        return []
    definition = drawings.definition(connection, instance.definition_key, instance.process_id)
    drawn = definition.elements
    found = list(_tasks(connection, instance_key, account))
    if policy.can(account, "instance.act", definition):
        found += _messages(connection, instance_key, drawn)
    return found


def _tasks(connection: Connection, instance_key: int, account: Account) -> Iterator[PageAction]:
    column = store.user_task.c
    rows = connection.execute(
        select(store.user_task).where(
            column.instance_key == instance_key, column.state == store.CREATED
        )
    )
    for row in rows:
        if policy.can(account, "task.complete", row):
            yield PageAction("task", instance_key, row.key, row.name or row.element_id)


def _messages(
    connection: Connection, instance_key: int, drawn: drawings.Elements
) -> Iterator[PageAction]:
    column = store.subscription.c
    rows = connection.execute(
        select(column.key, column.element_id, column.name, column.correlation_key).where(
            column.instance_key == instance_key,
            column.kind == "message",
            column.state == "CREATED",
        )
    )
    for row in rows:
        has = _properties(drawn, row.element_id)
        if has.get(BUTTON):
            yield PageAction(
                "message",
                instance_key,
                row.key,
                has[BUTTON],
                has.get(ASKS, ""),
                has.get(PROMPT, ""),
                row.name,
                row.correlation_key,
            )


def _properties(drawn: drawings.Elements, element_id: str) -> dict[str, str]:
    element = drawn.get(element_id)
    return element.properties if element else {}
