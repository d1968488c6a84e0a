"""What an editor's page gets: the file, addresses, words, templates; and the file to read."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from engine import forms
from engine.errors import EngineError
from engine.properties import Catalogue
from engine.service_task import ServiceTask
from web.accounts import Account
from web.forms import form_page
from web.i18n import localizer
from web.i18n.labels import label
from web.reads import decision_tables
from web.studio import checks, declared, names, service_templates
from web.studio.drafts import Draft, Save

_KINDS = (
    "startEvent", "endEvent", "userTask", "serviceTask", "scriptTask", "businessRuleTask",
    "callActivity", "subProcess", "boundaryEvent", "intermediateCatchEvent", "sendTask", "task",
    "intermediateThrowEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
    "eventBasedGateway", "receiveTask", "manualTask",
)  # fmt: skip


def etag(save: Save, name: str) -> str:
    """Return the ETag of a file: the digest of what it holds."""
    return f'"{save.files[name]}"'


def page(
    draft: Draft,
    save: Save,
    name: str,
    files: Mapping[str, bytes],
    account: Account,
    tasks: Iterable[ServiceTask],
    catalogue: Catalogue,
) -> dict[str, Any]:
    """Return what the scripts of an editor read."""
    return {
        "draft": draft.id,
        "file": name,
        "user": account.username,
        "content": files[name].decode("utf-8", errors="replace"),
        "etag": etag(save, name),
        "csrf": generate_csrf(),
        "language": localizer.language(),
        "contentUrl": url_for("studio.contents", number=draft.id, name=name),
        "copyUrl": url_for("studio.copy", number=draft.id, name=name),
        "presenceUrl": url_for("studio.present", number=draft.id),
        "loginUrl": url_for("session.login"),
        "problems": checks.shown(checks.problems(files), files),
        "templates": service_templates.templates(tasks) if names.editor(name) == "diagram" else [],
        "declared": declared.fields(catalogue) if names.editor(name) == "diagram" else [],
        "kinds": {f"bpmn:{kind[0].upper()}{kind[1:]}": _kind(kind) for kind in _KINDS},
        "words": _words(),
    }


def reading(name: str, data: bytes) -> Any:
    """Return what is shown where a file is only read: a table's rows, a form's fields, a text."""
    try:
        if names.editor(name) == "table":
            return decision_tables.decisions(data)
        if names.editor(name) == "form":
            return form_page.build(forms.parse(json.loads(data)), {})
    except (EngineError, ValueError):
        return None  # the problems beside it say why
    return data.decode("utf-8", errors="replace") if names.editor(name) == "text" else None


def _kind(name: str) -> str:
    snake = "".join(f"_{letter}" if letter.isupper() else letter for letter in name).upper()
    return label(snake)


def _words() -> dict[str, str]:
    return {
        "unsaved": _("not saved yet"),
        "saving": _("saving …"),
        "failed": _("It could not be saved; your work is kept in this window."),
        "signedOut": _(
            "You are signed out. Your work is kept in this window and in this browser: sign in"
            " again in a new tab, then save."
        ),
        "signIn": _("Sign in"),
        "kept": _("This browser kept work on this file that was not saved."),
        "restore": _("Bring it back"),
        "drop": _("Throw it away"),
        "over": _("Save mine as the newest"),
        "aside": _("Save mine as a draft of its own"),
        "theirs": _("Go on with theirs"),
        "noProblems": _("Nothing to complain about."),
        "name": _("Name"),
        "documentation": _("Description"),
        "decisions": _("Decisions"),
        "declared": _("How it is run here"),
        "unread": _("The editor cannot read parts of this file; saving it would lose them:"),
        "simulate": _("Simulate"),
        "edit": _("Back to editing"),
    }
