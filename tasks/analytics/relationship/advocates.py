"""A18, who speaks for us and who may speak against us: a list of people, not a score.

An advocate gave 9 or 10 and has recommended us, served as a reference or trusts us (index above
80). "May speak against us" is an unresolved repeat together with 3 or less, or a public complaint.
It means to make good or to part with dignity; never to silence anybody or to serve them worse.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["advocate", "passive", "may_speak_against"]


@dataclass(frozen=True, slots=True)
class Voice:
    """What is known of a customer's voice; `reach` is how many others are thought to hear it."""

    nps: int | None = None
    recommended_12m: bool = False
    reference_12m: bool = False
    trust: float | None = None
    unresolved_repeat: bool = False
    public_complaint: bool = False
    reach: int = 1

    def __post_init__(self) -> None:
        """Check the marks."""
        if self.nps is not None and not 0 <= self.nps <= 10:
            raise ValueError("a recommendation is a mark of 0 to 10")
        if self.reach < 0:
            raise ValueError("nobody is heard by fewer than 0 people")


@dataclass(frozen=True, slots=True)
class Voices:
    """How many customers of a kind there are, and how many people they reach together."""

    customers: int
    reach: int


def kind(voice: Voice) -> Kind:
    """Return the kind; a danger counts before an old praise."""
    unhappy = voice.nps is not None and voice.nps <= 3
    if voice.unresolved_repeat and (unhappy or voice.public_complaint):
        return "may_speak_against"
    acted = voice.recommended_12m or voice.reference_12m
    trusting = voice.trust is not None and voice.trust > 80
    if voice.nps is not None and voice.nps >= 9 and (acted or trusting):
        return "advocate"
    return "passive"


def voices(customers: Iterable[Voice]) -> dict[Kind, Voices]:
    """Return count and reach of each kind."""
    count: Counter[Kind] = Counter()
    reach: Counter[Kind] = Counter()
    for customer in customers:
        count[kind(customer)] += 1
        reach[kind(customer)] += customer.reach
    return {found: Voices(count[found], reach[found]) for found in count}
