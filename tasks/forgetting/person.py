"""Who is to be forgotten, and by which texts they are known."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotFound
from engine.maintenance import Words
from tasks.records.cases import Case
from tasks.records.customers import ContactPoint, Customer, Identifier
from tasks.records.forgotten import Known
from tasks.records.interactions import Interaction
from tasks.records.purchases import Transaction

LETTERS, DIGITS = 6, 9  # so long a text must be to be taken out of sentences


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with everybody who was merged into them."""

    numbers: list[int]  # the one that remains first
    known: list[Known]
    words: Words
    no_contact: bool

    @property
    def number(self) -> int:
        """The customer that remains."""
        return self.numbers[0]


def find(session: Session, number: int) -> Person:
    """Answer who that is; raises NotFound, and Conflict when there is nothing or no right to erase.

    A customer who was merged into another is that other.
    """
    customer = session.get(Customer, number)
    if customer is not None and customer.merged_into_id is not None:
        customer = session.get(Customer, customer.merged_into_id)
    if customer is None:
        raise NotFound(f"There is no customer {number}.")
    if customer.erased_at is not None:
        raise Conflict(f"Customer {customer.id} was forgotten already.")
    merged = select(Customer).where(Customer.merged_into_id == customer.id).order_by(Customer.id)
    everybody = [customer, *session.scalars(merged)]
    held = [each.id for each in everybody if each.legal_hold]
    if held:
        raise Conflict(f"Customer {held[0]} is on legal hold: nothing of theirs may be erased.")
    numbers = [each.id for each in everybody]
    points = session.scalars(select(ContactPoint).where(ContactPoint.customer_id.in_(numbers)))
    outside = session.scalars(select(Identifier).where(Identifier.customer_id.in_(numbers)))
    known = [(point.channel, point.value) for point in points]
    known += [(f"of {each.system}", each.external_id) for each in outside]
    return Person(
        numbers=numbers,
        known=known,
        words=_words([each.name for each in everybody], known, _papers(session, numbers)),
        no_contact=any(each.do_not_contact for each in everybody),
    )


def _papers(session: Session, numbers: list[int]) -> list[str]:
    """List what our papers about them are called: orders, cases, letters."""
    orders = select(Transaction.order_no).where(Transaction.customer_id.in_(numbers))
    cases = select(Case.number).where(Case.customer_id.in_(numbers))
    other = select(Case.order_no).where(Case.customer_id.in_(numbers), Case.order_no.is_not(None))
    letters = select(Interaction.external_id).where(
        or_(
            Interaction.customer_id.in_(numbers),
            Interaction.case_id.in_(select(Case.id).where(Case.customer_id.in_(numbers))),
        )
    )
    queries = (orders, cases, other, letters)
    return [str(each) for query in queries for each in session.scalars(query)]


def _words(names: list[str], known: list[Known], papers: list[str]) -> Words:
    """Keep what is unmistakable: a first name or a short number may be anybody's or anything."""
    texts = {name.strip() for name in names if " " in name.strip()}
    for text in (*(value for _, value in known), *papers):
        enough = DIGITS if text.strip().isdecimal() else LETTERS
        if len(text.strip()) >= enough:
            texts.add(text.strip())
    return Words(frozenset(texts))
