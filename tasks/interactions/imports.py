"""Takes interactions in, each once per source and the id it has there."""

from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import insert, select

from tasks.cases.records import Case
from tasks.customers.lookup import whose
from tasks.declare.columns import (
    ID,
    LONGEST_TEXT,
    TEXT,
    OfSomebody,
)
from tasks.declare.import_run import ImportKind, ImportRun, Rows
from tasks.declare.instants import Instant
from tasks.declare.words import CHANNELS
from tasks.interactions.records import Interaction


class InteractionRow(OfSomebody):
    """Something that was said."""

    interaction_id = fields.String(required=True, validate=ID)
    at = Instant(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    direction = fields.String(load_default="in", validate=validate.OneOf(("in", "out")))
    text = fields.String(required=True, validate=validate.Length(1, LONGEST_TEXT))
    subject = fields.String(load_default="", validate=TEXT)
    agent = fields.String(validate=ID)
    case = fields.String(validate=ID)


def take(going: ImportRun, rows: Rows) -> None:
    """Check whose they are, write the new ones."""
    of = whose(going, rows)
    cases = going.lookup(
        {row["case"] for _, row in rows if "case" in row},
        lambda chunk: select(Case.number, Case.id).where(Case.number.in_(chunk)),
    )
    known = going.lookup(
        {row["interaction_id"] for _, row in rows},
        lambda chunk: select(Interaction.external_id, Interaction.id).where(
            Interaction.source == going.source, Interaction.external_id.in_(chunk)
        ),
    )
    seen: dict[str, int] = {}
    new = []
    for number, row in rows:
        first = seen.setdefault(row["interaction_id"], number)
        if first != number:
            going.refuse(number, "interaction_id", f"The same as in row {first}.")
        customer = of(row)
        if customer is None:
            going.refuse(number, "customer_id", "Nobody is known by this; import him first.")
        if "case" in row and row["case"] not in cases:
            going.refuse(number, "case", "There is no such case.")
        if row["interaction_id"] in known:
            going.unchanged += 1
        else:
            new.append(_row(going, row, customer, cases.get(row.get("case"))))
    if not going.wrong and new:
        going.session.execute(insert(Interaction), new)
        going.added += len(new)


def _row(
    going: ImportRun, row: dict[str, Any], customer: int | None, case: int | None
) -> dict[str, Any]:
    names = ("channel", "direction", "at", "subject", "text")
    return {name: row[name] for name in names} | {
        "customer_id": customer,
        "case_id": case,
        "source": going.source,
        "external_id": row["interaction_id"],
        "agent": row.get("agent"),
        "created_at": going.now,
        "created_by": going.by,
    }


IMPORTS: Final = (ImportKind("interactions", InteractionRow, take),)
