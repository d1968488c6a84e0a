"""Service standards: five parts, measurements and the control chart."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee, group
from web.pages.shared.section import Link, Section
from web.pages.standards import views

SECTION: Final = Section(
    name="standards",
    blueprints=(views.blueprint,),
    links=(Link("standards.index", "done", _("Standards"), "customers", 60, "standard.see"),),
    permissions={
        "standard.see": employee,
        "standard.change": group("quality_manager", "care_head"),
    },
    labels={
        "draft": _("draft"),
        "retired": _("retired"),
        "in_time": _("share in time"),
        "median_time": _("median working hours"),
        "negative_moments": _("negative moments per encounter"),
        "mean_mark": _("mean mark"),
        "run": _("eight in a row on one side"),
        "beyond": _("beyond a limit"),
    },
)
