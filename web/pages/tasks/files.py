"""Files beside a task: kept with its case, seen by whoever may look into it."""

import hashlib
import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, Row, delete, insert, select

from engine import reads
from engine.errors import Invalid, NotFound
from engine.reads import Task
from web.accounts import Account, policy
from web.app import user_content
from web.app.services import now, reading, writing
from web.app.tables import account as person
from web.app.tables import document

blueprint = Blueprint("files", __name__, url_prefix="/tasks/<int:key>/files")
_column = document.c
_SHOWN = (
    _column.id,
    _column.file_name,
    _column.size,
    _column.created_by,
    _column.created_at,
    person.c.display_name,
)


@blueprint.get("")
@policy.requires("task.see")
def show(key: int) -> str:
    """Return the files of the case of a task, alone or as a part of the page."""
    with reading() as connection:
        _account, task = _task(connection, key)
        files = connection.execute(
            select(*_SHOWN)
            .select_from(document.outerjoin(person, person.c.username == _column.created_by))
            .where(*_here(task))
            .order_by(_column.created_at, _column.id)
        ).all()
    part = bool(request.headers.get("HX-Request"))
    template = "tasks/_files.html" if part else "tasks/files.html"
    return render_template(template, task=task, files=files)


@blueprint.post("")
@policy.requires("task.see")
def attach(key: int) -> Any:
    """Keep the files that were sent."""
    with reading() as connection:
        account, task = _task(connection, key)
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        raise Invalid(_("Choose a file first."))
    rows = []
    for file in sent:
        content = file.read()
        rows.append(
            {
                "id": secrets.token_urlsafe(18).replace("_", "a"),
                "file_name": (file.filename or "")[:255],
                "content_type": (file.mimetype or user_content.PLAIN)[:255],
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "content": content,
                "process_definition_id": task.process_id,
                "process_instance_key": task.instance_key,
                "custom_properties": {"userTaskKey": str(key)},
                "created_by": account.username,
                "created_at": now(),
            }
        )
    with writing() as connection:
        connection.execute(insert(document), rows)
    return redirect(url_for("tasks.show", key=key) + "#files", code=303)


@blueprint.get("/<name>")
@policy.requires("task.see")
def download(key: int, name: str) -> Any:
    """Return a file, as a download."""
    with reading() as connection:
        _account, task = _task(connection, key)
        file = _one(connection, task, name)
    return user_content.attachment(file.content, file.content_type, file.file_name)


@blueprint.post("/<name>/removal")
@policy.requires("task.see")
def remove(key: int, name: str) -> Any:
    """Remove a file that one has attached oneself."""
    with writing() as connection:
        account, task = _task(connection, key)
        file = _one(connection, task, name)
        if file.created_by != account.username:
            raise NotFound
        connection.execute(delete(document).where(_column.id == name))
    return redirect(url_for("tasks.show", key=key) + "#files", code=303)


def _task(connection: Connection, key: int) -> tuple[Account, Task]:
    task = reads.task(connection, key)
    return policy.check("task.see", task), task


def _here(task: Task) -> tuple[Any, ...]:
    alive = _column.expires_at.is_(None) | (_column.expires_at > now())
    return (_column.process_instance_key == task.instance_key, alive)


def _one(connection: Connection, task: Task, name: str) -> Row[Any]:
    found = select(document).where(_column.id == name, *_here(task))
    row = connection.execute(found).one_or_none()
    if row is None:
        raise NotFound
    return row
