"""Takes customers in: known by the source's id or an address; what a file leaves out stays."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from marshmallow import fields, pre_load, validate
from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from engine.text.addresses import address_key
from engine.text.emails import email_key
from engine.text.normal import key_form
from engine.text.phones import region_of_zone
from tasks.consents.records import Consent
from tasks.consents.say import IMPORT, said
from tasks.customers.lookup import by_external_id
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.columns import ID, Mail, Row
from tasks.declare.import_run import ImportKind, ImportRun, Rows
from tasks.declare.words import CHANNELS, PURPOSES

CONSENT = "consent_"


class CustomerRow(Row):
    """A customer; `external_id` is what the source calls him."""

    external_id = fields.String(required=True, validate=ID)
    name = fields.String(validate=validate.Length(1, 500))
    kind = fields.String(validate=validate.OneOf(("person", "company", "household")))
    email = Mail(validate=validate.Length(max=320))
    phone = fields.String(validate=validate.Length(3, 40))
    language = fields.String(validate=validate.Regexp(r"^[a-z]{2,3}\Z", error="Like en or fa."))
    timezone = fields.String()
    country = fields.String(validate=validate.Regexp(r"^[A-Z]{2}\Z", error="Like LT or IR."))
    lifecycle_stage = fields.String(
        validate=validate.OneOf(("prospect", "new", "known", "developed", "lapsed", "lost"))
    )
    relationship_since = fields.Date()
    do_not_contact = fields.Boolean()
    consents = fields.Dict(keys=fields.String(), values=fields.String())

    @pre_load
    def _gather(self, row: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Gather the columns consent_email_marketing … into one mapping."""
        said = {name.removeprefix(CONSENT): row[name] for name in row if name.startswith(CONSENT)}
        rest = {name: value for name, value in row.items() if not name.startswith(CONSENT)}
        return rest | ({"consents": {**rest.get("consents", {}), **said}} if said else {})


PLAIN = (
    "name", "kind", "language", "timezone", "country", "lifecycle_stage", "relationship_since",
    "do_not_contact",
)  # fmt: skip


DEFAULTS: dict[str, Any] = {
    "kind": "person",
    "language": "en",
    "timezone": "UTC",
    "lifecycle_stage": "known",
    "do_not_contact": False,
}


def take(going: ImportRun, rows: Rows) -> None:
    """Check what only the database knows, then write."""
    names = {key_form(row["external_id"]) for _, row in rows}
    known = going.lookup(names, by_external_id(going.source))
    by_address = _strangers(going, {email_key(r["email"]) for _, r in rows if "email" in r})
    new: Rows = []
    old: list[tuple[int, dict[str, Any]]] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        _check(going, number, row, seen)
        customer = known.get(key_form(row["external_id"]))
        if customer is None and (mail := email_key(row.get("email", ""))) in by_address:
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


def _check(going: ImportRun, number: int, row: Mapping[str, Any], seen: dict[str, int]) -> None:
    first = seen.setdefault(key_form(row["external_id"]), number)
    if first != number:
        going.refuse(number, "external_id", f"The same as in row {first}.")
    if "timezone" in row and not _is_zone(row["timezone"]):
        going.refuse(number, "timezone", "There is no such zone; say Asia/Tehran or UTC.")
    for name, state in row.get("consents", {}).items():
        try:
            _permission(name, state)
        except ValueError as wrong:
            going.refuse(number, f"consent_{name}", str(wrong))


def _strangers(going: ImportRun, mails: Iterable[str]) -> dict[str, int]:
    """Answer who has these addresses and no name at this source yet."""
    named = select(Identifier.id).where(
        Identifier.customer_id == ContactPoint.customer_id, Identifier.system == going.source
    )

    def question(chunk: list[Any]) -> Any:
        return (
            select(ContactPoint.key, ContactPoint.customer_id)
            .where(ContactPoint.channel == "email", ContactPoint.key.in_(chunk), ~named.exists())
            .order_by(ContactPoint.id)
        )

    return going.lookup(mails, question)


def _add(going: ImportRun, rows: Rows) -> None:
    if not rows:
        return
    made = {"created_at": going.now, "created_by": going.by, "version": 1}
    plain = [{name: row[name] for name in PLAIN if name in row} | made for _, row in rows]
    defaults = dict.fromkeys(PLAIN) | DEFAULTS
    ids = going.session.scalars(
        insert(Customer).returning(Customer.id, sort_by_parameter_order=True),
        [defaults | {"country": region_of_zone(row.get("timezone", ""))} | row for row in plain],
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


def _change(going: ImportRun, rows: Rows) -> None:
    people = going.lookup({customer for customer, _ in rows}, _with_points)
    last = _last_words(going, {customer for customer, row in rows if row.get("consents")})
    for customer_id, row in rows:
        customer = people[customer_id]
        if customer.lifecycle_stage == "provisional":  # somebody knows him now
            row.setdefault("lifecycle_stage", "known")
        _keep_silence(going, customer, row)
        changes = {n: row[n] for n in PLAIN if n in row and getattr(customer, n) != row[n]}
        for name, value in changes.items():
            setattr(customer, name, value)
        more = [*_new_points(going, customer, row), *_new_consents(going, customer, row, last)]
        going.session.add_all(more)
        if changes or more:
            customer.updated_at = going.now
            going.changed += 1
        else:
            going.unchanged += 1
    going.session.flush()


def _keep_silence(going: ImportRun, customer: Customer, row: dict[str, Any]) -> None:
    """A file may say that somebody wants no contact; it never takes that back."""
    if customer.do_not_contact and row.get("do_not_contact") is False:
        del row["do_not_contact"]
        going.refusals_kept += 1
    elif row.get("do_not_contact") and not customer.do_not_contact:
        customer.no_contact_since = going.now


def _new_points(going: ImportRun, customer: Customer, row: Mapping[str, Any]) -> list[ContactPoint]:
    have = {(point.channel, point.key) for point in customer.contact_points}
    return [
        ContactPoint(**_point(going, customer.id, channel, row))
        for channel in ("email", "phone")
        if channel in row and (channel, address_key(channel, row[channel])) not in have
    ]


def _new_consents(
    going: ImportRun, customer: Customer, row: Mapping[str, Any], last: Mapping[Any, str]
) -> list[Consent]:
    """A file may deny what was allowed; it never allows what was denied."""
    new = []
    for each in _consents(going, customer.id, row):
        before = last.get((customer.id, each["channel"], each["purpose"]))
        if before == "denied" and each["state"] == "allowed":
            going.refusals_kept += 1
        elif before != each["state"]:
            new.append(Consent(**each))
    return new


def _with_points(chunk: list[Any]) -> Any:
    query = select(Customer.id, Customer).where(Customer.id.in_(chunk))
    return query.options(selectinload(Customer.contact_points))


def _last_words(going: ImportRun, customers: Iterable[int]) -> dict[tuple[int, str, str], str]:
    """Return what these customers said last per channel and purpose, as we heard it."""

    def question(chunk: list[Any]) -> Any:
        order = Consent.heard_at.desc(), Consent.state.desc(), Consent.id.desc()
        where = Consent.customer_id.in_(chunk), Consent.topic.is_(None)
        return select(Consent.id, Consent).where(*where).order_by(*order)

    last: dict[tuple[int, str, str], str] = {}
    for each in going.lookup(customers, question).values():
        last.setdefault((each.customer_id, each.channel, each.purpose), each.state)
    return last


def _consents(going: ImportRun, customer: int, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, state in row.get("consents", {}).items():
        told: dict[str, Any] = {
            "source": f"{IMPORT}{going.source}",
            "at": going.now,
            "now": going.now,
        }
        found.append(said(customer, *_permission(name, state), state, **told))
    return found


def _point(going: ImportRun, customer: int, channel: str, row: Mapping[str, Any]) -> dict[str, Any]:
    made = {"created_at": going.now, "created_by": going.by, "valid": True}
    return made | {"customer_id": customer, "channel": channel, "value": row[channel]}


def _name(going: ImportRun, customer: int, row: Mapping[str, Any]) -> Identifier:
    return Identifier(customer_id=customer, system=going.source, external_id=row["external_id"])


def _permission(name: str, state: str) -> tuple[str, str]:
    """Answer (channel, purpose) of "email_marketing"; raises ValueError with what is wrong."""
    channel, _, purpose = name.partition("_")
    if channel not in CHANNELS or purpose not in PURPOSES:
        raise ValueError("No channel and purpose of ours, like consent_email_marketing.")
    if state not in ("allowed", "denied"):
        raise ValueError("Say allowed or denied.")
    return channel, purpose


def _is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError on some systems
        return False
    except KeyError:
        return False
    return True


IMPORTS: Final = (ImportKind("customers", CustomerRow, take),)
