"""Who is to be forgotten, and by which texts they are known."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.commands.privacy.names import NameMatcher
from engine.errors import Conflict, NotFound
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.base import Base
from tasks.declare.personal import Mention, mark_of, owned_by
from tasks.privacy.fingerprints import Known

LETTERS, DIGITS = 6, 9  # so long a text must be to be taken out of sentences


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with everybody who was merged into them."""

    numbers: list[int]  # the one that remains first
    known: list[Known]
    words: NameMatcher
    no_contact: bool

    @property
    def number(self) -> int:
        """Return the customer that remains."""
        return self.numbers[0]

    @property
    def addresses(self) -> list[str]:
        """Return every address on every channel."""
        return [value for what, value in self.known if not what.startswith("of ")]


def find(session: Session, number: int) -> Person:
    """Return who is to be erased; raise NotFound, and Conflict when that is done or forbidden."""
    return _person(session, everybody(session, number, to_erase=True))


def whose(session: Session, number: int) -> Person:
    """Return who that is; raise NotFound, and Conflict when nothing of them is left."""
    return _person(session, everybody(session, number))


def everybody(session: Session, number: int, *, to_erase: bool = False) -> list[Customer]:
    """Return a customer and who was merged into them; one who was merged is that other."""
    customer = session.get(Customer, number)
    if customer is not None and customer.merged_into_id is not None:
        customer = session.get(Customer, customer.merged_into_id)
    if customer is None:
        raise NotFound(f"There is no customer {number}.")
    if customer.erased_at is not None:
        raise Conflict(f"Customer {customer.id} was forgotten already.")
    merged = select(Customer).where(Customer.merged_into_id == customer.id).order_by(Customer.id)
    found = [customer, *session.scalars(merged)]
    held = [each.id for each in found if each.legal_hold]
    if held and to_erase:
        raise Conflict(f"Customer {held[0]} is on legal hold: nothing of theirs may be erased.")
    return found


def _person(session: Session, people: list[Customer]) -> Person:
    numbers = [each.id for each in people]
    points = session.scalars(select(ContactPoint).where(ContactPoint.customer_id.in_(numbers)))
    outside = session.scalars(select(Identifier).where(Identifier.customer_id.in_(numbers)))
    known = [(point.channel, point.value) for point in points]
    known += [(f"of {each.system}", each.external_id) for each in outside]
    return Person(
        numbers=numbers,
        known=known,
        words=_words(_mentions(session, numbers), known),
        no_contact=any(each.do_not_contact for each in people),
    )


def _mentions(session: Session, numbers: list[int]) -> list[tuple[Mention, str]]:
    """Find the texts that columns marked with `mention` have about them."""
    found: list[tuple[Mention, str]] = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            mark = mark_of(column)
            theirs = owned_by(table, numbers, []) if mark and mark.mention else None
            if mark is not None and mark.mention is not None and theirs is not None:
                texts = select(column).where(theirs, column.is_not(None))
                found += [(mark.mention, str(text)) for text in session.scalars(texts)]
    return found


def _words(mentions: list[tuple[Mention, str]], known: list[Known]) -> NameMatcher:
    """Keep what is unmistakable: a first name or a short number may be anybody's or anything."""
    texts = {
        text.strip() for kind, text in mentions if kind is Mention.NAME and " " in text.strip()
    }
    papers = [text for kind, text in mentions if kind is Mention.PAPER]
    for text in (*(value for _, value in known), *papers):
        enough = DIGITS if text.strip().isdecimal() else LETTERS
        if len(text.strip()) >= enough:
            texts.add(text.strip())
    return NameMatcher(frozenset(texts))
