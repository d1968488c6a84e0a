"""The same question as `tasks.customers.permission`, as text for triggers of both databases."""

# ruff: noqa: S608 - made of constants of ours

from collections.abc import Iterable

from tasks.consents.say import IMPORT
from tasks.permissions.records import ELSEWHERE, RELATION
from tasks.permissions.relation import RELATIONS

# only what they ask for themselves outranks a refusal of before
_UNASKED = "g.basis <> 'asked_once' OR d.heard_at >= g.at"


def permitted(customer: str, channel: str, purpose: str, at: str) -> str:
    """Return SQL that is true when a customer permits a channel for a purpose at an instant."""
    return f"""({_consented(customer, channel, purpose, at)}
    OR {_by_market(customer, channel, purpose, at)})"""


def _consented(customer: str, channel: str, purpose: str, at: str) -> str:
    return f"""EXISTS (
    SELECT 1 FROM crm_consent a
    WHERE a.customer_id = {customer} AND a.channel = {channel} AND a.purpose = {purpose}
      AND a.topic IS NULL AND a.state = 'allowed' AND a.at <= {at}
      AND NOT {_refused("a.customer_id", "a.channel", "a.purpose", _since("a.at", "a.source"))})"""


def _by_market(customer: str, channel: str, purpose: str, at: str) -> str:
    """Say that another basis than a consent permits it, in the market of the customer."""
    ordered = " OR ".join(
        f"EXISTS (SELECT 1 FROM {each.name} o WHERE o.customer_id = b.id)" for each in RELATIONS
    )
    return f"""EXISTS (
    SELECT 1 FROM crm_customer b LEFT JOIN crm_market k ON k.country = b.country
      JOIN crm_permission_rule r ON r.market = COALESCE(k.market, '{ELSEWHERE}')
        AND r.kind = b.kind
    WHERE b.id = {customer} AND r.channel = {channel} AND r.purpose = {purpose} AND (
      ((r.basis = 'legal_duty' OR (r.basis IN ({_words(RELATION)}) AND ({ordered})))
        AND NOT {_refused("b.id", "r.channel", "r.purpose")})
      OR EXISTS (
        SELECT 1 FROM crm_permission_ground g
        WHERE g.customer_id = b.id AND g.channel = r.channel AND g.purpose = r.purpose
          AND g.basis = r.basis AND g.at <= {at} AND (g.until IS NULL OR g.until > {at})
          AND NOT {_refused("b.id", "r.channel", "r.purpose", _UNASKED)})))"""


def asked_once(customer: str, channel: str, purpose: str, at: str) -> str:
    """Return SQL that is true while somebody waits to be contacted as they asked for, once."""
    return f"""EXISTS (
    SELECT 1 FROM crm_permission_ground g JOIN crm_customer p ON p.id = g.customer_id
    WHERE g.customer_id = {customer} AND g.channel = {channel} AND g.purpose = {purpose}
      AND g.basis = 'asked_once' AND g.at <= {at} AND g.until > {at}
      AND p.erased_at IS NULL AND p.merged_into_id IS NULL AND NOT p.deceased
      AND NOT {_refused("g.customer_id", "g.channel", "g.purpose", "d.heard_at >= g.at")})"""


def _refused(customer: str, channel: str, purpose: str, since: str = "1 = 1") -> str:
    """Say that they, or somebody with an address of theirs, refused."""
    sharing = f"""
      SELECT o.customer_id FROM crm_contact_point o JOIN crm_contact_point m
        ON m.channel = o.channel AND m.key = o.key
      WHERE m.customer_id = {customer} AND m.channel = {channel}"""
    return f"""EXISTS (
        SELECT 1 FROM crm_consent d
        WHERE d.channel = {channel} AND d.purpose = {purpose} AND d.topic IS NULL
          AND d.state = 'denied' AND ({since})
          AND (d.customer_id = {customer} OR d.customer_id IN ({sharing})))"""


def _since(at: str, source: str) -> str:
    """Say that a refusal was heard at or after a statement, or that a file made the statement."""
    return f"d.heard_at >= {at} OR {_imported(source)}"


def _words(found: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in found)


def _imported(source: str) -> str:
    return f"substr({source}, 1, {len(IMPORT)}) = '{IMPORT}'"


def contactable(customer: str, purpose: str) -> str:
    """Return SQL that is true when somebody is there and wants to be contacted at all."""
    return f"""EXISTS (
    SELECT 1 FROM crm_customer p WHERE p.id = {customer}
      AND p.erased_at IS NULL AND p.merged_into_id IS NULL AND NOT p.deceased
      AND (NOT p.do_not_contact OR {purpose} = 'service_essential'))"""
