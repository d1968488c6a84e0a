"""Signed tickets in links for people outside: which contact a link is about."""

from itsdangerous import BadSignature, URLSafeSerializer

UNSUBSCRIBE = "unsubscribe"
REACTION = "reaction"


def ticket_for(secret: str, contact_id: int, what: str = UNSUBSCRIBE) -> str:
    """Return the ticket of a contact, good for one thing only."""
    return str(URLSafeSerializer(secret, what).dumps(contact_id))


def contact_of(secret: str, ticket: str, what: str = UNSUBSCRIBE) -> int | None:
    """Return the contact of a ticket of ours; None for anything else."""
    try:
        number = URLSafeSerializer(secret, what).loads(ticket)
    except BadSignature:
        return None
    return number if isinstance(number, int) else None
