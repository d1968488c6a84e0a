"""Who looks: some cases are seen by their handler and the head of care only."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, cast, literal, or_, select

from tasks.cases.records import Case

HEADS = frozenset({"care_head"})


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with the groups that decide what of a customer they see."""

    username: str
    groups: frozenset[str]

    def sees(self) -> ColumnElement[bool]:
        """Return the condition that a case may be shown to this person."""
        if self.groups & HEADS:
            return literal(value=True)
        return or_(Case.restricted.is_(False), Case.owner == self.username)

    def hidden(self, customer_id: int) -> Select[str]:
        """Select the numbers, as text, of this customer's cases that the person may not see."""
        mine = Case.customer_id == customer_id
        return select(cast(Case.id, String)).where(mine, ~self.sees())
