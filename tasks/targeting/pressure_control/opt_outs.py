"""Whether opt-outs rise: beyond the limit, and not by chance."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.proportion import lower_limit
from tasks.contacts.records import Contact
from tasks.policy.records import values

SENT_WITHIN, OUT_WITHIN = timedelta(days=7), timedelta(days=1)


@service_task(name="targeting.count_opt_outs", retries=5)
def count_opt_outs(session: Session, now: datetime) -> dict[str, Any]:
    """Count who opted out within a day after marketing of seven days, and whether that is a rise.

    It is one where the exact lower 95 % limit of the share is above the policy value
    ``kill_switch.opt_out``, with at least ``kill_switch.fewest_others`` of them: two after a
    hundred messages are chance. Returns ``rising``, ``opted_out`` and ``sent``.
    """
    limits = values(session, "kill_switch")
    sent, out = session.execute(
        select(
            func.count(),
            func.count().filter(Contact.opted_out_at > now - OUT_WITHIN),
        ).where(
            Contact.purpose == "marketing",
            Contact.decision == "send",
            Contact.decided_at > now - SENT_WITHIN,
        )
    ).one()
    enough = out >= int(limits["fewest_others"])
    rising = enough and lower_limit(out, sent) > float(limits["opt_out"])
    return {"rising": rising, "opted_out": out, "sent": sent}
