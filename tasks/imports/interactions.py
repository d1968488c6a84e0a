"""Takes interactions in, each once per source and the id it has there."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from tasks.records.cases import Case
from tasks.records.interactions import Interaction

if TYPE_CHECKING:
    from tasks.imports.importing import Import


def take(going: "Import", rows: list[tuple[int, dict[str, Any]]]) -> None:
    """Check whose they are, write the new ones."""
    of = going.whose(rows)
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
    going: "Import", row: dict[str, Any], customer: int | None, case: int | None
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
