"""Who is meant in the rows of a file: by our number, the source's id, or an e-mail address."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.import_run import ImportRun, Rows


def whose(going: ImportRun, rows: Rows) -> Callable[[Mapping[str, Any]], int | None]:
    """Look everybody up who is named in the rows; return a function from row to customer."""
    ids = going.lookup({r["customer_id"] for _, r in rows if "customer_id" in r}, _by_id)
    names = going.lookup(
        {r["external_id"] for _, r in rows if "external_id" in r}, by_external_id(going.source)
    )
    mails = going.lookup({r["email"].lower() for _, r in rows if "email" in r}, _by_mail)

    def of(row: Mapping[str, Any]) -> int | None:
        return (
            ids.get(row.get("customer_id"))
            or names.get(row.get("external_id"))
            or mails.get(row.get("email", "").lower())
        )

    return of


def by_external_id(source: str) -> Callable[[list[Any]], Any]:
    """Select who a source calls so."""
    query = select(Identifier.external_id, Identifier.customer_id)
    return lambda chunk: query.where(Identifier.system == source, Identifier.external_id.in_(chunk))


def _by_id(chunk: list[Any]) -> Any:
    """Select customers by our number; a merged one is who he was merged into."""
    return select(Customer.id, func.coalesce(Customer.merged_into_id, Customer.id)).where(
        Customer.id.in_(chunk)
    )


def _by_mail(chunk: list[Any]) -> Any:
    """Select customers by e-mail address, working addresses first."""
    return (
        select(func.lower(ContactPoint.value), ContactPoint.customer_id)
        .where(ContactPoint.channel == "email", func.lower(ContactPoint.value).in_(chunk))
        .order_by(ContactPoint.valid.desc(), ContactPoint.id)
    )
