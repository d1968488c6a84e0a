"""The files that the product brings: deployed when they are new, but never over an owner's change.

A file is new if it is not what was delivered last. Where the current version is still the one that
was delivered, it is deployed; where an owner has changed it, the new file is held until somebody
decides, and the owner's version stays current.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from engine import store
from engine.commands import deploy
from engine.errors import NotFound
from engine.model import Delivery, Deployed, Resource
from engine.transaction import releases
from engine.transaction.unit_of_work import UnitOfWork

_shipped, _resource, _by = store.shipped.c, store.resource.c, store.deployment.c.deployed_by


def deliver(work: UnitOfWork, resources: Sequence[Resource]) -> Delivery:
    """Deploy what is new among the files of the product; hold what an owner has changed."""
    known = {row.name: row.sha256 for row in work.connection.execute(select(store.shipped))}
    fresh = {each.name for each in resources if known.get(each.name) != _sha256(each)}
    if not fresh:
        return Delivery(None, _held(work))
    things = deploy.prepare(work, resources).items
    together: dict[str, Resource] = {}  # also what is not new: it may be called by what is
    for resource in resources:
        mine = [item for item in things if item.resource_name == resource.name]
        owned = _owned(work, mine, known.get(resource.name))
        for each in owned or [resource]:
            together[each.name] = each
        if resource.name in fresh:
            held = resource.content if owned else None
            row = {"name": resource.name, "sha256": _sha256(resource), "at": work.now}
            work.connection.execute(delete(store.shipped).where(_shipped.name == resource.name))
            work.connection.execute(insert(store.shipped), row | {"held": held})
    return Delivery(deploy.deploy(work, list(together.values())), _held(work))


def accept(work: UnitOfWork, name: str) -> Delivery:
    """Deploy a file that is held, over the version of its owner."""
    deployment = deploy.deploy(work, [Resource(name, _content_held(work, name))])
    dismiss(work, name)
    return Delivery(deployment, _held(work))


def dismiss(work: UnitOfWork, name: str) -> None:
    """Keep the version of the owner; the next file that is new is held again."""
    _content_held(work, name)
    work.connection.execute(update(store.shipped).where(_shipped.name == name).values(held=None))


def _sha256(resource: Resource) -> str:
    return hashlib.sha256(resource.content).hexdigest()


def _owned(work: UnitOfWork, items: Sequence[Deployed], shipped: str | None) -> list[Resource]:
    """Return the current files of these things that are not what was delivered last.

    Of what was never delivered, that which somebody else than the actor deployed.
    """
    owned = []
    for item in items:
        if item.kind == "decision":  # its file is that of its requirements
            continue
        row = work.connection.execute(_file(item.kind, item.id)).one_or_none()
        if row is None:
            continue
        if row.sha256 != shipped if shipped is not None else row.deployed_by != work.actor:
            owned.append(Resource(row.name, row.content))
    return owned


def _file(kind: str, name: str) -> "Select[Any]":
    table, release = releases.KINDS[kind][0], store.release.c
    found = select(_resource.name, _resource.sha256, _resource.content, _by)
    if kind == "resource":
        found = found.join_from(store.resource, store.release, releases.is_current(kind))
    else:
        found = found.join_from(table, store.release, releases.is_current(kind))
        found = found.join(store.resource, _resource.key == table.c.resource_key)
    found = found.join(store.deployment, store.deployment.c.key == _resource.deployment_key)
    return found.where(release.kind == kind, release.name == name)


def _held(work: UnitOfWork) -> tuple[str, ...]:
    found = select(_shipped.name).where(_shipped.held.is_not(None)).order_by(_shipped.name)
    return tuple(work.connection.execute(found).scalars())


def _content_held(work: UnitOfWork, name: str) -> bytes:
    found = select(_shipped.held).where(_shipped.name == name)
    content: bytes | None = work.connection.execute(found).scalar()
    if content is None:
        raise NotFound(f"no file '{name}' is held")
    return content
