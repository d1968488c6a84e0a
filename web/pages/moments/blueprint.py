"""The blueprint of the service cycle: as it was drawn, and as customers really go."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.moments.records import MomentOfTruth
from tasks.standards.records import ServiceStandard
from tasks.touchpoints.records import Touchpoint
from web.accounts import policy
from web.app.services import now, reading

blueprint = Blueprint("service_cycle", __name__, url_prefix="/service-cycle")
QUARTER = timedelta(days=90)
LATEST = 20_000  # moments that are followed, the newest first
SIGNS = {"negative": -1, "positive": 1, "neutral": 0}


@blueprint.get("")
@policy.requires("moment.see")
def show() -> str:
    """Show the touchpoints in the customers' order, and the steps that customers really take."""
    with reading() as connection, Session(connection) as session:
        places = session.scalars(
            select(Touchpoint).order_by(Touchpoint.order_no, Touchpoint.id)
        ).all()
        standards = defaultdict[int, list[ServiceStandard]](list)
        for each in session.scalars(
            select(ServiceStandard).where(
                ServiceStandard.touchpoint_id.is_not(None), ServiceStandard.status != "retired"
            )
        ):
            standards[each.touchpoint_id or 0].append(each)
        return render_template(
            "moments/blueprint.html",
            places=places,
            standards=standards,
            journey=_walked(session, places),
        )


def _walked(session: Session, places: Sequence[Touchpoint]) -> Any:
    """Return what the newest moments of 90 days say of the way; steps of few are left out."""
    # numpy is loaded with the page, not with the web
    from tasks.analytics.relationship.journey import Visit, journey

    names = {place.id: place.name for place in places}
    rows = session.execute(
        select(
            MomentOfTruth.customer_id,
            MomentOfTruth.touchpoint_id,
            MomentOfTruth.at,
            MomentOfTruth.polarity,
            MomentOfTruth.weight,
        )
        .where(MomentOfTruth.customer_id.is_not(None), MomentOfTruth.at > now() - QUARTER)
        .order_by(MomentOfTruth.at.desc())
        .limit(LATEST)
    )
    ways = defaultdict[int, list[Visit]](list)
    for customer, place, at, polarity, weight in rows:
        ways[customer or 0].append(Visit(names[place], at, SIGNS[polarity] * weight))
    drawn = pairwise(place.name for place in places if place.order_no)
    return journey(ways.values(), drawn)
