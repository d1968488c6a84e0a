"""Replaying past instances of a process on another version, with no effect outside."""

from typing import Final

from web.accounts.policy import role
from web.pages.replays import views
from web.pages.shared.section import Section

SECTION: Final = Section(
    name="replays",
    blueprints=(views.blueprint,),
    permissions={"process.replay": role("process_owner")},
)
