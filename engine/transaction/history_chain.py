"""The history of an instance: one row per step, each sealed with the hash of the one before.

Values live in `payload` with a salt; the chain holds only its digest. So a person's data can be
erased from the payload and the chain still proves that nothing else was touched.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from engine import store
from engine.model import DROPPED, Step
from engine.store.types import dumps
from engine.transaction.instances import Instance
from engine.transaction.pending import Pending


def link(
    pending: Pending,
    instance: Instance,
    step: Step,
    command: str,
    subject: str = "",
    given: Mapping[str, Any] | None = None,
) -> None:
    """Add a step as the next row of the instance's history.

    Its raw input stands beside its values: salted, erasable, and sealed by the same digest.
    """
    instance.history_seq += 1
    kept: dict[str, Any] = {"salt": secrets.token_hex(8), "values": _values(step)}
    if given is not None:
        decided = [record.decision_key for record in step.decisions]
        kept["input"] = dict(given) | ({"decisions": decided} if decided else {})
    payload = dumps(kept)
    row: dict[str, Any] = {
        "instance_key": instance.key,
        "seq": instance.history_seq,
        "at": pending.now,
        "actor": pending.actor,
        "command": command,
        "entries": _entries(step, subject),
        "payload": payload,
        "payload_digest": digest(payload),
    }
    row["hash"] = instance.history_hash = seal(row, instance.history_hash)
    pending.changes.put(store.history, (instance.key, row["seq"]), row)


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(row: Any, before: str) -> str:
    """Return the hash of a history row that comes after the hash `before`."""
    text = dumps(
        [
            before,
            row["instance_key"],
            row["seq"],
            row["at"].isoformat(),
            row["actor"],
            row["command"],
            row["entries"],
            row["payload_digest"],
        ]
    )
    return digest(text)


def _entries(step: Step, subject: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = [{"subject": subject}] if subject else []
    entries += (
        {"element": e.element_id, "key": e.key, "type": e.type, "state": e.state}
        for e in step.elements
    )
    entries += (
        {"variable": v.name, "scope": v.scope_key} for v in step.variables if v.value is not DROPPED
    )
    entries += (
        {"incident": w.data.get("error_type", ""), "element": w.element_id, "key": w.key}
        for w in step.opened
        if w.kind == "incident"
    )
    entries += ({"ignored": e["code"], "element": e["element_id"]} for e in step.ignored)
    if step.ended:
        entries.append({"ended": step.ended})
    return entries


def _values(step: Step) -> list[Any]:
    return [[v.scope_key, v.name, v.value] for v in step.variables if v.value is not DROPPED]
