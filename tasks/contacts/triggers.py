"""The gate is not bypassed, whoever writes: what contacts and messages that go out must fulfil."""

# ruff: noqa: S608 - made of constants of ours

from typing import Final

from tasks.consents.permission_sql import asked_once, contactable, permitted
from tasks.declare.trigger import Trigger

_IS_CONTROL = """NEW.purpose = 'marketing' AND EXISTS (
    SELECT 1 FROM crm_campaign_member m
    WHERE m.campaign_id = NEW.campaign_id AND m.customer_id = NEW.customer_id
      AND m.arm = 'control')"""


def _answers(contact: str) -> str:
    """Return SQL that is true when a contact answers somebody where they wrote to us.

    A case on the channel its sender named, an open conversation on the channel just used, or
    what they asked for once.
    """
    return f"""(({contact}.purpose = 'case_handling' AND EXISTS (
    SELECT 1 FROM crm_case k WHERE k.id = {contact}.case_id
      AND k.contact_channel = {contact}.channel AND k.contact_address IS NOT NULL))
    OR ({contact}.purpose = 'service_response' AND EXISTS (
    SELECT 1 FROM crm_conversation v JOIN crm_customer p ON p.id = v.customer_id
    WHERE v.customer_id = {contact}.customer_id AND v.state = 'open'
      AND v.channel = {contact}.channel
      AND p.erased_at IS NULL AND p.merged_into_id IS NULL AND NOT p.deceased))
    OR {_asked_once(contact)})"""


def _asked_once(contact: str) -> str:
    columns = ("customer_id", "channel", "purpose", "decided_at")
    return asked_once(*(f"{contact}.{name}" for name in columns))


def _may(contact: str, when: str) -> str:
    who = f"{contact}.customer_id"
    return f"""({_answers(contact)} OR ({contactable(who, f"{contact}.purpose")}
      AND {permitted(who, f"{contact}.channel", f"{contact}.purpose", when)}))"""


_NOT_ALLOWED = f"NOT {_answers('NEW')} AND NOT " + permitted(
    "NEW.customer_id", "NEW.channel", "NEW.purpose", "NEW.decided_at"
)
_NOBODY = f"NOT {_answers('NEW')} AND NOT " + contactable("NEW.customer_id", "NEW.purpose")

# partners have no consents: they are written to at their own address, once there is an agreement
_TO_PARTNER = """EXISTS (
    SELECT 1 FROM crm_partner p
    WHERE p.id = NEW.partner_id AND p.contact = NEW.recipient AND p.agreement <> '')"""

# a note to a colleague has no contact; everything else belongs to one that may go out now
_UNDECIDED = f"""NOT NEW.internal AND NOT {_TO_PARTNER} AND NOT EXISTS (
    SELECT 1 FROM crm_contact c
    WHERE c.id = NEW.contact_id AND c.decision = 'send' AND c.channel = NEW.channel
      AND {_may("c", "c.decided_at")})"""


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
PERSON = _when_sent("contact_person", "this customer is not to be contacted", _NOBODY)
# each attempt to send counts up, so an attempt is what an update is judged by
MESSAGE = Trigger(
    name="message",
    table="crm_message",
    message="a message needs a contact that may go out now",
    condition=f"NEW.state <> 'failed' AND {_UNDECIDED}",
    update_condition=f"NEW.attempts <> OLD.attempts AND {_UNDECIDED}",
)
TRIGGERS: Final = (CONTROL, CONSENT, PERSON, MESSAGE)
