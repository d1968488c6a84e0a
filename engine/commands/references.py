"""What running instances may still call by name: a process, a decision, a form.

Only names that stand in the drawing are known; what an expression gives is found out when it is
called, and is an incident then.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from engine import store
from engine.errors import Conflict, NotFound
from engine.transaction.releases import KINDS
from engine.transaction.resolver import Resolver
from engine.transaction.unit_of_work import UnitOfWork

_instance = store.instance.c


def check(work: UnitOfWork, kind: str, key: int, name: str) -> None:
    """Refuse to take away what a running instance would call and find nowhere else."""
    running = select(_instance.definition_key).where(_instance.state.in_(("ACTIVE", "SUSPENDED")))
    for definition_key in sorted(set(work.connection.execute(running.distinct()).scalars())):
        caller = work.catalogue.process(work.connection, definition_key)
        resolver = Resolver(work.connection, work.catalogue, caller.deployment_key)
        for element, called, binding in _calls(caller.process.spec):
            if called == (kind, name) and _needs(work, resolver, kind, key, name, binding):
                raise Conflict(
                    f"{kind} '{name}' is in use: '{element}' of process '{caller.process_id}' "
                    f"version {caller.version} calls it, and instances of that run"
                )


def _calls(spec: Any) -> Iterator[tuple[str, tuple[str, str], Any]]:
    """Yield (element, (kind, name), binding) of all that a drawing calls by a fixed name."""
    for node in spec.nodes():
        own = node.extensions
        for kind, called in (("process", own.called_element), ("decision", own.called_decision)):
            if called is not None and called.target is not None and called.target.literal:
                yield node.name, (kind, str(called.target.literal)), called.binding
        if own.form is not None and own.form.id is not None:
            yield node.name, ("form", own.form.id), own.form.binding


def _needs(
    work: UnitOfWork, resolver: Resolver, kind: str, key: int, name: str, binding: Any
) -> bool:
    """Return whether the name leads to this key, and without it nowhere."""
    try:
        if resolver.key(kind, name, binding.type, binding.version_tag) != key:
            return False
    except NotFound:
        return False
    if binding.type == "deployment":
        return True
    table, column = KINDS[kind]
    others = select(table.c.key).where(column == name, table.c.key != key)
    if binding.type == "versionTag":
        others = others.where(table.c.version_tag == binding.version_tag)
    return work.connection.execute(others.limit(1)).first() is None
