"""What offers add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.offers.records import Offer, OfferChoice

SUBJECT: Final = Subject(
    name="offers",
    tables=(
        Offer,
        OfferChoice,
    ),
)
