"""The stream of moments, what each touchpoint and cause comes to, and kudos."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from tasks.customers.records import Customer
from tasks.moments.records import Kudos, MomentOfTruth
from tasks.touchpoints.records import Touchpoint
from web.accounts import policy
from web.app.services import now, reading

blueprint = Blueprint("moments", __name__, url_prefix="/moments")
QUARTER = timedelta(days=90)
SHOWN = 50
NEGATIVE_WEIGHT = 3  # what goes wrong weighs three times as much


@dataclass(frozen=True, slots=True)
class Balance:
    """What the moments of a touchpoint or a cause come to in 90 days."""

    name: str
    number: int | None
    all: int
    negative: int
    positive: int
    balance: int


@blueprint.get("")
@policy.requires("moment.see")
def index() -> str:
    """Show the newest moments, of a kind or a touchpoint, with what all of them come to."""
    polarity = request.args.get("polarity", "")
    place = request.args.get("touchpoint", type=int)
    with reading() as connection, Session(connection) as session:
        return render_template(
            "moments/index.html",
            moments=session.execute(_stream(polarity, place).limit(SHOWN)).all(),
            places=_by_touchpoint(session),
            causes=_by_cause(session),
            kudos=_kudos(session, policy.check("moment.see").username),
            polarity=polarity,
            place=place,
        )


def _stream(polarity: str, place: int | None) -> Select[Any, Any, Any]:
    query: Select[Any, Any, Any] = (
        select(MomentOfTruth, Touchpoint.name, Customer.name)
        .join(Touchpoint, Touchpoint.id == MomentOfTruth.touchpoint_id)
        .outerjoin(Customer, Customer.id == MomentOfTruth.customer_id)
        .order_by(MomentOfTruth.at.desc(), MomentOfTruth.id.desc())
    )
    if polarity:
        query = query.where(MomentOfTruth.polarity == polarity)
    return query if place is None else query.where(MomentOfTruth.touchpoint_id == place)


def _sums(*columns: Any) -> Select[Any]:
    def weight(polarity: str) -> Any:
        return func.sum(case((MomentOfTruth.polarity == polarity, MomentOfTruth.weight), else_=0))

    def count(polarity: str) -> Any:
        return func.sum(case((MomentOfTruth.polarity == polarity, 1), else_=0))

    return (
        select(
            *columns,
            func.count().label("all"),
            count("negative").label("negative"),
            count("positive").label("positive"),
            (weight("positive") - NEGATIVE_WEIGHT * weight("negative")).label("balance"),
        )
        .where(MomentOfTruth.at > now() - QUARTER)
        .group_by(*columns)
    )


def _by_touchpoint(session: Session) -> list[Balance]:
    query = _sums(Touchpoint.name.label("name"), Touchpoint.id.label("number")).join(
        Touchpoint, Touchpoint.id == MomentOfTruth.touchpoint_id
    )
    found = [Balance(**row) for row in session.execute(query).mappings()]
    return sorted(found, key=lambda each: (each.balance, -each.negative, each.name))


def _by_cause(session: Session) -> list[Balance]:
    query = _sums(MomentOfTruth.cause.label("name")).where(MomentOfTruth.cause.is_not(None))
    found = [Balance(number=None, **row) for row in session.execute(query).mappings()]
    return sorted(found, key=lambda each: (-each.negative, each.name))


def _kudos(session: Session, username: str) -> dict[str, list[Kudos]]:
    """Return what praises this person, and what others agreed to show."""
    query = select(Kudos).where((Kudos.employee == username) | Kudos.shared_at.is_not(None))
    found: dict[str, list[Kudos]] = defaultdict(list)
    for each in session.scalars(query.order_by(Kudos.id.desc()).limit(SHOWN)):
        found["own" if each.employee == username else "shared"].append(each)
    return found
