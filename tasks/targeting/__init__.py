"""Service tasks of targeting: what campaign planning (1.1) computes and does, by itself.

Nothing here decides where the process goes: limits, approvals and the kill switch are judged in
the diagram and in table D-03. Money and shares are kept as minor units and shares; what goes into
forms is in the currency and in percent, as people write them.
"""

from tasks.targeting.audience import estimate_audience
from tasks.targeting.brief import close_refused, save_brief
from tasks.targeting.choices import gather_choices
from tasks.targeting.control import draw_control
from tasks.targeting.measuring import measure, store_lesson
from tasks.targeting.preflight import preflight
from tasks.targeting.reactions import campaign_health, pause_campaign, stop_campaign
from tasks.targeting.release import open_release, release_wave
from tasks.targeting.scoring import refresh_segments

__all__ = [
    "campaign_health",
    "close_refused",
    "draw_control",
    "estimate_audience",
    "gather_choices",
    "measure",
    "open_release",
    "pause_campaign",
    "preflight",
    "refresh_segments",
    "release_wave",
    "save_brief",
    "stop_campaign",
    "store_lesson",
]
