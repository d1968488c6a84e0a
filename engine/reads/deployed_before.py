"""What a deployment brought, and what was deployed before it under the same names."""

from typing import Any

from sqlalchemy import Connection, select

from engine import store
from engine.errors import NotFound
from engine.model import Resource
from engine.transaction import releases
from engine.transaction.releases import KINDS


def replaced(
    connection: Connection, deployment_key: int
) -> tuple[list[dict[str, Any]], dict[str, Resource | None]]:
    """Return what was new in a deployment, and each of its files as it was before.

    A file that was not there before is None. Raises NotFound.
    """
    found = select(store.deployment.c.contents).where(store.deployment.c.key == deployment_key)
    contents = connection.execute(found).scalar()
    if contents is None:
        raise NotFound(f"no deployment {deployment_key}")
    new = [item for item in contents if _deployed_by(connection, item) == deployment_key]
    files = sorted({item["resource_name"] for item in new})
    return new, {name: _former(connection, name, deployment_key) for name in files}


def deployment_of(connection: Connection, definition_key: int) -> int:
    """Return the deployment that brought a version of a process; raises NotFound."""
    table = store.definition.c
    found = select(table.deployment_key).where(table.key == definition_key)
    key: int | None = connection.execute(found).scalar()
    if key is None:
        raise NotFound(f"no process definition {definition_key}")
    return key


def _deployed_by(connection: Connection, item: dict[str, Any]) -> int | None:
    table = KINDS[item["kind"]][0]
    found = select(table.c.deployment_key).where(table.c.key == item["key"])
    key: int | None = connection.execute(found).scalar()
    return key


def _former(connection: Connection, name: str, deployment_key: int) -> Resource | None:
    column = store.resource.c
    taken_back = select(column.version).where(
        column.name == name, column.deployment_key == deployment_key
    )
    found = (
        select(column.content)
        .where(column.name == name, column.version < taken_back.scalar_subquery())
        .where(column.deployment_key.not_in(releases.NEVER_CURRENT))
        .order_by(column.version.desc())
        .limit(1)
    )
    content = connection.execute(found).scalar()
    return None if content is None else Resource(name, bytes(content))
