"""What has to become somebody's task: contracts that end, key accounts whose health fell."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.contracts.records import Contract
from tasks.customers.records import Customer
from tasks.key_accounts.records import KeyStatus
from tasks.policy.records import value, values
from tasks.scores.records import RelationScore

DAY = timedelta(days=1)


@service_task(name="development.contracts_ending", retries=5)
def contracts_ending(session: Session, now: datetime) -> dict[str, Any]:
    """Find the contracts whose end is near and whose renewal nobody has yet, each once.

    A key customer's contract is told the policy value renewal.key_days before its end, others
    renewal.days. Returns ``ending`` (customer_id, contract, ends_on, key).
    """
    renewal = values(session, "renewal")
    keys = _keys(session, now)
    last = now.date() + timedelta(days=max(int(renewal["key_days"]), int(renewal["days"])))
    found = session.scalars(
        select(Contract)
        .join(Customer, Customer.id == Contract.customer_id)
        .where(
            Contract.ends_on.between(now.date(), last),
            Contract.ended_at.is_(None),
            Contract.renewal_told_at.is_(None) | (Contract.renewal_told_at == now),
            Customer.erased_at.is_(None),
        )
        .order_by(Contract.ends_on, Contract.id)
    )
    ending = []
    for contract in found:
        key = contract.customer_id in keys
        days = timedelta(days=int(renewal["key_days" if key else "days"]))
        if contract.ends_on is None or contract.ends_on > now.date() + days:
            continue
        contract.renewal_told_at = contract.updated_at = now
        ending.append(
            {
                "customer_id": contract.customer_id,
                "contract": contract.number,
                "ends_on": contract.ends_on.isoformat(),
                "key": key,
            }
        )
    return {"ending": ending}


@service_task(name="development.accounts_fallen", retries=5)
def accounts_fallen(session: Session, now: datetime) -> dict[str, Any]:
    """Find the key accounts whose health of the last day is below account.least_health.

    Returns ``fallen`` (customer_id, health).
    """
    least = float(value(session, "account.least_health"))
    found = session.scalars(
        select(RelationScore)
        .where(
            RelationScore.kind == "health",
            RelationScore.at > now - DAY,
            RelationScore.customer_id.in_(_keys(session, now)),
        )
        .order_by(RelationScore.id)
    )
    newest = {each.customer_id: each.value for each in found}
    return {
        "fallen": [
            {"customer_id": customer, "health": round(health)}
            for customer, health in newest.items()
            if health < least
        ]
    }


def _keys(session: Session, now: datetime) -> set[int]:
    found = select(KeyStatus.customer_id).where(
        KeyStatus.status == "key", KeyStatus.expires_on > now.date()
    )
    return set(session.scalars(found))
