"""Customer records: tables, small queries and the invariants; they know no process and no web."""

from engine.store.types import UtcDateTime
from tasks.records import invariants
from tasks.records.base import Base
from tasks.records.calendars import BusinessCalendar, CalendarInterval, Holiday, TeamCalendar
from tasks.records.campaigns import MEMBER_STATES, Campaign, CampaignMember
from tasks.records.cases import Case
from tasks.records.consents import (
    PURPOSES,
    Consent,
    ConsentText,
    Preference,
    allowed_channels,
    current_consents,
)
from tasks.records.contacts import Contact, Message
from tasks.records.customers import CHANNELS, ContactPoint, Customer, Identifier, reachable
from tasks.records.demo import cdnow_path, days_moved, load_demo
from tasks.records.events import Event
from tasks.records.forgotten import Forgotten, Salt
from tasks.records.interactions import Interaction
from tasks.records.offers import Offer
from tasks.records.policy import PolicyValue
from tasks.records.purchases import Product, Transaction, TransactionLine
from tasks.records.scores import CustomerScore, latest_scores
from tasks.records.segments import Segment, SegmentMember
from tasks.records.templates import TICKS, Template
from tasks.records.webhooks import (
    Delivery,
    DeliveryAttempt,
    EventSource,
    OutgoingEvent,
    Webhook,
)

__all__ = [
    "CHANNELS",
    "MEMBER_STATES",
    "PURPOSES",
    "TICKS",
    "Base",
    "BusinessCalendar",
    "CalendarInterval",
    "Campaign",
    "CampaignMember",
    "Case",
    "Consent",
    "ConsentText",
    "Contact",
    "ContactPoint",
    "Customer",
    "CustomerScore",
    "Delivery",
    "DeliveryAttempt",
    "Event",
    "EventSource",
    "Forgotten",
    "Holiday",
    "Identifier",
    "Interaction",
    "Message",
    "Offer",
    "OutgoingEvent",
    "PolicyValue",
    "Preference",
    "Product",
    "Salt",
    "Segment",
    "SegmentMember",
    "TeamCalendar",
    "Template",
    "Transaction",
    "TransactionLine",
    "UtcDateTime",
    "Webhook",
    "allowed_channels",
    "cdnow_path",
    "current_consents",
    "days_moved",
    "invariants",
    "latest_scores",
    "load_demo",
    "reachable",
]
