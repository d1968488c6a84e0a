"""What targeting campaign planning add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.targeting.campaign_planning.audience import estimate_audience
from tasks.targeting.campaign_planning.brief import close_refused, save_brief
from tasks.targeting.campaign_planning.choices import gather_choices
from tasks.targeting.campaign_planning.control import draw_control
from tasks.targeting.campaign_planning.health import campaign_health, pause_campaign, stop_campaign
from tasks.targeting.campaign_planning.measuring import measure, store_lesson
from tasks.targeting.campaign_planning.preflight import preflight
from tasks.targeting.campaign_planning.release import open_release, release_wave

SUBJECT: Final = Subject(
    name="campaign_planning",
    service_tasks=(
        estimate_audience,
        close_refused,
        save_brief,
        gather_choices,
        draw_control,
        campaign_health,
        pause_campaign,
        stop_campaign,
        measure,
        store_lesson,
        preflight,
        open_release,
        release_wave,
    ),
)
