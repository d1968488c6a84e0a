"""What a task page costs: two transactions, six questions to the database; flat."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from engine import reads, store
from engine.model import StartRequest
from tasks.customers.records import Customer
from tests.web.browser import Browser

Opens = Callable[[str], Browser]


@contextmanager
def counted(app: Flask) -> Iterator[dict[str, list[str]]]:
    """Count transactions and questions."""
    database = app.extensions["peyvand"].database
    found: dict[str, list[str]] = {"begun": [], "asked": []}

    def begin(_connection: Any) -> None:
        found["begun"].append("BEGIN")

    def ask(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found["asked"].append(statement)

    event.listen(database, "begin", begin)
    event.listen(database, "before_cursor_execute", ask)
    yield found
    event.remove(database, "begin", begin)
    event.remove(database, "before_cursor_execute", ask)


def test_a_task_page_takes_two_transactions_and_six_questions(app: Flask, enter: Opens) -> None:
    services = app.extensions["peyvand"]
    with Session(services.database) as session:
        dara = Customer(name="Dara", created_at=services.clock())
        session.add(dara)
        session.commit()
        number = dara.id
    started = services.engine.by("charlie").instances.start(
        StartRequest("parcel", variables={"customer": "Dara", "customer_id": number})
    )
    with store.reading(services.database) as connection:
        [wait] = reads.waiting(connection, started.instance_key)
    charlie = enter("charlie")
    charlie.get(f"/tasks/{wait.key}")  # forms and drawings are read once per version

    with counted(app) as found:
        page = charlie.get(f"/tasks/{wait.key}")

    assert "Dara" in page
    assert len(found["begun"]) <= 2, found["begun"]
    assert len(found["asked"]) <= 6, "\n\n".join(found["asked"])
