"""Instances: the list, and one with its diagram, steps, variables, history and incidents."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import reads
from engine.reads import Element, Value
from web.accounts import policy
from web.app.services import engine, reading
from web.pages.instances import history_lines
from web.pages.processes import outline
from web.pages.processes.views import diagram_state
from web.pages.shared.paging import page_number
from web.reads import page_actions, visibility

blueprint = Blueprint("instances", __name__, url_prefix="/instances")
QUICK, SLOW = 3, 30  # seconds between two looks at a running instance
STATES = ("ACTIVE", "COMPLETED", "TERMINATED", "SUSPENDED")


@blueprint.get("")
@policy.requires("instance.see")
def index() -> str:
    """List instances, newest first, by process, state and business key."""
    args = request.args
    state = args.get("state", "")
    with reading() as connection:
        page = reads.instances(
            connection,
            process_id=args.get("process") or None,
            state=state if state in STATES else None,
            with_incidents=state == "INCIDENT",
            business_key=args.get("q", "").strip() or None,
            after=args.get("after") or None,
        )
        processes = reads.definitions(connection)
        titles = reads.titles(connection, {one.key for one in page.items})
    return render_template(
        "instances/index.html",
        page=page,
        processes=processes,
        state=state,
        states=STATES,
        titles=titles,
    )


@blueprint.get("/<int:key>")
@policy.requires("instance.see")
def show(key: int) -> str:
    """Show one instance: where it stands in picture and words, and how it got there."""
    with reading() as connection:
        instance = reads.instance(connection, key)
        counts = reads.instance_statistics(connection, key)
        elements = reads.elements(connection, key)
        account = policy.check("instance.see")
        seen = visibility.sees(connection, account, key)
        variables = reads.variables(connection, key) if seen else []
        history = reads.history(connection, key)
        incidents = reads.incidents(connection, instance_key=key, state=None).items
        waiting = reads.waiting(connection, key)
        children = reads.children(connection, key)
        titles = reads.titles(connection, {key, *(child.key for child in children[:20])})
        xml = reads.resource_xml(connection, instance.definition_key)
        drawn = outline.steps(connection, instance.definition_key, instance.process_id)
        offered = page_actions.actions(connection, key, account)
    broken = {one.element_instance_key for one in incidents if one.state == "ACTIVE"}
    steps = [step for step in elements if step.type != "PROCESS" and step.key != key]
    names = {one.id: one.name or one.id for one in drawn}
    return render_template(
        "instances/show.html",
        instance=instance,
        steps=steps,
        broken=broken,
        names=names,
        seen=seen,
        scopes=_scopes(key, variables, elements),
        history=history_lines.lines(history, names),
        title=instance.business_key or titles.get(key, ""),
        incidents=incidents,
        waiting=waiting,
        mine=[one for one in offered if one.kind == "task"],
        sends=[one for one in offered if one.kind == "message"],
        seconds=QUICK if any(one.kind == "job" for one in waiting) else SLOW,
        children=children,
        titles=titles,
        state=diagram_state(counts, flows=sorted(instance.flows), names=outline.labels(xml)),
    )


@blueprint.get("/<int:key>/pulse")
@policy.requires("instance.see")
def pulse(key: int) -> Any:
    """Return nothing, or that the page is to be loaded anew because the instance has moved."""
    with reading() as connection:
        moved = reads.history(connection, key, after=page_number("seen"), limit=1)
    return "", 204, {"HX-Refresh": "true"} if moved else {}


@blueprint.post("/<int:key>/cancellation")
@policy.requires("instance.change")
def cancellation(key: int) -> Any:
    """Stop an instance and everything it called."""
    engine().by(policy.check("instance.change").username).instances.cancel(key)
    flash(_("The instance was stopped."), "good")
    return redirect(url_for("instances.show", key=key), code=303)


def _scopes(
    key: int, variables: Sequence[Value], elements: Sequence[Element]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the variables by scope, the instance's own first, values as JSON."""
    names = {step.key: step.element_name or step.element_id for step in elements}
    scopes: dict[int, list[tuple[str, str]]] = {}
    for value in variables:
        text = json.dumps(value.value, ensure_ascii=False, indent=1)
        scopes.setdefault(value.scope_key, []).append((value.name, text))
    return [
        ("" if scope == key else names.get(scope, str(scope)), values)
        for scope, values in scopes.items()
    ]
