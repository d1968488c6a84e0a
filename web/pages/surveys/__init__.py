"""Results of surveys, with how many answered and how sure a figure is."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee, group
from web.pages.figures import LEADS
from web.pages.shared.section import Link, Section
from web.pages.surveys import views

SECTION: Final = Section(
    name="surveys",
    blueprints=(views.blueprint, views.of_employees),
    links=(
        Link("surveys.show", "figures", _("Surveys"), "customers", 41, may="survey.see"),
        Link("staff_pulse.staff", "people", _("Staff pulse"), "", 19, may="staff_pulse.answer"),
    ),
    permissions={
        "survey.see": group(*LEADS, roles=("process_owner", "operator")),
        "staff_pulse.answer": employee,
    },
)
