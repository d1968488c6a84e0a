"""Takes customers in: known by the source's id or an address; what a file leaves out stays."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import selectinload

from tasks.imports.columns import is_zone, permission
from tasks.records.consents import Consent
from tasks.records.customers import ContactPoint, Customer, Identifier

if TYPE_CHECKING:
    from tasks.imports.importing import Import

Rows = list[tuple[int, dict[str, Any]]]
PLAIN = (
    "name", "kind", "language", "timezone", "lifecycle_stage", "relationship_since",
    "do_not_contact",
)  # fmt: skip


DEFAULTS: dict[str, Any] = {
    "kind": "person",
    "language": "en",
    "timezone": "UTC",
    "lifecycle_stage": "active",
    "do_not_contact": False,
}


def take(going: "Import", rows: Rows) -> None:
    """Check what only the database knows, then write."""
    known = going.lookup({row["external_id"] for _, row in rows}, going.by_name)
    by_address = _strangers(going, {r["email"].lower() for _, r in rows if "email" in r})
    new: Rows = []
    old: list[tuple[int, dict[str, Any]]] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        _check(going, number, row, seen)
        customer = known.get(row["external_id"])
        if customer is None and (mail := row.get("email", "").lower()) in by_address:
            customer = by_address.pop(mail)
            going.session.add(_name(going, customer, row))
        if customer is not None:
            old.append((customer, row))
        elif "name" in row:
            new.append((number, row))
        else:
            going.refuse(number, "name", "A new customer needs a name.")
    if not going.wrong:
        _add(going, new)
        _change(going, old)


def _check(going: "Import", number: int, row: Mapping[str, Any], seen: dict[str, int]) -> None:
    first = seen.setdefault(row["external_id"], number)
    if first != number:
        going.refuse(number, "external_id", f"The same as in row {first}.")
    if "timezone" in row and not is_zone(row["timezone"]):
        going.refuse(number, "timezone", "There is no such zone; say Asia/Tehran or UTC.")
    for name, state in row.get("consents", {}).items():
        try:
            permission(name, state)
        except ValueError as wrong:
            going.refuse(number, f"consent_{name}", str(wrong))


def _strangers(going: "Import", mails: Iterable[str]) -> dict[str, int]:
    """Answer who has these addresses and no name at this source yet."""
    named = select(Identifier.id).where(
        Identifier.customer_id == ContactPoint.customer_id, Identifier.system == going.source
    )

    def question(chunk: list[Any]) -> Any:
        lower = func.lower(ContactPoint.value)
        return (
            select(lower, ContactPoint.customer_id)
            .where(ContactPoint.channel == "email", lower.in_(chunk), ~named.exists())
            .order_by(ContactPoint.id)
        )

    return going.lookup(mails, question)


def _add(going: "Import", rows: Rows) -> None:
    if not rows:
        return
    made = {"created_at": going.now, "created_by": going.by, "version": 1}
    plain = [{name: row[name] for name in PLAIN if name in row} | made for _, row in rows]
    defaults = dict.fromkeys(PLAIN) | DEFAULTS
    ids = going.session.scalars(
        insert(Customer).returning(Customer.id, sort_by_parameter_order=True),
        [defaults | row for row in plain],
    ).all()
    points, consents, names = [], [], []
    for customer, (_, row) in zip(ids, rows, strict=True):
        names.append(
            {"customer_id": customer, "system": going.source, "external_id": row["external_id"]}
        )
        points += [
            _point(going, customer, channel, row)
            for channel in ("email", "phone")
            if channel in row
        ]
        consents += _consents(going, customer, row)
    going.session.execute(insert(Identifier), names)
    if points:
        going.session.execute(insert(ContactPoint), points)
    if consents:
        going.session.execute(insert(Consent), consents)
    going.added += len(ids)


def _change(going: "Import", rows: list[tuple[int, dict[str, Any]]]) -> None:
    people = going.lookup({customer for customer, _ in rows}, _with_points)
    said = _said(going, {customer for customer, row in rows if row.get("consents")})
    for customer_id, row in rows:
        customer = people[customer_id]
        if customer.lifecycle_stage == "provisional":  # somebody knows him now
            row.setdefault("lifecycle_stage", "active")
        changes = {n: row[n] for n in PLAIN if n in row and getattr(customer, n) != row[n]}
        for name, value in changes.items():
            setattr(customer, name, value)
        more = [*_new_points(going, customer, row), *_new_consents(going, customer, row, said)]
        going.session.add_all(more)
        if changes or more:
            customer.updated_at = going.now
            going.changed += 1
        else:
            going.unchanged += 1
    going.session.flush()


def _new_points(going: "Import", customer: Customer, row: Mapping[str, Any]) -> list[ContactPoint]:
    have = {(point.channel, point.value.lower()) for point in customer.contact_points}
    return [
        ContactPoint(**_point(going, customer.id, channel, row))
        for channel in ("email", "phone")
        if channel in row and (channel, row[channel].lower()) not in have
    ]


def _new_consents(
    going: "Import", customer: Customer, row: Mapping[str, Any], said: Mapping[Any, str]
) -> list[Consent]:
    return [
        Consent(**each)
        for each in _consents(going, customer.id, row)
        if said.get((customer.id, each["channel"], each["purpose"])) != each["state"]
    ]


def _with_points(chunk: list[Any]) -> Any:
    query = select(Customer.id, Customer).where(Customer.id.in_(chunk))
    return query.options(selectinload(Customer.contact_points))


def _said(going: "Import", customers: Iterable[int]) -> dict[tuple[int, str, str], str]:
    """Answer the last word of these customers per channel and purpose."""

    def question(chunk: list[Any]) -> Any:
        order = Consent.at.desc(), Consent.id.desc()
        where = Consent.customer_id.in_(chunk), Consent.topic.is_(None)
        return select(Consent.id, Consent).where(*where).order_by(*order)

    last: dict[tuple[int, str, str], str] = {}
    for each in going.lookup(customers, question).values():
        last.setdefault((each.customer_id, each.channel, each.purpose), each.state)
    return last


def _consents(going: "Import", customer: int, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    made = {"customer_id": customer, "source": f"import:{going.source}", "at": going.now}
    found = []
    for name, state in row.get("consents", {}).items():
        channel, purpose = permission(name, state)
        more = {"topic": None, "text_version": ""}
        found.append(made | more | {"channel": channel, "purpose": purpose, "state": state})
    return found


def _point(going: "Import", customer: int, channel: str, row: Mapping[str, Any]) -> dict[str, Any]:
    made = {"created_at": going.now, "created_by": going.by, "valid": True}
    return made | {"customer_id": customer, "channel": channel, "value": row[channel]}


def _name(going: "Import", customer: int, row: Mapping[str, Any]) -> Identifier:
    return Identifier(customer_id=customer, system=going.source, external_id=row["external_id"])
