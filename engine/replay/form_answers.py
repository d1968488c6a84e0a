"""Whether a recorded answer of a person must go through another form than it went through then."""

from typing import Any

from sqlalchemy import Connection

from engine import forms
from engine.model import Wait
from engine.replay.version import Version
from engine.transaction.catalogue import Catalogue


def changed(
    connection: Connection,
    catalogue: Catalogue,
    version: Version,
    before: Wait | None,
    now: Wait,
) -> forms.Form | None:
    """Return the form of a task on the version, None if the answer was given on the same one."""
    recorded = _form(connection, catalogue, None, before)
    present = _form(connection, catalogue, version, now)
    return None if present is None or present == recorded else present


def _form(
    connection: Connection, catalogue: Catalogue, version: Version | None, wait: Wait | None
) -> forms.Form | None:
    said: dict[str, Any] = (wait.data.get("form") if wait is not None else None) or {}
    if version is not None and said.get("id") in version.forms:
        return version.forms[said["id"]]
    if "embedded" in said:
        return catalogue.embedded_form(said["embedded"])
    key = said.get("key")
    return catalogue.form(connection, key) if isinstance(key, int) and key else None
