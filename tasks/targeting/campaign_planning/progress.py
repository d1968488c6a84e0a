"""How campaigns are going: what pages and the API show; reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.analytics.reaction import Reactions
from tasks.campaigns.records import MEMBER_STATES, Campaign, CampaignMember
from tasks.targeting.campaign_planning.health import reactions

# who has the gate's word; the others still wait for it
DECIDED = frozenset(MEMBER_STATES) - {"planned", "released"}


@dataclass(frozen=True, slots=True)
class Line:
    """So many members are in a state for a reason."""

    state: str
    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The members of a campaign by arm, state and reason, and how they reacted."""

    lines: Sequence[Line]  # of the treated arm
    control: int
    waves: int
    reactions: Reactions

    @property
    def treated(self) -> int:
        """Answer how many are to be contacted."""
        return sum(line.n for line in self.lines)

    @property
    def decided(self) -> int:
        """Answer for how many the gate has decided, for now or for good."""
        return sum(line.n for line in self.lines if line.state in DECIDED)

    @property
    def by_state(self) -> dict[str, int]:
        """Answer the treated arm by state, in the order of a member's life."""
        counts: Counter[str] = Counter()
        for line in self.lines:
            counts[line.state] += line.n
        return {state: counts[state] for state in MEMBER_STATES if counts[state]}

    @property
    def reasons(self) -> list[Line]:
        """Answer who was not (yet) contacted, per reason, the most frequent first."""
        held = [line for line in self.lines if line.reason]
        return sorted(held, key=lambda line: -line.n)


def campaigns(session: Session, limit: int, offset: int = 0) -> list[tuple[Campaign, int, int]]:
    """List campaigns, newest first, with the size of both arms."""
    found = session.scalars(
        select(Campaign).order_by(Campaign.id.desc()).limit(limit).offset(offset)
    ).all()
    sizes: Counter[tuple[int, str]] = Counter()
    counted = session.execute(
        select(CampaignMember.campaign_id, CampaignMember.arm, func.count())
        .where(CampaignMember.campaign_id.in_([campaign.id for campaign in found]))
        .group_by(CampaignMember.campaign_id, CampaignMember.arm)
    )
    for campaign_id, arm, n in counted:
        sizes[campaign_id, arm] = n
    return [(c, sizes[c.id, "treat"], sizes[c.id, "control"]) for c in found]


def campaign(session: Session, number: int) -> Campaign:
    """Answer one campaign; raises NotFound."""
    found = session.get(Campaign, number)
    if found is None:
        raise NotFound(f"There is no campaign {number}.")
    return found


def progress(session: Session, campaign_id: int) -> Progress:
    """Count the members of a campaign and the reactions to it."""
    member = CampaignMember
    rows = session.execute(
        select(member.arm, member.state, member.reason, func.count())
        .where(member.campaign_id == campaign_id)
        .group_by(member.arm, member.state, member.reason)
    ).all()
    waves = session.scalar(select(func.max(member.wave)).where(member.campaign_id == campaign_id))
    return Progress(
        lines=[Line(state, reason, n) for arm, state, reason, n in rows if arm == "treat"],
        control=sum(n for arm, _, _, n in rows if arm == "control"),
        waves=waves or 0,
        reactions=reactions(session, campaign_id),
    )


def effect(found: Campaign) -> dict[str, Any] | None:
    """Answer what was measured, as `targeting.measure` wrote it down."""
    measured = found.result.get("effect")
    return dict(measured) if measured else None
