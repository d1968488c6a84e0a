"""The file of purchases, with the columns that an import reads."""

from typing import Any, Final

from sqlalchemy import select

from tasks.declare.import_run import ExportKind
from tasks.purchases.records import Transaction


def _purchases(_: str) -> Any:
    return select(
        Transaction.order_no.label("order_id"),
        Transaction.at,
        Transaction.customer_id,
        Transaction.amount,
        Transaction.currency,
        Transaction.margin,
        Transaction.channel,
        Transaction.promised_at,
        Transaction.delivered_at,
    ).order_by(Transaction.id)


EXPORTS: Final = (ExportKind("purchases", _purchases),)
