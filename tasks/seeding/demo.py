"""Loads the demo company: the catalogue, and the CDNOW sample moved so that it ended yesterday."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib import metadata
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.cases.records import Case
from tasks.consents.records import Consent, Preference
from tasks.contacts.records import Contact
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.base import Base
from tasks.policy.records import PolicyValue, values
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.seeding.catalogue import load_catalogue, read
from tasks.seeding.synthetic import Profile

SYSTEM = "cdnow"
SHIFT = "demo.shift_days"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of the CDNOW sample."""

    line: int
    customer: int
    day: date
    quantity: int
    amount: int  # cents


def cdnow_path() -> Path:
    """Find the sample in the installed package `lifetimes`, without importing it."""
    try:
        files = metadata.files("lifetimes") or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "CDNOW_sample.txt":
            return Path(str(file.locate()))
    raise NotFound("The package “lifetimes” with the CDNOW sample is not installed.")


def days_moved(session: Session) -> int | None:
    """Answer by how many days the demo purchases were moved; None where none were loaded."""
    return values(session, "demo").get("shift_days")


def load_demo(session: Session, seeds_dir: Path, cdnow: Path, today: date) -> dict[str, int]:
    """Load what is missing and answer what was added; a second run adds nothing."""
    now = datetime.combine(today, time(), UTC)
    added = load_catalogue(session, seeds_dir, now)
    loaded = session.scalar(select(Identifier.id).where(Identifier.system == SYSTEM).limit(1))
    if loaded is not None:
        return added | {"customers": 0, "purchases": 0}
    purchases, shift = shifted(parse(cdnow.read_text("ascii").splitlines()), today)
    people = _customers(session, purchases, read(seeds_dir, "names"), now)
    _purchases(session, purchases, people, read(seeds_dir, "products")["purchased"], now)
    session.add(
        PolicyValue(
            key=SHIFT,
            value=shift,
            default=shift,
            unit="days",
            owner="data_steward",
            title="Days the demo purchases were moved",
            description="The purchases are those of the CDNOW sample of 1997 and 1998; all dates "
            "were moved by this many days, so that the last one was the day before loading.",
            created_at=now,
            created_by="seed",
        )
    )
    session.flush()
    return added | {"customers": len(people), "purchases": len(purchases)}


def parse(lines: Iterable[str]) -> list[Purchase]:
    """Read lines of: master id, sample id, yyyymmdd, number of CDs, dollars."""
    result = []
    for number, line in enumerate(lines, 1):
        _, customer, day, quantity, dollars = line.split()
        when = date.fromisoformat(day)
        cents = int(Decimal(dollars) * 100)
        result.append(Purchase(number, int(customer), when, int(quantity), cents))
    return result


def shifted(purchases: Sequence[Purchase], today: date) -> tuple[list[Purchase], int]:
    """Move all dates by the same number of days: the last purchase was yesterday."""
    shift = today - timedelta(days=1) - max(p.day for p in purchases)
    moved = [Purchase(p.line, p.customer, p.day + shift, p.quantity, p.amount) for p in purchases]
    return moved, shift.days


def _customers(
    session: Session, purchases: Sequence[Purchase], names: Row, now: datetime
) -> dict[int, int]:
    first: dict[int, date] = {}
    for purchase in purchases:
        first[purchase.customer] = min(purchase.day, first.get(purchase.customer, purchase.day))
    made = {"created_at": now, "created_by": "seed", "version": 1}
    profiles = {n: Profile(n, names) for n in sorted(first)}
    since = {n: _noon(day) for n, day in first.items()}
    ids = session.scalars(
        insert(Customer).returning(Customer.id, sort_by_parameter_order=True),
        [p.customer(since[n], now) | made for n, p in profiles.items()],
    ).all()
    people = dict(zip(profiles, ids, strict=True))
    rows: dict[type[Base], list[Row]] = defaultdict(list)
    for n, profile in profiles.items():
        _about(rows, profile, people[n], since[n], now)
    for kind, batch in rows.items():
        session.execute(insert(kind), batch)
    return people


def _about(
    rows: dict[type[Base], list[Row]], profile: Profile, me: int, since: datetime, now: datetime
) -> None:
    mine = {"customer_id": me}
    made = {"created_at": now, "created_by": "seed"} | mine
    rows[Identifier].append(mine | {"system": SYSTEM, "external_id": f"{profile.number:04d}"})
    points = [made | point for point in profile.contact_points(now)]
    rows[ContactPoint] += points
    consents = [mine | consent for consent in profile.consents(since)]
    rows[Consent] += consents
    if preference := profile.preference():
        rows[Preference].append(made | preference | {"version": 1})
    if case := profile.case(now):
        rows[Case].append(made | case | {"version": 1})
    person = profile.customer(since, now)
    silent = person["do_not_contact"] or person["deceased"]
    if not silent and _takes_offers_by_email(points, consents):
        rows[Contact] += [made | contact for contact in profile.earlier_contacts(now)]


def _takes_offers_by_email(points: list[Row], consents: list[Row]) -> bool:
    return any(p["channel"] == "email" and p["valid"] for p in points) and any(
        (c["channel"], c["purpose"], c["state"]) == ("email", "marketing", "allowed")
        for c in consents
    )


def _purchases(
    session: Session,
    purchases: Sequence[Purchase],
    people: dict[int, int],
    sku: str,
    now: datetime,
) -> None:
    product = session.scalars(select(Product).where(Product.sku == sku)).one()
    costs = [p.amount * product.unit_cost // product.price for p in purchases]
    ids = session.scalars(
        insert(Transaction).returning(Transaction.id, sort_by_parameter_order=True),
        [
            {
                "customer_id": people[p.customer],
                "order_no": f"CDNOW-{p.line:05d}",
                "at": _noon(p.day),
                "channel": "web",
                "amount": p.amount,
                "margin": p.amount - cost,
                "currency": product.currency,
                "delivered_at": _delivered(p.day, now),
                "created_at": now,
                "created_by": "seed",
            }
            for p, cost in zip(purchases, costs, strict=True)
        ],
    ).all()
    session.execute(
        insert(TransactionLine),
        [
            {
                "transaction_id": transaction,
                "product_id": product.id,
                "quantity": p.quantity,
                "net": p.amount,
                "cost": cost,
            }
            for transaction, p, cost in zip(ids, purchases, costs, strict=True)
        ],
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _delivered(day: date, now: datetime) -> datetime | None:
    arrives = _noon(day) + timedelta(days=3)
    return arrives if arrives < now else None
