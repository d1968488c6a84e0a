"""An import fails at every call to the database in turn: nothing is left, the repeat succeeds."""

from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tasks import imports
from tasks.installed import METADATA, SUBJECTS
from tests.support.crm import NOON

CUSTOMERS = b"""external_id,name,email,phone,consent_email_marketing
S-1,Mira Meadow,mira@example.com,,allowed
S-2,Otto Oakes,otto@example.com,+1202555100,denied
"""
PURCHASES = b"""order_id,at,external_id,amount
A-1,2026-01-05T10:00:00Z,S-1,4500
A-2,2026-02-05T10:00:00Z,S-2,900
"""


class Fault(OperationalError):
    """The database goes away in the middle."""

    def __init__(self) -> None:
        super().__init__("", {}, Exception("gone"))


def picture(database: Engine) -> dict[str, list[str]]:
    with database.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in METADATA.sorted_tables
        }


def take(database: Engine, kind: str, content: bytes) -> None:
    with Session(database) as session:
        imports.run(
            session,
            SUBJECTS.imports[kind],
            content,
            is_json=False,
            source="shop",
            by="ida",
            now=NOON,
        )


def fail_at(database: Engine, number: int, kind: str, content: bytes) -> bool:
    """Import while call `number` fails, a statement or the commit; false if none did."""
    calls = [0]

    def call(*_: Any) -> None:
        calls[0] += 1
        if calls[0] == number:
            raise Fault

    for name in ("before_cursor_execute", "commit"):
        event.listen(database, name, call)
    try:
        take(database, kind, content)
    except OperationalError:
        return True
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(database, name, call)
    return False


@pytest.mark.parametrize("kind", ["customers", "purchases"])
def test_a_fault_at_any_call_of_an_import_changes_nothing(database: Engine, kind: str) -> None:
    if kind == "purchases":
        take(database, "customers", CUSTOMERS)
    content = {"customers": CUSTOMERS, "purchases": PURCHASES}[kind]
    before = picture(database)

    covered = 0
    while fail_at(database, covered + 1, kind, content):
        covered += 1
        assert picture(database) == before, f"call {covered} left something behind"

    assert covered >= 4
    assert picture(database) != before, "without a fault the same file is taken in"
