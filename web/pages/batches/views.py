"""Batch operations: how far they are, what failed, and the brake."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection, func, select

from engine import reads, store
from web.accounts import policy
from web.app.services import engine, reading

blueprint = Blueprint("batches", __name__, url_prefix="/batches")
ALIVE = ("ACTIVE", "SUSPENDED")


@blueprint.get("")
@policy.requires("instance.change")
def index() -> str:
    """List batches, newest first."""
    with reading() as connection:
        page = reads.batches(connection, after=request.args.get("after") or None)
    return render_template("batches/index.html", page=page)


@blueprint.post("/resolutions")
@policy.requires("incident.resolve")
def resolutions() -> Any:
    """Try everything again that stands still."""
    by = policy.check("incident.resolve").username
    chosen = store.instance.c.incidents > 0
    key = engine().by(by).batches.create("RESOLVE_INCIDENT", chosen, {})
    return redirect(url_for("batches.show", key=key), code=303)


@blueprint.get("/<int:key>")
@policy.requires("instance.change")
def show(key: int) -> str:
    """Show a batch: its progress moves by itself."""
    return _show("batches/show.html", key)


@blueprint.get("/<int:key>/progress")
@policy.requires("instance.change")
def progress(key: int) -> str:
    """Return the part of the page that moves."""
    return _show("batches/_progress.html", key)


@blueprint.post("/<int:key>/state")
@policy.requires("instance.change")
def steer(key: int) -> Any:
    """Pause a batch, let it go on, or end it; what it has done stays done."""
    by = policy.check("instance.change").username
    verbs = {
        "pause": engine().by(by).batches.pause,
        "resume": engine().by(by).batches.resume,
        "cancel": engine().by(by).batches.cancel,
    }
    verb = verbs.get(request.form.get("what", ""))
    if verb is not None:
        verb(key)
    return redirect(url_for("batches.show", key=key), code=303)


def _show(template: str, key: int) -> str:
    with reading() as connection:
        batch = reads.batch(connection, key)
        failures = reads.batch_failures(connection, key)
        again = _stand_still(connection, key) if batch.kind == "RESOLVE_INCIDENT" else 0
    return render_template(template, batch=batch, failures=failures, again=again, alive=ALIVE)


def _stand_still(connection: Connection, key: int) -> int:
    """Count the instances of a batch that have an incident now: trying again did not help them."""
    item, instance = store.batch_item.c, store.instance.c
    tried = select(item.instance_key).where(item.batch_key == key)
    query = select(func.count()).where(instance.key.in_(tried), instance.incidents > 0)
    return int(connection.execute(query).scalar_one())
