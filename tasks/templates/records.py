"""Message templates with the five ticks of a good message."""

from typing import Any

from sqlalchemy import Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, validates

from engine.errors import Invalid
from engine.model import Problem
from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.words import CHANNELS, PURPOSES
from tasks.templates.rendering import unknown_syntax

# timely, focused, relevant, reliable, coherent
TICKS = ("send_window", "one_purpose", "segment_fit", "facts_from_records", "no_contradiction")


class Template(Versioned, Base):
    """A message in one language for one channel; merge fields in {{double braces}}."""

    __tablename__ = "crm_template"
    __table_args__ = (
        UniqueConstraint("name", "channel", "language", "edition"),
        one_of("channel", *CHANNELS),
        one_of("purpose", *PURPOSES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    edition: Mapped[int] = mapped_column(default=1)
    purpose: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    checklist: Mapped[dict[str, Any]] = mapped_column(default=dict)  # tick -> true
    reaction_score: Mapped[float | None]
    demo: Mapped[bool] = mapped_column(default=False)

    @validates("subject", "body")
    def _refuse_unknown_syntax(self, field: str, text: str) -> str:
        """Refuse what would be printed as it is written."""
        if stray := unknown_syntax(text):
            message = f"“{stray[0]}” is no merge field; write {{{{customer.name}}}}."
            raise Invalid(message, [Problem(message, element=field, rule="template")])
        return text

    def ready(self) -> bool:
        """Tell whether all five ticks are set; without them nothing goes out."""
        return all(self.checklist.get(tick) is True for tick in TICKS)


def editions(name: str) -> Select[Template]:
    """Select every template of a name, the newest edition first."""
    return select(Template).where(Template.name == name).order_by(Template.edition.desc())
