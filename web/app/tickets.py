"""Signed tickets in links for people outside: which contact a link is about."""

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "unsubscribe"


def ticket_for(secret: str, contact_id: int) -> str:
    """Return the ticket of a contact."""
    return str(URLSafeSerializer(secret, SALT).dumps(contact_id))


def contact_of(secret: str, ticket: str) -> int | None:
    """Return the contact of a ticket of ours; None for anything else."""
    try:
        number = URLSafeSerializer(secret, SALT).loads(ticket)
    except BadSignature:
        return None
    return number if isinstance(number, int) else None
