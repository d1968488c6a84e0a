"""Parsed forms by key: a deployed form never changes, so it is read and parsed once."""

from engine import forms, reads
from engine.reads import Task
from web.app.services import reading, services

_parsed: dict[tuple[int, int], forms.Form] = {}
MOST = 500


def form_of(task: Task) -> forms.Form | None:
    """Return the form of a task, or None if it has none."""
    if task.form is not None:
        return forms.parse(task.form)
    if task.form_key is None:
        return None
    key = (id(services().database), task.form_key)
    if key not in _parsed:
        if len(_parsed) >= MOST:
            _parsed.clear()
        with reading() as connection:
            schema = reads.form_of_task(connection, task.key)
        _parsed[key] = forms.parse(schema or {})
    return _parsed[key]
