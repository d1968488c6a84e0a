"""Segments: the list, one of them, what a rule would give, saving."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from tasks.segments.records import Segment, SegmentMember, SegmentMove
from tasks.segments.refresh import fill
from tasks.segments.rule import COLUMNS, INTEREST, Counted, check, count, inside
from web.accounts import policy
from web.app import audit
from web.app.services import now, reading, writing
from web.forms import form_page

blueprint = Blueprint("segments", __name__, url_prefix="/segments")
NAMES = (*COLUMNS, INTEREST)
DAYS = 30  # of the history that is shown
LONGEST = 2_000  # characters of a rule


@blueprint.get("")
@policy.requires("segment.see")
def index() -> str:
    """List the segments with how many are in each."""
    members = func.count(SegmentMember.customer_id)
    query = (
        select(Segment, members)
        .outerjoin(SegmentMember, SegmentMember.segment_id == Segment.id)
        .group_by(Segment.id)
        .order_by(Segment.title)
    )
    with reading() as connection, Session(connection) as session:
        rows = [(row[0], row[1]) for row in session.execute(query)]
        return render_template("segments/index.html", segments=rows)


@blueprint.get("/new")
@policy.requires("segment.change")
def new() -> str:
    """Show an empty segment."""
    return _page(None, {"title": "", "rule": "", "description": "", "version": ""})


@blueprint.get("/<int:number>")
@policy.requires("segment.see")
def show(number: int) -> str:
    """Show a segment: its rule, how many are in it, who came and left lately."""
    with reading() as connection, Session(connection) as session:
        segment = _segment(session, number)
        typed = {
            "title": segment.title,
            "rule": segment.rule,
            "description": segment.description,
            "version": str(segment.version),
        }
        return _page(segment, typed, history=_history(session, number))


@blueprint.post("/count")
@policy.requires("segment.change")
def counted() -> str:
    """Return of how many customers a rule is true, with some of them, alone for the page."""
    found, problem = _counted(_typed()["rule"])
    return render_template("segments/_count.html", counted=found, problem=problem)


@blueprint.post("/new")
@policy.requires("segment.change")
def create() -> Any:
    """Make a segment, or only count what its rule would give."""
    return _save(None)


@blueprint.post("/<int:number>")
@policy.requires("segment.change")
def change(number: int) -> Any:
    """Change a segment, or only count what its rule would give."""
    return _save(number)


def _save(number: int | None) -> Any:
    typed = _typed()
    found, problem = _counted(typed["rule"])
    if not typed["title"]:
        problem = problem or _("Give the segment a name.")
    if request.form.get("only_count") or problem:
        with reading() as connection, Session(connection) as session:
            segment = _segment(session, number) if number else None
            page = _page(segment, typed, found, problem)
        return (page, 422) if problem else page
    kept = _keep(number, typed)
    flash(_("The segment is saved."), "good")
    return redirect(url_for("segments.show", number=kept), code=303)


def _keep(number: int | None, typed: dict[str, str]) -> int:
    by, at = policy.check("segment.change").username, now()
    with writing() as connection, Session(connection) as session:
        if number is None:
            made = {"kind": "need", "created_at": at, "created_by": by}
            segment = Segment(name=_name(session, typed["title"]), title=typed["title"], **made)
            session.add(segment)
        else:
            segment = _segment(session, number)
            if typed["version"] != str(segment.version):
                raise Conflict(_("Somebody has changed the segment meanwhile."))
            segment.title, segment.updated_at = typed["title"], at
        segment.rule, segment.description = typed["rule"], typed["description"]
        session.flush()
        fill(session, segment.id, set(inside(session, segment.rule, form_page.here())), at)
        session.flush()
        kept = segment.id
    audit.note("segment.change", by, str(kept), {"rule": typed["rule"]})
    return kept


def _name(session: Session, title: str) -> str:
    """Return a name of our own for a segment, which processes call it by."""
    letters = "".join(c if c.isalnum() and c.isascii() else "_" for c in title.lower())
    base = letters.strip("_")[:40] or "segment"
    taken = set(session.scalars(select(Segment.name).where(Segment.name.startswith(base))))
    found, n = base, 1
    while found in taken:
        n += 1
        found = f"{base}_{n}"
    return found


def _typed() -> dict[str, str]:
    names = ("title", "rule", "description", "version")
    return {name: request.form.get(name, "").strip()[:LONGEST] for name in names}


def _counted(rule: str) -> tuple[Counted | None, str]:
    try:
        check(rule)
        with reading() as connection, Session(connection) as session:
            return count(session, rule, form_page.here()), ""
    except Invalid as error:
        return None, error.message


def _segment(session: Session, number: int | None) -> Segment:
    segment = session.get(Segment, number)
    if segment is None:
        raise NotFound
    return segment


def _history(session: Session, number: int) -> list[Any]:
    """Return how many came and left, the newest day first."""
    joined = func.sum(case((SegmentMove.joined, 1), else_=0))
    left = func.sum(case((SegmentMove.joined, 0), else_=1))
    query = (
        select(SegmentMove.at, joined, left)
        .where(SegmentMove.segment_id == number)
        .group_by(SegmentMove.at)
        .order_by(SegmentMove.at.desc())
        .limit(DAYS)
    )
    return [tuple(row) for row in session.execute(query)]


def _page(
    segment: Segment | None,
    typed: dict[str, str],
    found: Counted | None = None,
    problem: str = "",
    history: list[Any] | None = None,
) -> str:
    return render_template(
        "segments/show.html",
        segment=segment,
        typed=typed,
        counted=found,
        problem=problem,
        history=history or [],
        names=NAMES,
    )
