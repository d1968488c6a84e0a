"""Parsed forms by key: a deployed form never changes, so it is read and parsed once."""

from sqlalchemy import Connection

from engine import forms, reads
from engine.reads import Task

_parsed: dict[tuple[int, int], forms.Form] = {}
MOST = 500


def form_of(connection: Connection, task: Task) -> forms.Form | None:
    """Return the form of a task, or None if it has none."""
    if task.form is not None:
        return forms.parse(task.form)
    if task.form_key is None:
        return None
    key = (id(connection.engine), task.form_key)
    if key not in _parsed:
        if len(_parsed) >= MOST:
            _parsed.clear()
        _parsed[key] = forms.parse(reads.form_of_task(connection, task.key) or {})
    return _parsed[key]
