"""Whom and what a task is about, found through the numbers its process carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from sqlalchemy.orm import Session

from tasks.campaigns.records import Campaign
from web.reads import customers


@dataclass(frozen=True, slots=True)
class TaskContext:
    """The customer and the campaign of a task, as far as it has them."""

    customer: customers.Card | None
    campaign: Campaign | None


def task_context(session: Session, variables: Mapping[str, Any]) -> TaskContext:
    """Return what the variables `customer_id` and `campaign_id` stand for."""
    customer, campaign = variables.get("customer_id"), variables.get("campaign_id")
    return TaskContext(
        customer=customers.card(session, customer) if _is_number(customer) else None,
        campaign=session.get(Campaign, campaign) if _is_number(campaign) else None,
    )


def _is_number(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63
