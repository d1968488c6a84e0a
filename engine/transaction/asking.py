"""Asking somebody outside: who brings a task before them is a service task, called by a notice.

The engine knows no customers and no addresses. It says, in the transaction that opens the task or
reminds of it, that somebody outside is to be asked; without that service task nothing happens.
"""

from collections.abc import Mapping
from typing import Any

from engine.transaction.pending import NOTICE, Pending

ASK = "links.ask"
OPENED, REMINDED = "opened", "reminded"


def ask(pending: Pending, row: Mapping[str, Any], why: str, number: int = 0) -> None:
    """Have the person outside asked to answer a task, once for each reason and number."""
    key = f"ask-{row['key']}-{why}-{number}"
    variables = {"task_key": str(row["key"]), "why": why}
    pending.enqueue(NOTICE, {"type": ASK, "key": key, "variables": variables}, key)


def is_answered_by(row: Mapping[str, Any], actor: str) -> bool:
    """Return whether the actor is the one outside whom the task is for."""
    outside = row.get("outside")
    return outside is not None and actor.startswith(f"{outside['for']}:")
