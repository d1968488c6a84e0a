"""Writes CSV with the columns that an import reads; no cell is a formula to a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.imports.reading import FORMULA
from tasks.records.cases import Case
from tasks.records.customers import ContactPoint, Customer, Identifier
from tasks.records.interactions import Interaction
from tasks.records.purchases import Product, Transaction

PART = 1_000  # rows in one piece


def export(session: Session, kind: str, source: str) -> Iterator[str]:
    """Answer a file piece by piece; customers bear the names that `source` gives them."""
    query = _QUERIES[kind](source)
    header = [column["name"] for column in query.column_descriptions]
    yield _csv([header])
    for part in session.execute(query.execution_options(yield_per=PART)).partitions(PART):
        yield _csv([[_cell(value) for value in row] for row in part])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if FORMULA.match(text) else text


def _csv(rows: list[list[str]]) -> str:
    paper = io.StringIO(newline="")
    csv.writer(paper).writerows(rows)
    return paper.getvalue()


def _name(source: str) -> Any:
    return (
        select(Identifier.external_id)
        .where(Identifier.customer_id == Customer.id, Identifier.system == source)
        .order_by(Identifier.id)
        .limit(1)
        .scalar_subquery()
        .label("external_id")
    )


def _point(channel: str) -> Any:
    return (
        select(ContactPoint.value)
        .where(ContactPoint.customer_id == Customer.id, ContactPoint.channel == channel)
        .order_by(ContactPoint.valid.desc(), ContactPoint.id)
        .limit(1)
        .scalar_subquery()
        .label(channel)
    )


def _customers(source: str) -> Any:
    return (
        select(
            _name(source),
            Customer.name,
            Customer.kind,
            _point("email"),
            _point("phone"),
            Customer.language,
            Customer.timezone,
            Customer.lifecycle_stage,
            Customer.relationship_since,
            Customer.do_not_contact,
        )
        .where(Customer.erased_at.is_(None), Customer.merged_into_id.is_(None))
        .order_by(Customer.id)
    )


def _products(_: str) -> Any:
    return select(
        Product.sku,
        Product.name,
        Product.category,
        Product.price,
        Product.unit_cost,
        Product.currency,
        Product.repeatable,
    ).order_by(Product.id)


def _purchases(_: str) -> Any:
    return select(
        Transaction.order_no.label("order_id"),
        Transaction.at,
        Transaction.customer_id,
        Transaction.amount,
        Transaction.currency,
        Transaction.margin,
        Transaction.channel,
        Transaction.promised_at,
        Transaction.delivered_at,
    ).order_by(Transaction.id)


def _interactions(_: str) -> Any:
    return (
        select(
            Interaction.external_id.label("interaction_id"),
            Interaction.at,
            Interaction.customer_id,
            Interaction.channel,
            Interaction.direction,
            Interaction.subject,
            Interaction.text,
            Interaction.agent,
            Case.number.label("case"),
        )
        .outerjoin(Case, Case.id == Interaction.case_id)
        .order_by(Interaction.id)
    )


_QUERIES = {
    "customers": _customers,
    "products": _products,
    "purchases": _purchases,
    "interactions": _interactions,
}
