"""Webhooks: who is told what happens here, how each delivery went, and who may tell us."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine.errors import EngineError
from tasks import inbound_events, outbound_webhooks
from tasks.installed import SUBJECTS
from tasks.outbound_webhooks import receivers
from web.accounts import policy
from web.app.services import engine, now, reach, reading, services
from web.reads import webhooks as reading_webhooks

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
STATES = ("pending", "delivered", "dead")
T = TypeVar("T")


@blueprint.get("")
@policy.requires("webhook.see")
def index() -> str:
    """Show receivers and sources."""
    return _page()


@blueprint.post("")
@policy.requires("webhook.change")
def add() -> Any:
    """Add a receiver; its secret is on this answer only."""
    by = policy.check("webhook.change").username
    given = {
        "name": request.form.get("name", ""),
        "url": request.form.get("url", ""),
        "types": request.form.get("types", "").replace(",", " ").split(),
    }
    try:
        made = _write(
            lambda s: (
                outbound_webhooks.add(s, SUBJECTS.subscribable, given, reach(), by, now()).secret
            )
        )
    except EngineError as refused:
        return _page(problem=refused.message, given=given), 422
    return _page(secret=made), 201


@blueprint.get("/<int:number>")
@policy.requires("webhook.see")
def show(number: int) -> str:
    """Show a receiver and its deliveries with every attempt, the newest first."""
    return _receiver(number)


@blueprint.post("/<int:number>/state")
@policy.requires("webhook.change")
def switch(number: int) -> Any:
    """Switch a receiver off or on."""
    active = request.form.get("active") == "1"
    _write(
        lambda s: outbound_webhooks.change(
            s, SUBJECTS.subscribable, number, {"active": active}, reach(), now()
        )
    )
    return redirect(url_for("webhooks.show", number=number), code=303)


@blueprint.post("/<int:number>/secret")
@policy.requires("webhook.change")
def rotate(number: int) -> Any:
    """Make a new secret for a receiver, shown on this answer only."""
    return _receiver(number, _write(lambda s: outbound_webhooks.rotate(s, number, now()).secret))


@blueprint.post("/<int:number>/test")
@policy.requires("webhook.change")
def test(number: int) -> Any:
    """Send a test."""
    _write(lambda s: outbound_webhooks.test(s, number, engine().clock()))
    flash(_("The test is on its way."), "good")
    return redirect(url_for("webhooks.show", number=number), code=303)


@blueprint.post("/deliveries/<int:number>/redelivery")
@policy.requires("webhook.change")
def redeliver(number: int) -> Any:
    """Begin again with a delivery."""
    _write(lambda s: outbound_webhooks.redeliver(s, number, engine().clock()))
    with reading() as connection, Session(connection) as session:
        webhook = reading_webhooks.delivery(session, number).webhook_id
    return redirect(url_for("webhooks.show", number=webhook), code=303)


@blueprint.post("/sources")
@policy.requires("webhook.change")
def add_source() -> Any:
    """Let a system tell us events; its secret is on this answer only."""
    by, name = policy.check("webhook.change").username, request.form.get("source", "").strip()
    try:
        made = _write(lambda s: inbound_events.add_source(s, name, by, now()).secret)
    except EngineError as refused:
        return _page(problem=refused.message), 422
    return _page(secret=made), 201


@blueprint.post("/sources/<source>/secret")
@policy.requires("webhook.change")
def rotate_source(source: str) -> Any:
    """Make a new secret for a source, shown on this answer only."""
    return _page(secret=_write(lambda s: inbound_events.rotate_source(s, source, now()).secret))


@blueprint.post("/sources/<source>/state")
@policy.requires("webhook.change")
def switch_source(source: str) -> Any:
    """Stop listening to a source, or listen again."""
    active = request.form.get("active") == "1"
    _write(lambda s: inbound_events.switch_source(s, source, active=active))
    return redirect(url_for("webhooks.index"), code=303)


def _page(secret: str = "", problem: str = "", given: Any = None) -> str:
    with reading() as connection, Session(connection) as session:
        return render_template(
            "webhooks/index.html",
            receivers=reading_webhooks.receivers(session),
            sources=reading_webhooks.sources(session),
            types=SUBJECTS.webhooks,
            coming=SUBJECTS.webhooks_to_come,
            secret=secret,
            problem=problem,
            given=given or {},
        )


def _receiver(number: int, secret: str = "") -> str:
    state, before = request.args.get("state", ""), request.args.get("before", "")
    last = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None
    with reading() as connection, Session(connection) as session:
        found = reading_webhooks.deliveries(session, number, state if state in STATES else "", last)
        return render_template(
            "webhooks/show.html",
            webhook=receivers.find(session, number),
            deliveries=found,
            more=len(found) == reading_webhooks.PAGE,
            state=state,
            states=STATES,
            secret=secret,
        )


def _write(change: Callable[[Session], T]) -> T:
    with Session(services().database) as session:
        answer = change(session)
    services().outlet.forget()
    return answer
