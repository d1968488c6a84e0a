"""Runs an import: reads, checks every row, writes all of it in one transaction or nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model import Problem
from tasks.imports import columns, customers, interactions, products, purchases, reading
from tasks.records.customers import ContactPoint, Customer, Identifier
from tasks.records.forgotten import known_by, recognise

MOST_TOLD = 100
CHUNK = 500  # values in one question to the database


class Wrong(Invalid):
    """The file has rows that are not right; nothing was taken in."""


@dataclass(slots=True)
class Import:
    """One import on its way: who sends it, what is wrong so far, what it did."""

    session: Session
    source: str
    by: str
    now: datetime
    problems: list[Problem] = field(default_factory=list)
    wrong: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    forgotten: int = 0

    def refuse(self, row: int, column: str, message: str) -> None:
        """Note what is wrong with a row; the first hundred are told."""
        self.wrong += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(message, element=column, resource=f"row {row}"))

    def whose(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Callable[[Any], int | None]:
        """Look everybody up who is named in the rows; answers a function from row to customer."""
        rows = list(rows)
        ids = self.lookup({r["customer_id"] for _, r in rows if "customer_id" in r}, by_id)
        names = self.lookup({r["external_id"] for _, r in rows if "external_id" in r}, self.by_name)
        mails = self.lookup({r["email"].lower() for _, r in rows if "email" in r}, by_mail)

        def of(row: Mapping[str, Any]) -> int | None:
            return (
                ids.get(row.get("customer_id"))
                or names.get(row.get("external_id"))
                or mails.get(row.get("email", "").lower())
            )

        return of

    def by_name(self, chunk: list[Any]) -> Any:
        """Select who the source calls so."""
        return select(Identifier.external_id, Identifier.customer_id).where(
            Identifier.system == self.source, Identifier.external_id.in_(chunk)
        )

    def lookup(self, wanted: Iterable[Any], question: Callable[[list[Any]], Any]) -> dict[Any, Any]:
        """Answer {key: value} for all wanted keys, in questions of bounded size."""
        keys = sorted(set(wanted))
        found: dict[Any, Any] = {}
        for start in range(0, len(keys), CHUNK):
            for key, value in self.session.execute(question(keys[start : start + CHUNK])):
                found.setdefault(key, value)
        return found


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do."""

    kind: str
    source: str
    dry_run: bool
    rows: int
    added: int
    changed: int
    unchanged: int
    forgotten: int  # rows left out: who they name was forgotten


KINDS: dict[str, tuple[type[Schema], Callable[[Import, reading.Rows], None]]] = {
    "customers": (columns.CustomerRow, customers.take),
    "products": (columns.ProductRow, products.take),
    "purchases": (columns.PurchaseRow, purchases.take),
    "interactions": (columns.InteractionRow, interactions.take),
}


def run(
    session: Session,
    kind: str,
    content: bytes,
    *,
    is_json: bool,
    source: str,
    by: str,
    now: datetime,
    dry_run: bool = False,
) -> Report:
    """Take a file in, or refuse it as a whole. Commits; a dry run never does.

    Raises Wrong, each problem with `resource` ("row 3") and `element` (the column).
    """
    schema, take = KINDS[kind]
    going = Import(session, source, by, now)
    try:
        rows = reading.read(content, is_json=is_json)
        checked = list(_checked(going, schema(), rows))
        if not going.wrong:  # or what is missing would be told as wrong again
            take(going, _without_forgotten(going, checked))
        _nothing_wrong(going)
        if dry_run:
            session.rollback()
        else:
            session.commit()
    except Invalid as refused:
        session.rollback()
        raise Wrong(refused.message, refused.problems) from refused
    except BaseException:
        session.rollback()
        raise
    counts = (going.added, going.changed, going.unchanged, going.forgotten)
    return Report(kind, source, dry_run, len(rows), *counts)


def _without_forgotten(
    going: Import, rows: list[tuple[int, dict[str, Any]]]
) -> list[tuple[int, dict[str, Any]]]:
    """Leave out who was forgotten, unless they came back by themselves and are known again.

    Then a file does not say what they permit; they do.
    """
    calls = {number: known_by(row, going.source) for number, row in rows}
    marked = recognise(going.session, {each for known in calls.values() for each in known})
    numbers = {row["customer_id"] for _, row in rows if "customer_id" in row}
    gone = going.lookup(numbers, _erased)
    if not (marked or gone):
        return rows
    named = [pair for pair in rows if marked.keys() & set(calls[pair[0]])]
    again = going.whose(named)
    back = {number for number, row in named if again(row) is not None}
    for number, row in named:
        if number in back:
            row.pop("consents", None)
            row.pop("do_not_contact", None)
    out = {number for number, row in rows if row.get("customer_id") in gone}
    out |= {number for number, _ in named} - back
    going.forgotten = len(out)
    return [pair for pair in rows if pair[0] not in out]


def _erased(chunk: list[Any]) -> Any:
    query = select(Customer.id, Customer.erased_at).where(Customer.id.in_(chunk))
    return query.where(Customer.erased_at.is_not(None))


def _checked(
    going: Import, schema: Schema, rows: reading.Rows
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in rows:
        try:
            yield number, schema.load(row)
        except ValidationError as error:
            for column, message in _flat(error.normalized_messages()):  # type: ignore[no-untyped-call]
                going.refuse(number, column, message)


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    else:
        yield path, " ".join(str(message) for message in messages)


def _nothing_wrong(going: Import) -> None:
    if going.wrong:
        things = "thing is" if going.wrong == 1 else "things are"
        text = f"{going.wrong} {things} wrong with the file; nothing was taken in."
        raise Wrong(text, going.problems)


def by_id(chunk: list[Any]) -> Any:
    """Select customers by our number; a merged one is who he was merged into."""
    return select(Customer.id, func.coalesce(Customer.merged_into_id, Customer.id)).where(
        Customer.id.in_(chunk)
    )


def by_mail(chunk: list[Any]) -> Any:
    """Select customers by e-mail address, working addresses first."""
    return (
        select(func.lower(ContactPoint.value), ContactPoint.customer_id)
        .where(ContactPoint.channel == "email", func.lower(ContactPoint.value).in_(chunk))
        .order_by(ContactPoint.valid.desc(), ContactPoint.id)
    )
