"""The links of a task for somebody outside: when they were sent, how they stand, withdrawing."""

from typing import Final

from web.pages.shared.section import Section
from web.pages.task_links import views

SECTION: Final = Section(name="task_links", blueprints=(views.blueprint,))
