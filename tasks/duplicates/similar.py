"""Finds customers that may be the same as one: by address, identifier, or a name much alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.text.normal import search_form
from tasks.customers.records import ContactPoint, Customer
from tasks.duplicates.records import Different

CERTAIN = 1.0
SAME_ADDRESS = 0.95  # an address may belong to a household
NAMES = 0.8  # what two names have to have in common before they are compared closely
MOST = 10


@dataclass(frozen=True, slots=True)
class Match:
    """A customer who may be the same; `score` is a share, 1 is certain."""

    customer: Customer
    score: float
    why: str


def similar_customers(session: Session, customer: Customer) -> list[Match]:
    """Return who may be the same customer, the most similar first.

    Whoever is merged, erased or known to be different is left out.
    """
    known = _different(session, customer.id)
    best: dict[int, Match] = {}
    for match in (*_by_address(session, customer), *_by_name(session, customer)):
        other = match.customer
        if other.id == customer.id or other.id in known or other.merged_into_id or other.erased_at:
            continue
        if other.id not in best or best[other.id].score < match.score:
            best[other.id] = match
    return sorted(best.values(), key=lambda match: -match.score)[:MOST]


def _different(session: Session, number: int) -> set[int]:
    found = select(Different.customer_id, Different.other_id).where(
        (Different.customer_id == number) | (Different.other_id == number)
    )
    return {each for row in session.execute(found) for each in row} - {number}


def _by_address(session: Session, customer: Customer) -> Iterator[Match]:
    values = [point.value for point in customer.contact_points if point.channel != "post"]
    if not values:
        return
    found = (
        select(Customer, ContactPoint.channel)
        .join(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(ContactPoint.value.in_(values), Customer.id != customer.id)
    )
    for other, channel in session.execute(found):
        alike = _alike(customer.name, other.name)
        score = CERTAIN if alike >= NAMES else SAME_ADDRESS
        yield Match(other, score, f"same {channel}")


def _by_name(session: Session, customer: Customer) -> Iterator[Match]:
    """Compare only those of one postcode: the same name elsewhere is somebody else."""
    codes = set(_postcodes(customer.contact_points))
    if not codes:
        return
    found = (
        select(Customer, ContactPoint.value)
        .join(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(ContactPoint.channel == "post", Customer.id != customer.id)
    )
    for other, address in session.execute(found):
        if codes & set(_codes(address)) and (alike := _alike(customer.name, other.name)) >= NAMES:
            yield Match(other, round(alike * SAME_ADDRESS, 3), "alike in name and postcode")


def _postcodes(points: Iterable[ContactPoint]) -> Iterator[str]:
    for point in points:
        if point.channel == "post":
            yield from _codes(point.value)


def _codes(address: str) -> Iterator[str]:
    """Return what may be a postcode: words with at least four digits."""
    for word in search_form(address).replace(",", " ").split():
        if sum(letter.isdigit() for letter in word) >= 4:
            yield word


def _alike(one: str, other: str) -> float:
    """Return how alike two names are, whatever the order of their words: 0 to 1."""
    first, second = (" ".join(sorted(search_form(name).split())) for name in (one, other))
    return SequenceMatcher(None, first, second).ratio()
