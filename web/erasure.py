"""Forget a person in the whole house: processes, records, files, what was typed; then the bytes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    String,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from engine import store
from tasks import privacy
from tasks.installed import SUBJECTS
from tasks.privacy import Done, Person, Traces
from web import comments, notifications
from web.app.services import Services
from web.app.tables import comment, document, draft


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done, and whether the freed bytes are overwritten already (on SQLite they are not
    when somebody held the file all the while).
    """

    done: Done
    overwritten: bool


def preview(services: Services, number: int) -> tuple[Person, Traces]:
    """Return who would be forgotten and which instances are about them.

    Raises what `forget` does when there is nobody, nothing left, or a legal hold.
    """
    with store.reading(services.database) as connection:
        with Session(connection) as session:
            person = privacy.find(session, number)
        return person, privacy.traces(connection, person)


def forget(services: Services, number: int, by: str, *, running: str = privacy.REFUSE) -> Forgotten:
    """Forget a customer, with documents and drafts; see `tasks.privacy.forget`."""
    done = privacy.forget(
        services.database,
        services.engine,
        SUBJECTS,
        number,
        by,
        services.clock(),
        running=running,
        also=_papers,
    )
    return Forgotten(done, store.compact(services.database))


def _papers(connection: Connection, person: Person, instances: list[int]) -> None:
    """Delete the documents that belong to their instances or name them, and what was typed."""
    task = store.user_task.c
    tasks = select(cast(task.key, String)).where(task.instance_key.in_(instances))
    typed = or_(draft.c.task_key.in_(tasks), person.words.may_match([cast(draft.c.typed, String)]))
    connection.execute(delete(draft).where(typed))
    comments.forget(connection, instances)
    notifications.forget(connection, instances)
    mentioned = person.words.may_match([comment.c.text])
    connection.execute(update(comment).where(mentioned).values(text=""))
    column = document.c
    said = [column.id, column.file_name, cast(column.custom_properties, String)]
    named = or_(
        column.process_instance_key.in_(instances),
        person.words.may_match(said),
        *(_holds(connection, word) for word in sorted(person.words.texts)),
    )
    connection.execute(delete(document).where(named))


def _holds(connection: Connection, word: str) -> Any:
    """Say in SQL that the bytes of a document hold a text as UTF-8."""
    wanted, content = literal(word.encode(), LargeBinary), document.c.content
    if connection.dialect.name == "sqlite":
        return func.instr(content, wanted) > 0
    return func.position(wanted.op("IN")(content)) > 0
