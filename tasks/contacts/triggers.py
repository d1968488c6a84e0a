"""The gate is not bypassed, whoever writes: what a contact that goes out must fulfil."""

from typing import Final

from tasks.declare.trigger import Trigger

_IS_CONTROL = """NEW.purpose = 'marketing' AND EXISTS (
    SELECT 1 FROM crm_campaign_member m
    WHERE m.campaign_id = NEW.campaign_id AND m.customer_id = NEW.customer_id
      AND m.arm = 'control')"""

_NOT_ALLOWED = """COALESCE((
    SELECT c.state FROM crm_consent c
    WHERE c.customer_id = NEW.customer_id AND c.channel = NEW.channel
      AND c.purpose = NEW.purpose AND c.topic IS NULL AND c.at <= NEW.decided_at
    ORDER BY c.at DESC, c.id DESC LIMIT 1), 'denied') <> 'allowed'"""


def _when_sent(name: str, message: str, condition: str) -> Trigger:
    return Trigger(
        name=name,
        table="crm_contact",
        message=message,
        condition=f"NEW.decision = 'send' AND {condition}",
        update_condition=f"NEW.decision = 'send' AND OLD.decision <> 'send' AND {condition}",
    )


CONTROL = _when_sent(
    "contact_control", "a control member gets no marketing contact of that campaign", _IS_CONTROL
)
CONSENT = _when_sent(
    "contact_consent", "a contact needs a consent that allows it now", _NOT_ALLOWED
)
TRIGGERS: Final = (CONTROL, CONSENT)
