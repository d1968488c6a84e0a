"""The file of customers, with the columns that an import reads."""

from typing import Any, Final

from sqlalchemy import select

from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.import_run import ExportKind


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
            Customer.country,
            Customer.lifecycle_stage,
            Customer.relationship_since,
            Customer.do_not_contact,
        )
        .where(Customer.erased_at.is_(None), Customer.merged_into_id.is_(None))
        .order_by(Customer.id)
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


def _name(source: str) -> Any:
    return (
        select(Identifier.external_id)
        .where(Identifier.customer_id == Customer.id, Identifier.system == source)
        .order_by(Identifier.id)
        .limit(1)
        .scalar_subquery()
        .label("external_id")
    )


EXPORTS: Final = (ExportKind("customers", _customers),)
