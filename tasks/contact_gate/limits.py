"""What never happens, whatever drawings and tables say; judged as a contact is reserved. Pure."""

from collections.abc import Iterator
from typing import Any

from engine.errors import Invalid
from tasks.contact_gate.history import NONESSENTIAL

Facts = dict[str, Any]


def insist(facts: Facts, purpose: str, channel: str) -> None:
    """Raise Invalid, naming the rule, if nothing may make this contact now."""
    for broken, rule in _rules(facts, purpose, channel):
        if broken:
            raise Invalid(f"The contact gate does not let this through: {rule}.")


def _rules(facts: Facts, purpose: str, channel: str) -> Iterator[tuple[bool, str]]:
    gone = facts["erased"] or (facts["deceased"] and purpose != "case_handling")
    yield gone, "the customer is not to be contacted"
    yield channel not in facts["channels_allowed"], "the customer does not permit this channel"
    asked = purpose in ("service_essential", "case_handling")  # owed, or asked for
    asked = asked or (purpose == "service_response" and channel in facts["answering"])
    asked = asked or channel in facts["asked_here"]
    yield facts["do_not_contact"] and not asked, "the customer wants no contact"
    if purpose == "marketing":
        yield from _marketing(facts)
    if purpose in NONESSENTIAL and channel not in facts["asked_here"]:
        full = facts["contacts_7d"] >= facts["cap_contacts_7d"]
        yield full, "the customer heard enough in seven days"


def _marketing(facts: Facts) -> Iterator[tuple[bool, str]]:
    yield facts["control_member"], "the customer is in the control group"
    yield not facts["hours_from"] <= facts["local_time"] < facts["hours_to"], "quiet hours"
    rested = facts["days_since_complaint"]
    wrong = rested is not None and rested < facts["complaint_rest_days"]
    yield facts["open_complaint"] or facts["intensive_care"] or wrong, "something is wrong"
    yield facts["touches_7d"] >= facts["cap_7d"], "the cap of seven days is reached"
    caps = (facts["cap_30d"], facts["own_limit"], facts["segment_cap"])
    least = min(cap for cap in caps if cap is not None)
    yield facts["touches_30d"] >= least, "the cap of thirty days is reached"
