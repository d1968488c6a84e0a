"""Processes, forms and other resources that were deployed."""

from typing import Any

from sqlalchemy import exists

from engine import store
from engine.reads.search.json_text import as_text
from engine.reads.search.view import View
from engine.transaction.releases import is_current

TENANT: dict[str, Any] = {"tenant_id": "<default>"}
_d = store.definition


PROCESS_DEFINITIONS = View(
    "Process definition",
    _d,
    "process_definition_key",
    {
        "process_definition_key": _d.c.key,
        "process_definition_id": _d.c.process_id,
        "name": _d.c.name,
        "resource_name": _d.c.resource_name,
        "version": _d.c.version,
        "version_tag": _d.c.version_tag,
        "has_start_form": _d.c.start_form.is_not(None),
        "state": _d.c.state,
        "is_latest_version": exists().where(is_current("process")),
    },
    constants=TENANT,
    unread=frozenset({"is_latest_version"}),
)

_f = store.form
FORMS = View(
    "Form",
    _f,
    "form_key",
    {
        "form_key": _f.c.key,
        "form_id": _f.c.id,
        "version": _f.c.version,
        "schema": as_text(_f.c.schema),
    },
    constants=TENANT,
)

_r = store.resource
RESOURCES = View(
    "Resource",
    _r,
    "resource_key",
    {
        "resource_key": _r.c.key,
        "resource_id": _r.c.id,
        "resource_name": _r.c.name,
        "version": _r.c.version,
        "version_tag": _r.c.version_tag,
    },
    constants=TENANT,
)
