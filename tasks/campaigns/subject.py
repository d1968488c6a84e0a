"""What campaigns add to the CRM."""

from typing import Final

from tasks.campaigns.records import Campaign, CampaignMember
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="campaigns",
    tables=(
        Campaign,
        CampaignMember,
    ),
    webhooks={
        "campaign.planned": "A campaign has a brief.",
        "campaign.released": "A campaign's release began.",
        "campaign.paused": "A campaign was paused.",
        "campaign.resumed": "A paused campaign goes on.",
        "campaign.stopped": "A campaign was stopped for good.",
        "campaign.measured": "A campaign's effect is known.",
    },
)
