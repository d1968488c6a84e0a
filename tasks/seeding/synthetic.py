"""Makes up everything about a demo customer that the purchases do not tell, always the same way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

Row = dict[str, Any]

LANGUAGES = (("en", 0.6), ("lt", 0.8), ("fa", 1.0))  # cumulative shares
# share of customers who allow, and who refuse outright, each channel and purpose
CONSENTS: Mapping[tuple[str, str], tuple[float, float]] = {
    ("email", "service_essential"): (1.0, 0.0),
    ("email", "service_recovery"): (1.0, 0.0),
    ("email", "survey"): (0.70, 0.10),
    ("email", "relationship"): (0.75, 0.10),
    ("email", "marketing"): (0.80, 0.08),
    ("sms", "marketing"): (0.25, 0.20),
    ("phone", "marketing"): (0.10, 0.45),
    ("phone", "service_recovery"): (0.60, 0.05),
    ("post", "marketing"): (0.30, 0.10),
}
COMPLAINTS = (
    "The parcel came late and nobody told me (demo).",
    "One CD in the box was scratched (demo).",
    "I was charged twice (demo).",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One demo customer: the same number always gives the same person."""

    number: int
    names: Mapping[str, Any]

    def chance(self, of: str) -> float:
        """Draw a fixed number between 0 and 1 for one question about this customer."""
        digest = blake2b(f"peyvand:{self.number}:{of}".encode(), digest_size=4).digest()
        return int.from_bytes(digest) / 2**32

    def pick(self, of: str, choices: list[Any] | tuple[Any, ...]) -> Any:
        """Draw one of several."""
        return choices[int(self.chance(of) * len(choices))]

    @property
    def language(self) -> str:
        """Language the customer reads."""
        draw = self.chance("language")
        return next(language for language, share in LANGUAGES if draw < share)

    def customer(self, since: datetime, now: datetime) -> Row:
        """Make up who it is."""
        parts = self.names[self.language]
        first, last = self.pick("first", parts["first"]), self.pick("last", parts["last"])
        care = self.chance("care") < 0.004
        return {
            "kind": "person",
            "name": f"{first} {last}",
            "language": self.language,
            "timezone": self.pick("zone", parts["timezones"]),
            "calendar": "sat_wed" if self.language == "fa" else "mon_fri",
            "lifecycle_stage": "known",
            "relationship_since": since.date(),
            "do_not_contact": self.chance("leave me alone") < 0.01,
            "deceased": self.chance("deceased") < 0.002,
            "legal_hold": self.chance("legal hold") < 0.002,
            "intensive_care_until": now + timedelta(days=20) if care else None,
            "demo": True,
        }

    def contact_points(self, now: datetime) -> Iterator[Row]:
        """Make up addresses: reserved domains and numbers only."""
        if self.chance("has e-mail") < 0.97:
            bounced = self.chance("bounced") < 0.02
            yield {
                "channel": "email",
                "value": f"customer{self.number:04d}@example.com",
                "valid": not bounced,
                "bounced_at": now - timedelta(days=40) if bounced else None,
            }
        if self.chance("has phone") < 0.6:
            number = f"+1202555{100 + self.number % 100:04d}#{self.number:04d}"
            for channel in ("phone", "sms"):
                yield {"channel": channel, "value": number, "valid": True, "bounced_at": None}
        if self.chance("has address") < 0.8:
            street = f"{self.number} Example Street, Demo Town"
            yield {"channel": "post", "value": street, "valid": True, "bounced_at": None}

    def consents(self, since: datetime) -> Iterator[Row]:
        """Make up what the customer allowed when the relationship began."""
        for (channel, purpose), (allowed, denied) in CONSENTS.items():
            draw = self.chance(f"consent {channel} {purpose}")
            if draw < allowed or draw >= 1 - denied:
                yield {
                    "channel": channel,
                    "purpose": purpose,
                    "topic": None,
                    "state": "allowed" if draw < allowed else "denied",
                    "source": "demo",
                    "text_version": "demo-1",
                    "at": since,
                }

    def preference(self) -> Row | None:
        """Make up a wish for some; a few prefer the phone and still refuse offers on it (R-31)."""
        if self.chance("preference") >= 0.15:
            return None
        return {
            "preferred_channel": self.pick("preferred", ("email", "email", "sms", "phone")),
            "max_per_30d": self.pick("own limit", (None, None, 1, 2)),
            "best_times": {},
            "never_topics": [],
            "interests": [],
        }

    def case(self, now: datetime) -> Row | None:
        """Make up a complaint for a few: open, or closed some days ago."""
        draw = self.chance("complaint")
        if draw >= 0.03:
            return None
        is_open = draw < 0.02
        opened = now - timedelta(days=1 + int(self.chance("complaint age") * 12))
        return {
            "number": f"DEMO-{self.number:04d}",
            "kind": "complaint",
            "state": "open" if is_open else "closed",
            "channel": "email",
            "text": self.pick("complaint text", COMPLAINTS),
            "severity": self.pick("severity", ("low", "normal", "high")) if is_open else "normal",
            "opened_at": opened,
            "closed_at": None if is_open else opened + timedelta(hours=20),
            "demo": True,
        }

    def earlier_contacts(self, now: datetime) -> Iterator[Row]:
        """Make up earlier marketing contacts for those near or over their caps."""
        draw = self.chance("pressure")
        ages = (1, 5) if draw < 0.03 else (8, 14, 20, 26) if draw < 0.05 else ()
        for age in ages:
            at = now - timedelta(days=age, hours=self.number % 12)
            yield {
                "gate_key": f"demo-{self.number}-{age}",
                "purpose": "marketing",
                "channel": "email",
                "template_name": "cd-news",
                "priority": 3,
                "decision": "send",
                "reason": "demo history",
                "decided_at": at,
                "sent_at": at,
                "delivered_at": at,
                "cost": 2,
            }
