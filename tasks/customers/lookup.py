"""Who is meant in the rows of a file: by our number, the source's id, or an e-mail address."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from engine.text.emails import email_key
from engine.text.normal import key_form
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.import_run import ImportRun, Rows


def whose(going: ImportRun, rows: Rows) -> Callable[[Mapping[str, Any]], int | None]:
    """Look everybody up who is named in the rows; return a function from row to customer."""
    ids = going.lookup({r["customer_id"] for _, r in rows if "customer_id" in r}, _by_id)
    names = going.lookup(
        {key_form(r["external_id"]) for _, r in rows if "external_id" in r},
        by_external_id(going.source),
    )
    mails = going.lookup({email_key(r["email"]) for _, r in rows if "email" in r}, _by_mail)

    def of(row: Mapping[str, Any]) -> int | None:
        return (
            ids.get(row.get("customer_id"))
            or names.get(key_form(row.get("external_id", "")))
            or mails.get(email_key(row.get("email", "")))
        )

    return of


def by_external_id(source: str) -> Callable[[list[Any]], Any]:
    """Select whom a source calls so; the texts looked for are keys."""
    query = select(Identifier.key, Identifier.customer_id).order_by(Identifier.id)
    return lambda chunk: query.where(Identifier.system == source, Identifier.key.in_(chunk))


def _by_id(chunk: list[Any]) -> Any:
    """Select customers by our number; a merged one is who he was merged into."""
    return select(Customer.id, func.coalesce(Customer.merged_into_id, Customer.id)).where(
        Customer.id.in_(chunk)
    )


def _by_mail(chunk: list[Any]) -> Any:
    """Select customers by e-mail address, working addresses first."""
    return (
        select(ContactPoint.key, ContactPoint.customer_id)
        .where(ContactPoint.channel == "email", ContactPoint.key.in_(chunk))
        .order_by(ContactPoint.valid.desc(), ContactPoint.id)
    )
