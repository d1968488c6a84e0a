"""What an operator does to one instance: suspend it, move its tokens, take it to a new version."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import reads, store
from engine.commands.migration_check import MigrationCheck
from engine.errors import EngineError, Invalid
from engine.model import Problem
from engine.reads import Instance
from web.accounts import policy
from web.app.services import engine, reading
from web.pages.processes import outline

blueprint = Blueprint("operating", __name__, url_prefix="/instances/<int:key>")
NO_TARGET = {"START_EVENT", "BOUNDARY_EVENT", "EVENT_SUB_PROCESS"}
JUDGED = 200  # instances that the dry run of a page looks at
_instance = store.instance.c


@blueprint.post("/suspension")
@policy.requires("instance.change")
def suspension(key: int) -> Any:
    """Suspend an instance, or resume it."""
    by = policy.check("instance.change").username
    if request.form.get("resume"):
        engine().by(by).instances.resume(key)
        flash(_("The instance was resumed."), "good")
    else:
        engine().by(by).instances.suspend(key)
        flash(_("The instance is suspended: nothing moves it until somebody resumes it."), "good")
    return redirect(url_for("instances.show", key=key), code=303)


@blueprint.get("/modification")
@policy.requires("intervention.make")
def modification(key: int) -> str:
    """Ask which token is to be moved where."""
    return _modification(key)


@blueprint.post("/modification")
@policy.requires("intervention.make")
def modify(key: int) -> Any:
    """Move, put or take away a token; what cannot be is said, and nothing has changed."""
    by = policy.check("intervention.make").username
    try:
        engine().by(by).instances.modify(key, **_orders())
    except EngineError as refused:
        return _modification(key, refused.message), 422
    flash(_("The instance was moved."), "good")
    return redirect(url_for("instances.show", key=key), code=303)


@blueprint.get("/migration")
@policy.requires("intervention.make")
def migration(key: int) -> str:
    """Show what going over to another version would do, to this instance or to all like it."""
    return _migration(key)


@blueprint.post("/migration")
@policy.requires("intervention.make")
def migrate(key: int) -> Any:
    """Take this instance, or all of its version, to another version."""
    by = policy.check("intervention.make").username
    target, names = _target(), _mapping()
    if target is None or not request.form.get("go"):
        return _migration(key)  # only the dry run was asked for
    try:
        if request.form.get("all"):
            with reading() as connection:
                chosen = _alike(reads.instance(connection, key))
            plan = {"target_definition_key": target, "mapping": names}
            batch = engine().by(by).batches.create("MIGRATE_PROCESS_INSTANCE", chosen, plan)
            return redirect(url_for("batches.show", key=batch), code=303)
        engine().by(by).instances.migrate(key, target, names)
    except EngineError as refused:
        return _migration(key, refused.message), 422
    flash(_("The instance goes on in the other version."), "good")
    return redirect(url_for("instances.show", key=key), code=303)


# -- moving tokens -------------------------------------------------------------------------------


def _orders() -> dict[str, list[dict[str, Any]]]:
    """Read the form as `Engine.modify` takes it."""
    given = request.form
    source, target = given.get("source", ""), given.get("target", "")
    place: dict[str, Any] = {}
    if text := given.get("variables", "").strip():
        place["variableInstructions"] = [{"variables": _object(text)}]
    if given.get("what") == "terminate":
        return {"terminate": [{"elementInstanceKey": _digits(source)}]}
    if given.get("what") == "activate":
        return {"activate": [{"elementId": target, **place}]}
    moved = {"sourceElementInstanceKey": _digits(source), "targetElementId": target}
    return {"move": [moved | place]}


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(_('The variables are not an object such as {"amount": 5}.'))
    return found


def _digits(text: str) -> str:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Invalid(_("Say which step is meant."))
    return text


def _modification(key: int, problem: str = "") -> str:
    with reading() as connection:
        instance = reads.instance(connection, key)
        elements = reads.elements(connection, key)
        steps = outline.steps(connection, instance.definition_key, instance.process_id)
    names = {step.id: step.name or step.id for step in steps}
    return render_template(
        "instances/modification.html",
        instance=instance,
        here=[each for each in elements if each.state == "ACTIVE" and each.key != key],
        targets=[step for step in steps if step.type not in NO_TARGET],
        names=names,
        problem=problem,
        given=request.form,
    )


# -- another version -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dry:
    """What a dry run found: how many fit, and each reason with how many it holds back."""

    fit: int
    not_fit: int
    reasons: list[tuple[Problem, int]]
    more: bool

    @classmethod
    def of(cls, verdicts: list[MigrationCheck]) -> "Dry":
        """Count verdicts."""
        fit = sum(verdict.fits for verdict in verdicts)
        reasons = Counter(problem for verdict in verdicts for problem in verdict.problems)
        return cls(fit, len(verdicts) - fit, reasons.most_common(20), len(verdicts) == JUDGED)


def _migration(key: int, problem: str = "") -> str:
    target, mapping = _target(), _mapping()
    with reading() as connection:
        instance = reads.instance(connection, key)
        versions = [
            each
            for each in reads.versions(connection, instance.process_id)
            if each.key != instance.definition_key
        ]
    if target is None and versions:
        target = versions[0].key
    dry = None
    if target is not None:
        if "mapping" not in request.form:
            mapping = engine().definitions.suggest_mapping(instance.definition_key, target)
        everybody = bool(request.form.get("all"))
        chosen = _alike(instance) if everybody else _instance.key == key
        dry = Dry.of(engine().instances.check_migration(target, chosen, mapping, limit=JUDGED))
    return render_template(
        "instances/migration.html",
        instance=instance,
        versions=versions,
        target=target,
        mapping="\n".join(f"{old} = {new}" for old, new in mapping.items()),
        dry=dry,
        judged=JUDGED,
        problem=problem,
        given=request.form,
    )


def _alike(instance: Instance) -> Any:
    """Choose the running instances of the same version."""
    same = _instance.definition_key == instance.definition_key
    return same & (_instance.state == "ACTIVE")


def _target() -> int | None:
    text = request.form.get("target", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _mapping() -> dict[str, str]:
    """Read lines of "old = new"."""
    lines = request.form.get("mapping", "").splitlines()
    pairs = [line.partition("=") for line in lines if "=" in line]
    return {old.strip(): new.strip() for old, _equals, new in pairs}
