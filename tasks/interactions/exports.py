"""The file of interactions, with the columns that an import reads."""

from typing import Any, Final

from sqlalchemy import select

from tasks.cases.records import Case
from tasks.declare.import_run import ExportKind
from tasks.interactions.records import Interaction


def _interactions(_: str) -> Any:
    return (
        select(
            Interaction.external_id.label("interaction_id"),
            Interaction.at,
            Interaction.customer_id,
            Interaction.channel,
            Interaction.direction,
            Interaction.subject,
            Interaction.text,
            Interaction.agent,
            Case.number.label("case"),
        )
        .outerjoin(Case, Case.id == Interaction.case_id)
        .order_by(Interaction.id)
    )


EXPORTS: Final = (ExportKind("interactions", _interactions),)
