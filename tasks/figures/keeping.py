"""Keeps the figures of a day as a service task."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.figures.records import FigureSnapshot


@service_task(name="figures.keep", retries=3)
def keep_figures(session: Session, now: datetime) -> dict[str, Any]:
    """Keep the figures of the company as they are now; those of the same day are replaced.

    Value and problem Paretos, tiers, buying habits, cohorts, lifetime value, silence, the
    management page, the sales row, revenue by touchpoint, products, what is not bought, competition
    and the permitted base. Answers nothing.
    """
    keep(session, now)
    return {}


def keep(session: Session, now: datetime) -> None:
    """Work out and keep all groups of figures."""
    # numpy is loaded at night only
    from tasks.figures import (
        cohorts,
        competition,
        customers,
        management,
        not_bought,
        permission,
        products,
        sales,
        touchpoints,
    )

    makers = {
        "value": customers.value,
        "habits": customers.habits,
        "lifetime": customers.lifetime,
        "risk": customers.risk,
        "cohorts": cohorts.cohorts,
        "management": management.management,
        "sales": sales.sales,
        "touchpoints": touchpoints.touchpoints,
        "products": products.products,
        "not_bought": not_bought.missing,
        "competition": competition.competition,
        "permission": permission.permission,
    }
    for name, make in makers.items():
        same = FigureSnapshot.name == name, FigureSnapshot.day == now.date()
        data = make(session, now)
        session.execute(delete(FigureSnapshot).where(*same))
        session.add(FigureSnapshot(name=name, day=now.date(), as_of=now, data=data))
    session.flush()
