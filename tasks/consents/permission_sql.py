"""The same question as `tasks.customers.permission`, as text for triggers of both databases."""

# ruff: noqa: S608 - made of constants of ours

from tasks.consents.say import IMPORT


def permitted(customer: str, channel: str, purpose: str, at: str) -> str:
    """Return SQL that is true when a customer permits a channel for a purpose at an instant."""
    sharing = f"""
      SELECT o.customer_id FROM crm_contact_point o JOIN crm_contact_point m
        ON m.channel = o.channel AND m.key = o.key
      WHERE m.customer_id = {customer} AND m.channel = {channel}"""
    return f"""EXISTS (
    SELECT 1 FROM crm_consent a
    WHERE a.customer_id = {customer} AND a.channel = {channel} AND a.purpose = {purpose}
      AND a.topic IS NULL AND a.state = 'allowed' AND a.at <= {at}
      AND NOT EXISTS (
        SELECT 1 FROM crm_consent d
        WHERE d.channel = a.channel AND d.purpose = a.purpose AND d.topic IS NULL
          AND d.state = 'denied' AND (d.heard_at >= a.at OR {_imported("a.source")})
          AND (d.customer_id = a.customer_id OR d.customer_id IN ({sharing}))))"""


def _imported(source: str) -> str:
    return f"substr({source}, 1, {len(IMPORT)}) = '{IMPORT}'"


def contactable(customer: str, purpose: str) -> str:
    """Return SQL that is true when somebody is there and wants to be contacted at all."""
    return f"""EXISTS (
    SELECT 1 FROM crm_customer p WHERE p.id = {customer}
      AND p.erased_at IS NULL AND p.merged_into_id IS NULL AND NOT p.deceased
      AND (NOT p.do_not_contact OR {purpose} = 'service_essential'))"""
